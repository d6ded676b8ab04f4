"""How much is worked on at once, found from how long it takes: no number is set by hand.

Working on more at once is worth it as long as each piece takes no longer for it. So what a piece
takes is held against what one takes alone: their ratio is the gradient, by which the limit shrinks,
while the square root of the limit is added for trying more (as in Netflix' "Gradient" limit). What
one takes alone is measured, never guessed: where none was alone for long, the limit goes down to
one for a moment (as BBR drains its pipe to see the bare round trip, draft-cardwell-iccrg-bbr).
"""

from __future__ import annotations

import math
import statistics
from collections import deque

_FIRST = 4.0
_WINDOW = 16
"""Pieces that a step looks at."""
_ALONE = 8
"""Pieces worked on alone that say what one takes."""
_SMOOTH = 0.25
"""Of a step in the new limit."""
_LEAST_GRADIENT = 0.2
KNOWN_FOR_S = 30.0
"""So long it is believed what a piece takes alone."""


class Limit:
    """The limit of one kind of work. Pure but for its memory: times come with each call."""

    def __init__(self, most: int) -> None:
        """:param most: what there are threads for."""
        self._most = float(most)
        self._found = min(_FIRST, self._most)
        self._seen: list[float] = []
        self._busiest = 0
        self._alone: deque[float] = deque(maxlen=_ALONE)
        self._alone_at = -math.inf
        self._listening = False
        """Whether the limit is down to one, to hear what a piece takes alone."""

    def now_at_once(self) -> int:
        """How many pieces may be worked on at once."""
        return 1 if self._listening else max(int(self._found), 1)

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
        self._step(took, busiest)

    def _step(self, took: float, busiest: int) -> None:
        gradient = min(max(statistics.median(self._alone) / took, _LEAST_GRADIENT), 1.0)
        wanted = self._found * gradient + math.sqrt(self._found)
        if wanted > self._found and busiest < int(self._found):
            # Nobody needed what there is: no reason to believe that more would do.
            return
        smoothed = self._found + (wanted - self._found) * _SMOOTH
        self._found = min(max(smoothed, 1.0), self._most)
