"""What bundles bring, counted for people: requests, changes, pieces of scans, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sync.bundle import Run
from sync.hlc import ms_of


@dataclass(slots=True)
class Tally:
    """A sum over bundles."""

    bundles: int = 0
    records: set[bytes] = field(default_factory=set)
    changes: int = 0
    pieces: int = 0
    first_ms: int | None = None
    """Stamp of the earliest change, Unix ms."""
    last_ms: int | None = None

    def add(self, runs: Sequence[Run], pieces: int) -> None:
        self.bundles += 1
        self.pieces += pieces
        for run in runs:
            self.records.update(run.records)
            self.changes += len(run)
            for hlc in run.hlcs:
                ms = ms_of(hlc)
                self.first_ms = ms if self.first_ms is None else min(self.first_ms, ms)
                self.last_ms = ms if self.last_ms is None else max(self.last_ms, ms)
