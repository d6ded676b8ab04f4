"""All that the logs of a stream hold of a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, select, tuple_

from crypto.chain import GENESIS
from sync.change import Change
from sync.hlc import ms_of
from vault.log import change_of
from vault.prepared import Prepared
from vault.tables import log, tip

_MANY = 400
_STEP = 256
"""Changes of a log that are looked at together."""
_before = log.alias("before")
OF_RECORDS = (
    select(
        *(column for column in log.columns if column.name != "prev"),
        func.coalesce(log.c.prev, _before.c.hash).label("prev"),
    )
    .outerjoin(
        _before,
        and_(
            _before.c.stream == log.c.stream,
            _before.c.replica == log.c.replica,
            _before.c.seq == log.c.seq - 1,
        ),
    )
    .order_by(log.c.hlc, log.c.replica, log.c.seq)
)
_OF_ONE = Prepared(
    OF_RECORDS.where(log.c.stream == bindparam("stream"), log.c.record == bindparam("record"))
)


class _LogRow(NamedTuple):
    """A row of `OF_RECORDS`."""

    stream: str
    replica: bytes
    seq: int
    hlc: int
    doubt: int
    record: bytes
    kind: str
    context: bytes
    body: bytes | None
    body_sha: bytes | None
    hash: bytes
    prev: bytes | None


def changes_of(connection: Connection, stream: str, record: bytes) -> list[Change]:
    """All changes of a record in all logs, by stamp."""
    rows = map(_LogRow._make, _OF_ONE.rows(connection, {"stream": stream, "record": record}))
    return [change_of(stream, row.replica, row.prev or GENESIS, row) for row in rows]


def changes_between(
    connection: Connection, stream: str, start_ms: int, end_ms: int
) -> list[Change]:
    """All changes of a stream stamped from the first to before the second time (Unix ms), by stamp.

    Each log is read back from its end until a whole step of it is older: what a log holds of one
    day is found without reading its years.
    """
    found: list[Change] = []
    ends = connection.execute(select(tip.c.replica, tip.c.seq).where(tip.c.stream == stream))
    for replica, last in ends.tuples().all():
        while last > 0:
            step = OF_RECORDS.where(
                log.c.stream == stream,
                log.c.replica == replica,
                log.c.seq <= last,
                log.c.seq > last - _STEP,
            )
            rows = connection.execute(step).all()
            if all(ms_of(row.hlc) < start_ms for row in rows):
                break
            found += [
                change_of(stream, replica, row.prev or GENESIS, row)
                for row in rows
                if start_ms <= ms_of(row.hlc) < end_ms
            ]
            last -= _STEP
    return sorted(found, key=lambda one: (one.hlc, one.replica, one.seq))


def changes_of_many(
    connection: Connection, stream: str, records: Sequence[bytes]
) -> dict[bytes, list[Change]]:
    """All changes of each of the records, by stamp."""
    found: dict[bytes, list[Change]] = {record: [] for record in records}
    for start in range(0, len(records), _MANY):
        some = list(records[start : start + _MANY])
        query = OF_RECORDS.where(log.c.stream == stream, log.c.record.in_(some))
        for row in connection.execute(query):
            change = change_of(stream, row.replica, row.prev or GENESIS, row)
            found[change.record].append(change)
    return found


def changes_of_all(
    connection: Connection, keys: Sequence[tuple[str, bytes]]
) -> dict[tuple[str, bytes], list[Change]]:
    """All changes of records of any streams, each named by its stream and id, by stamp.

    In one query: a page of the centre shows as many streams as requests.
    """
    found: dict[tuple[str, bytes], list[Change]] = {key: [] for key in keys}
    for start in range(0, len(keys), _MANY):
        some = keys[start : start + _MANY]
        query = OF_RECORDS.where(tuple_(log.c.stream, log.c.record).in_(some))
        for row in connection.execute(query):
            change = change_of(row.stream, row.replica, row.prev or GENESIS, row)
            found[row.stream, change.record].append(change)
    return found
