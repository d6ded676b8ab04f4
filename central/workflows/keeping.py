"""What of a node's bundle is made durable: its own runs, and those that it gives back."""

from __future__ import annotations

from collections.abc import Sequence

from central.store import nodes
from central.workflows.taking_back import require_seal, take_back
from sync.bundle import Bundle, Run, WrappedKey
from sync.exchange import Sender
from vault import log
from vault.arrivals import wait
from vault.core import Vault
from vault.data_keys import receive_keys
from vault.engine import Connection
from vault.exchange import keep_run
from vault.recovery import parts


def own_and_others(
    connection: Connection, request: Bundle, known: Sender
) -> tuple[list[Run], list[Run]]:
    """The runs of the node's own logs, under all its names, and those that it gives back.

    Its own in the order of its names: contexts of the later may name changes of the earlier.
    A log of a former name that parts from what is held is given back like another's: the node has
    seen what it holds of it, and cannot move it any more.
    """
    names = [known.replica, *_former(connection, request, known)]
    own: list[Run] = []
    given_back: list[Run] = []
    for run in request.runs:
        mine = run.replica in names
        parted = mine and run.replica != known.replica and parts(connection, known.stream, run)
        (given_back if parted or not mine else own).append(run)
    own.sort(key=lambda run: names.index(run.replica), reverse=True)
    return own, given_back


def _former(connection: Connection, request: Bundle, known: Sender) -> list[bytes]:
    """The node's former names, where its bundle brings other logs than its present one."""
    if all(run.replica == known.replica for run in request.runs):
        return []
    return nodes.former_replicas(connection, known.replica)


def take_all_back(
    connection: Connection, vault: Vault, known: Sender, runs: Sequence[Run], request: Bundle
) -> dict[bytes, int]:
    """Append what is given back, before the node's own changes: their contexts may name it.

    Returns {log: position} of those that did not join, to be given back from there.

    :raises BadSignature: a run is neither a log of the node nor sealed by this centre.
    """
    former = _former(connection, request, known)
    unjoined: dict[bytes, int] = {}
    for run in runs:
        if run.replica not in former:
            require_seal(vault, known.stream, run, request.seals)
        if not take_back(connection, vault, known.stream, run):
            unjoined[run.replica] = (run.first - 1) // 2
    return unjoined


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


def has_taken_over(connection: Connection, request: Bundle, known: Sender) -> bool:
    """Whether a box has all that it was to take over: only the last piece says where logs end.

    Told by what it holds, as this centre may have been restored to before it was told. Once more
    would be wrong: of a request that came to its end since, it would not get the end.
    """
    if request.excerpt is not None:
        return False
    own = {known.replica, *nodes.former_replicas(connection, known.replica)}
    others = log.watermarks(connection, known.stream).keys() - own
    return not others or bool(others & request.have.keys())
