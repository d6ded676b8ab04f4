"""A Pamor hands over what was filled in at people's homes: opened here, filed in their name.

The phone names a draft by a random number of its own; the record's id is made here and the pair is
kept. So the record begins with this server's time whatever the phone's clock says, and handing
over once more gives the same receipt.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from crypto.errors import Tampered
from edge_node.edge import Edge
from edge_node.store import drafts, field
from edge_node.store.field import HandedOver
from edge_node.workflows.field_upload import NO_ROOM, SHA_BYTES, CannotTake, Full
from edge_node.workflows.filing import Filed, NotYet, Upload, file_request, filed_in, new_record
from edge_node.workflows.portal import MOST_PHOTOS
from edge_node.workflows.promising import promise
from edge_node.workflows.room import Room, room
from registration.catalogue import SCAN, Case, service
from registration.errors import FormFromFuture, UnknownService
from registration.lifecycle import Status, status_sentence
from registration.quota import Promise
from registration.texts import N_, Sentence
from sync.body import Author
from vault.engine import Connection, reading, writing
from vault.errors import NoSuchRecord
from vault.read import read_record

DRAFT_BYTES = 16
KEY_BYTES = 8
CONSENT = "pamor-1"
"""The text that is read aloud, by number: rises whenever its words change."""
HOW = "dibacakan"
MOST_OPENED = 32 << 20
"""Of one draft with its photos, which are in memory together."""
_LONGEST = 4000
_SHOWN = 30

_OLD_KEY = Sentence(
    N_("Isian ini terlalu lama disimpan di HP dan tidak bisa dibuka lagi. Isi ulang bersama warga.")
)
_NOT_OURS = Sentence(N_("Isian ini rusak, atau bukan untuk kelurahan ini."))
_NEWER = Sentence(
    N_("Formulir ini lebih baru daripada yang dikenal loket. Simpan di HP, lalu beri tahu admin.")
)
_UNFINISHED = Sentence(N_("Isian ini belum selesai diisi."))
_NO_CONSENT = Sentence(N_("Persetujuan warga belum dicatat."))
_GONE = Sentence(N_("Sudah diserahkan, lalu dihapus di loket."))
_THERE = Sentence(N_("Sudah diserahkan dan menunggu dilengkapi di loket."))


@dataclass(frozen=True, slots=True)
class Received:
    """It is a request now."""

    code: str
    promise: Promise | None
    again: bool


@dataclass(frozen=True, slots=True)
class AtCounter:
    """It stands at the counter among what is not finished, and why."""

    reasons: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Lacking:
    """These things have not come in whole yet."""

    shas: tuple[bytes, ...]


class CannotOpen(CannotTake):
    """It will never open here; only its owner may throw it away."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a sealed draft holds."""

    service: str
    case: str
    version: int
    typed: Mapping[str, str]
    sure: frozenset[str]
    consent: str
    finished: bool
    photos: tuple[bytes, ...]


def info_of(draft: bytes, what: str) -> bytes:
    """What a thing is sealed for: it opens as nothing else."""
    return f"loket pamor 1\n{draft.hex()}\n{what}".encode()


def hand_over(
    edge: Edge, draft: bytes, key: bytes, sha: bytes, by: Author
) -> Received | AtCounter | Lacking:
    """File a draft that has come in whole, or put it where the counter finishes it.

    :param key: which of our keys it was sealed to. :param sha: of the sealed answers.
    :raises CannotTake: not now (no room) or, as `CannotOpen`, never.
    """
    with reading(edge.vault.engine) as connection:
        known = field.handed_over(connection, draft)
        done = _done(edge, connection, known) if known is not None else None
    if known is not None and done is not None:
        if not known.done:
            _end(edge, known.draft)
        return done
    with reading(edge.vault.engine) as connection:
        lacking = _not_whole(connection, by.id, [sha])
        if lacking:
            return Lacking(lacking)
        opener = field.key_named(connection, edge.vault.keyring, key)
        if opener is None:
            raise CannotOpen(_OLD_KEY)
        try:
            sealed = field.contents(connection, by.id, sha)
            said = _read(opener.open(sealed, info_of(draft, "isian")))
            case = service(said.service).case(said.case, said.version)
            lacking = _not_whole(connection, by.id, said.photos)
            if lacking:
                return Lacking(lacking)
            uploads = [
                _photo(opener.open(field.contents(connection, by.id, one), info_of(draft, "foto")))
                for one in _within(connection, by.id, said.photos)
            ]
        except (Tampered, ValueError, KeyError, TypeError) as error:
            raise CannotOpen(_NOT_OURS) from error
        except UnknownService as error:
            raise CannotOpen(_NEWER) from error
    if room(edge) is not Room.ENOUGH:
        raise Full(NO_ROOM)
    record = known.record if known else _begin(edge, draft, by.id)
    answer = _file(edge, record, said, case, _fitting(case, uploads), by)
    _end(edge, draft, by.id, (sha, *said.photos))
    return answer


def _end(edge: Edge, draft: bytes, account: str = "", shas: Collection[bytes] = ()) -> None:
    with writing(edge.vault.engine) as connection:
        field.end_hand_over(connection, draft)
        for one in shas:
            field.drop_item(connection, account, one)


def _done(edge: Edge, connection: Connection, known: HandedOver) -> Received | AtCounter | None:
    """What became of it already; None: it was begun, and not finished."""
    filed = filed_in(edge, connection, known.record)
    if filed is not None:
        found = read_record(connection, edge.vault, edge.stream, known.record)
        return Received(filed.code, promise(found), again=True)
    if drafts.read_draft(connection, edge.vault, edge.stream, known.record) is not None:
        # Somebody at the counter may be typing: what is there goes before what was here.
        return AtCounter((_THERE,))
    return AtCounter((_GONE,)) if known.done else None


def _begin(edge: Edge, draft: bytes, account: str) -> bytes:
    """The id of the record that a draft becomes; two hand-overs at once agree on one."""
    with writing(edge.vault.engine) as connection:
        known = field.handed_over(connection, draft)
        if known is None:
            known = HandedOver(draft, new_record(edge), account, edge.stamp().now_ms, done=False)
            field.begin_hand_over(connection, known)
    return known.record


def _file(
    edge: Edge, record: bytes, said: _Said, case: Case, uploads: list[Upload], by: Author
) -> Received | AtCounter:
    names = {one.name for one in case.fields}
    ready = said.finished and bool(said.consent)
    try:
        filed = file_request(
            edge,
            record,
            said.service,
            said.case,
            {name: text for name, text in said.typed.items() if name in names},
            uploads,
            version=said.version,
            by=by,
            confirmed=said.sure & names,
            file_now=ready,
            consent=said.consent,
        )
    except FormFromFuture as error:
        raise CannotOpen(_NEWER) from error
    if isinstance(filed, Filed):
        with reading(edge.vault.engine) as connection:
            found = read_record(connection, edge.vault, edge.stream, record)
        return Received(filed.code, promise(found), filed.again)
    return AtCounter(_reasons(case, said, filed))


def _reasons(case: Case, said: _Said, kept: NotYet) -> tuple[Sentence, ...]:
    labels = {one.name: one.label for one in case.fields}
    labels |= {SCAN + one.code: one.label for one in case.documents}
    found: list[Sentence] = []
    if not said.finished:
        found.append(_UNFINISHED)
    if not said.consent:
        found.append(_NO_CONSENT)
    if said.finished:
        for name, sentences in [*kept.errors.items(), *kept.warnings.items()]:
            label = Sentence(labels.get(name, name))
            found += [
                Sentence("%(label)s: %(said)s", {"label": label, "said": one}) for one in sentences
            ]
    return tuple(found)


# Reading what was sealed


def _not_whole(connection: Connection, account: str, shas: Collection[bytes]) -> tuple[bytes, ...]:
    def whole(sha: bytes) -> bool:
        found = field.item(connection, account, sha)
        return found is not None and found.whole

    return tuple(sha for sha in shas if not whole(sha))


def _within(connection: Connection, account: str, shas: tuple[bytes, ...]) -> tuple[bytes, ...]:
    sizes = [found.size for one in shas if (found := field.item(connection, account, one))]
    if sum(sizes) > MOST_OPENED:
        raise ValueError("more photos than one draft may have")
    return shas


def _read(plain: bytes) -> _Said:
    """:raises ValueError: it is not what the app seals."""
    told: Any = json.loads(plain.decode())
    if not isinstance(told, dict) or not isinstance(told["isian"], dict):
        raise ValueError("a draft is an object, and so are its answers")
    typed = told["isian"]
    if not all(
        isinstance(name, str) and isinstance(text, str) and len(text) <= _LONGEST
        for name, text in typed.items()
    ):
        raise ValueError("answers are texts")
    photos = tuple(bytes.fromhex(one) for one in told["foto"])
    if any(len(one) != SHA_BYTES for one in photos):
        raise ValueError("a photo is named by its hash")
    return _Said(
        str(told["layanan"]),
        str(told["keperluan"]),
        int(told["versi"]),
        typed,
        frozenset(map(str, told["yakin"])),
        _consent(told.get("setuju")),
        bool(told["selesai"]),
        tuple(dict.fromkeys(photos)),
    )


def _consent(told: Any) -> str:
    """Which text, how, and when by the phone's clock, as the record keeps it."""
    if not isinstance(told, dict):
        return ""
    text, how, when = (str(told[name]) for name in ("teks", "cara", "pukul"))
    if not text or len(text) + len(how) + len(when) > 100:
        raise ValueError("no consent is written like this")
    return f"{text} {how} {when}"


def _photo(plain: bytes) -> Upload:
    """The document's code, a line's end, and the picture."""
    jenis, found, data = plain.partition(b"\n")
    if not found or len(jenis) > 80:
        raise ValueError("a photo says what it shows")
    return Upload(jenis.decode(), data)


def _fitting(case: Case, uploads: list[Upload]) -> list[Upload]:
    """No more of each document than anybody may send."""
    kept: list[Upload] = []
    for document in case.documents:
        kept += [one for one in uploads if one.jenis == document.code][:MOST_PHOTOS]
    return kept


# What was handed over before


@dataclass(frozen=True, slots=True)
class Standing:
    """A draft that was handed over, and how it stands: no names."""

    draft: bytes
    at_ms: int
    code: str
    service: str
    """A msgid."""
    sentence: Sentence


def handed_over(edge: Edge, account: str) -> list[Standing]:
    """What this account handed over lately, the newest first."""
    with reading(edge.vault.engine) as connection:
        rows = field.handed_over_by(connection, account, _SHOWN)
        return [_standing(edge, connection, one) for one in rows]


def _standing(edge: Edge, connection: Connection, one: HandedOver) -> Standing:
    try:
        found = read_record(connection, edge.vault, edge.stream, one.record)
    except NoSuchRecord:
        kept = drafts.read_draft(connection, edge.vault, edge.stream, one.record)
        title = service(kept.service).short if kept else ""
        return Standing(one.draft, one.at_ms, "", title, _THERE if kept else _GONE)
    return Standing(
        one.draft,
        one.at_ms,
        found.value("kode"),
        service(found.value("layanan")).short,
        status_sentence(Status(found.status)),
    )
