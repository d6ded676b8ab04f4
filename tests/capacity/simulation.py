"""The busiest minutes played out, event by event, against the paper. Pure, seeded.

Paper multiplies averages. Here nodes ask at moments of their own, people file by chance, work waits
for a free core, and how long it waited is told.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from dataclasses import dataclass

from tests.capacity.needs import (
    CHANGES_AT_COUNTER,
    PAGES_A_REQUEST,
    PHOTO_BYTES,
    PHOTOS,
    RUSH,
    Costs,
    Place,
)

PIECE_BYTES = 256 << 10
"""A bundle of photos."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it."""

    seconds: float
    cores: int
    busy: float
    """Of all cores, on average."""
    p50_ms: float
    p99_ms: float
    """From a bundle with a change that came in to its acknowledgement."""
    page_p95_ms: float
    unfolded: int
    """Changes that waited to be folded at the end."""


_ASK, _FILE, _DONE, _PAGE = range(4)
_READS_S = 120.0
"""So long an officer is at one request."""


class _Cores:
    """Cores that work on the most urgent first: changes, pages, photos, polls, then folding."""

    def __init__(self, count: int) -> None:
        self.free = count
        self.lines: list[deque[tuple[float, float]]] = [deque() for _ in range(5)]
        self.worked = 0.0

    def next(self) -> tuple[int, float, float] | None:
        for urgency, line in enumerate(self.lines):
            if line:
                came, takes = line.popleft()
                return urgency, came, takes
        return None


CHANGES, PAGES, SCANS, POLLS, FOLDING = range(5)


def play(place: Place, costs: Costs, cores: int, seconds: float, seed: int) -> Played:
    """:param cores: of web, database and workers together."""
    rng, now = random.Random(seed), 0.0
    machine = _Cores(cores)
    events: list[tuple[float, int, int, int]] = []
    count = 0
    heard_at = [rng.uniform(-place.every_s, 0.0) for _ in range(place.kelurahan)]
    for node, at in enumerate(heard_at):
        heapq.heappush(events, (at + place.every_s, _ASK, node, 0))
    gap = 3600 / (place.requests_a_day * RUSH * CHANGES_AT_COUNTER)
    heapq.heappush(events, (rng.expovariate(1 / gap), _FILE, 0, 0))
    acked: list[float] = []
    pages: list[float] = []
    running: dict[int, tuple[int, float, float]] = {}

    def put(urgency: int, takes: float) -> None:
        machine.lines[urgency].append((now, takes))

    def begin() -> None:
        nonlocal count
        while machine.free and (found := machine.next()) is not None:
            machine.free -= 1
            count += 1
            running[count] = found
            heapq.heappush(events, (now + found[2], _DONE, count, 0))

    while events and events[0][0] <= seconds:
        now, what, which, _ = heapq.heappop(events)
        if what == _ASK:
            if now - heard_at[which] >= place.every_s - 1e-9:
                put(POLLS, costs.poll_s)
                heard_at[which] = now
            heapq.heappush(events, (heard_at[which] + place.every_s, _ASK, which, 0))
        elif what == _FILE:
            # One change of a request's life at the counter; each fourth is a filing with photos.
            heard_at[rng.randrange(place.kelurahan)] = now
            put(CHANGES, costs.exchange_s + costs.change_s)
            put(FOLDING, costs.fold_s)
            if rng.random() < 1 / CHANGES_AT_COUNTER:
                left = PHOTOS * PHOTO_BYTES
                while left > 0:
                    put(SCANS, min(left, PIECE_BYTES) / 2**20 * costs.photo_mib_s)
                    left -= PIECE_BYTES
                for _ in range(PAGES_A_REQUEST):
                    heapq.heappush(events, (now + rng.uniform(0.0, _READS_S), _PAGE, 0, 0))
                # What officers write is folded where it is written.
                put(FOLDING, 3 * costs.fold_s)
            heapq.heappush(events, (now + rng.expovariate(1 / gap), _FILE, 0, 0))
        elif what == _PAGE:
            put(PAGES, costs.page_s)
        else:
            urgency, came, takes = running.pop(which)
            machine.free += 1
            machine.worked += takes
            if urgency == CHANGES:
                acked.append(now - came)
            elif urgency == PAGES:
                pages.append(now - came)
        begin()
    return Played(
        seconds,
        cores,
        machine.worked / (cores * seconds),
        _share(acked, 0.5) * 1000,
        _share(acked, 0.99) * 1000,
        _share(pages, 0.95) * 1000,
        len(machine.lines[FOLDING]),
    )


def _share(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
