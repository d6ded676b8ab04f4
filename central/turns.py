"""The turns that a process has given to nodes, in memory until they are written down.

Refusing is cheap because it touches no database; so the turns are noted here, and a job writes them
for the pages of all processes.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

MOST = 4_096
"""Nobody has checked who asks: names that do not exist must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Turn:
    """When a node was told to come back, and when it was told so. Unix ms."""

    at_ms: int
    told_ms: int


class Turns:
    """What was given since the last writing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: dict[bytes, Turn] = {}

    def note(self, replica: bytes, turn: Turn) -> None:
        with self._lock:
            if replica in self._given or len(self._given) < MOST:
                self._given[replica] = turn

    def take(self) -> Mapping[bytes, Turn]:
        """All of it; from now on a new list begins."""
        with self._lock:
            given, self._given = self._given, {}
        return given
