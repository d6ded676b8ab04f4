"""What happens in one run, drawn from its seed before it begins.

Each event carries its own salt, so that leaving some out changes nothing about the others: that is
what lets a failing run shrink to a short story.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    FILE = "files a request"
    CORRECT = "corrects a request"
    EXCHANGE = "exchanges"
    OFFICER = "an officer acts on a request"
    SETTLE = "an officer settles a conflict"
    FOLD = "the centre folds"
    LATE = "late bundles arrive"
    FOUL = "the weather turns foul"
    FAIR = "the weather turns fair"
    CUT_OFF = "loses its line"
    RECONNECT = "gets its line back"
    CRASH = "loses power"
    CRASH_CENTRE = "the centre loses power"
    BACKUP = "makes a backup"
    RESTORE = "is restored from its backup"
    BACKUP_CENTRE = "the centre makes a backup"
    RESTORE_CENTRE = "the centre is restored from its backup"
    CLONE = "has its disk copied to a second box"
    STEAL = "is stolen, and replaced by a new box"
    CLOCK = "has its clock set wrong by years"
    WAIT = "time passes"


_WEIGHTS = {
    Kind.FILE: 26,
    Kind.CORRECT: 14,
    Kind.EXCHANGE: 40,
    Kind.OFFICER: 14,
    Kind.SETTLE: 4,
    Kind.FOLD: 14,
    Kind.LATE: 4,
    Kind.FOUL: 4,
    Kind.FAIR: 4,
    Kind.CUT_OFF: 3,
    Kind.RECONNECT: 4,
    Kind.CRASH: 5,
    Kind.CRASH_CENTRE: 3,
    Kind.BACKUP: 4,
    Kind.RESTORE: 3,
    Kind.BACKUP_CENTRE: 2,
    Kind.RESTORE_CENTRE: 1,
    Kind.CLONE: 1,
    Kind.STEAL: 1,
    Kind.CLOCK: 2,
    Kind.WAIT: 6,
}


@dataclass(frozen=True, slots=True)
class Event:
    """`who` is taken modulo the machines there are; `salt` seeds the event's own choices."""

    kind: Kind
    who: int
    salt: int

    def __str__(self) -> str:
        return f"counter {self.who}: {self.kind}" if _about_one(self.kind) else str(self.kind)


def _about_one(kind: Kind) -> bool:
    return not str(kind).startswith(("the ", "an ", "late", "time"))


def draw(seed: int) -> tuple[int, list[Event]]:
    """(counters at the start, events) of a seed: mostly few counters and a dense story, every
    eighth time all 56 kelurahan."""
    rng = random.Random(f"story {seed}")
    counters = 56 if seed % 8 == 0 else rng.randint(1, 5)
    kinds, weights = list(_WEIGHTS), list(_WEIGHTS.values())
    count = 420 if counters == 56 else rng.randint(60, 260)
    return counters, [
        Event(kind, rng.randrange(1000), rng.randrange(1 << 30))
        for kind in rng.choices(kinds, weights, k=count)
    ]
