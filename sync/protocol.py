"""Which protocol two sides speak: found out on the way, at no round trip where both are alike.

A node begins with the newest that it speaks. A centre that does not know it refuses, and says which
it knows; the node falls back at once. A centre that knows more says so in its (signed) answers, and
the node goes up with the next bundle.
"""

from __future__ import annotations

from collections.abc import Iterable

SPOKEN = (1,)
"""The protocols that this version speaks, oldest first."""
PROTOCOL = SPOKEN[-1]


def highest_common(ours: Iterable[int], theirs: Iterable[int]) -> int | None:
    """The newest protocol of both; None: they do not understand each other."""
    return max(set(ours) & set(theirs), default=None)


class Speech:
    """What one side has found out of how to speak to the other."""

    def __init__(self, ours: tuple[int, ...] = SPOKEN) -> None:
        self.ours = ours
        self.protocol = ours[-1]
        """What the next bundle is to be in."""

    def turned_down(self, theirs: object) -> bool:
        """The other side does not know the protocol; whether there is an older one to try.

        A refusal is not signed: whoever forges one can make us speak an older protocol until the
        next answer, and nothing else. Only downwards, so that it ends.
        """
        if not isinstance(theirs, list) or not all(isinstance(one, int) for one in theirs):
            return False
        found = highest_common(self.ours, theirs)
        if found is None or found >= self.protocol:
            return False
        self.protocol = found
        return True

    def answered(self, protocol: int, newer: Iterable[int]) -> None:
        """The other side speaks `protocol`, and those newer ones as well."""
        self.protocol = highest_common(self.ours, (protocol, *newer)) or self.protocol


def newer_than(protocol: int, spoken: Iterable[int]) -> tuple[int, ...]:
    """What is worth telling beside the protocol in use: nothing, where both are alike."""
    return tuple(one for one in spoken if one > protocol)
