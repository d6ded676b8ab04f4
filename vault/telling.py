"""A record's history as sentences, with a word where two people wrote without knowing it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registration import complaints
from registration.catalogue import PROPOSED_BY, label_of
from registration.complaint_story import tell_complaint
from registration.duplicates import verdicts
from registration.format import title_name
from registration.kinds import COMPLAINT, REQUEST, resolve_statuses, status_label
from registration.lifecycle import Act, Role
from registration.regions import place_name
from registration.story import Event, tell, time_note
from registration.texts import N_, Sentence, Words
from sync.hlc import ms_of, trusted, when
from sync.policy import Policy
from sync.record import Dot, covers, full_context
from sync.resolve import concurrent
from vault.fold import Told
from vault.read import Record

PlaceOf = Callable[[bytes], str]
"""Replica → the kelurahan's name (not used for the centre's officers)."""
PolicyOf = Callable[[str], Policy]

_CHANGED = N_("%(who)s mengubah %(fields)s juga, tanpa saling tahu.")
_DECIDED_TOO = N_("%(who)s memutuskan %(fields)s juga, tanpa saling tahu.")
_STATE_TOO = N_("Tanpa saling tahu, %(who)s mencatat “%(status)s”.")
_WAITS = N_("Menunggu keputusan.")
_LATER_HOLDS = N_("Yang terakhir dipakai.")
_IS_DECIDED = N_("Sudah diputuskan.")
_BY_RULE = N_("Menurut alur permohonan, yang berlaku “%(status)s”.")


def asked_ms(complaint: Record) -> int:
    """When a complaint was made, or made again: its term runs from then (Unix ms)."""
    again = [
        ms_of(one.change.hlc)
        for one in complaint.told
        if one.body is not None and one.body.act == complaints.Act.BELUM_PUAS
    ]
    return max(again, default=complaint.opened_ms)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the history."""

    at: datetime
    """Aware, UTC."""
    doubt_s: int
    """How far the time may be off, in seconds."""
    sentence: Sentence
    notes: tuple[Sentence, ...]


def timeline(
    told: Sequence[Told], place_of: PlaceOf, policy_of: PolicyOf, undecided: Collection[str]
) -> list[Line]:
    """The history, oldest first.

    :param undecided: record fields whose conflict waits for a person.
    """
    return [_line(one, told, place_of, policy_of, undecided) for one in told]


def _line(
    one: Told,
    told: Sequence[Told],
    place_of: PlaceOf,
    policy_of: PolicyOf,
    undecided: Collection[str],
) -> Line:
    change = one.change
    if one.body is None:
        sentence = Sentence(N_("Satu catatan belum bisa dibaca di sini."))
        return Line(when(change.hlc), change.doubt, sentence, ())
    verdict = next(verdicts(one.body.writes), None)
    event = Event(
        one.body.act,
        one.body.by.name,
        one.body.by.role,
        place_of(change.replica),
        tuple(one.body.writes),
        when(change.hlc),
        one.body.note,
        trusted(change.doubt),
        verdict,
        place_name(verdict.stream) if verdict else "",
        _signed(one.body.writes.get("penerima")),
        change.kind in (COMPLAINT, REQUEST),
    )
    notes = [note for note in (time_note(event),) if note is not None]
    for other in told:
        # Told once, on the later of the two.
        if other.body is not None and _order(other) < _order(one) and _unaware(other, one):
            standing = _Standing(told, other, one, undecided)
            notes += _meanwhile(other, one, _office(other, place_of), policy_of, standing)
    sentence = tell_complaint(event) if change.kind == COMPLAINT else tell(event)
    proposer = one.body.writes.get(PROPOSED_BY)
    if isinstance(proposer, Mapping) and change.kind != COMPLAINT:
        named = {"name": title_name(str(proposer.get("nama", "")))}
        sentence = _joined(sentence, Sentence(N_("Diusulkan oleh %(name)s."), named))
    return Line(when(change.hlc), change.doubt, sentence, tuple(notes))


def _signed(receiver: Any) -> str:
    """How a receiver confirmed; other versions may have written other things."""
    return str(receiver.get("cara", "")) if isinstance(receiver, Mapping) else ""


def _order(one: Told) -> tuple[int, bytes, int]:
    return one.change.hlc, one.change.replica, one.change.seq


def _unaware(first: Told, second: Told) -> bool:
    return concurrent(first.write, second.write)


@dataclass(frozen=True, slots=True)
class _Standing:
    """Whether what two changes wrote still stands against each other."""

    told: Sequence[Told]
    first: Told
    second: Told
    undecided: Collection[str]

    def waits(self, name: str) -> bool:
        return name in self.undecided and not any(self._replaces(one, name) for one in self.told)

    def _replaces(self, one: Told, name: str) -> bool:
        if one.body is None or name not in one.body.writes:
            return False
        seen = full_context(one.write)
        return any(
            one is not other and covers(seen, Dot(other.change.replica, other.change.seq))
            for other in (self.first, self.second)
        )


def _meanwhile(
    other: Told, one: Told, who: Sentence, policy_of: PolicyOf, standing: _Standing
) -> list[Sentence]:
    """What both wrote without knowing of each other, and what came of it."""
    ours = one.body.writes if one.body else {}
    theirs = other.body.writes if other.body else {}
    shared = [name for name in ours if name in theirs and ours[name] != theirs[name]]
    notes: list[Sentence] = []
    by_end: dict[str, list[str]] = {}
    for name in shared:
        policy = policy_of(name)
        if policy is Policy.LIFECYCLE:
            notes.append(_states(who, str(theirs[name]), str(ours[name]), standing.waits(name)))
        elif policy is Policy.LATEST:
            by_end.setdefault(_LATER_HOLDS, []).append(name)
        elif policy is Policy.REVIEW:
            by_end.setdefault(_WAITS if standing.waits(name) else _IS_DECIDED, []).append(name)
    settled = other.body is not None and other.body.act == Act.PUTUSKAN
    for end, names in by_end.items():
        labels = Words(tuple(dict.fromkeys(label_of(name) for name in names)))
        happened = Sentence(_DECIDED_TOO if settled else _CHANGED, {"who": who, "fields": labels})
        notes.append(_joined(happened, Sentence(end)))
    return notes


def _states(who: Sentence, theirs: str, ours: str, waits: bool) -> Sentence:
    happened = Sentence(_STATE_TOO, {"who": who, "status": _status(theirs)})
    by_rule = resolve_statuses(frozenset({theirs, ours}))
    if waits:
        return _joined(happened, Sentence(_WAITS))
    if by_rule is not None:
        return _joined(happened, Sentence(_BY_RULE, {"status": _status(by_rule)}))
    return _joined(happened, Sentence(_IS_DECIDED))


def _status(status: str) -> Sentence:
    label = status_label(status)
    return Sentence(label) if label is not None else Sentence("%(s)s", {"s": status})


def _joined(first: Sentence, second: Sentence) -> Sentence:
    return Sentence("%(first)s %(second)s", {"first": first, "second": second})


def _office(one: Told, place_of: PlaceOf) -> Sentence:
    if one.body is not None and one.body.by.role in (Role.VERIFIKATOR, Role.ADMIN):
        return Sentence(N_("Disdukcapil"))
    return Sentence(N_("Loket %(place)s"), {"place": place_of(one.change.replica)})
