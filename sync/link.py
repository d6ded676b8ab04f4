"""The line to the centre as a state machine: when to try, how much to send, what to say. Pure.

Back-off is decorrelated jitter (Brooker, "Exponential Backoff And Jitter", AWS 2015); the batch
aims at a few seconds a request; after several failures only a small probe goes out (the half-open
state of a circuit breaker), so that a line that comes back is found cheaply.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sync import way
from sync.way import MAX_BYTES, MIN_BYTES, SMALL_BYTES, START_BYTES, Way

__all__ = ["MAX_BYTES", "MIN_BYTES", "START_BYTES"]

AIM_S = 4.0
"""How long the bytes of one request should move."""
MOST_AIM_S = 20.0
BASE_DELAY_S = 2.0
MAX_DELAY_S = 300.0
PROBE_AFTER = 3
"""Failures in a row after which only a probe is sent."""
MOST_RETRIES = 10.0
"""Tries again that a line may owe. Each costs one, each answered exchange gives back a fifth: where
a centre answers some and drops others, tries again stay a fraction of what it is asked (as
Finagle's retry budgets)."""
_GIVEN_BACK = 0.2
STALL_S = 20.0
"""How long nothing at all may move before the line counts as dead. TCP repeats a lost packet after
0.2, 0.4, 0.8 … s: this is six repeats lost in a row, on a line of short delay."""
PATIENCE_S = 20.0
"""How long a machine that has it all may think: a full disk at the centre, a lost answer."""
BUSY_BYTES = 12 << 10
"""Of the first bundle after the centre was busy."""
UNKNOWN_REPEAT_S = 6.0
"""Longer than a way there and back takes nearly anywhere."""
UNKNOWN_RATE = 4000.0
"""Bytes a second supposed of a line that was not measured: half of 64 kbit/s."""

Uniform = Callable[[float, float], float]
"""A random number between two bounds."""


class Cargo(StrEnum):
    """What a bundle is sent for, so that who takes it knows what is urgent."""

    CHANGES = "changes"
    """People wait to hear that they arrived."""
    SCANS = "scans"
    ASKING = "asking"


class Line(StrEnum):
    """What is known of the line."""

    UNTRIED = "untried"
    UP = "up"
    CUT = "cut"
    BUSY = "busy"
    REFUSED = "refused"
    """The centre answers but takes nothing from this node: a person must act."""


class Cut(StrEnum):
    """How an exchange failed, as far as this side can tell."""

    UNREACHED = "unreached"
    """There was no connection, or a gateway says that it has none."""
    SILENT = "silent"
    """Connected, and then nothing moved for as long as the `Terms` allow."""
    BROKEN_UP = "broken-up"
    """The bundle did not arrive whole."""
    BROKEN_DOWN = "broken-down"
    """The answer did not arrive whole."""
    TOO_LARGE = "too-large"
    """Somebody on the way refused the bundle for its size."""
    STRANGER = "stranger"
    """Somebody else answered: a captive portal, which wants a person to log in."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What one exchange may ask of the line."""

    stall_s: float = STALL_S
    """How long nothing may move while bytes are under way; each that arrives starts it anew."""
    patience_s: float = PATIENCE_S
    """How long the answer may take once the whole bundle is with the next machine."""
    repeat_s: float = UNKNOWN_REPEAT_S
    """After this long at the latest a packet that is not acknowledged is sent again, and again."""
    answer_bytes: int = START_BYTES
    """About how large the answer should be at most."""
    cargo: Cargo = Cargo.CHANGES
    replica: str = ""
    """Who sends, in hex: to be in line with, not a proof."""


@dataclass(frozen=True, slots=True)
class Trip:
    """What one answered exchange took."""

    sent: int
    up_s: float
    """From the first byte sent to the first of the answer."""
    got: int = 0
    down_s: float = 0.0
    """From the first byte of the answer to the last."""
    rtt_s: float = 0.0
    """The shortest way there and back of a packet, as far as the next machine that takes part in
    the connection; 0: not known."""


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
    up: Way = field(default_factory=Way)
    down: Way = field(default_factory=Way)
    retries: float = MOST_RETRIES
    """What is left of the budget of tries again."""
    turn_s: float = 0.0
    """What an exchange takes that carries next to nothing: the way there and back, and the
    centre's commit. 0: not known."""
    reason: str = ""
    """The problem's slug where `line` is refused; the kind of `Cut` where it is cut."""

    @property
    def budget(self) -> int:
        """Bytes that the next bundle may have.

        Where the centre was busy, only what people wait for: small bundles are let in first.
        """
        return min(self.up.budget, BUSY_BYTES) if self.line is Line.BUSY else self.up.budget

    @property
    def form_budget(self) -> int:
        """Bytes of form data that the next bundle may have.

        People wait for it, so it may take twice as long as the rest; on a line that was not
        proven yet, or where something cuts, it may not.
        """
        if self.line is not Line.UP:
            return self.budget
        return min(2 * self.up.budget, max(self.up.ceiling, self.up.budget))


def terms(link: Link, sent: int) -> Terms:
    """What to ask of the line with a bundle of `sent` bytes.

    A proxy may take the whole bundle at once and pass it on slowly, so the patience grows with the
    bytes; four times what was measured, because rates change.
    """
    moving = 4 * sent / (link.up.rate or UNKNOWN_RATE)
    return Terms(
        stall_s=STALL_S + 4 * link.turn_s,
        patience_s=PATIENCE_S + 4 * link.turn_s + moving,
        # Sooner than a packet can be there and back, repeats would only fill the line.
        repeat_s=min(max(2 * link.turn_s, 2.0), 30.0) if link.turn_s else UNKNOWN_REPEAT_S,
        answer_bytes=link.down.budget,
    )


def _to(link: Link, line: Line, now: float) -> Link:
    return link if link.line is line else replace(link, line=line, since=now)


def _turn(known: float, trip: Trip) -> float:
    """The shortest small exchange counts; it is forgotten slowly, for lines change."""
    if trip.sent > SMALL_BYTES and (not known or trip.up_s >= known):
        return known or min(trip.rtt_s, trip.up_s)
    if not known or trip.up_s < known:
        return trip.up_s
    return known + (trip.up_s - known) / 16


def succeeded(link: Link, now: float, trip: Trip, interval_s: float) -> Link:
    """An exchange was answered."""
    turn = _turn(link.turn_s, trip)
    # Where each turn costs seconds, more is carried per turn.
    aim = min(AIM_S + 2 * turn, MOST_AIM_S)
    up_s = max(trip.up_s - turn, trip.up_s / 8)
    return replace(
        _to(link, Line.UP, now),
        last_ok=now,
        next_try=now + interval_s,
        failures=0,
        delay=BASE_DELAY_S,
        up=way.passed(link.up, now, trip.sent, up_s, aim),
        down=way.passed(link.down, now, trip.got, trip.down_s, aim),
        retries=min(link.retries + _GIVEN_BACK, MOST_RETRIES),
        turn_s=turn,
        reason="",
    )


def shrunk(link: Link, now: float, size: int) -> Link | None:
    """Somebody on the way called a bundle of `size` too large: the same with a smaller one.

    None where it cannot become smaller: then the line is cut for us.
    """
    if link.up.budget <= MIN_BYTES:
        return None
    return replace(link, up=way.too_large(link.up, now, size))


def cut(link: Link, now: float, uniform: Uniform, how: Cut = Cut.UNREACHED, size: int = 0) -> Link:
    """No answer came.

    :param size: bytes of the message that did not come through (of the answer where that broke).
    """
    delay = min(MAX_DELAY_S, uniform(BASE_DELAY_S, link.delay * 3))
    retries = max(link.retries - 1.0, 0.0)
    if retries < 1.0:
        delay = max(delay, uniform(MAX_DELAY_S / 2, MAX_DELAY_S))
    failures = link.failures + 1
    up, down = link.up, link.down
    if how is Cut.SILENT:
        up, down = way.doubted(up), way.doubted(down)
    elif how is Cut.BROKEN_UP:
        up = way.broke(up, now, size)
    elif how is Cut.BROKEN_DOWN:
        down = way.broke(down, now, size)
    if failures >= PROBE_AFTER:
        up, down = way.probe(up), way.probe(down)
    return replace(
        _to(link, Line.CUT, now),
        next_try=now + delay,
        failures=failures,
        delay=delay,
        retries=retries,
        up=up,
        down=down,
        reason=str(how),
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
