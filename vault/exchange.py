"""Both sides of an exchange, as far as the store goes: what to send, and taking what came."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from sync.bundle import Bundle, Run
from sync.change import Change
from sync.exchange import Batch
from sync.log import new_changes
from vault import data_keys, log, scans
from vault.core import Vault
from vault.errors import ContextFromFuture

_CHANGE_BYTES = 48


def gather(connection: Connection, vault: Vault, stream: str, after: int, budget: int) -> Batch:
    """What the other side lacks of our own log behind `after`, cut to about `budget` bytes.

    Changes go before scans: the data of the whole queue arrives before the first big picture.
    """
    run, more = log.read_run(connection, stream, vault.replica, after, budget)
    have = log.watermarks(connection, stream)
    lacks = data_keys.missing_epochs(connection, stream)
    keys, epochs = data_keys.keys_to_send(connection, run, stream)
    left = budget - _size(run) if run is not None else budget
    runs = (run,) if run is not None else ()
    chunks: Sequence[tuple[bytes, bytes]] = ()
    if not more and (left >= scans.CHUNK_BYTES or run is None):
        chunks = scans.chunks_to_send(connection, stream, left)
    return Batch(
        have=have,
        runs=runs,
        keys=tuple(keys),
        epochs=epochs,
        chunks=tuple(chunks),
        lacks_epochs=lacks,
        more=more,
    )


def _size(run: Run) -> int:
    return sum(len(body or b"") + _CHANGE_BYTES for body in run.bodies)


def take_runs(
    connection: Connection,
    stream: str,
    content: Bundle,
    *,
    writer: bytes,
    check_contexts: bool,
) -> list[Change]:
    """Append what is new of `writer`'s log; returns the new changes in order.

    :param check_contexts: at the centre, which holds all logs of the stream; a node holds only
        some, and trusts the centre.
    :raises Forked: the log that came is not the continuation of the one held.
    :raises ContextFromFuture: a change claims to have seen what nobody wrote yet.
    """
    taken: list[Change] = []
    for run in content.runs:
        if run.replica != writer:
            continue
        end = log.log_end(connection, stream, writer, lock=True)
        fresh = new_changes(stream, run, end.tip, log.hash_reader(connection, stream, writer))
        if check_contexts:
            _check_contexts(connection, stream, fresh)
        log.append(connection, fresh)
        taken += fresh
    return taken


def _check_contexts(connection: Connection, stream: str, changes: Sequence[Change]) -> None:
    """A made-up context would swallow later writes of others unseen."""
    claimed: dict[bytes, int] = {}
    for change in changes:
        for replica, seq in change.context.items():
            if seq > claimed.get(replica, 0):
                claimed[replica] = seq
    if not claimed:
        return
    held = log.watermarks(connection, stream)
    for replica, seq in claimed.items():
        if seq > held.get(replica, 0):
            raise ContextFromFuture(f"context names {seq} of log {replica.hex()}, not written yet")


def take_keys(
    connection: Connection, vault: Vault, stream: str, content: Bundle, now_ms: int
) -> None:
    """Take the epoch and data keys that came. What waited for them is folded by `fold_parked`."""
    if not content.epochs and not content.keys:
        return
    if content.epochs:
        data_keys.receive_epochs(connection, vault, stream, content.epochs, now_ms)
        data_keys.retry_waiting(connection, vault, stream)
    data_keys.receive_keys(connection, vault, stream, content.keys)
