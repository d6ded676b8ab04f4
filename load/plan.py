"""What is to be played: so many counters, what they write, when, and who else is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Shape(StrEnum):
    """How the rate goes over the time of the run."""

    STEADY = "steady"
    RUSH = "rush"


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. Rates are per second, `_s` are seconds."""

    edges: int = 56
    seconds: float = 60.0
    """For how long changes arrive."""
    rate: float = 0.2
    """Changes of one edge."""
    shape: Shape = Shape.STEADY
    backlog: int = 0
    """Changes that wait at each edge when it comes back from an outage of a day."""
    backlog_scans: int = 0
    """Scans among them."""
    return_s: float = 0.0
    """Within how long all have come back; 0: at the same moment."""
    scan_share: float = 0.0
    """Of the changes that arrive, those with a scan."""
    scan_bytes: int = 64 << 10
    flooders: int = 0
    """How many of the edges send `flood_times` as much."""
    flood_times: float = 100.0
    drips: int = 0
    """Connections that never get to the end of a request."""
    drip_s: float = 1.0
    """Between two of their bytes."""
    probes: int = 0
    """Nodes beside the edges that send one small change at a time; measured apart."""
    probe_rate: float = 4.0
    """Small exchanges of all probes together."""
    officers: int = 0
    page_rate: float = 0.5
    """Pages that one officer opens."""
    drain_s: float = 300.0
    """For how long edges go on when nothing more arrives. What waits then stays unacknowledged."""
    interval_s: float = 20.0
    """How often an edge with nothing to send asks for what is new."""
    precompute: bool = True
    """Seal all changes before the clock starts."""
    seed: int = 1

    @property
    def nodes(self) -> int:
        """How many enrolled nodes it takes."""
        return self.edges + self.probes

    @property
    def measured_s(self) -> float | None:
        """What goodput is counted over; None: until the last of a backlog is acknowledged."""
        return self.seconds if self.rate > 0 and self.seconds > 0 else None


PRESETS: Mapping[str, Plan] = MappingProxyType(
    {
        "steady": Plan(probes=2),
        "rush": Plan(shape=Shape.RUSH, seconds=120.0, probes=2),
        "herd": Plan(seconds=0.0, rate=0.0, backlog=1_000, backlog_scans=5, drain_s=1800.0),
        "flood": Plan(flooders=1, probes=2),
        "slow-loris": Plan(drips=64, probes=2),
        "scan-heavy": Plan(rate=0.1, scan_share=1.0, scan_bytes=256 << 10, probes=2),
    }
)
"""The patterns by the names that the command line knows them by."""
