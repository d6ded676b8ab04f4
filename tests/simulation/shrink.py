"""From a failing run to a short story: leave out what the failure does not need."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.simulation.events import Event

Fails = Callable[[Sequence[Event]], bool]


def shrink(events: Sequence[Event], fails: Fails, tries: int = 400) -> list[Event]:
    """A part of `events` that still fails, halving what is left out (after Zeller's ddmin)."""
    kept = _shortest_beginning(list(events), fails)
    size = len(kept) // 2
    while size and tries:
        at = 0
        while at < len(kept) and tries:
            shorter = kept[:at] + kept[at + size :]
            tries -= 1
            if shorter and fails(shorter):
                kept = shorter
            else:
                at += size
        size //= 2
    return kept


def _shortest_beginning(events: list[Event], fails: Fails) -> list[Event]:
    """Where a story fails early, its long end is dropped with few tries."""
    low, high = 0, len(events)
    while high - low > 1:
        middle = (low + high) // 2
        if fails(events[:middle]):
            high = middle
        else:
            low = middle
    return events[:high]
