"""The open work of the desk: what is Disdukcapil's to do, in the order in which it is to be done.

A small table beside the view, so that a list of some thousands is sorted and paged by an index
however many millions of requests are done. It is derived: whenever a record is shown its row is
made anew, or taken out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.sql import exists

from central.store import duplicates
from central.store.desk_tables import claim, proposal, task
from central.store.tables import alike
from registration.catalogue import DATA, KIND, service
from registration.errors import UnknownService
from registration.lifecycle import Status
from registration.risk import Sign, care_for, signs_in, weigh
from registration.standard import expected_date
from sync.hlc import ms_of
from sync.record import RecordState, standing
from sync.resolve import Rules
from vault.core import Projection, Shown, Vault
from vault.prepared import PreparedAmong
from vault.sql import upsert_rows
from vault.tables import view

AT_CENTRE = (Status.DIVERIFIKASI, Status.DIPROSES)
WAITS, SENT_BACK = "menunggu", "dikembalikan"
"""States of a proposal."""
_JAKARTA = ZoneInfo("Asia/Jakarta")
_EPOCH = date(1970, 1, 1)
_FAR = (date(9999, 1, 1) - _EPOCH).days
"""The promised day of a service that this version does not know."""
_MANY = 300


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def project_for_desk(state: RecordState, rules: Rules) -> Projection:
    """As for duplicates, with the weight of what the answers show while somebody works on them."""
    plain = duplicates.project_with_matters(state, rules)
    if plain.status not in AT_CENTRE:
        return plain
    return plain._replace(weight=weigh(_own_signs(plain, state)))


def _own_signs(plain: Projection, state: RecordState) -> frozenset[Sign]:
    values = {
        name.removeprefix(DATA): standing(state, name)[0]
        for name in state.fields
        if name.startswith(DATA) and standing(state, name)
    }
    register = state.fields.get("layanan")
    versions = standing(state, "versi")
    filed = _day_of(ms_of(register.entries[0].hlc)) if register and register.entries else _EPOCH
    return signs_in(plain.layanan, plain.varian, versions[0] if versions else None, values, filed)


def _day_of(ms: int) -> date:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(_JAKARTA).date()


def note(connection: Connection, vault: Vault, shown: Sequence[Shown]) -> None:
    """Bring pairs and open work up to date with records that were just shown."""
    records = [one.record for one in shown]
    before = _partners(connection, records)
    # Locks what the records share with others, so that two workers do not wait in a circle.
    duplicates.note(connection, vault, shown)
    touched = before | _partners(connection, records)
    weights = {(one.stream, one.record): one.projection.weight for one in shown}
    rows: list[tuple[Any, ...]] = []
    gone: list[tuple[str, bytes]] = []
    for stream, mine in _by_stream(shown).items():
        # Most of what comes in is not (or no more) the desk's: it costs one look.
        at_centre = [one.record for one in mine if one.projection.status in AT_CENTRE]
        found = _rows(connection, stream, at_centre, weights)
        rows += found
        kept = {row[1] for row in found}
        rest = [one.record for one in mine if one.record not in kept]
        gone += [(stream, record) for (record,) in _OPEN.rows(connection, rest, {"s": stream})]
    upsert_rows(connection, task, rows)
    forget(connection, gone)
    _weigh_pairs(connection, touched | {row[1] for row in rows})


def _by_stream(shown: Sequence[Shown]) -> dict[str, list[Shown]]:
    """Each record once, as it was shown last."""
    last = {(one.stream, one.record): one for one in shown}
    found: dict[str, list[Shown]] = {}
    for (stream, _), one in last.items():
        found.setdefault(stream, []).append(one)
    return found


_OPEN = PreparedAmong(
    lambda records: select(task.c.record).where(
        task.c.stream == bindparam("s"), task.c.record.in_(records)
    )
)
_SIDES = (alike.c.record_a, alike.c.record_b)


def _partners(connection: Connection, records: Sequence[bytes]) -> set[bytes]:
    """The requests that these are held against."""
    # Few pairs wait at a time: reading them all is cheaper than asking about each record.
    pairs = list(connection.execute(select(*_SIDES).limit(_MANY)).tuples())
    if len(pairs) < _MANY:
        shown = set(records)
        return {b for a, b in pairs if a in shown} | {a for a, b in pairs if b in shown}
    found: set[bytes] = set()
    for some in _parts(records):
        for mine, other in (_SIDES, _SIDES[::-1]):
            found.update(connection.execute(select(other).where(mine.in_(some))).scalars())
    return found


def _rows(
    connection: Connection,
    stream: str,
    records: Sequence[bytes],
    weights: Mapping[tuple[str, bytes], int],
) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for some in _parts(records):
        query = select(
            view.c.record, view.c.layanan, view.c.status, view.c.verified, view.c.conflicts
        ).where(
            view.c.stream == stream,
            view.c.record.in_(some),
            view.c.kind == KIND,
            view.c.status.in_(AT_CENTRE),
        )
        for record, layanan, status, verified, conflicts in connection.execute(query).tuples():
            weight = weights[stream, record] + (weigh([Sign.BEDA]) if conflicts else 0)
            rows.append(
                (
                    stream,
                    record,
                    layanan,
                    status,
                    _due(layanan, verified),
                    verified,
                    weight,
                    int(care_for(weight)),
                )
            )
    return rows


def _due(layanan: str, verified: int) -> int:
    try:
        return day_number(expected_date(service(layanan).standard, _day_of(verified)))
    except UnknownService:
        return _FAR


def _weigh_pairs(connection: Connection, records: Collection[bytes]) -> None:
    """Duplicates that wait weigh on both requests, whichever of them came last."""
    for some in _parts(sorted(records)):
        paired = _partnered(connection, some)
        query = select(task.c.stream, task.c.record, task.c.weight, task.c.care)
        found = connection.execute(
            query.where(task.c.record.in_(some)).order_by(task.c.stream, task.c.record)
        ).all()
        for row in found:
            extra = weigh([Sign.GANDA]) if row.record in paired else 0
            care = int(care_for(row.weight + extra))
            if care != row.care:
                connection.execute(
                    update(task)
                    .where(task.c.stream == row.stream, task.c.record == row.record)
                    .values(care=care)
                )


def _partnered(connection: Connection, records: Sequence[bytes]) -> set[bytes]:
    found: set[bytes] = set()
    for column in _SIDES:
        found.update(connection.execute(select(column).where(column.in_(records))).scalars())
    return found


def _parts(values: Iterable[bytes]) -> Iterable[list[bytes]]:
    ordered = list(values)
    for start in range(0, len(ordered), _MANY):
        yield ordered[start : start + _MANY]


def forget(connection: Connection, gone: Iterable[tuple[str, bytes]]) -> None:
    """Take requests from the desk: decided, back at the counter, or destroyed."""
    by_stream: dict[str, list[bytes]] = {}
    for stream, record in gone:
        by_stream.setdefault(stream, []).append(record)
    for stream, records in by_stream.items():
        for some in _parts(records):
            for table in (task, claim, proposal):
                connection.execute(
                    delete(table).where(table.c.stream == stream, table.c.record.in_(some))
                )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which open requests a list shows, and in which order."""

    statuses: tuple[str, ...] = AT_CENTRE
    stream: str | None = None
    layanan: str | None = None
    by_care: bool = False
    """Those that ask for most care first; else those whose day comes soonest."""
    free: bool = False
    """Only those that nobody works on and that wait for no second officer."""
    account: str | None = None
    """Only those that this officer has taken."""


_OF_TASK = (claim.c.stream == task.c.stream) & (claim.c.record == task.c.record)
_PROPOSED = exists().where(
    proposal.c.stream == task.c.stream,
    proposal.c.record == task.c.record,
    proposal.c.state == WAITS,
)


def _taken(now_ms: int) -> ColumnElement[bool]:
    return exists().where(_OF_TASK, claim.c.until_ms > now_ms)


def _where(query: Select[Any], only: Wanted, now_ms: int) -> Select[Any]:
    if set(only.statuses) != set(AT_CENTRE):
        query = query.where(task.c.status.in_(only.statuses))
    if only.stream is not None:
        query = query.where(task.c.stream == only.stream)
    if only.layanan is not None:
        query = query.where(task.c.layanan == only.layanan)
    if only.free:
        query = query.where(~_taken(now_ms), ~_PROPOSED)
    if only.account is not None:
        mine = and_(_OF_TASK, claim.c.account == only.account, claim.c.until_ms > now_ms)
        query = query.where(exists().where(mine))
    return query


def ordered(only: Wanted, now_ms: int) -> Select[Any]:
    """The list as a query, in an order that an index has."""
    query = _where(select(task.c.stream, task.c.record), only, now_ms)
    order = (task.c.due, task.c.verified, task.c.record)
    return query.order_by(task.c.care.desc(), *order) if only.by_care else query.order_by(*order)


def count(connection: Connection, only: Wanted, now_ms: int) -> int:
    query = _where(select(func.count()).select_from(task), only, now_ms)
    return int(connection.execute(query).scalar_one())


def page_of(
    connection: Connection, only: Wanted, now_ms: int, page: int, page_size: int
) -> list[tuple[str, bytes]]:
    """One page (from 1), and one row more where more follow."""
    query = ordered(only, now_ms).offset((page - 1) * page_size).limit(page_size + 1)
    return [(stream, record) for stream, record in connection.execute(query).tuples()]


def first_free(connection: Connection, only: Wanted, now_ms: int) -> tuple[str, bytes] | None:
    """The next one that nobody has; held until the transaction ends, passing over what is held."""
    query = ordered(only, now_ms).limit(1).with_for_update(of=task, skip_locked=True)
    row = connection.execute(query).first()
    return None if row is None else (row.stream, row.record)


def ahead_of(connection: Connection, layanan: str, verified_ms: int) -> int:
    """How many open requests of a service were complete before this time."""
    query = select(func.count()).where(task.c.layanan == layanan, task.c.verified < verified_ms)
    return int(connection.execute(query).scalar_one())


def open_of(connection: Connection, layanan: str) -> int:
    """How many requests of a service are open."""
    query = select(func.count()).where(task.c.layanan == layanan)
    return int(connection.execute(query).scalar_one())


def paired_among(connection: Connection, records: Sequence[bytes]) -> set[bytes]:
    """Those of these that may be duplicates."""
    return _partnered(connection, records) if records else set()


def is_open(connection: Connection, stream: str, record: bytes) -> bool:
    query = select(task.c.record).where(task.c.stream == stream, task.c.record == record)
    return connection.execute(query).first() is not None


def lock(connection: Connection, stream: str, record: bytes) -> None:
    """Nobody takes this request from a list until the transaction ends."""
    query = select(task.c.record).where(task.c.stream == stream, task.c.record == record)
    connection.execute(query.with_for_update())
