"""What a counter changed before it knew that Disdukcapil had decided. Pure.

A decision is made on what stood on the officer's screen. A correction or a photo that was on its
way meanwhile merges by rule, for nobody wrote the same field; but the decision was made without
it. So it waits for a person: the decision stands, or it is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registration.catalogue import DATA, DROPPED, SCAN
from registration.lifecycle import Act
from sync.record import Dot, Write, covers, full_context
from sync.resolve import concurrent

_DECISIONS = frozenset({Act.TERBITKAN, Act.TOLAK})
_ANSWERS = frozenset({Act.TINJAU_SUSULAN, Act.BUKA_KEMBALI})
_MATTERS = (DATA, SCAN, DROPPED)


@dataclass(frozen=True, slots=True)
class Deed:
    """A change, as far as it matters here. The act is plain text: it may be of a newer version."""

    write: Write
    act: str
    central: bool


@dataclass(frozen=True, slots=True)
class Late:
    """Changes that came after a decision which was made without them."""

    decision: Deed
    changes: tuple[Deed, ...]
    """By stamp; at least one."""
    answered: Deed | None = None
    """The officer's act that answers them; None: they wait."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The record fields that they wrote."""
        names = (name for one in self.changes for name in one.write.fields)
        return tuple(dict.fromkeys(name for name in names if name.startswith(_MATTERS)))


def came_late(deeds: Iterable[Deed]) -> list[Late]:
    """All that came late in a history, by decision and answer, whatever order it arrived in.

    A decision that was taken back before the change was known waits for nobody: the request is
    looked at again anyway.
    """
    ordered = sorted(deeds, key=lambda one: (one.write.hlc, one.write.dot))
    answers = [one for one in ordered if one.central and one.act in _ANSWERS]
    groups: dict[tuple[Dot, Dot | None], list[Deed]] = {}
    by_dot = {one.write.dot: one for one in ordered}
    for one in ordered:
        decision = _decision_over(one, ordered)
        if decision is not None:
            answer = next((a for a in answers if _saw(a, one) and _saw(a, decision)), None)
            if answer is None and any(_saw(a, decision) for a in answers if _takes_back(a)):
                continue
            place = (decision.write.dot, answer.write.dot if answer else None)
            groups.setdefault(place, []).append(one)
    return [
        Late(by_dot[decision], tuple(changes), by_dot[answer] if answer else None)
        for (decision, answer), changes in groups.items()
    ]


def waiting(late: Sequence[Late]) -> Late | None:
    """What waits for an officer; at most one decision stands at a time."""
    open_ones = [one for one in late if one.answered is None]
    return open_ones[-1] if open_ones else None


def _decision_over(one: Deed, ordered: Sequence[Deed]) -> Deed | None:
    """The latest decision that was made without a counter's change, while that did not know it."""
    if one.central or not any(name.startswith(_MATTERS) for name in one.write.fields):
        return None
    decisions = (
        other
        for other in reversed(ordered)
        if other.central and other.act in _DECISIONS and concurrent(other.write, one.write)
    )
    return next(decisions, None)


def _saw(later: Deed, one: Deed) -> bool:
    return covers(full_context(later.write), one.write.dot)


def _takes_back(answer: Deed) -> bool:
    return answer.act == Act.BUKA_KEMBALI
