"""Admission: so many exchanges at once; who finds none free gets a time of its own to come back.

After the centre was down, every counter tries within minutes, each with a backlog. Told the same
`Retry-After`, they would come back together and be refused together. So each is given a turn: turns
lie as far apart as exchanges have been taking, shared among the slots that work on them.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_FIRST_GUESS_S = 1.0
"""How long an exchange takes, before any was seen."""
_WEIGHT = 1 / 8
"""Of the latest exchange in the average (as TCP smooths its round trips, RFC 6298)."""
SOONEST_S = 2.0
LATEST_S = 120.0
"""Turns are handed out this far ahead at most: a guess about more is worth nothing."""


class Full(Exception):
    """All slots are taken; come back in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"come back in {retry_after} s")
        self.retry_after = retry_after


class Timetable:
    """Hands out turns. Pure but for its memory: times come with each call, in seconds."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._takes_s = _FIRST_GUESS_S
        self._last = -math.inf
        """The latest turn that was given."""

    def took(self, seconds: float) -> None:
        """An exchange was worked on for so long."""
        self._takes_s += (seconds - self._takes_s) * _WEIGHT

    def next_turn(self, now: float) -> float:
        """Seconds until the next turn that nobody has."""
        turn = max(now + SOONEST_S, self._last + self._takes_s / self._slots)
        if turn > now + LATEST_S:
            # More wait than fit: they share the whole table again, from its start.
            turn = now + SOONEST_S
        self._last = turn
        return turn - now


class Slots:
    """A bounded number of exchanges under way in this process; nobody waits in line."""

    def __init__(self, count: int, now: Callable[[], float] = time.monotonic) -> None:
        self._free = threading.Semaphore(count)
        self._under_way = 0
        self._idle = threading.Condition()
        self._now = now
        self._timetable = Timetable(count)
        self.refused = 0
        """How many were turned away since start."""

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a slot.

        :raises Full: none is free.
        """
        if not self._free.acquire(blocking=False):
            with self._idle:
                self.refused += 1
                turn = self._timetable.next_turn(self._now())
            raise Full(math.ceil(turn))
        started = self._now()
        with self._idle:
            self._under_way += 1
        try:
            yield
        finally:
            with self._idle:
                self._timetable.took(self._now() - started)
                self._under_way -= 1
                self._idle.notify_all()
            self._free.release()

    def wait_idle(self, at_most_s: float) -> None:
        """Wait until no exchange is under way, but not for ever: folding must go on too."""
        with self._idle:
            self._idle.wait_for(lambda: not self._under_way, at_most_s)
