"""Laying arrivals out: a row in `log` per change, their keys under our own.

Rule: who lays a stream out holds its fold lock. What shows people records reads `log` alone, and
so sees what is laid out: an act on it has the context of what was seen. What needs all that is
acknowledged (a log that is cut or given back, an order to shred) lays the stream out first.
"""

from __future__ import annotations

from sqlalchemy import Connection

from sync.log import changes_in
from vault import arrivals, data_keys, log
from vault.core import Vault


def lay_out_next(
    connection: Connection, vault: Vault, stream: str, replica: bytes | None = None
) -> int:
    """Lay out one arrival of a log, or of any of a stream; how many changes that were.

    Needs the fold lock.

    A key that does not open, or that belongs to a shredded record, is let go of: the record waits
    for it as if it had not come, and nobody else does.
    """
    found = arrivals.first_of(connection, stream, replica)
    if found is None:
        return 0
    log.insert_changes(connection, changes_in(stream, found.run))
    data_keys.receive_keys(connection, vault, stream, found.keys)
    arrivals.remove(connection, stream, found.run)
    return len(found.run)


def lay_out(connection: Connection, vault: Vault, stream: str) -> None:
    """Lay out all that has arrived of a stream. Needs the fold lock."""
    while lay_out_next(connection, vault, stream):
        pass
