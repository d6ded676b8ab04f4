"""Destroying one record for good: its key first, then all that is left of it.

The logs keep the headers (who wrote when, about which record) and the hashes of the bodies, so
every chain still verifies and can be sent on. What could be read is gone: the key, the view, what
the record is found by, bodies, scans. A key that comes back (from an old backup, from a box that
was off) is not taken.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import Connection, and_, bindparam, delete, select, tuple_

from crypto.identity import Identity
from sync.orders import ShredOrder, order_shredding
from vault import key_work, orders, tally
from vault.blobs import Blobs
from vault.core import Vault
from vault.engine import scrub, writing
from vault.fold import lock_stream
from vault.key_work import Work
from vault.laying_out import lay_out
from vault.read import Record, find_record
from vault.tables import (
    arrival,
    arrival_key,
    blind,
    chunk,
    data_key,
    epoch,
    parked,
    shred_order,
    view,
)

_log = structlog.get_logger()
_SCRUB = "scrub"
_CHUNKS_AT_ONCE = 64


def issue(
    connection: Connection, by: Identity, stream: str, records: Sequence[bytes], now_ms: int
) -> list[ShredOrder]:
    """Orders of the centre to shred records of a stream; those ordered before are left out."""
    last = orders.held(connection, stream).upto
    before = orders.shredded(connection, stream, records)
    made = []
    for record in records:
        if record not in before:
            # By the clock: a centre that was restored must not give a number twice.
            last = max(last + 1, now_ms)
            made.append(order_shredding(by, stream, last, record))
    return made


def carry_out(
    connection: Connection, vault: Vault, stream: str, given: Sequence[ShredOrder]
) -> None:
    """Keep orders and destroy what they name; nothing of it can be read when this commits.

    Scans are unlinked and the database's own leavings are wiped by `sweep`, after the commit.
    """
    lock_stream(connection, stream)
    # Whoever takes keys shares this: no key can slip in beside the order.
    key_work.hold(connection)
    # What waits to be laid out may be about these records, and bring their keys.
    lay_out(connection, vault, stream)
    orders.keep(connection, stream, given)
    for order in given:
        record = find_record(connection, vault, stream, order.record)
        if record is not None:
            _forget_tokens(connection, vault, record)
        tally.leave(connection, stream, order.record)
        for table in (data_key, view, parked):
            connection.execute(
                delete(table).where(table.c.stream == stream, table.c.record == order.record)
            )
        orders.drop_bodies(connection, stream, order.record)
    if given:
        key_work.save(connection, Work(_SCRUB, 0, "due"))
        _log.warning("records shredded", stream=stream, count=len(given))


def _forget_tokens(connection: Connection, vault: Vault, record: Record) -> None:
    keyring = vault.keys_in(connection)
    projection = vault.project(record.state, vault.rules)
    rows = [
        {"t": token, "s": record.stream, "r": record.id}
        for kind, value in projection.tokens
        for _, token in keyring.tokens(kind, value)
    ]
    if rows:
        connection.execute(
            delete(blind).where(
                blind.c.token == bindparam("t"),
                blind.c.stream == bindparam("s"),
                blind.c.record == bindparam("r"),
            ),
            rows,
        )


def sweep(vault: Vault, blobs: Blobs | None) -> bool:
    """Remove what `carry_out` left lying: sealed scans, and deleted bytes in the database's files.

    Returns whether all is done; if not (somebody reads just now), it is to be called again.
    """
    while _sweep_chunks(vault, blobs):
        pass
    with writing(vault.engine) as connection:
        if key_work.read(connection, _SCRUB) is None:
            return True
    if not scrub(vault.engine, [data_key.name, arrival_key.name, blind.name, view.name]):
        return False
    with writing(vault.engine) as connection:
        key_work.end(connection, _SCRUB)
    # The note itself is no secret; but the last words of the log file should be wiped too.
    scrub(vault.engine, [])
    return True


def _sweep_chunks(vault: Vault, blobs: Blobs | None) -> bool:
    """Files first: a row without its file is swept again, a file without its row never."""
    with writing(vault.engine) as connection:
        rows = connection.execute(
            select(chunk.c.stream, chunk.c.sha)
            .join(
                shred_order,
                and_(
                    shred_order.c.stream == chunk.c.stream,
                    shred_order.c.record == chunk.c.record,
                ),
            )
            .limit(_CHUNKS_AT_ONCE)
        ).all()
        if blobs is not None:
            for row in rows:
                blobs.remove(row.sha)
        if rows:
            connection.execute(
                delete(chunk).where(
                    tuple_(chunk.c.stream, chunk.c.sha).in_([(r.stream, r.sha) for r in rows])
                )
            )
    return len(rows) == _CHUNKS_AT_ONCE


def forget_epochs(connection: Connection, before_ms: int) -> int:
    """Destroy epoch keys opened before a time; how many.

    They are needed only for bundles that are still on their way. Afterwards not even who recorded
    a bundle and later takes a server with its KEK can open the record keys in it. Those of a stream
    of which something waits to be laid out stay until then.
    """
    waits = select(arrival.c.stream).where(arrival.c.stream == epoch.c.stream).exists()
    result = connection.execute(delete(epoch).where(epoch.c.opened_ms < before_ms, ~waits))
    return int(result.rowcount)
