"""The lists of open work: what is to be done first, why, by whom, and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from central.centre import JAKARTA, Centre
from central.store import claims, desk_settings, proposals, worklist
from central.store.claims import Claim
from central.store.worklist import Wanted, day_number
from registration.catalogue import DATA, PROMISED, service
from registration.errors import UnknownService
from registration.lifecycle import Status
from registration.quota import expected_with_quota, promise_from, read_promised, turn
from registration.risk import Sign, signs_in
from registration.standard import expected_date
from sync.hlc import ms_of
from vault.engine import Connection, reading
from vault.read import Filter, Record, count_records, read_many

__all__ = [
    "Load",
    "Wanted",
    "Work",
    "count_quota_days",
    "loads",
    "open_work",
    "promise",
    "signs_of",
]

Key = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Work:
    """One page of open requests, with what stands beside them."""

    records: list[Record]
    total: int
    page: int
    more: bool
    claims: Mapping[Key, Claim]
    proposed: set[Key]
    """Those that wait for a second officer."""
    paired: set[bytes]
    """Those that may be duplicates."""
    promises: Mapping[Key, date]
    """The day to tell; of services that this version knows."""


def open_work(centre: Centre, only: Wanted, page: int, page_size: int) -> Work:
    """A page (from 1); one behind the end gives the last."""
    now = centre.clock()
    with reading(centre.vault.engine) as connection:
        if only.free or only.account is not None:
            total = worklist.count(connection, only, now)
        else:
            # Kept: of 200,000 open requests, counting them is most of what a page takes.
            total = count_records(connection, Filter(only.stream, only.statuses, only.layanan))
        page = max(1, min(page, -(-total // page_size)))
        rows = worklist.page_of(connection, only, now, page, page_size)
        keys = rows[:page_size]
        records = read_many(connection, centre.vault, keys)
        return Work(
            records,
            total,
            page,
            len(rows) > page_size,
            claims.among(connection, centre.vault, keys, now),
            proposals.waits_among(connection, keys),
            worklist.paired_among(connection, [record for _, record in keys]),
            _promises(centre, connection, records),
        )


def signs_of(record: Record, *, paired: bool) -> frozenset[Sign]:
    """Why a request asks for care."""
    filed = record.fields.get("layanan")
    day = _day(ms_of(filed.entries[0].hlc)) if filed and filed.entries else _day(record.opened_ms)
    found = set(
        signs_in(
            str(record.value("layanan", "")),
            str(record.value("varian", "")),
            record.value("versi"),
            record.named(DATA.removesuffix(".")),
            day,
        )
    )
    if record.conflicts:
        found.add(Sign.BEDA)
    if paired:
        found.add(Sign.GANDA)
    return frozenset(found)


def _day(ms: int) -> date:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(JAKARTA).date()


def _promises(centre: Centre, connection: Connection, records: Sequence[Record]) -> dict[Key, date]:
    quotas = desk_settings.quotas(connection)
    today = centre.today()
    done = desk_settings.done_on(connection, day_number(today)) if quotas else {}
    found: dict[Key, date] = {}
    for record in records:
        if record.status not in worklist.AT_CENTRE or not record.verified_ms:
            continue
        layanan = str(record.value("layanan", ""))
        try:
            standard = service(layanan).standard
        except UnknownService:
            continue
        told = read_promised(record.value(PROMISED))
        promised = promise_from(standard, _day(record.verified_ms), told).day
        daily = quotas.get(layanan)
        if daily is None or record.status == Status.DIPROSES:
            # In somebody's hands already: its turn has come.
            found[record.stream, record.id] = promised
            continue
        ahead = worklist.ahead_of(connection, layanan, record.verified_ms)
        found[record.stream, record.id] = expected_with_quota(
            promised, ahead, daily, done.get(layanan, 0), today
        )
    return found


def promise(centre: Centre, record: Record) -> date | None:
    """The day to tell for one request; None where none is promised."""
    with reading(centre.vault.engine) as connection:
        return _promises(centre, connection, [record]).get((record.stream, record.id))


@dataclass(frozen=True, slots=True)
class Load:
    """How much of a service waits against its quota."""

    layanan: str
    daily: int
    waiting: int
    done: int
    """Decided today."""
    turn: date
    """When the turn of what comes in now comes."""
    new: date
    """When what comes in now is expected to be done."""


def loads(centre: Centre) -> list[Load]:
    """The services with a quota."""
    today = centre.today()
    with reading(centre.vault.engine) as connection:
        quotas = desk_settings.quotas(connection)
        done = desk_settings.done_on(connection, day_number(today)) if quotas else {}
        found = []
        for layanan, daily in sorted(quotas.items()):
            try:
                standard = service(layanan).standard
            except UnknownService:
                continue
            waiting = worklist.open_of(connection, layanan)
            promised = expected_date(standard, today)
            so_far = done.get(layanan, 0)
            day = turn(waiting, daily, so_far, today)
            found.append(Load(layanan, daily, waiting, so_far, day, max(promised, day)))
    return found


def count_quota_days(centre: Centre) -> None:
    """Count anew what answers tell the counters about our quotas. Not for the path of a bundle."""
    today = centre.today()
    centre.counted.quota_days = {one.layanan: one.turn for one in loads(centre) if one.turn > today}
