"""Finding requests: the queues of the counter, one request with all that is known, a search."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crypto.errors import Tampered
from edge_node.edge import Edge
from edge_node.store import drafts
from registration.codes import parse_code
from registration.errors import InvalidCode
from registration.lifecycle import Status
from registration.names import name_words
from registration.texts import N_, Sentence
from vault import log, scans
from vault.data_keys import key_of
from vault.engine import Connection, reading
from vault.errors import NoSuchRecord, ScanIncomplete
from vault.fold import Told
from vault.projection import PREFIX, name_tokens
from vault.read import (
    MOST_OPENED,
    Filter,
    Record,
    count_records,
    list_records,
    read_record,
    search,
)

PAGE = 25
"""Requests on one page of a queue."""
MOST_HITS = 50
SUGGESTED = 8
"""Requests below the search box while somebody types."""
_SUGGESTED_OPENED = 100
_LEAST_TYPED = 3
_A_BOX = 100
"""Documents on the page where those that came are ticked."""
_SIXTEEN = 16
_NAME = "data.nama"
_NOISE = re.compile(r"[\s\-–—._]+")


class Group(StrEnum):
    """The queues of the counter, in the order in which they want a person."""

    DIKEMBALIKAN = "dikembalikan"
    PERIKSA = "periksa"
    MENUNGGU = "menunggu"
    PUSAT = "pusat"
    SIAP = "siap"
    SELESAI = "selesai"
    BEDA = "beda"
    """Two sides wrote different things: Disdukcapil decides."""


_STATUSES: dict[Group, tuple[Status, ...] | None] = {
    Group.DIKEMBALIKAN: (Status.DIKEMBALIKAN,),
    Group.PERIKSA: (Status.DIAJUKAN,),
    Group.MENUNGGU: (Status.DIVERIFIKASI, Status.DIPROSES),
    Group.PUSAT: (Status.DIVERIFIKASI, Status.DIPROSES),
    Group.SIAP: (Status.SIAP_DIAMBIL, Status.TERBIT),
    Group.SELESAI: (Status.DISERAHKAN, Status.DITOLAK, Status.DIBATALKAN),
    Group.BEDA: None,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A request of a list. `unsent`: the centre has not acknowledged our last word of it."""

    record: Record
    unsent: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a queue."""

    rows: tuple[Row, ...]
    count: int
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Known:
    """One request and everything that is known of it here."""

    record: Record
    unsent: bool
    history: tuple[Told, ...]
    whole: dict[str, bool]
    """Scan id → whether all of it is here."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to; `hint` says what to type instead, where nothing can be found."""

    rows: tuple[Row, ...] = ()
    hint: Sentence | None = None


def filter_of(edge: Edge, group: Group, layanan: str | None = None) -> Filter:
    statuses = _STATUSES[group]
    behind = (edge.vault.replica, edge.standing.acked)
    return Filter(
        stream=edge.stream,
        statuses=None if statuses is None else tuple(map(str, statuses)),
        layanan=layanan,
        unsent=behind if group is Group.MENUNGGU else None,
        sent=behind if group is Group.PUSAT else None,
        conflicted=group is Group.BEDA,
    )


def unsent_records(edge: Edge, connection: Connection) -> frozenset[bytes]:
    replica, acked = edge.vault.replica, edge.standing.acked
    return frozenset(log.records_after(connection, edge.stream, replica, acked))


def rows_of(records: Sequence[Record], unsent: frozenset[bytes]) -> tuple[Row, ...]:
    return tuple(Row(one, one.id in unsent) for one in records)


def queues(edge: Edge, layanan: str | None = None, top: int = 4) -> dict[Group, Page]:
    """The first few of every queue, and how many stand in each."""
    with reading(edge.vault.engine) as connection:
        unsent = unsent_records(edge, connection)
        return {group: _page(edge, connection, group, layanan, 1, top, unsent) for group in Group}


def queue(edge: Edge, group: Group, layanan: str | None, number: int) -> Page:
    """One page (from 1) of a queue."""
    with reading(edge.vault.engine) as connection:
        unsent = unsent_records(edge, connection)
        return _page(edge, connection, group, layanan, number, PAGE, unsent)


def _page(
    edge: Edge,
    connection: Connection,
    group: Group,
    layanan: str | None,
    number: int,
    size: int,
    unsent: frozenset[bytes],
) -> Page:
    only = filter_of(edge, group, layanan)
    records, more = list_records(connection, edge.vault, only, number, size)
    return Page(rows_of(records, unsent), count_records(connection, only), number, more)


def waiting_page(edge: Edge, number: int) -> Page:
    """Everything that the centre has not acknowledged, whatever its status; the oldest first."""
    only = Filter(
        stream=edge.stream,
        unsent=(edge.vault.replica, edge.standing.acked),
        oldest_verified_first=True,
    )
    with reading(edge.vault.engine) as connection:
        records, more = list_records(connection, edge.vault, only, number, PAGE)
        rows = tuple(Row(one, True) for one in records)
        return Page(rows, count_records(connection, only), number, more)


def issued(edge: Edge) -> tuple[list[Record], bool]:
    """(the newest requests whose document is on its way here, whether there are more)."""
    only = Filter(stream=edge.stream, statuses=(str(Status.TERBIT),))
    with reading(edge.vault.engine) as connection:
        return list_records(connection, edge.vault, only, 1, _A_BOX)


def know(edge: Edge, record: bytes) -> Known:
    """:raises NoSuchRecord: not held, or its key was destroyed."""
    with reading(edge.vault.engine) as connection:
        found = read_record(connection, edge.vault, edge.stream, record)
        return Known(
            found,
            record in unsent_records(edge, connection),
            tuple(found.told),
            scans.complete_scans(connection, edge.stream, found.scans),
        )


def read(edge: Edge, record: bytes) -> Record:
    """:raises NoSuchRecord: not held, or its key was destroyed."""
    with reading(edge.vault.engine) as connection:
        return read_record(connection, edge.vault, edge.stream, record)


def scan_of(edge: Edge, record: bytes, scan: str) -> tuple[str, bytes] | None:
    """(type, content) of a scan of a filed request or of a draft; None: not, or not yet, here."""
    with reading(edge.vault.engine) as connection:
        try:
            held = read_record(connection, edge.vault, edge.stream, record).scans
        except NoSuchRecord:
            draft = drafts.read_draft(connection, edge.vault, edge.stream, record)
            held = draft.scans if draft is not None else {}
        key = key_of(connection, edge.vault, edge.stream, record)
        manifest = held.get(scan)
        if key is None or manifest is None:
            return None
        try:
            content = scans.read_scan(connection, edge.stream, record, key, scan, manifest)
        except (ScanIncomplete, Tampered):
            return None
        return str(manifest["mime"]), content


@dataclass(frozen=True, slots=True)
class _Effort:
    """How much a search may take."""

    hits: int = MOST_HITS
    opened: int = MOST_OPENED


_WHOLE = _Effort()


def suggest(edge: Edge, typed: str) -> tuple[Row, ...]:
    """The first few for what was typed so far; little work, since each pause asks anew."""
    if len(_NOISE.sub("", typed)) < _LEAST_TYPED:
        return ()
    return find(edge, typed, _Effort(SUGGESTED, _SUGGESTED_OPENED)).rows


def find(edge: Edge, typed: str, effort: _Effort = _WHOLE) -> Found:
    """Requests by NIK, number of the family card, code, or name: whatever was typed."""
    bare = _NOISE.sub("", typed)
    if not bare:
        return Found(hint=Sentence(N_("Ketik NIK, nama, atau kode dulu.")))
    if bare.isdecimal():
        return _by_number(edge, bare, effort)
    try:
        code = parse_code(typed)
    except InvalidCode as wrong:
        if any(char.isdecimal() for char in bare):
            return Found(hint=wrong.sentence)
        return _by_name(edge, typed, effort)
    found = _search(edge, [("kode", code)], effort)
    # A code may have no digit, and then looks like a name.
    return found if found.rows or not bare.isalpha() else _by_name(edge, typed, effort)


def _by_number(edge: Edge, digits: str, effort: _Effort) -> Found:
    if len(digits) != _SIXTEEN:
        return Found(
            hint=Sentence(
                N_("NIK dan nomor KK terdiri dari 16 angka; yang diketik %(count)s."),
                {"count": len(digits)},
            )
        )
    by_nik = _search(edge, [("nik", digits)], effort)
    return by_nik if by_nik.rows else _search(edge, [("kk", digits)], effort)


def _by_name(edge: Edge, typed: str, effort: _Effort) -> Found:
    words = name_words(typed)
    # A token is made of the first letters of a word: fewer find only words as short as that.
    long_enough = [word for word in words if len(word) >= PREFIX]

    def matches(record: Record) -> bool:
        named = record.fields.get(_NAME)
        have = {
            word
            for entry in (named.entries if named is not None else ())
            for word in name_words(str(entry.value))
        }
        return all(any(one.startswith(word) for one in have) for word in words)

    tokens = name_tokens(" ".join(long_enough or words))
    found = _search(edge, list(dict.fromkeys(tokens)), effort, matches)
    if not found.rows and not long_enough:
        return Found(hint=Sentence(N_("Ketik paling sedikit tiga huruf dari namanya.")))
    return found


def _search(
    edge: Edge,
    tokens: list[tuple[str, str]],
    effort: _Effort,
    matches: Callable[[Record], bool] = lambda _: True,
) -> Found:
    only = Filter(stream=edge.stream)
    with reading(edge.vault.engine) as connection:
        vault = edge.vault
        hits = search(connection, vault, tokens, matches, only, effort.hits, effort.opened)
        return Found(rows_of(hits, unsent_records(edge, connection)))
