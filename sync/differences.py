"""What stood against each other in a record's history, and how it ended. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sync.body import Value
from sync.record import EMPTY, Dot, Entry, Write, fold, full_context
from sync.resolve import Rules, resolve


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that a person must decide, or had to."""

    field: str
    opened: Dot
    """The write that made it: the later one, as stamps go."""
    hlc: int
    """Its stamp."""
    sides: tuple[Entry, ...]
    """What stands against each other, or stood when it was settled."""
    settled: Write | None = None
    """The write after which one value stood."""

    @property
    def chosen(self) -> Value:
        """What it was settled with; None while it waits."""
        return self.settled.fields[self.field] if self.settled else None


def is_straight(ordered: Iterable[Write]) -> bool:
    """Whether each write had seen all before it: then nothing ever stood against anything."""
    held: dict[bytes, int] = {}
    for write in ordered:
        context = full_context(write)
        if any(context.get(replica, 0) < seq for replica, seq in held.items()):
            return False
        held[write.dot.replica] = max(held.get(write.dot.replica, 0), write.dot.seq)
    return True


def differences(history: Iterable[Write], rules: Rules) -> list[Difference]:
    """All differences of a history, the same in whatever order it came; by stamp of what made
    them. A field may be in several, one after the other."""
    ordered = sorted(history, key=lambda write: (write.hlc, write.dot))
    if is_straight(ordered):
        return []
    state = EMPTY
    waiting: dict[str, Difference] = {}
    ended: list[Difference] = []
    for write in ordered:
        state = fold(state, write)
        for name in write.fields:
            found = resolve(name, state.fields[name], rules)
            before = waiting.get(name)
            if found.conflicted:
                made = before or Difference(name, write.dot, write.hlc, ())
                waiting[name] = Difference(name, made.opened, made.hlc, found.entries)
            elif before is not None:
                del waiting[name]
                ended.append(Difference(name, before.opened, before.hlc, before.sides, write))
    return sorted([*ended, *waiting.values()], key=lambda one: (one.hlc, one.opened, one.field))
