"""Runs that came: verified, durable and acknowledged, but not laid out in `log` yet.

To acknowledge a backlog, only the ends of the logs must be known; a row per change would cost ten
times what the bytes do. So a run stays the one blob that it came as, and whoever folds the stream
lays it out first (`vault.laying_out`). `tip` counts what is here, `log` does not hold it yet.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cbor2
from sqlalchemy import Connection, bindparam, delete, insert, literal_column, select

from sync.bundle import Run, WrappedKey
from sync.columns import KeyGroup, Keys, by_epoch, split
from sync.ids import RECORD_BYTES
from sync.log import header_hashes
from vault.prepared import Prepared
from vault.tables import arrival, arrival_key

_ADD = Prepared(
    insert(arrival).values({c.name: bindparam(c.name, type_=c.type) for c in arrival.columns})
)
_ADD_KEYS = Prepared(
    insert(arrival_key).values(
        {c.name: bindparam(c.name, type_=c.type) for c in arrival_key.columns}
    )
)
_NEXT_QUERY = (
    select(arrival.c.replica, arrival.c.first, arrival.c.run, arrival_key.c.wrapped)
    .outerjoin(
        arrival_key,
        (arrival_key.c.stream == arrival.c.stream)
        & (arrival_key.c.replica == arrival.c.replica)
        & (arrival_key.c.first == arrival.c.first),
    )
    .where(arrival.c.stream == bindparam("stream"))
    .order_by(arrival.c.replica, arrival.c.first)
    .limit(literal_column("1"))
)
_NEXT = Prepared(_NEXT_QUERY)
_NEXT_OF = Prepared(_NEXT_QUERY.where(arrival.c.replica == bindparam("replica")))
_ANY = Prepared(
    select(arrival.c.first)
    .where(arrival.c.stream == bindparam("stream"))
    .limit(literal_column("1"))
)
_OF_LOG = arrival.c.stream == bindparam("stream"), arrival.c.replica == bindparam("replica")
_AT = Prepared(
    select(arrival.c.first, arrival.c.last, arrival.c.run)
    .where(*_OF_LOG, arrival.c.first <= bindparam("seq"))
    .order_by(arrival.c.first.desc())
    .limit(literal_column("1"))
)

_BEHIND = Prepared(
    select(arrival.c.first, arrival.c.run)
    .where(*_OF_LOG, arrival.c.first > bindparam("after"))
    .order_by(arrival.c.first)
    .limit(literal_column("1"))
)


class Arrival(NamedTuple):
    """What is to be laid out in one piece."""

    run: Run
    keys: Keys


def add(connection: Connection, stream: str, run: Run, keys: Sequence[WrappedKey]) -> None:
    """Keep a run whose chain was verified; it follows on the end of its log."""
    place = {"stream": stream, "replica": run.replica, "first": run.first}
    _ADD.run(connection, {**place, "last": run.last, "run": _packed(run)})
    if keys:
        _ADD_KEYS.run(connection, {**place, "wrapped": _packed_keys(keys)})


def first_of(connection: Connection, stream: str, replica: bytes | None) -> Arrival | None:
    """The next to be laid out of one log, or of any of the stream."""
    if replica is None:
        row = _NEXT.first(connection, {"stream": stream})
    else:
        row = _NEXT_OF.first(connection, {"stream": stream, "replica": replica})
    if row is None:
        return None
    replica, first, run, keys = row
    return Arrival(_unpacked(replica, first, run), _unpacked_keys(keys))


def all_of(connection: Connection, stream: str, replica: bytes) -> Iterator[Run]:
    """What is to be laid out of one log, in order, one run at a time."""
    after = -1
    while row := _BEHIND.first(connection, {"stream": stream, "replica": replica, "after": after}):
        after, packed = row
        yield _unpacked(replica, after, packed)


def wait(connection: Connection, stream: str) -> bool:
    """Whether anything of a stream is still to be laid out."""
    return _ANY.first(connection, {"stream": stream}) is not None


def remove(connection: Connection, stream: str, run: Run) -> None:
    """It is laid out."""
    for table in (arrival, arrival_key):
        connection.execute(
            delete(table).where(
                table.c.stream == stream,
                table.c.replica == run.replica,
                table.c.first == run.first,
            )
        )


def hashes_at(
    connection: Connection, stream: str, replica: bytes, seq: int
) -> tuple[int, list[bytes]] | None:
    """(first position, header hashes) of the run that holds a position; None: none does."""
    row = _AT.first(connection, {"stream": stream, "replica": replica, "seq": seq})
    if row is None or row[1] < seq:
        return None
    first, _, packed = row
    hashes, _ = header_hashes(stream, _unpacked(replica, first, packed))
    return first, hashes


def _packed(run: Run) -> bytes:
    kinds = sorted(set(run.kinds))
    index = {kind: number for number, kind in enumerate(kinds)}
    columns = [
        run.prev,
        struct.pack(f">{len(run)}Q", *run.hlcs),
        run.doubts if len(set(run.doubts)) > 1 else run.doubts[:1],
        b"".join(run.records),
        kinds,
        list(map(index.__getitem__, run.kinds)) if len(kinds) > 1 else [],
        run.contexts if any(run.contexts) else [],
        run.bodies,
        dict(run.shas),
    ]
    return cbor2.dumps(columns)


def _unpacked(replica: bytes, first: int, packed: bytes) -> Run:
    prev, stamps, doubts, records, kinds, kind_at, contexts, bodies, shas = cbor2.loads(packed)
    count = len(bodies)
    return Run(
        replica,
        first,
        prev,
        list(struct.unpack(f">{count}Q", stamps)),
        doubts if len(doubts) == count else doubts * count,
        split(records, RECORD_BYTES),
        [kinds[number] for number in kind_at] if kind_at else kinds * count,
        contexts or [{}] * count,
        bodies,
        shas,
    )


def _packed_keys(keys: Sequence[WrappedKey]) -> bytes:
    return cbor2.dumps(
        [[epoch, b"".join(records), joined] for epoch, records, joined in by_epoch(keys)]
    )


def _unpacked_keys(packed: bytes | None) -> Keys:
    """None of a backup that was taken without them: they are asked for again."""
    groups = cbor2.loads(packed) if packed else []
    return Keys(
        [KeyGroup(epoch, split(records, RECORD_BYTES), joined) for epoch, records, joined in groups]
    )
