"""What happened, noted while it happens; the report is made of it afterwards."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from load.edge import Group


class Outcome(StrEnum):
    """What one exchange came to."""

    ANSWERED = "answered"
    BUSY = "busy"
    """503 or 429."""
    CUT = "cut"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One try. Times in seconds from the start."""

    edge: int
    group: Group
    at: float
    took_s: float
    sent: int
    outcome: Outcome
    changes: int = 0
    """Acknowledged by it."""
    retry_after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Visit:
    """One page that an officer opened."""

    planned: float
    """When the officer meant to open it."""
    took_s: float
    """From then."""
    status: int
    """0: no answer."""


@dataclass(slots=True)
class Notes:
    """All that is kept of a run."""

    exchanges: list[Exchange] = field(default_factory=list)
    busy: int = 0
    """How many of them were turned away."""
    change_s: dict[Group, list[float]] = field(default_factory=lambda: {one: [] for one in Group})
    """From a change's arrival to its acknowledgement."""
    scan_s: list[float] = field(default_factory=list)
    """The same of a scan: to its last piece."""
    served_after_s: list[float] = field(default_factory=list)
    """From the first refusal of an edge to the next answer."""
    acked: list[tuple[float, int, int, int]] = field(default_factory=list)
    """(when, edge, how many changes, bytes of bodies and pieces)."""
    errors: Counter[str] = field(default_factory=Counter)
    visits: list[Visit] = field(default_factory=list)
    drips_cut: int = 0
    """Dripping connections that the centre ended."""
    drips_open_s: list[float] = field(default_factory=list)
    late_s: list[float] = field(default_factory=list)
    """How much later than asked the generator's own clock woke it."""
