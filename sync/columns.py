"""Runs and keys as they stand in a bundle: columns, each value checked before it is believed.

Whole backlogs go through here before they are acknowledged: no function of ours and no object per
change.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import Any, NamedTuple, overload

from crypto.chain import HASH_BYTES
from crypto.keys import WRAPPED_BYTES
from sync.bundle import Run, WrappedKey
from sync.change import Context
from sync.errors import Malformed
from sync.ids import RECORD_BYTES

MOST = 1 << 63
"""What a database's integer holds."""


def typed(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise Malformed(f"a {kind.__name__} was expected")
    return value


def sized(value: Any, length: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        raise Malformed(f"{length} bytes were expected")
    return value


def split(joined: bytes, size: int) -> list[bytes]:
    """Pieces of equal length.

    :raises ValueError: the last one is cut short.
    """
    if len(joined) % size:
        raise ValueError("joined values are cut short")
    return list(struct.unpack(f"{size}s" * (len(joined) // size), joined))


def pack_run(run: Run, index: Mapping[bytes, int], kinds: Mapping[str, int]) -> list[Any]:
    """:param index, kinds: places of replicas and kinds among those that the bundle names."""
    stamps: list[int] = []
    counters: list[int] = []
    before = 0
    for hlc in run.hlcs:
        ms = hlc >> 16
        stamps.append(ms - before)
        counters.append(hlc & 0xFFFF)
        before = ms
    contexts: list[Any] = []
    for context in run.contexts:
        if context:
            flat: list[int] = []
            for replica in sorted(context):
                flat += (index[replica], context[replica])
            contexts.append(flat)
        else:
            contexts.append(0)
    return [
        index[run.replica],
        run.first,
        run.prev,
        stamps,
        counters,
        run.doubts,
        b"".join(run.records),
        bytes(kinds[kind] for kind in run.kinds),
        contexts,
        run.bodies,
        dict(run.shas),
    ]


def unpack_run(packed: list[Any], replicas: list[bytes], kinds: list[str]) -> Run:
    """The inverse of `pack_run`.

    :raises Malformed, ValueError, TypeError, KeyError, IndexError: not a run.
    """
    replica, first, prev, stamps, counters, doubts, records, kind_at, contexts, bodies, shas = (
        packed
    )
    count = len(stamps)
    columns = (counters, doubts, kind_at, contexts, bodies)
    if any(len(column) != count for column in columns) or len(records) != count * RECORD_BYTES:
        raise Malformed("a run's columns differ in length")
    if len(prev) != HASH_BYTES or first < 1:
        raise Malformed("a run's start is not a position in a log")
    if any(counters):
        hlcs = [(ms << 16) | count for ms, count in zip(accumulate(stamps), counters, strict=True)]
    else:
        hlcs = [ms << 16 for ms in accumulate(stamps)]
    _require_numbers(hlcs)
    _require_numbers(doubts)
    _require_numbers((first, first + count))
    own = replicas[replica]
    if set(map(type, bodies)) != {bytes}:
        for offset, body in enumerate(bodies):
            if body is None:
                sized(shas.get(offset), HASH_BYTES)
            else:
                typed(body, bytes)
    return Run(
        own,
        first,
        prev,
        hlcs,
        doubts,
        split(records, RECORD_BYTES),
        [kinds[number] for number in kind_at],
        _unpack_contexts(contexts, replicas, own),
        bodies,
        shas,
    )


def _require_numbers(numbers: Sequence[Any]) -> None:
    if not numbers:
        return
    if set(map(type, numbers)) != {int} or min(numbers) < 0 or max(numbers) >= MOST:
        raise Malformed("a stamp or position is out of range")


def _unpack_contexts(contexts: list[Any], replicas: list[bytes], own: bytes) -> list[Context]:
    none: Context = {}
    if not any(contexts):
        return [none] * len(contexts)
    unpacked: list[Context] = [
        {replicas[flat[at]]: flat[at + 1] for at in range(0, len(flat), 2)} if flat else none
        for flat in contexts
    ]
    for context in filter(None, unpacked):
        for named, seq in context.items():
            if not isinstance(seq, int) or not 0 < seq < MOST or named == own:
                raise Malformed("a context names no position in another's log")
    return unpacked


class KeyGroup(NamedTuple):
    """Record keys that were wrapped under one epoch key."""

    epoch: bytes
    records: list[bytes]
    joined: bytes
    """The wrapped keys in the order of the records."""


class Keys(Sequence[WrappedKey]):
    """Wrapped keys by epoch; each is made when it is looked at."""

    def __init__(self, groups: Sequence[KeyGroup]) -> None:
        self.groups = groups

    def __len__(self) -> int:
        return sum(len(group.records) for group in self.groups)

    def __iter__(self) -> Iterator[WrappedKey]:
        for epoch, records, joined in self.groups:
            for at, record in enumerate(records):
                start = at * WRAPPED_BYTES
                yield WrappedKey(record, epoch, joined[start : start + WRAPPED_BYTES])

    @overload
    def __getitem__(self, at: int) -> WrappedKey: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[WrappedKey, ...]: ...
    def __getitem__(self, at: int | slice) -> WrappedKey | tuple[WrappedKey, ...]:
        return tuple(self)[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


def by_epoch(keys: Iterable[WrappedKey]) -> list[KeyGroup]:
    """Keys in groups, in order of their epochs."""
    if isinstance(keys, Keys):
        return sorted(keys.groups)
    grouped: dict[bytes, list[WrappedKey]] = {}
    for key in keys:
        grouped.setdefault(key.epoch, []).append(key)
    return [
        KeyGroup(epoch, [key.record for key in some], b"".join(key.wrapped for key in some))
        for epoch, some in sorted(grouped.items())
    ]


def pack_keys(keys: Iterable[WrappedKey], runs: Sequence[Run]) -> list[Any]:
    """A key's record is named by its place among the records of the runs, where it can be."""
    places: dict[bytes, int] = {}
    for run in runs:
        for record in run.records:
            places.setdefault(record, len(places))
    return [
        [epoch, [places.get(record, record) for record in records], joined]
        for epoch, records, joined in by_epoch(keys)
    ]


def unpack_keys(groups: list[Any], runs: Sequence[Run]) -> Sequence[WrappedKey]:
    """The inverse of `pack_keys`.

    :raises Malformed, ValueError, TypeError, IndexError: not keys.
    """
    if not groups:
        return ()
    records = list(dict.fromkeys(chain.from_iterable(run.records for run in runs)))
    every = list(range(len(records)))
    found: list[KeyGroup] = []
    for epoch, named, joined in groups:
        if len(joined) != len(named) * WRAPPED_BYTES:
            raise Malformed("wrapped keys differ in number from their records")
        typed(epoch, bytes)
        typed(joined, bytes)
        if named == every:
            own = records
        else:
            own = [
                records[name] if isinstance(name, int) else sized(name, RECORD_BYTES)
                for name in named
            ]
        found.append(KeyGroup(epoch, own, joined))
    return Keys(found)
