"""From the values that stand in a register to the one that is shown, and whether it is settled.

Pure: what may merge how is the domain's (`registration`), and is passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from sync.body import Value
from sync.hlc import trusted
from sync.policy import Policy
from sync.record import Dot, Entry, RecordState, Register, Write, covers, full_context, several

Authority = Callable[[bytes], int]
"""How much a replica's word weighs while a conflict waits; the centre's weighs more."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the domain decides."""

    policy_of: Callable[[str], Policy]
    lifecycle: Callable[[frozenset[str]], str | None]
    """Concurrent states → the one that follows from all others, or None: a person decides."""
    authority: Authority


@dataclass(frozen=True, slots=True)
class Resolution:
    """What is shown for a field."""

    value: Value
    conflicted: bool
    """Whether a person must decide; `value` is provisional until then."""
    entries: tuple[Entry, ...]
    merged: bool = False
    """Whether a machine chose among several values by rule."""


def _latest(entry: Entry) -> tuple[bool, int, Dot]:
    return (trusted(entry.doubt), entry.hlc, entry.dot)


def resolve(name: str, register: Register, rules: Rules) -> Resolution:
    """The shown value of a field: the same on every replica that holds the same changes."""
    entries = register.entries
    first = entries[0]
    if len(entries) == 1 or all(entry.value == first.value for entry in entries):
        return Resolution(first.value, False, entries)
    policy = rules.policy_of(name)
    if policy in (Policy.LATEST, Policy.ADD, Policy.WITH_STATUS):
        return Resolution(max(entries, key=_latest).value, False, entries, merged=True)
    if policy is Policy.LIFECYCLE:
        winner = rules.lifecycle(frozenset(str(entry.value) for entry in entries))
        if winner is not None:
            return Resolution(winner, False, entries, merged=True)
    provisional = max(entries, key=lambda e: (rules.authority(e.dot.replica), *_latest(e)))
    return Resolution(provisional.value, True, entries)


def resolve_all(state: RecordState, rules: Rules) -> dict[str, Resolution]:
    """The shown values of all fields; what belongs to the state follows the state that is shown."""
    found = {name: resolve(name, register, rules) for name, register in state.fields.items()}
    following = [
        name
        for name, resolution in found.items()
        if len(resolution.entries) > 1 and rules.policy_of(name) is Policy.WITH_STATUS
    ]
    if following:
        acts = {
            entry.dot
            for name, resolution in found.items()
            if rules.policy_of(name) is Policy.LIFECYCLE
            for entry in resolution.entries
            if entry.value == resolution.value
        }
        for name in following:
            found[name] = _of_acts(found[name], acts)
    return found


def _of_acts(resolution: Resolution, acts: Collection[Dot]) -> Resolution:
    of_acts = [entry for entry in resolution.entries if entry.dot in acts]
    if not of_acts:
        return resolution
    return replace(resolution, value=max(of_acts, key=_latest).value)


def count_conflicts(state: RecordState, rules: Rules) -> int:
    """How many fields wait for a person."""
    return sum(resolve(name, register, rules).conflicted for name, register in several(state))


def concurrent(first: Write, second: Write) -> bool:
    """Whether neither author had seen the other's write."""
    return not covers(full_context(first), second.dot) and not covers(
        full_context(second), first.dot
    )


def base_of(name: str, entries: Iterable[Entry], history: Iterable[Write]) -> Value:
    """The value that all writers of `entries` had in front of them; None where there was none.

    :param history: all writes of the record, in any order.
    """
    writes = {write.dot: write for write in history}
    contexts = [full_context(writes[entry.dot]) for entry in entries]
    standing = {entry.dot for entry in entries}
    shared = [
        write
        for write in writes.values()
        if name in write.fields
        and write.dot not in standing
        and all(covers(context, write.dot) for context in contexts)
    ]
    if not shared:
        return None
    newest = max(shared, key=lambda write: (write.hlc, write.dot))
    return newest.fields[name]
