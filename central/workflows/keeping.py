"""What of a node's bundle is made durable: its own runs, and those that it gives back."""

from __future__ import annotations

from collections.abc import Sequence

from central.store import nodes
from central.workflows.taking_back import take_back
from sync.bundle import Bundle, Run, WrappedKey
from sync.exchange import Sender
from vault import log
from vault.arrivals import wait
from vault.core import Vault
from vault.data_keys import receive_keys
from vault.engine import Connection
from vault.exchange import keep_run


def own_and_others(
    connection: Connection, request: Bundle, known: Sender
) -> tuple[list[Run], list[Run]]:
    """The runs of the node's own logs, under all its names, and those of others' logs."""
    own = {known.replica}
    if any(run.replica not in own for run in request.runs):
        own |= nodes.former_replicas(connection, known.replica)
    runs: tuple[list[Run], list[Run]] = [], []
    for run in request.runs:
        runs[run.replica not in own].append(run)
    return runs


def take_all_back(
    connection: Connection, vault: Vault, stream: str, runs: Sequence[Run], request: Bundle
) -> dict[bytes, int]:
    """Append what is given back, before the node's own changes: their contexts may name it.

    Returns {log: position} of those that did not join, to be given back from there.
    """
    return {
        run.replica: (run.first - 1) // 2
        for run in runs
        if not take_back(connection, vault, stream, run, request.seals)
    }


def keep_runs(
    connection: Connection,
    vault: Vault,
    stream: str,
    runs: Sequence[Run],
    keys: Sequence[WrappedKey],
) -> int:
    """Make the node's runs durable, and the keys that came; how many changes were new."""
    new = 0
    for run in runs:
        kept = keep_run(connection, stream, run, keys)
        if kept:
            # They are taken when the first run is laid out, which is before the others are.
            keys = ()
        new += kept
    receive_keys(connection, vault, stream, keys)
    return new


def lost_its_end(connection: Connection, request: Bundle, known: Sender) -> bool:
    """Whether the node is to be given the end of its own log, which it must not get in part.

    It was restored from an old backup, or its disk was copied. What it lacks may not be laid out.
    """
    end = log.log_end(connection, known.stream, known.replica)
    return end.seq > own_end(request, known) and wait(connection, known.stream)


def own_end(request: Bundle, known: Sender) -> int:
    """Up to where the node showed that it holds its own log."""
    sent = max((run.last for run in request.runs if run.replica == known.replica), default=0)
    return max(request.have.get(known.replica, 0), sent)
