"""What still waits to be sent behind a bundle: how many records, how many bytes, since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from sync.hlc import ms_of
from vault.prepared import Prepared
from vault.scans import ChunkState
from vault.tables import chunk, log


@dataclass(frozen=True, slots=True)
class Backlog:
    """`oldest_ms`: stamp of the oldest change, 0 where none waits."""

    records: int
    bytes: int
    oldest_ms: int


_CHANGES = Prepared(
    select(log.c.record, log.c.hlc, func.coalesce(func.length(log.c.body), 0)).where(
        log.c.stream == bindparam("stream"),
        log.c.replica == bindparam("replica"),
        log.c.seq > bindparam("after"),
    )
)
_CHUNKS = Prepared(
    select(chunk.c.record, func.sum(chunk.c.size))
    .where(chunk.c.stream == bindparam("stream"), chunk.c.state == bindparam("state"))
    .group_by(chunk.c.record)
)


def backlog(
    connection: Connection,
    stream: str,
    replica: bytes,
    after: int,
    brought: Iterable[tuple[bytes, bytes]] = (),
) -> Backlog:
    """What waits behind position `after` of our log, but for the (record, piece of a scan)s that
    are brought."""
    changes = _CHANGES.rows(connection, {"stream": stream, "replica": replica, "after": after})
    waiting = {"stream": stream, "state": int(ChunkState.WAITING)}
    left: Counter[bytes] = Counter()
    for record, size in _CHUNKS.rows(connection, waiting):
        left[record] = int(size)
    for record, piece in brought:
        left[record] -= len(piece)
    pieces = {record: size for record, size in left.items() if size > 0}
    return Backlog(
        len({record for record, _, _ in changes} | pieces.keys()),
        sum(size for _, _, size in changes) + sum(pieces.values()),
        min((ms_of(hlc) for _, hlc, _ in changes), default=0),
    )
