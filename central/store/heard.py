"""How much of the centre's word each server holds, as it said when it called last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cbor2
from sqlalchemy import Connection, select

from central.store.tables import node
from sync.change import Context


@dataclass(frozen=True, slots=True)
class Heard:
    """How much of the centre's logs a server holds, and since when (Unix ms)."""

    upto: Mapping[bytes, int]
    at_ms: int


def as_heard(upto: Context) -> bytes:
    """As it is kept: equal where it is the same."""
    return cbor2.dumps(dict(upto), canonical=True)


def heard_by(connection: Connection, stream: str) -> list[Heard]:
    """Of all servers of a kelurahan that count."""
    rows = connection.execute(
        select(node.c.heard, node.c.heard_ms).where(
            node.c.stream == stream, node.c.revoked.is_(False), node.c.retired.is_(False)
        )
    )
    return [Heard(cbor2.loads(heard) if heard else {}, at_ms) for heard, at_ms in rows.tuples()]
