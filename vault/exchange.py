"""Both sides of an exchange, as far as the store goes: what to send, and taking what came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from sqlalchemy import Connection

from sync.bundle import Bundle, LogSeal, Run, WrappedKey, Writer
from sync.change import Change, Context
from sync.exchange import Batch
from sync.log import check_run, cut, new_changes, without_bodies
from vault import arrivals, data_keys, log, orders, scans
from vault.chunks import lacking_chunks, waiting_among, waiting_chunks
from vault.core import Vault
from vault.data_keys import Epoch
from vault.errors import ContextFromFuture
from vault.parking import lacking_keys

_CHANGE_BYTES = 48
_MOST_BYTES = 6 << 20
"""What a bundle holds beside its frame."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """What the other side was heard to lack."""

    logs: Mapping[bytes, int] = field(default_factory=dict)
    """Log → the position behind which it holds nothing; in the order to send them."""
    own: int | None = 0
    """The same of our own log. None: nothing of it is to be sent now."""
    keys: Sequence[bytes] = ()
    """Records whose key it asked for."""
    chunks: Sequence[bytes] = ()
    """Pieces of scans that it asked for (SHA-256)."""
    besides: Set[bytes] = frozenset()
    """Pieces of scans that went by another carrier and are not to be sent now (SHA-256)."""
    keys_with_logs: bool = False
    """Whether it cannot have the keys of the records in `logs`."""


def gather(
    connection: Connection,
    vault: Vault,
    stream: str,
    lacking: Lacking,
    epoch: Epoch,
    budget: int,
    *,
    form_budget: int = 0,
    ends: Mapping[bytes, log.LogEnd] | None = None,
) -> Batch:
    """What the other side lacks, cut to about `budget` bytes.

    Changes go before scans: the data of the whole queue arrives before the first big picture.

    :param form_budget: what our own changes may have, where that is more than `budget`.
    :param ends: of the stream's logs, where the caller knows them.
    """
    runs: list[Run] = []
    wanted = dict.fromkeys(lacking.keys)
    keys: list[tuple[bytes, bytes]] = []
    more = False
    left = budget
    if lacking.own is not None:
        most = max(budget, form_budget)
        run, more = log.read_run(connection, stream, vault.replica, lacking.own, most)
        if run is not None:
            runs.append(run)
            left -= _size(run)
            keys += data_keys.born_in(connection, stream, run.replica, run.first, run.last)
    if ends is None:
        ends = log.log_ends(connection, stream)
    for replica, after in lacking.logs.items():
        # A sealed log is believed up to its seal only: all of it goes at once, or nothing.
        whole = ends[replica].seal is not None
        run, rest = log.read_run(
            connection, stream, replica, after, _MOST_BYTES if whole else max(left, 1)
        )
        if run is None:
            continue
        runs.append(run)
        left -= _size(run)
        more = more or rest
        # Of a log that we wrote under a former identity, the keys go along as well.
        keys += data_keys.born_in(connection, stream, run.replica, run.first, run.last)
        if lacking.keys_with_logs:
            wanted.update(dict.fromkeys(run.records))
    keys += data_keys.keys_of(connection, stream, wanted)
    chunks: Sequence[tuple[bytes, bytes]] = ()
    waiting = waiting_chunks(connection, stream)
    if waiting and not more and (left >= scans.CHUNK_BYTES or not runs):
        chunks = scans.chunks_to_send(connection, stream, left, lacking.besides)
    # Of what left by another carrier only what still waits is to be taken off what waits.
    besides = waiting_among(connection, stream, sorted(lacking.besides))
    more = more or waiting > len(chunks) + len(besides)
    wrapped = data_keys.wrapped_for(connection, vault, epoch, keys)
    return Batch(
        have={replica: end.seq for replica, end in ends.items()},
        runs=tuple(runs),
        keys=wrapped,
        epochs={epoch.id: epoch.sealed} if wrapped and epoch.sealed else {},
        chunks=tuple(chunks),
        lacks_keys=lacking_keys(connection, stream),
        lacks_chunks=() if more or chunks else lacking_chunks(connection, stream),
        more=more,
        seals=tuple(_kept_seals(runs, ends)),
    )


def _size(run: Run) -> int:
    return sum(len(body or b"") + _CHANGE_BYTES for body in run.bodies)


def _kept_seals(runs: Sequence[Run], ends: Mapping[bytes, log.LogEnd]) -> list[LogSeal]:
    """The seals of logs of which the end is sent."""
    found = []
    for run in runs:
        end = ends[run.replica]
        if end.seal is not None and run.last == end.seq:
            found.append(LogSeal(run.replica, end.seq, end.hash, end.seal))
    return found


def take_run(connection: Connection, stream: str, run: Run, *, closed: bool) -> list[Change]:
    """Append what is new of a log; returns the new changes in order.

    :param closed: the log is one that this side wrote before.
    :raises Forked: what came is not the continuation of the log that is held.
    """
    end = log.log_end(connection, stream, run.replica, lock=True)
    fresh = new_changes(stream, run, end.tip, log.hash_reader(connection, stream, run.replica))
    # At the centre, which holds all of each log, what arrived is laid out by now.
    gap = bool(end.seq) and not log.holds(connection, stream, run.replica, end.seq)
    log.append(connection, fresh, closed=closed, after_gap=gap)
    return fresh


def keep_run(connection: Connection, stream: str, run: Run, keys: Sequence[WrappedKey]) -> int:
    """Make durable what is new of a log, to be laid out later; how many changes that is.

    At the centre, which holds all logs of the stream; a node holds only some, and trusts it. The
    caller shares the keys (`Vault.keys_in`), so that no order to shred slips in beside.

    :param keys: those that came with it. They are kept only where something was new.
    :raises Forked: what came is not the continuation of the log that is held.
    :raises ContextFromFuture: a change claims to have seen what nobody wrote yet.
    """
    end = log.log_end(connection, stream, run.replica, lock=True)
    reader = log.hash_reader(connection, stream, run.replica)
    checked = check_run(stream, run, end.tip, reader)
    if checked is None or checked.held == len(run):
        return 0
    held, hashes, shas = checked
    _check_contexts(connection, stream, run.contexts[held:])
    gone = orders.shredded(connection, stream, run.records)
    if gone:
        run = without_bodies(run, gone, shas)
        keys = [key for key in keys if key.record not in gone]
    fresh = cut(run, held, hashes)
    arrivals.add(connection, stream, fresh, keys)
    log.set_end(connection, stream, run.replica, log.LogEnd(run.last, hashes[-1], run.hlcs[-1]))
    return len(fresh)


def _check_contexts(connection: Connection, stream: str, contexts: Iterable[Context]) -> None:
    """A made-up context would swallow later writes of others unseen."""
    claimed: dict[bytes, int] = {}
    for context in filter(None, contexts):
        for replica, seq in context.items():
            if seq > claimed.get(replica, 0):
                claimed[replica] = seq
    if not claimed:
        return
    held = log.watermarks(connection, stream)
    for replica, seq in claimed.items():
        if seq > held.get(replica, 0):
            raise ContextFromFuture(f"context names {seq} of log {replica.hex()}, not written yet")


def take_keys(
    connection: Connection,
    vault: Vault,
    stream: str,
    epochs: Mapping[bytes, bytes],
    keys: Sequence[WrappedKey],
    now_ms: int,
) -> None:
    """Take the epoch and data keys that came. What waited for them is folded by `fold_parked`."""
    data_keys.receive_epochs(connection, vault, stream, epochs, now_ms)
    data_keys.receive_keys(connection, vault, stream, keys)


def writers_of(runs: Sequence[Run], known: Mapping[bytes, Writer]) -> dict[bytes, Writer]:
    """Who wrote the logs of these runs, as far as it must be told."""
    return {run.replica: known[run.replica] for run in runs if run.replica in known}


def behind(content: Bundle, ends: Mapping[bytes, log.LogEnd]) -> dict[bytes, int]:
    """{log: position} of what the sender of `content` holds less of than we do."""
    return {
        replica: content.have.get(replica, 0)
        for replica, end in ends.items()
        if end.seq > content.have.get(replica, 0)
    }
