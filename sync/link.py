"""The line to the centre as a state machine: when to try, how much to send, what to say. Pure.

Back-off is decorrelated jitter (Brooker, "Exponential Backoff And Jitter", AWS 2015); the batch
aims at a few seconds a request; after several failures only a small probe goes out (the half-open
state of a circuit breaker), so that a line that comes back is found cheaply.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

AIM_S = 4.0
"""How long one request should take."""
MIN_BYTES = 8 << 10
START_BYTES = 64 << 10
MAX_BYTES = 2 << 20
BASE_DELAY_S = 2.0
MAX_DELAY_S = 300.0
PROBE_AFTER = 3
"""Failures in a row after which only a probe is sent."""

Uniform = Callable[[float, float], float]
"""A random number between two bounds."""


class Line(StrEnum):
    """What is known of the line."""

    UNTRIED = "untried"
    UP = "up"
    CUT = "cut"
    BUSY = "busy"
    REFUSED = "refused"
    """The centre answers but takes nothing from this node: a person must act."""


@dataclass(frozen=True, slots=True)
class Link:
    """Times are Unix seconds."""

    line: Line = Line.UNTRIED
    since: float = 0.0
    """When `line` last changed."""
    last_ok: float = 0.0
    next_try: float = 0.0
    failures: int = 0
    delay: float = BASE_DELAY_S
    budget: int = START_BYTES
    """Bytes that the next bundle may have."""
    reason: str = ""
    """The problem's slug where `line` is refused."""

    @property
    def probing(self) -> bool:
        return self.failures >= PROBE_AFTER


def _to(link: Link, line: Line, now: float) -> Link:
    return link if link.line is line else replace(link, line=line, since=now)


def succeeded(link: Link, now: float, sent: int, took_s: float, interval_s: float) -> Link:
    """An exchange of `sent` bytes was answered after `took_s` seconds."""
    fits = int(sent / max(took_s, 0.001) * AIM_S)
    # A small bundle says little about the line: it may raise the budget, never lower it.
    budget = max(fits, link.budget) if sent < link.budget // 2 else fits
    return replace(
        _to(link, Line.UP, now),
        last_ok=now,
        next_try=now + interval_s,
        failures=0,
        delay=BASE_DELAY_S,
        budget=max(MIN_BYTES, min(budget, link.budget * 4, MAX_BYTES)),
        reason="",
    )


def cut(link: Link, now: float, uniform: Uniform) -> Link:
    """No answer came: refused, reset, timed out, or somebody else answered."""
    delay = min(MAX_DELAY_S, uniform(BASE_DELAY_S, link.delay * 3))
    failures = link.failures + 1
    budget = MIN_BYTES if failures >= PROBE_AFTER else max(MIN_BYTES, link.budget // 2)
    return replace(
        _to(link, Line.CUT, now),
        next_try=now + delay,
        failures=failures,
        delay=delay,
        budget=budget,
        reason="",
    )


def busy(link: Link, now: float, retry_after_s: float, uniform: Uniform) -> Link:
    """The centre asked to come back later. Its word is obeyed; jitter only adds to it."""
    return replace(
        _to(link, Line.BUSY, now),
        next_try=now + retry_after_s + uniform(0.0, min(2.0, retry_after_s / 4)),
        reason="",
    )


def refused(link: Link, now: float, reason: str) -> Link:
    """The centre will not take this node's bundles; trying fast will not mend it."""
    return replace(
        _to(link, Line.REFUSED, now),
        next_try=now + MAX_DELAY_S,
        failures=link.failures + 1,
        reason=reason,
    )
