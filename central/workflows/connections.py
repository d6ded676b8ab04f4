"""How the lines to other systems are, at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from central.centre import Centre
from central.outbound.breaker import Breaker
from central.store import clients, jobs
from central.workflows import notices, siak
from central.workflows.outbound import Line
from vault.engine import reading


@dataclass(frozen=True, slots=True)
class LineState:
    """One line and its queue."""

    name: str
    """Of its queue."""
    breaker: Breaker
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Connections:
    """All that this centre speaks with."""

    clients: int
    """Systems that may call the API."""
    siak: LineState | None
    """None: this centre has no line to SIAK."""
    ways: tuple[LineState, ...]
    """To residents."""


def connections(centre: Centre) -> Connections:
    with reading(centre.vault.engine) as connection:

        def state(line: Line) -> LineState:
            found = jobs.read_breaker(connection, line.breaker)
            return LineState(line.queue, found, jobs.count_jobs(connection, line.queue))

        active = sum(not one.revoked_ms for one in clients.list_clients(connection))
        register = state(siak.LINE) if centre.settings.siak_url else None
        ways = tuple(state(line) for line in notices.lines_of(centre))
    return Connections(active, register, ways)
