"""What officers look at: accounts, the queue, one request with its scans, a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from central.centre import NAME, Centre
from central.store import differences, duplicates, nodes
from crypto.errors import Tampered
from registration.codes import parse_code
from registration.errors import InvalidCode
from registration.lifecycle import Status
from registration.names import name_words
from registration.texts import N_, Sentence
from vault import accounts, scans
from vault.accounts import StaffAccount
from vault.data_keys import key_of
from vault.engine import Connection, reading
from vault.errors import KeyMissing, NoSuchRecord, VaultError
from vault.fold import Told
from vault.projection import PREFIX, name_tokens
from vault.read import (
    Filter,
    Record,
    count_by_status,
    count_records,
    list_records,
    read_record,
)
from vault.read import search as search_records

MOST_FOUND = 50
_NIK_DIGITS = 16
_SEPARATORS = str.maketrans("", "", " .-")


class ScanDamaged(VaultError):
    """The parts of a scan are here but do not make what was filed."""


def log_in(centre: Centre, username: str, password: str) -> StaffAccount | None:
    with reading(centre.vault.engine) as connection:
        return accounts.log_in(connection, centre.vault, username, password)


def account(centre: Centre, account_id: str) -> StaffAccount | None:
    """An active account."""
    with reading(centre.vault.engine) as connection:
        return accounts.account_by_id(connection, centre.vault, account_id)


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of a queue."""

    records: list[Record]
    total: int
    page: int
    before: bool
    """Whether there is a page before this one to go to."""
    more: bool
    """Whether there is one behind it."""
    between: bool
    """Whether pages next to this one are not gone through: a day is to be chosen."""


MOST_PAGES = 400
"""From either end. Nobody turns ten thousand pages, and the database would read all before."""


def queue(centre: Centre, only: Filter, page: int, page_size: int) -> Queue:
    """A page (from 1); one behind the end gives the last, one too far from both the last in
    reach."""
    with reading(centre.vault.engine) as connection:
        total = count_records(connection, only)
        pages = max(-(-total // page_size), 1)
        page = max(1, min(page, pages))
        from_end = pages + 1 - MOST_PAGES
        if MOST_PAGES < page < from_end:
            page = MOST_PAGES if page - MOST_PAGES <= from_end - page else from_end
        records, more = list_records(connection, centre.vault, only, page, page_size, total)
    between = from_end > MOST_PAGES + 1
    return Queue(
        records,
        total,
        page,
        before=page > 1 and not (between and page == from_end),
        more=more and not (between and page == MOST_PAGES),
        between=between and page in (MOST_PAGES, from_end),
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How much work there is."""

    by_status: Mapping[str, int]
    conflicts: int
    """Requests in which something stands against something."""
    alike: int
    """Pairs that look like the same request."""

    def of(self, *statuses: Status) -> int:
        return total_of(self.by_status, *statuses)


def total_of(by_status: Mapping[str, int], *statuses: Status) -> int:
    """How many stand in one of these."""
    return sum(by_status.get(status, 0) for status in statuses)


def counts(centre: Centre, stream: str | None = None) -> Counts:
    """Per status (of a kelurahan), and what waits for a decision (of all)."""
    with reading(centre.vault.engine) as connection:
        return Counts(
            count_by_status(connection, stream),
            differences.count_requests(connection),
            duplicates.count_pairs(connection),
        )


def statuses(centre: Centre, stream: str | None, layanan: str | None) -> Mapping[str, int]:
    """How many requests (of a kelurahan, of a service) stand where."""
    with reading(centre.vault.engine) as connection:
        return count_by_status(connection, stream, layanan)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to. `note` says what to do where that is not plain."""

    records: list[Record]
    note: Sentence | None = None


def search(centre: Centre, typed: str) -> Found:
    """Requests by NIK, KK number, code or name."""
    digits = typed.translate(_SEPARATORS)
    with reading(centre.vault.engine) as connection:
        if digits.isdecimal():
            return _by_number(centre, connection, digits)
        try:
            return Found(_hits(centre, connection, [("kode", parse_code(typed))], ()))
        except InvalidCode:
            return _by_name(centre, connection, typed)


def _by_number(centre: Centre, connection: Connection, digits: str) -> Found:
    if len(digits) != _NIK_DIGITS:
        return Found(
            [],
            Sentence(
                N_("NIK dan nomor KK terdiri dari 16 angka; yang diketik %(count)s."),
                {"count": len(digits)},
            ),
        )
    hits = {
        (hit.stream, hit.id): hit
        for kind in ("nik", "kk")
        for hit in _hits(centre, connection, [(kind, digits)], ())
    }
    return Found(list(hits.values()))


def _by_name(centre: Centre, connection: Connection, typed: str) -> Found:
    words = name_words(typed)
    tokens = name_tokens(typed)
    # A word still being typed has no token of its own; the check on the opened name knows it.
    whole = [token for token in tokens if len(token[1]) == PREFIX] or tokens
    hits = _hits(centre, connection, list(dict.fromkeys(whole)), tuple(words))
    if len(hits) == MOST_FOUND:
        return Found(
            hits,
            Sentence(
                N_("Hanya %(count)s yang terbaru ditampilkan. Ketik nama lebih lengkap."),
                {"count": MOST_FOUND},
            ),
        )
    return Found(hits)


def _hits(
    centre: Centre, connection: Connection, tokens: list[tuple[str, str]], words: tuple[str, ...]
) -> list[Record]:
    def matches(record: Record) -> bool:
        resolution = record.fields.get("data.nama")
        if not words or resolution is None:
            return not words
        return any(
            all(any(own.startswith(word) for own in name_words(str(entry.value))) for word in words)
            for entry in resolution.entries
        )

    return search_records(connection, centre.vault, tokens, matches, Filter(), MOST_FOUND)


@dataclass(frozen=True, slots=True)
class Opened:
    """One request as its page shows it."""

    record: Record
    told: list[Told]
    whole: Mapping[str, bool]
    """{scan id: whether all of it has come}."""
    places: Mapping[bytes, str]
    """{replica: kelurahan} of all who may have written."""

    def place_of(self, replica: bytes) -> str:
        return self.places.get(replica, NAME)

    @property
    def undecided(self) -> list[str]:
        return sorted(name for name, found in self.record.fields.items() if found.conflicted)


def open_request(centre: Centre, stream: str, record: bytes) -> Opened:
    """:raises NoSuchRecord: not held (any more)."""
    with reading(centre.vault.engine) as connection:
        return open_in(connection, centre, stream, record)


def open_in(connection: Connection, centre: Centre, stream: str, record: bytes) -> Opened:
    """:raises NoSuchRecord: not held (any more)."""
    found = read_record(connection, centre.vault, stream, record)
    whole = scans.complete_scans(connection, stream, found.scans)
    return Opened(found, list(found.told), whole, _places(connection))


def _places(connection: Connection) -> dict[bytes, str]:
    return {replica: name for replica, (_, name) in nodes.names(connection).items()}


@dataclass(frozen=True, slots=True)
class OpenedScan:
    mime: str
    data: bytes


def open_scan(centre: Centre, stream: str, record: bytes, scan: str) -> OpenedScan:
    """A whole scan.

    :raises NoSuchRecord: no such request, or no such scan in it.
    :raises ScanIncomplete: parts of it are still at the counter.
    :raises ScanDamaged: what came is not what was filed.
    """
    with reading(centre.vault.engine) as connection:
        found = read_record(connection, centre.vault, stream, record)
        manifest: Mapping[str, Any] | None = found.scans.get(scan)
        if manifest is None:
            raise NoSuchRecord(scan)
        key = key_of(connection, centre.vault, stream, record)
        if key is None:
            raise KeyMissing(record.hex())
        try:
            data = scans.read_scan(connection, stream, record, key, scan, manifest, centre.blobs)
        except Tampered as damaged:
            raise ScanDamaged(scan) from damaged
    return OpenedScan(str(manifest["mime"]), data)
