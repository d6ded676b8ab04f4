"""When things arrive: fixed before the run, whatever the centre does. Pure.

Open loop: how many come is decided by the people at the counters, who do not wait with coming
until the centre has answered (Schroeder et al., "Open Versus Closed", NSDI 2006). Times are seconds
from the start, rising.
"""

from __future__ import annotations

import math
import random

RUSH_TIMES = 4.0
"""The peak of a morning beside its edges."""


def steady(rate: float, seconds: float, rng: random.Random) -> list[float]:
    """Arrivals at `rate` a second that know nothing of each other (a Poisson process)."""
    times: list[float] = []
    at = 0.0
    while rate > 0:
        at += rng.expovariate(rate)
        if at >= seconds:
            break
        times.append(at)
    return times


def rush(rate: float, seconds: float, rng: random.Random) -> list[float]:
    """The same, that begins and ends at `rate` and is `RUSH_TIMES` as dense in the middle.

    By thinning (Lewis and Shedler 1979): those of the peak, of which the rest are left out.
    """
    kept = []
    for at in steady(rate * RUSH_TIMES, seconds, rng):
        wave = (1 - math.cos(2 * math.pi * at / seconds)) / 2
        if rng.random() * RUSH_TIMES < 1 + (RUSH_TIMES - 1) * wave:
            kept.append(at)
    return kept


def evenly(rate: float, seconds: float) -> list[float]:
    """One every 1/rate seconds: for probes, whose number is the number of measurements."""
    if rate <= 0:
        return []
    return [number / rate for number in range(math.ceil(seconds * rate))]


def spread(count: int, within_s: float, rng: random.Random) -> list[float]:
    """So many that come back, in any order, within some seconds."""
    return sorted(rng.uniform(0.0, within_s) for _ in range(count))
