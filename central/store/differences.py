"""What stood against each other, kept for worklists and for counting causes.

Like the candidates for duplicates it is derived: when a record is shown, its rows are made anew
from its history (`sync.differences`, `registration.late`), and showing every record rebuilds all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, literal_column, select

from central.store.tables import difference
from registration.catalogue import KIND, policy_of
from registration.late import Deed, came_late
from registration.lifecycle import Act
from sync.differences import Difference, differences, is_straight
from sync.hlc import ms_of
from sync.policy import Policy
from sync.record import Dot, Write
from vault.core import Shown, Vault
from vault.fold import Told, writes_of
from vault.prepared import Prepared, PreparedAmong
from vault.sql import insert_new_rows
from vault.tables import view

_WAITS = difference.c.settled_ms == literal_column("0")
"""Written out, so that the partial index is known to hold all that is asked for."""


class Kind(StrEnum):
    """What stands against what."""

    ISIAN = "isian"
    """Two values of a field."""
    STATUS = "status"
    """Two states of a request, of which neither follows from the other."""
    SUSULAN = "susulan"
    """A decision, and what a counter changed before it knew of it."""


class Won(StrEnum):
    """Whose word holds."""

    NOBODY = ""
    """It waits."""
    LOKET = "loket"
    PUSAT = "pusat"
    LAIN = "lain"
    """Neither's: something else was written."""


_HELD = PreparedAmong(
    lambda records: (
        select(difference.c.record)
        .where(difference.c.stream == bindparam("stream"), difference.c.record.in_(records))
        .distinct()
    )
)
_FORGET = Prepared(
    delete(difference).where(
        difference.c.stream == bindparam("stream"), difference.c.record == bindparam("record")
    )
)
_FORGET_WAITING = Prepared(
    delete(difference).where(
        difference.c.stream == bindparam("stream"),
        difference.c.record == bindparam("record"),
        _WAITS,
    )
)


def note(connection: Connection, vault: Vault, shown: Sequence[Shown]) -> None:
    """Bring the rows of these records up to date."""
    # One change alone stands against nothing, and most of what is shown is that.
    several = [one for one in shown if len(one.told) > 1]
    by_stream: dict[str, list[bytes]] = {}
    for one in several:
        by_stream.setdefault(one.stream, []).append(one.record)
    for stream, records in by_stream.items():
        held = {record for (record,) in _HELD.rows(connection, sorted(records), {"stream": stream})}
        gone = [{"stream": stream, "record": record} for record in sorted(held)]
        _FORGET.run_many(connection, gone)
    rows = sorted(row for one in several for row in _rows(one, vault))
    if rows:
        insert_new_rows(connection, difference, rows)


def _rows(one: Shown, vault: Vault) -> Iterator[tuple[Any, ...]]:
    if one.told[0].change.kind != KIND:
        return
    writes = writes_of(one.told)
    if is_straight(sorted(writes, key=lambda write: (write.hlc, write.dot))):
        return
    about = (one.stream, one.record)
    for found in differences(writes, vault.rules):
        kind = Kind.STATUS if policy_of(found.field) is Policy.LIFECYCLE else Kind.ISIAN
        won = _won(found, vault)
        what = (found.field, *found.opened, kind, one.projection.layanan)
        yield (*about, *what, *_ended(found.hlc, found.settled, won))
    for late in came_late(deeds_of(one.told, vault)):
        first = late.changes[0].write
        stands = late.answered is not None and late.answered.act == Act.TINJAU_SUSULAN
        won = Won.PUSAT if stands else Won.LOKET
        answered = late.answered.write if late.answered else None
        since = max(first.hlc, late.decision.write.hlc)
        what = ("", *first.dot, Kind.SUSULAN, one.projection.layanan)
        yield (*about, *what, *_ended(since, answered, won))


def _ended(hlc: int, settled: Write | None, won: Won) -> tuple[Any, ...]:
    if settled is None:
        return (ms_of(hlc), 0, b"", 0, Won.NOBODY)
    return (ms_of(hlc), ms_of(settled.hlc), *settled.dot, won)


def _won(found: Difference, vault: Vault) -> Won:
    """Whose value it was settled with."""
    offices = {
        Won.PUSAT if side.dot.replica in vault.central_writers else Won.LOKET
        for side in found.sides
        if found.settled is not None and side.value == found.chosen
    }
    return offices.pop() if len(offices) == 1 else Won.LAIN


def deeds_of(told: Sequence[Told], vault: Vault) -> list[Deed]:
    """A history as `registration.late` looks at it."""
    acts = {one.write.dot: one.body.act for one in told if one.body is not None}
    return [
        Deed(write, acts[write.dot], write.dot.replica in vault.central_writers)
        for write in writes_of(told)
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """One row, as worklists need it."""

    stream: str
    record: bytes
    field: str
    kind: Kind
    opened_ms: int
    settled_ms: int
    settled: Dot
    won: Won


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows. None: no limit."""

    kind: Kind | None = None
    stream: str | None = None
    field: str | None = None


def _where(query: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.kind is not None:
        query = query.where(difference.c.kind == wanted.kind)
    if wanted.stream is not None:
        query = query.where(difference.c.stream == wanted.stream)
    if wanted.field is not None:
        query = query.where(difference.c.field == wanted.field)
    return query


def forget(connection: Connection, stream: str, records: Sequence[bytes]) -> None:
    """Destroyed requests wait for nobody. What was settled in them still counts as a cause."""
    gone = [{"stream": stream, "record": record} for record in sorted(records)]
    _FORGET_WAITING.run_many(connection, gone)


def _held(query: Select[Any]) -> Select[Any]:
    """Only what was not destroyed meanwhile."""
    return query.join(
        view, (view.c.stream == difference.c.stream) & (view.c.record == difference.c.record)
    )


def count_waiting(connection: Connection) -> Mapping[Kind, int]:
    """How many requests of each kind wait for an officer."""
    one = difference.c
    requests = select(one.kind, one.stream, one.record).where(_WAITS).distinct().subquery()
    query = select(requests.c.kind, func.count()).group_by(requests.c.kind)
    return {Kind(kind): int(n) for kind, n in connection.execute(query).tuples()}


def count_requests(connection: Connection) -> int:
    """How many requests wait for an officer, of whatever kind."""
    one = difference.c
    requests = select(one.stream, one.record).where(_WAITS).distinct().subquery()
    return int(connection.execute(select(func.count()).select_from(requests)).scalar_one())


def count_fields(connection: Connection) -> dict[str, int]:
    """{field: requests in which its values wait for an officer}, the most frequent first."""
    one = difference.c
    number = func.count().label("number")
    query = (
        select(one.field, number)
        .where(_WAITS, one.kind != Kind.SUSULAN)
        .group_by(one.field)
        .order_by(number.desc(), one.field)
    )
    return {field: int(n) for field, n in connection.execute(query).tuples()}


def list_waiting(
    connection: Connection, wanted: Wanted, page: int, page_size: int
) -> list[tuple[str, bytes, int]]:
    """A page (from 1) of the requests that wait, the longest first: stream, record, since (ms)."""
    one = difference.c
    since = func.min(one.opened_ms).label("since")
    query = (
        _where(select(one.stream, one.record, since), wanted)
        .where(_WAITS)
        .group_by(one.stream, one.record)
        .order_by(since, one.record)
        .offset((page - 1) * page_size)
        .limit(page_size)
    )
    return [(stream, record, int(at)) for stream, record, at in connection.execute(query).tuples()]


def list_settled(connection: Connection, after_ms: int, most: int) -> list[Row]:
    """The differences that were settled since a time, the latest first."""
    query = (
        _held(select(difference))
        .where(difference.c.settled_ms > after_ms, difference.c.kind != Kind.SUSULAN)
        .order_by(difference.c.settled_ms.desc(), difference.c.record, difference.c.field)
        .limit(most)
    )
    return [
        Row(
            one.stream,
            one.record,
            one.field,
            Kind(one.kind),
            one.opened_ms,
            one.settled_ms,
            Dot(one.settled_by, one.settled_seq),
            Won(one.won),
        )
        for one in connection.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class Cause:
    """How often something stood against something, and how it ended."""

    kind: Kind
    field: str
    stream: str
    layanan: str
    opened: int
    waiting: int
    loket: int
    """So many were settled with the counter's word, so many with the centre's."""
    pusat: int
    spent_ms: int
    """From the beginning to the settling, of all that are settled together."""


def causes(connection: Connection, from_ms: int, to_ms: int) -> list[Cause]:
    """What began in a time, by field, kelurahan and service."""
    one = difference.c
    settled = one.settled_ms > 0
    query = (
        select(
            one.kind,
            one.field,
            one.stream,
            one.layanan,
            func.count(),
            func.count().filter(one.settled_ms == 0),
            func.count().filter(one.won == Won.LOKET),
            func.count().filter(one.won == Won.PUSAT),
            func.coalesce(func.sum(one.settled_ms - one.opened_ms).filter(settled), 0),
        )
        .where(one.opened_ms >= from_ms, one.opened_ms < to_ms)
        .group_by(one.kind, one.field, one.stream, one.layanan)
    )
    return [
        Cause(Kind(kind), field, stream, layanan, *map(int, numbers))
        for kind, field, stream, layanan, *numbers in connection.execute(query)
    ]
