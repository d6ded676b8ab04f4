"""When to leave another system alone: back-off with decorrelated jitter, and a half-open probe.

Pure. The state stands in the database, so that all processes leave it alone together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Uniform = Callable[[float, float], float]
"""A random number between two bounds."""

BASE_MS = 5_000
MAX_MS = 300_000
OPEN_AFTER = 3
"""Failures in a row after which nobody tries until the pause is over, and then only one."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """How a line to another system is. Times are Unix ms."""

    failures: int = 0
    since_ms: int = 0
    """Since when it fails."""
    until_ms: int = 0
    """Until when nobody tries."""
    delay_ms: int = 0
    reason: str = ""

    @property
    def down(self) -> bool:
        return self.failures >= OPEN_AFTER

    def lets_through(self, now_ms: int) -> bool:
        return now_ms >= self.until_ms


def failed(
    before: Breaker, now_ms: int, reason: str, uniform: Uniform, retry_after_ms: int = 0
) -> Breaker:
    """One more try came to nothing."""
    failures = before.failures + 1
    delay = longer(before.delay_ms, uniform)
    wait = max(delay, retry_after_ms)
    return Breaker(
        failures,
        before.since_ms or now_ms,
        now_ms + wait if failures >= OPEN_AFTER or retry_after_ms else 0,
        delay,
        reason,
    )


def longer(delay_ms: int, uniform: Uniform) -> int:
    """The next pause after one of `delay_ms`."""
    return int(min(MAX_MS, uniform(BASE_MS, max(BASE_MS, delay_ms * 3))))


def probing(before: Breaker, now_ms: int) -> Breaker:
    """One process tries a line that was left alone; the others wait for what comes of it."""
    return Breaker(
        before.failures, before.since_ms, now_ms + max(before.delay_ms, BASE_MS),
        before.delay_ms, before.reason,
    )  # fmt: skip
