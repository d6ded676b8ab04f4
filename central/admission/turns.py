"""When somebody who was refused is to come back.

After the centre was down, every counter tries within minutes, each with a backlog. Told the same
`Retry-After`, they would come back together and be refused together. So each is given a turn: turns
lie as far apart as exchanges have been taking, shared among those that are worked on at once.
"""

from __future__ import annotations

import math

_FIRST_GUESS_S = 0.1
"""How long an exchange takes, before any was seen. Who is told to come too early is told again; too
late, and the others are through before."""
_WEIGHT = 1 / 8
"""Of the latest exchange in the average (as TCP smooths its round trips, RFC 6298)."""
SOONEST_S = 1.0
LATEST_S = 120.0
"""Turns are handed out this far ahead at most: a guess about more is worth nothing."""


class Timetable:
    """Hands out turns. Pure but for its memory: times come with each call, in seconds."""

    def __init__(self) -> None:
        self._takes_s = _FIRST_GUESS_S
        self._last = -math.inf
        """The latest turn that was given."""

    def took(self, seconds: float) -> None:
        """An exchange was worked on for so long."""
        self._takes_s += (seconds - self._takes_s) * _WEIGHT

    def next_turn(self, now: float, at_once: int) -> float:
        """Seconds until the next turn that nobody has, where so many are worked on at once."""
        turn = max(now + SOONEST_S, self._last + self._takes_s / at_once)
        if turn > now + LATEST_S:
            # More wait than fit: they share the whole table again, from its start.
            turn = now + SOONEST_S
        self._last = turn
        return turn - now
