"""Which faults come when: drawn from a seed, before anything runs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is done to the town."""

    KILL = "kill"
    PAUSE = "pause"
    PARTITION = "partition"
    SLOW = "slow"
    LOSS = "loss"
    CLOCK = "clock"
    DISK = "disk"
    CORRUPT = "corrupt"


class Part(StrEnum):
    """To which part of it."""

    COUNTER = "counter"
    LINE = "line"
    CLOCK = "clock"
    DISK = "disk"
    MASTER = "master"
    """gunicorn's master at the centre."""
    WEB = "web process"
    FOLD = "fold worker"


_PARTS: dict[Kind, tuple[Part, ...]] = {
    Kind.KILL: (Part.COUNTER, Part.COUNTER, Part.WEB, Part.MASTER, Part.FOLD),
    Kind.PAUSE: (Part.COUNTER, Part.COUNTER, Part.WEB, Part.FOLD),
    Kind.PARTITION: (Part.LINE,),
    Kind.SLOW: (Part.LINE,),
    Kind.LOSS: (Part.LINE,),
    Kind.CLOCK: (Part.CLOCK,),
    Kind.DISK: (Part.DISK,),
    Kind.CORRUPT: (Part.COUNTER,),
}
_AT_THE_CENTRE = (Part.MASTER, Part.WEB, Part.FOLD)
_LASTS_S: dict[Kind, tuple[float, float]] = {
    Kind.KILL: (0.2, 3.0),
    Kind.PAUSE: (1.0, 8.0),
    Kind.PARTITION: (4.0, 20.0),
    Kind.SLOW: (8.0, 25.0),
    Kind.LOSS: (8.0, 25.0),
    Kind.CLOCK: (5.0, 20.0),
    Kind.DISK: (5.0, 20.0),
    Kind.CORRUPT: (0.0, 0.0),
}
_RESTART_S = 12.0
"""Kept clear behind a fault that ends a process."""
_REPLACED_S = 45.0
"""Kept clear for putting up a new box."""
_CORRUPT_AFTER_S = 20.0
"""A box without data has no page in the middle."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, and for how long."""

    at: float
    """Seconds after the start."""
    kind: Kind
    part: Part
    number: int
    """Which counter; at the centre 0."""
    lasts_s: float
    dose: float
    """0 to 1, how bad: a rate, a share of packets, how far a clock goes, how full a disk is."""

    def __str__(self) -> str:
        where = self.part if self.part in _AT_THE_CENTRE else f"{self.part} {self.number}"
        return f"{self.kind} {where}"


def plan(
    seed: int, seconds: float, kinds: Sequence[Kind], counters: int, per_minute: float
) -> list[Fault]:
    """The faults of a run: every kind at least once where there is time, never two on one part.

    :param per_minute: how many come, on average.
    """
    rng = random.Random(seed)
    busy: dict[tuple[Part, int], float] = {}
    planned: list[Fault] = []
    due: list[Kind] = []
    at = 2.0
    while (at := at + rng.expovariate(per_minute / 60)) < seconds - 3:
        if not due:
            due = rng.sample(list(kinds), len(kinds))
        for kind in due:
            fault = _drawn(rng, at, kind, counters, seconds)
            if fault is not None and all(busy.get(one, 0.0) <= at for one in needs(fault)):
                due.remove(kind)
                planned.append(fault)
                for one in needs(fault):
                    busy[one] = at + fault.lasts_s + _clear_for(kind)
                break
    return planned


def _drawn(
    rng: random.Random, at: float, kind: Kind, counters: int, seconds: float
) -> Fault | None:
    part = rng.choice(_PARTS[kind])
    number = 0 if part in _AT_THE_CENTRE else rng.randrange(counters)
    lasts_s = min(rng.uniform(*_LASTS_S[kind]), seconds - at)
    if kind is Kind.CORRUPT and not _CORRUPT_AFTER_S <= at <= seconds - _REPLACED_S:
        return None
    return Fault(at, kind, part, number, lasts_s, rng.random())


def needs(fault: Fault) -> list[tuple[Part, int]]:
    """What a fault has for itself while it lasts; always in the same order."""
    if fault.kind is Kind.CORRUPT:
        own = (Part.COUNTER, Part.LINE, Part.CLOCK, Part.DISK)
        return [(part, fault.number) for part in own]
    if fault.part in (Part.MASTER, Part.WEB):
        return [(Part.MASTER, 0), (Part.WEB, 0)]
    return [(fault.part, fault.number)]


def _clear_for(kind: Kind) -> float:
    if kind is Kind.CORRUPT:
        return _REPLACED_S
    return _RESTART_S if kind is Kind.KILL else 1.0
