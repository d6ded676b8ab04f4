"""Which pieces of scans wait, and which are held: asked when several carriers bring them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)

from vault.prepared import Prepared
from vault.scans import ChunkState
from vault.tables import chunk

_MANY = 400
"""Chunks looked up by one statement."""


def waiting_among(connection: Connection, stream: str, hashes: Sequence[bytes]) -> set[bytes]:
    """Those that still wait to be acknowledged."""
    return _in_state(connection, stream, hashes, chunk.c.state == ChunkState.WAITING)


def held_among(connection: Connection, stream: str, hashes: Sequence[bytes]) -> set[bytes]:
    """Those that came from the other side and are durable here."""
    return _in_state(connection, stream, hashes, chunk.c.state == ChunkState.HELD)


def _in_state(
    connection: Connection, stream: str, hashes: Sequence[bytes], state: ColumnElement[bool]
) -> set[bytes]:
    found: set[bytes] = set()
    for start in range(0, len(hashes), _MANY):
        some = list(hashes[start : start + _MANY])
        query = select(chunk.c.sha).where(chunk.c.stream == stream, chunk.c.sha.in_(some), state)
        found.update(connection.execute(query).scalars())
    return found


def scans_of(connection: Connection, stream: str, hashes: Sequence[bytes]) -> set[bytes]:
    """The ids of the scans that these chunks are of, where they were made here."""
    found: set[bytes] = set()
    for start in range(0, len(hashes), _MANY):
        some = list(hashes[start : start + _MANY])
        query = select(chunk.c.scan).where(
            chunk.c.stream == stream, chunk.c.sha.in_(some), chunk.c.scan.is_not(None)
        )
        found.update(connection.execute(query.distinct()).scalars())
    return found


_WAITING = Prepared(
    select(func.count()).where(
        chunk.c.stream == bindparam("stream"), chunk.c.state == bindparam("state")
    )
)


def waiting_chunks(connection: Connection, stream: str) -> int:
    """How many chunks wait to be sent."""
    row = _WAITING.first(connection, {"stream": stream, "state": int(ChunkState.WAITING)})
    return int(row[0]) if row else 0


_ASKED_AT_ONCE = 16


_LACKING = (
    select(chunk.c.sha)
    .where(chunk.c.stream == bindparam("stream"), chunk.c.state == bindparam("state"))
    .order_by(chunk.c.sha)
    .limit(literal_column(str(_ASKED_AT_ONCE)))
)
_SOME_LACKING = Prepared(
    union_all(
        select(_LACKING.where(chunk.c.sha >= bindparam("start")).subquery()),
        select(_LACKING.where(chunk.c.sha < bindparam("start")).subquery()),
    )
)


def lacking_chunks(connection: Connection, stream: str) -> tuple[bytes, ...]:
    """Some of the pieces that did not come; others each time, as some may be lost for good."""
    lacking = {"stream": stream, "state": int(ChunkState.EXPECTED), "start": os.urandom(2)}
    return tuple(sha for (sha,) in _SOME_LACKING.rows(connection, lacking)[:_ASKED_AT_ONCE])
