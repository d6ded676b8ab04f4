"""Percentiles and fairness. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latency:
    """Of so many; in seconds. All 0 of none."""

    count: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    most: float = 0.0


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest that `share` of the values do not exceed (nearest rank). 0 of none."""
    if not ordered:
        return 0.0
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


def latency(values: Sequence[float]) -> Latency:
    ordered = sorted(values)
    if not ordered:
        return Latency()
    return Latency(
        len(ordered),
        percentile(ordered, 0.50),
        percentile(ordered, 0.95),
        percentile(ordered, 0.99),
        ordered[-1],
    )


def jain(shares: Sequence[float]) -> float:
    """Jain's index of fairness (DEC TR-301, 1984): 1 where all have alike, 1/n where one has all.

    It is not defined where nobody has anything: 0 then, for nothing was served; 1 of no shares.
    """
    squares = sum(share * share for share in shares)
    if not squares:
        return 0.0 if shares else 1.0
    total = sum(shares)
    return total * total / (len(shares) * squares)


def slowest_to_median(times: Sequence[float]) -> float:
    """The slowest beside the median; 0 of none."""
    ordered = sorted(times)
    median = percentile(ordered, 0.5)
    return ordered[-1] / median if median else 0.0
