"""From a failing run to a short story: leave out what the failure does not need."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.simulation.events import Event

Fails = Callable[[Sequence[Event]], bool]


def shrink(events: Sequence[Event], fails: Fails, tries: int = 400) -> list[Event]:
    """A part of `events` that still fails, halving what is left out (after Zeller's ddmin)."""
    kept = list(events)
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
