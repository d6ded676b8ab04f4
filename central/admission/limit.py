"""How much is worked on at once, found from how long it takes: no number is set by hand.

Working on more at once is worth it as long as each piece takes hardly longer for it. So what a
piece takes is held against what one takes alone: their ratio is the gradient, and of `n` at once
`n * (1 - gradient)` only waited (as in TCP Vegas and Netflix' "Gradient" limit). Where too many
wait, the limit falls to those that did not; else it grows by one, and what was too many is not
tried again for a while. One more at once is worth it while it brings more throughput than it costs
in latency: the "power" of a system (Kleinrock, 1979). What one takes alone is measured, never
guessed: where none was alone for long, the limit goes down to one for a moment (as BBR drains its
pipe to see the bare round trip, draft-cardwell-iccrg-bbr).
"""

from __future__ import annotations

import math
import statistics
from collections import deque

_FIRST = 2
_WINDOW = 16
"""Pieces that a step looks at."""
_ALONE = 8
"""Pieces worked on alone that say what one takes."""
_MOST_WAIT = 0.4
"""Of the square root of those at once, that many may only wait: of two, one takes up to 1.4 times
what it takes alone."""
KNOWN_FOR_S = 5.0
"""So long it is believed what a piece takes alone, and what was too many."""


class Limit:
    """The limit of one kind of work. Pure but for its memory: times come with each call."""

    def __init__(self, most: int) -> None:
        """:param most: what there are threads for."""
        self._most = most
        self._found = min(_FIRST, most)
        self._seen: list[float] = []
        self._busiest = 0
        self._alone: deque[float] = deque(maxlen=_ALONE)
        self._alone_at = -math.inf
        self._listening = False
        """Whether the limit is down to one, to hear what a piece takes alone."""
        self._too_many = most + 1
        self._too_many_at = -math.inf

    def now_at_once(self) -> int:
        """How many pieces may be worked on at once."""
        return 1 if self._listening else self._found

    def sample(self, now: float, spent: float, beside: int) -> None:
        """A piece is done.

        :param spent: seconds for each unit of work, so that large and small ones compare.
        :param beside: the most pieces that were under way together with it, itself counted.
        """
        if beside <= 1:
            self._alone.append(spent)
            self._alone_at = now
            if self._listening and len(self._alone) == _ALONE:
                self._listening = False
        if self._listening:
            return
        self._seen.append(spent)
        self._busiest = max(self._busiest, beside)
        if len(self._seen) < _WINDOW:
            return
        took, busiest = statistics.median(self._seen), self._busiest
        self._seen, self._busiest = [], 0
        if now - self._alone_at > KNOWN_FOR_S or not self._alone:
            self._alone.clear()
            self._listening = True
            return
        self._step(now, took, busiest)

    def _step(self, now: float, took: float, busiest: int) -> None:
        gradient = min(statistics.median(self._alone) / took, 1.0)
        if busiest > 1 and busiest * (1 - gradient) > _MOST_WAIT * math.sqrt(busiest):
            self._too_many, self._too_many_at = busiest, now
            self._found = max(min(math.ceil(busiest * gradient), busiest - 1, self._found), 1)
            return
        if busiest < self._found:
            # Nobody needed what there is: no reason to believe that more would do.
            return
        if now - self._too_many_at > KNOWN_FOR_S:
            self._too_many = self._most + 1
        self._found = min(self._found + 1, self._too_many - 1)
