"""Whose is what on the portal: a draft belongs to the phone that began it.

A draft's address carries a signed token, and the session cookie must name the same draft: an
address that leaks (a screenshot, a shared phone's history) opens nothing. After a look-up by code
and birth date the session may see that one request, for a quarter of an hour since the last page.
A phone holds one number of the queue; the session keeps only its id, which names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import current_app, session
from itsdangerous import BadSignature, URLSafeSerializer

from edge_node.edge import Edge
from edge_node.portal.current import the_edge
from edge_node.workflows import queueing
from edge_node.workflows.queueing import Place
from web.i18n import N_
from web.problems import Problem

_SALT = "loket portal draft 1"
_DRAFTS = "isi"
_LOOK = "cek"
COMPLAINT = "aduan"
"""The door to a complaint; a request has another, and both may stand open."""
SURVEY = "survei"
"""Answers to the survey until they are sent."""
_TICKET = "antrean"
_MOST_DRAFTS = 4
_LOOK_MS = 15 * 60 * 1000


@dataclass(slots=True)
class Entry:
    """What the session keeps of a draft: no answers, only names of fields and documents."""

    record: bytes
    target: bytes | None = None
    """The request that is being corrected."""
    touched: set[str] = field(default_factory=set)
    """Fields that the resident changed in a correction."""
    sure: set[str] = field(default_factory=set)
    """Fields whose doubt was confirmed."""
    bring: set[str] = field(default_factory=set)
    """Documents that come to the counter on paper."""
    flaws: dict[str, str] = field(default_factory=dict)
    """Photo → what is wrong with it."""
    filed: bool = False

    @property
    def token(self) -> str:
        return str(_serializer().dumps(self.record.hex()))

    def save(self) -> None:
        """Keep in the session; the oldest drafts make room."""
        kept = dict(session.get(_DRAFTS, {}))
        kept.pop(self.record.hex(), None)
        kept[self.record.hex()] = {
            "t": self.target.hex() if self.target else "",
            "u": sorted(self.touched),
            "y": sorted(self.sure),
            "b": sorted(self.bring),
            "f": self.flaws,
            "s": self.filed,
        }
        # A new id sorts behind older ones: they begin with the time.
        session[_DRAFTS] = {name: kept[name] for name in sorted(kept)[-_MOST_DRAFTS:]}
        session.permanent = True

    def forget(self) -> None:
        kept = dict(session.get(_DRAFTS, {}))
        kept.pop(self.record.hex(), None)
        session[_DRAFTS] = kept


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or b"", salt=_SALT)


def _entry(record: str, kept: dict[str, Any]) -> Entry:
    return Entry(
        bytes.fromhex(record),
        bytes.fromhex(kept["t"]) if kept["t"] else None,
        set(kept["u"]),
        set(kept["y"]),
        set(kept["b"]),
        # A session of before did not know of flaws.
        dict(kept.get("f", {})),
        kept["s"],
    )


def entries() -> list[Entry]:
    """The drafts of this session, the newest first."""
    kept = session.get(_DRAFTS, {})
    return [_entry(record, kept[record]) for record in sorted(kept, reverse=True)]


def entry_of(token: str) -> Entry:
    """The session's draft behind an address, or a plain "not here" that tells nothing."""
    try:
        record = str(_serializer().loads(token))
    except BadSignature:
        raise not_here() from None
    kept = session.get(_DRAFTS, {}).get(record)
    if kept is None:
        raise not_here()
    return _entry(record, kept)


def not_here() -> Problem:
    return Problem(
        404,
        "isian-tidak-ada",
        N_("Isian ini tidak bisa dibuka"),
        N_("Isian hanya bisa dibuka di HP yang dipakai mengisi, selama 12 jam."),
    )


def allow_look(record: bytes, door: str = _LOOK) -> None:
    """Code and birth date (of a complaint: code and PIN) were right."""
    session[door] = {"r": record.hex(), "at": the_edge().clock().wall_ms}


def looked_up(door: str = _LOOK) -> bytes | None:
    """The record that this session may see now; each look keeps the door open a while longer."""
    kept = session.get(door)
    if kept is None:
        return None
    edge: Edge = the_edge()
    now = edge.clock().wall_ms
    if not 0 <= now - kept["at"] < _LOOK_MS:
        end_look(door)
        return None
    record = bytes.fromhex(kept["r"])
    allow_look(record, door)
    return record


def end_look(door: str = _LOOK) -> None:
    session.pop(door, None)
    if door == _LOOK:
        # Whoever has the phone next must not see what was answered.
        session.pop(SURVEY, None)


def keep_ticket(which: bytes) -> None:
    session[_TICKET] = which.hex()
    session.permanent = True


def my_place() -> Place | None:
    """How this phone's number of today stands, if it has one."""
    kept = session.get(_TICKET)
    return queueing.place_of(the_edge(), bytes.fromhex(kept)) if kept else None


def forget_ticket() -> None:
    session.pop(_TICKET, None)
