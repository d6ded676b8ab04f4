"""Who is next: what matters more first, and of the same kind who was given least of late."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """What a visit is about, the most urgent first."""

    CHANGES = 0
    """A person stands at a counter and waits to hear that it arrived."""
    SCANS = 1
    PULL = 2
    """A node that only asks what is new."""


PATIENCE_S = 5.0
"""After this long in line somebody goes before the next kind."""
_HALF_LIFE_S = 10.0
"""What a node was given counts half as much after this long."""
_MOST_NODES = 4096
"""Remembered at most; who has had least is forgotten first."""


@dataclass(slots=True, eq=False)
class Waiting:
    """Somebody in line."""

    kind: Kind
    node: str
    since: float


class Given:
    """How much work each node was given of late, in seconds that fade."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[float, float]] = {}

    def add(self, node: str, seconds: float, now: float) -> None:
        self._of[node] = (self.of(node, now) + seconds, now)
        if len(self._of) > _MOST_NODES:
            least = sorted(self._of, key=lambda one: self.of(one, now))
            for one in least[: _MOST_NODES // 2]:
                del self._of[one]

    def of(self, node: str, now: float) -> float:
        amount, at = self._of.get(node, (0.0, now))
        return float(amount * 0.5 ** ((now - at) / _HALF_LIFE_S))


def next_of(waiting: list[Waiting], given: Given, now: float) -> Waiting:
    """Whose turn it is; `waiting` is not empty."""
    return min(
        waiting,
        key=lambda one: (
            one.kind - int((now - one.since) / PATIENCE_S),
            given.of(one.node, now),
            one.since,
        ),
    )
