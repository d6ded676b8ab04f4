"""When nodes were told to come back."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from central.store.tables import node
from central.store.watch_tables import node_turn
from central.turns import Turn
from vault.sql import upsert


def keep(connection: Connection, given: Mapping[bytes, Turn]) -> None:
    """Keep the turns of those that are nodes: who asks is not known to be who it says."""
    known = connection.execute(select(node.c.replica).where(node.c.replica.in_(list(given))))
    # Always in one order: several processes write at once.
    rows = [
        {"replica": one, "at_ms": given[one].at_ms, "told_ms": given[one].told_ms}
        for one in sorted(known.scalars())
    ]
    if rows:
        upsert(connection, node_turn, rows)


def kept(connection: Connection) -> dict[bytes, Turn]:
    """The last turn of each node that was ever given one."""
    rows = connection.execute(select(node_turn.c.replica, node_turn.c.at_ms, node_turn.c.told_ms))
    return {replica: Turn(at_ms, told_ms) for replica, at_ms, told_ms in rows.tuples()}
