"""What waits, since when, and what the line is like: the facts behind the weather bar."""

from __future__ import annotations

from dataclasses import dataclass, replace

from edge_node.edge import Edge
from edge_node.store import carried
from registration.lifecycle import Status
from sync.link import Line, Link
from vault import scans
from vault.engine import reading
from vault.read import Filter, count_by_status, count_records, oldest


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the centre has not acknowledged yet."""

    requests: int
    scans: int
    oldest_ms: int | None
    """Birth of the oldest waiting request, Unix ms."""
    others: int = 0
    """Complaints and answers to the survey."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The weather, and what a person must look at."""

    link: Link
    sending: bool
    sent: int
    total: int
    waiting: Waiting
    conflicts: int


def waiting(edge: Edge) -> Waiting:
    """What is safe here and not yet at the centre."""
    unsent = Filter(stream=edge.stream, unsent=(edge.vault.replica, edge.standing.acked))
    with reading(edge.vault.engine) as connection:
        requests = count_records(connection, unsent)
        return Waiting(
            requests,
            scans.waiting_scans(connection, edge.stream),
            oldest(connection, unsent) if requests else None,
            count_records(connection, replace(unsent, kind=None)) - requests,
        )


def outlook(edge: Edge) -> Outlook:
    with reading(edge.vault.engine) as connection:
        conflicts = count_records(connection, Filter(stream=edge.stream, conflicted=True))
    state = edge.line
    return Outlook(state.link, state.sending, state.sent, state.total, waiting(edge), conflicts)


def with_neighbours(edge: Edge) -> bool:
    """Whether a neighbour has something of ours that is not answered."""
    with reading(edge.vault.engine) as connection:
        return bool(carried.relays_with_ours(connection))


def cut_for_s(edge: Edge) -> float:
    """How long the line has been cut, in seconds; 0 while it is not."""
    link = edge.line.link
    if link.line is not Line.CUT:
        return 0.0
    return max(edge.clock().wall_ms / 1000 - (link.last_ok or link.since), 0.0)


def queue_counts(edge: Edge) -> dict[str, int]:
    """How many requests stand where: {status: count}, and those waiting to be sent."""
    with reading(edge.vault.engine) as connection:
        counts = count_by_status(connection, edge.stream)
    return {str(status): counts.get(status, 0) for status in Status}
