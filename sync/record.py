"""The state of one record: multi-value registers, folded from changes. Pure.

A write replaces exactly what its context had seen; concurrent writes stand side by side. No
order of arrival is assumed: each field keeps the join of the contexts of all writes folded into
it (`seen`), so a write that arrives after the one that replaced it is recognised. (An optimized
multi-value register after Almeida et al., "Scalable and accurate causality tracking for
eventually consistent stores", 2014.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cbor2

from crypto.chain import digest
from sync.body import Value
from sync.change import Context

STATE_VERSION = 1


class Dot(NamedTuple):
    """Where a write stands: log and position."""

    replica: bytes
    seq: int


class Entry(NamedTuple):
    """One value of a register, with the stamp of the change that wrote it."""

    dot: Dot
    hlc: int
    doubt: int
    value: Value


class Register(NamedTuple):
    """One field: the values that stand, and all that was seen by those who wrote it."""

    entries: tuple[Entry, ...]
    seen: Context


class Write(NamedTuple):
    """A decrypted change, as far as folding is concerned."""

    dot: Dot
    hlc: int
    doubt: int
    context: Context
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class RecordState:
    """All registers of a record, and the context of one who has seen this state."""

    fields: Mapping[str, Register]
    context: Context


EMPTY = RecordState({}, {})


def join(first: Context, second: Context) -> Context:
    """The least context that holds both."""
    if not second:
        return first
    joined = dict(first)
    for replica, seq in second.items():
        if joined.get(replica, 0) < seq:
            joined[replica] = seq
    return joined


def covers(context: Context, dot: Dot) -> bool:
    """Whether one who had seen `context` had seen `dot`."""
    return context.get(dot.replica, 0) >= dot.seq


def full_context(write: Write) -> Context:
    """A write's context with its own log up to itself, which the wire leaves out."""
    return {**write.context, write.dot.replica: write.dot.seq}


def fold(state: RecordState, write: Write) -> RecordState:
    """The state after one more change; folding a change again changes nothing."""
    dot, hlc, doubt, _, written = write
    seen = full_context(write)
    fields = dict(state.fields)
    # Made without their classes' own constructors: two objects a field, 25 fields a request.
    new = tuple.__new__
    for name, value in written.items():
        register: Register = new(Register, ((new(Entry, (dot, hlc, doubt, value)),), seen))
        standing = fields.get(name)
        fields[name] = register if standing is None else _merge_field(standing, register)
    return RecordState(fields, join(state.context, {dot.replica: dot.seq}))


class _Straight(Mapping[str, Register]):
    """The registers of a straight history: each write had seen all before it.

    Then the last write of a field is its one value. Most histories are straight, and most of
    those who fold one look at a few fields only: a register is made when it is asked for.
    """

    __slots__ = ("_last", "_writes")

    def __init__(self, writes: Sequence[Write]) -> None:
        self._writes = writes
        self._last: dict[str, Write] = {}
        for write in writes:
            self._last.update(dict.fromkeys(write.fields, write))

    def __getitem__(self, name: str) -> Register:
        dot, hlc, doubt, _, fields = self._last[name]
        seen: Context = {}
        for write in self._writes:
            if name in write.fields:
                seen = join(seen, full_context(write)) if seen else full_context(write)
        return Register((Entry(dot, hlc, doubt, fields[name]),), seen)

    def standing(self, name: str) -> Sequence[Value]:
        last = self._last.get(name)
        return () if last is None else (last.fields[name],)

    def __contains__(self, name: object) -> bool:
        return name in self._last

    def __iter__(self) -> Iterator[str]:
        return iter(self._last)

    def __len__(self) -> int:
        return len(self._last)


def _straight(writes: Sequence[Write]) -> RecordState | None:
    """The state of a straight history; None: it is none, or is not told in its order."""
    if len(writes) == 1:
        replica, seq = writes[0].dot
        return RecordState(_Straight(writes), {replica: seq})
    held: dict[bytes, int] = {}
    seen: Context = {}
    for write in writes:
        replica, seq = write.dot
        if seen.get(replica, 0) >= seq:
            return None
        context = full_context(write)
        for other, upto in held.items():
            if context.get(other, 0) < upto:
                return None
        held[replica] = seq
        seen = join(seen, context)
    return RecordState(_Straight(writes), held)


def fold_all(writes: Iterable[Write]) -> RecordState:
    """The state of one who holds all of these writes, in whatever order."""
    listed = list(writes)
    state = _straight(listed)
    if state is None:
        state = EMPTY
        for write in listed:
            state = fold(state, write)
    return state


def standing(state: RecordState, name: str) -> Sequence[Value]:
    """The values that stand in a field, by dot; none where nothing was written."""
    fields = state.fields
    if isinstance(fields, _Straight):
        return fields.standing(name)
    register = fields.get(name)
    return () if register is None else [entry.value for entry in register.entries]


def several(state: RecordState) -> Iterable[tuple[str, Register]]:
    """The fields in which more than one value stands."""
    if isinstance(state.fields, _Straight):
        return ()
    return [one for one in state.fields.items() if len(one[1].entries) > 1]


def merge(first: RecordState, second: RecordState) -> RecordState:
    """The state of one who holds the changes of both: commutative, associative, idempotent."""
    fields = dict(first.fields)
    for name, theirs in second.fields.items():
        ours = fields.get(name)
        fields[name] = theirs if ours is None else _merge_field(ours, theirs)
    return RecordState(fields, join(first.context, second.context))


def _merge_field(ours: Register, theirs: Register) -> Register:
    our_dots = {entry.dot for entry in ours.entries}
    their_dots = {entry.dot for entry in theirs.entries}
    kept = [
        entry
        for entry in ours.entries
        if entry.dot in their_dots or not covers(theirs.seen, entry.dot)
    ]
    kept += [
        entry
        for entry in theirs.entries
        if entry.dot not in our_dots and not covers(ours.seen, entry.dot)
    ]
    return Register(tuple(sorted(kept, key=lambda entry: entry.dot)), join(ours.seen, theirs.seen))


def encode(state: RecordState) -> bytes:
    """A state as canonical bytes: equal states give equal bytes, so their hash compares them.

    [version, replicas, context, stamps, plain, rest]: replicas in order; context as seqs in that
    order; stamps [replica index, seq, hlc, doubt] in order; plain, per stamp, {field: value} of
    the fields that were written once and hold nothing else (nearly all); rest {field: [seen,
    stamp index, value, …]} with seen as seqs.
    """
    replicas = set(state.context)
    dots: dict[Dot, tuple[int, int]] = {}
    plain: dict[Dot, dict[str, Value]] = {}
    rest: dict[str, Register] = {}
    for name, register in state.fields.items():
        entries, seen = register
        dot, hlc, doubt, value = entries[0]
        if len(entries) == 1 and len(seen) == 1 and seen.get(dot[0]) == dot[1]:
            own = plain.get(dot)
            if own is None:
                own = plain[dot] = {}
                dots[dot] = (hlc, doubt)
                replicas.add(dot[0])
            own[name] = value
        else:
            rest[name] = register
            replicas.update(seen)
            for entry in entries:
                dots[entry.dot] = (entry.hlc, entry.doubt)
    ordered = sorted(replicas)
    index = {replica: position for position, replica in enumerate(ordered)}
    stamps = sorted(dots)
    stamp_index = {dot: position for position, dot in enumerate(stamps)}
    packed: dict[str, list[Value]] = {}
    for name, (entries, seen) in rest.items():
        packed[name] = [[seen.get(replica, 0) for replica in ordered]]
        for entry in entries:
            packed[name] += (stamp_index[entry.dot], entry.value)
    return cbor2.dumps(
        [
            STATE_VERSION,
            ordered,
            [state.context.get(replica, 0) for replica in ordered],
            [[index[dot.replica], dot.seq, *dots[dot]] for dot in stamps],
            [plain.get(dot, 0) for dot in stamps],
            packed,
        ],
        canonical=True,
    )


def decode(data: bytes) -> RecordState:
    """The inverse of `encode`."""
    _version, ordered, context, stamps, plain, rest = cbor2.loads(data)
    dots = [(Dot(ordered[i], seq), hlc, doubt) for i, seq, hlc, doubt in stamps]
    fields: dict[str, Register] = {}
    for (dot, hlc, doubt), own in zip(dots, plain, strict=True):
        if own:
            seen: Context = {dot.replica: dot.seq}
            for name, value in own.items():
                fields[name] = Register((Entry(dot, hlc, doubt, value),), seen)
    for name, packed in rest.items():
        entries = tuple(_entry(dots[packed[at]], packed[at + 1]) for at in range(1, len(packed), 2))
        seen = {r: seq for r, seq in zip(ordered, packed[0], strict=True) if seq}
        fields[name] = Register(entries, seen)
    return RecordState(fields, {r: seq for r, seq in zip(ordered, context, strict=True) if seq})


def _entry(stamp: tuple[Dot, int, int], value: Value) -> Entry:
    dot, hlc, doubt = stamp
    return Entry(dot, hlc, doubt, value)


def state_hash(encoded: bytes) -> bytes:
    """What two replicas compare: SHA-256 of `encode`'s bytes."""
    return digest(encoded)
