"""Shredding orders as they are kept: which records must never come back."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, literal_column, select, update

from crypto.chain import digest
from sync.orders import Orders, ShredOrder
from vault.prepared import Prepared
from vault.sql import insert_new
from vault.tables import log, shred_order

_MANY = 400
_AT_ONCE = 200
"""Orders in one bundle: some 20 KB."""


def keep(connection: Connection, stream: str, orders: Iterable[ShredOrder]) -> None:
    rows = [
        {"stream": stream, "number": one.number, "record": one.record, "signature": one.signature}
        for one in orders
    ]
    insert_new(connection, shred_order, rows)


_ALL = (1 << 63) - 1
_HELD = Prepared(
    select(func.max(shred_order.c.number), func.count()).where(
        shred_order.c.stream == bindparam("stream"), shred_order.c.number <= bindparam("upto")
    )
)


def held(connection: Connection, stream: str, upto: int | None = None) -> Orders:
    """How many orders of a stream are held (up to a number), and the number of the last one."""
    most = _ALL if upto is None else upto
    rows = _HELD.rows(connection, {"stream": stream, "upto": most})
    last, count = rows[0]
    return Orders(int(last or 0), int(count))


def behind(connection: Connection, stream: str, after: int) -> tuple[ShredOrder, ...]:
    """The next orders of a stream behind a number."""
    rows = connection.execute(
        select(shred_order.c.number, shred_order.c.record, shred_order.c.signature)
        .where(shred_order.c.stream == stream, shred_order.c.number > after)
        .order_by(shred_order.c.number)
        .limit(_AT_ONCE)
    )
    return tuple(ShredOrder(*row) for row in rows.tuples())


_ANY = Prepared(
    select(shred_order.c.number)
    .where(shred_order.c.stream == bindparam("stream"))
    .limit(literal_column("1"))
)


def shredded(connection: Connection, stream: str, records: Iterable[bytes]) -> set[bytes]:
    """Those of the records that were ordered to be shredded."""
    found: set[bytes] = set()
    if _ANY.first(connection, {"stream": stream}) is None:
        return found
    wanted = list(dict.fromkeys(records))
    for start in range(0, len(wanted), _MANY):
        query = select(shred_order.c.record).where(
            shred_order.c.stream == stream,
            shred_order.c.record.in_(wanted[start : start + _MANY]),
        )
        found.update(connection.execute(query).scalars())
    return found


def drop_bodies(connection: Connection, stream: str, record: bytes) -> None:
    """Let go of the sealed bodies of a record. Their hashes stay, and with them the chain."""
    rows = connection.execute(
        select(log.c.replica, log.c.seq, log.c.body).where(
            log.c.stream == stream, log.c.record == record, log.c.body.is_not(None)
        )
    ).all()
    if rows:
        connection.execute(
            update(log)
            .where(
                log.c.stream == stream,
                log.c.replica == bindparam("r"),
                log.c.seq == bindparam("s"),
            )
            .values(body=None, body_sha=bindparam("sha")),
            [{"r": row.replica, "s": row.seq, "sha": digest(row.body)} for row in rows],
        )
