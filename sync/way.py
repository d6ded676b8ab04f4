"""How large a message one direction of the line bears. Pure.

Two things bound it: the rate, measured, and a ceiling, where something between the two ends (a
proxy) cuts what is larger. A message that broke proves nothing, lines break by themselves; a second
one of that size, with only smaller ones through between, does. What was learnt is tried again after
an hour, twice as large, because people also repair proxies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

MIN_BYTES = 8 << 10
START_BYTES = 64 << 10
MAX_BYTES = 2 << 20
SMALL_BYTES = 4 << 10
"""A message of up to this size takes its time for the way, not for its bytes."""
RELEARN_S = 3600.0
"""After this long a ceiling is doubted."""


@dataclass(frozen=True, slots=True)
class Way:
    """One direction. Sizes are bytes of whole messages, times Unix seconds."""

    budget: int = START_BYTES
    """What the next message may have."""
    ceiling: int = MAX_BYTES
    ceiling_at: float = 0.0
    rate: float = 0.0
    """Bytes a second, as last measured; 0: never."""
    suspect: int = 0
    """The smallest that broke since one of its size came through; 0: none."""
    proven: int = 0
    """The largest that came through since then, where one is suspect."""


def passed(way: Way, now: float, size: int, moving_s: float, aim_s: float) -> Way:
    """A message of `size` came through, moving for `moving_s` seconds."""
    way = _cleared(way, size)
    if size <= SMALL_BYTES:
        return way
    moving = max(moving_s, 0.001)
    fits = int(size / moving * aim_s)
    # Less than was allowed says little about the line: it may raise the budget, never lower it.
    small = size < way.budget // 2
    rate = way.rate if small and way.rate else size / moving
    ceiling, ceiling_at = way.ceiling, way.ceiling_at
    if ceiling < MAX_BYTES and now - ceiling_at >= RELEARN_S:
        ceiling, ceiling_at = min(ceiling * 2, MAX_BYTES), now
    # What broke once is tried once more as it was: larger would prove nothing about it.
    limit = min(ceiling, way.suspect or ceiling)
    budget = min(max(fits, way.budget) if small else fits, way.budget * 4, limit)
    return replace(
        way, budget=max(MIN_BYTES, budget), ceiling=ceiling, ceiling_at=ceiling_at, rate=rate
    )


def _cleared(way: Way, size: int) -> Way:
    if size >= way.suspect:
        return replace(way, suspect=0, proven=0)
    return replace(way, proven=max(way.proven, size))


def broke(way: Way, now: float, size: int) -> Way:
    """A message of `size` did not come through whole, though the line stood when it began."""
    budget = max(MIN_BYTES, min(way.budget, size or way.budget) // 2)
    if not way.proven or size <= way.proven:
        # Nothing came through between: the line may be bad for all sizes.
        suspect = min(way.suspect, size) if way.suspect else size
        return replace(way, budget=budget, suspect=suspect, proven=0)
    smallest = min(way.suspect, size)
    # A margin, for a bundle's size is not known to the byte before it is made.
    proven = min(way.proven, smallest) * 7 // 8
    ceiling = max(MIN_BYTES, proven if proven * 4 > smallest else smallest // 2)
    return replace(
        way, budget=min(budget, ceiling), ceiling=ceiling, ceiling_at=now, suspect=0, proven=0
    )


def too_large(way: Way, now: float, size: int) -> Way:
    """Somebody on the way said that `size` is too much."""
    ceiling = max(MIN_BYTES, min(size, way.ceiling) // 2)
    budget = min(way.budget, ceiling)
    return replace(way, budget=budget, ceiling=ceiling, ceiling_at=now, suspect=0, proven=0)


def doubted(way: Way) -> Way:
    """The line went silent under a message: try half as much."""
    return replace(way, budget=max(MIN_BYTES, way.budget // 2))


def probe(way: Way) -> Way:
    """Several failures in a row: only a small message goes out."""
    return replace(way, budget=MIN_BYTES)
