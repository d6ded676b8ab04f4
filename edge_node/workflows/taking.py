"""Taking the centre's answer: all of it in one transaction, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog

from edge_node.edge import Edge
from edge_node.store.nodes import Quotas, Standing
from sync.bundle import Bundle, Run
from sync.change import Change
from vault import data_keys, log, scans
from vault.engine import Connection
from vault.excerpt import take_piece
from vault.exchange import take_keys, take_run
from vault.fold import fold_changes, fold_records
from vault.keyring import new_identity
from vault.parking import fold_parked
from vault.recovery import agreement, write_again
from vault.writers import add_writers

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer came to."""

    standing: Standing
    changed: bool
    """Whether anything of it was new here."""
    changes: int = 0
    """How many changes were."""
    ask_from: int | None = None
    """Our log and the centre's part at or before this position: ask again from there."""


def take_answer(
    edge: Edge, connection: Connection, answer: Bundle, standing: Standing, *, late: bool = False
) -> Taken:
    """Commit what the answer says and brings.

    :param late: it came by file or relay, perhaps after newer ones: it raises what is acknowledged
        and never lowers it.
    :raises Forked: the centre's own log is not what it was.
    """
    vault, stream = edge.vault, edge.stream
    add_writers(connection, answer.writers)
    edge.writers.update(answer.writers)
    vault.central_writers.update(r for r, who in answer.writers.items() if who.central)
    own = vault.replica
    fresh: list[Change] = []
    again: list[bytes] = []
    ask_from: int | None = None
    for run in answer.runs:
        if run.replica == own:
            ask_from, standing, taken, moved = _take_own(edge, connection, run, standing)
            fresh += taken
            again += moved
        elif answer.excerpt is None:
            fresh += take_run(connection, stream, run, closed=False)
    if answer.excerpt is not None:
        others = [run for run in answer.runs if run.replica != own]
        fresh += take_piece(connection, stream, others, answer.excerpt)
        done = bool(answer.excerpt.ends) or not answer.excerpt.upto
        standing = replace(standing, excerpt=None if done else answer.excerpt)
    for seal in answer.seals:
        log.keep_seal(connection, stream, seal)
    take_keys(connection, vault, stream, answer.epochs, answer.keys, standing.clock.at_ms)
    fold_changes(connection, vault, stream, fresh)
    fold_records(connection, vault, stream, again)
    fold_parked(connection, vault, stream)
    scans.keep_received(connection, None, stream, answer.chunks)
    scans.mark_held(connection, stream, answer.got_chunks)
    scans.send_again(connection, stream, answer.lacks_chunks)
    if answer.quota_days is not None and not (late and answer.sent_ms <= standing.quotas.told_ms):
        standing = replace(standing, quotas=Quotas(answer.quota_days, answer.sent_ms))
    if vault.replica == own:
        standing = _acknowledged(edge, connection, answer, standing, late=late)
    changed = bool(fresh or answer.chunks or again)
    return Taken(standing, changed, len(fresh), ask_from)


def _take_own(
    edge: Edge, connection: Connection, run: Run, standing: Standing
) -> tuple[int | None, Standing, list[Change], list[bytes]]:
    """Our own log as the centre holds it: this store was restored from an old backup, or copied."""
    vault, stream = edge.vault, edge.stream
    agreed = agreement(connection, stream, run)
    if agreed is None:
        return (run.first - 1) // 2, standing, [], []
    end = log.log_end(connection, stream, run.replica)
    if agreed == end.seq:
        _log.warning("took back the end of our own log", after=agreed, upto=run.last)
        fresh = take_run(connection, stream, run, closed=False)
        acked = max(standing.acked, run.last)
        return None, replace(standing, acked=acked), fresh, []
    if agreed == run.last:
        return run.last, standing, [], []
    _log.error("our log has two branches; ours goes on as a new replica", after=agreed)
    vault.keyring = new_identity(connection, vault.keyring, stream, retires=False)
    moved = write_again(connection, vault, stream, run.replica, agreed)
    fresh = take_run(connection, stream, run, closed=True)
    return None, replace(standing, acked=0), fresh, moved


def _acknowledged(
    edge: Edge, connection: Connection, answer: Bundle, standing: Standing, *, late: bool
) -> Standing:
    vault, stream = edge.vault, edge.stream
    own = log.log_end(connection, stream, vault.replica).seq
    held = answer.have.get(vault.replica, 0)
    if held > own:
        # It holds more of our log than we do, and did not send it yet: nothing is settled.
        return standing
    if held < standing.acked and late:
        return standing
    if held < standing.acked:
        _log.warning("the centre went back", held=held, before=standing.acked)
        lost = log.records_after(connection, stream, vault.replica, held)
        scans.mark_lost(connection, stream, lost)
        data_keys.deliver_again(connection, stream, edge.centre_replica)
    return replace(standing, acked=held)
