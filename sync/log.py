"""Checking another's run of changes against the log that is held of it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import repeat
from struct import Struct
from typing import NamedTuple

from crypto.chain import GENESIS, HASH_BYTES
from sync.bundle import Run
from sync.cbor import EMPTY_MAP, byte_string, text, unsigned
from sync.change import ARRAY_OF_TEN, BYTES_32, Change, associated_data, context_item, header_hash
from sync.errors import Forked
from sync.ids import RECORD_BYTES

_RECORD, _HLC = b"\x50", b"\x1b"
"""The heads of a record's 16 bytes, and of a stamp's eight."""
_LONG = 1 << 32
"""From here on an integer has nine bytes; all stamps but of January 1970 do."""
_WIDTHS = (
    (b"", "B", 23),
    (b"\x18", "B", 0xFF),
    (b"\x19", "H", 0xFFFF),
    (b"\x1a", "I", _LONG - 1),
    (b"\x1b", "Q", (1 << 64) - 1),
)
"""(head, width as `struct` names it, greatest integer): RFC 8949 §3."""


@dataclass(frozen=True, slots=True)
class Tip:
    """The end of a log as it is held here."""

    seq: int = 0
    hash: bytes = GENESIS


HashAt = Callable[[int], bytes]
"""Position → header hash of the held log; asked only for positions that are held."""


class Checked(NamedTuple):
    """A run whose chain was verified, and which joins the log that is held."""

    held: int
    """How many of its changes are held already."""
    hashes: list[bytes]
    """Of each header."""
    shas: list[bytes]
    """Of each body."""


def check_run(stream: str, run: Run, tip: Tip, hash_at: HashAt) -> Checked | None:
    """Verify that a run continues the log that is held.

    None: it starts behind the tip's successor. Something before it is not here yet, and the
    watermark in the answer tells the sender where to start again.

    :raises Forked: the run does not continue the log that is held.
    """
    if run.first > tip.seq + 1:
        return None
    before = (
        GENESIS
        if run.first == 1
        else (tip.hash if run.first == tip.seq + 1 else hash_at(run.first - 1))
    )
    if before != run.prev:
        raise Forked(run.replica, run.first - 1)
    hashes, shas = header_hashes(stream, run)
    held = max(min(tip.seq - run.first + 1, len(run)), 0)
    for offset in range(held):
        if hashes[offset] != hash_at(run.first + offset):
            raise Forked(run.replica, run.first + offset)
    return Checked(held, hashes, shas)


def new_changes(stream: str, run: Run, tip: Tip, hash_at: HashAt) -> list[Change]:
    """The changes of `run` that follow on `tip`, in order; those already held are left out.

    A run that leaves a gap gives none.

    :raises Forked: the run does not continue the log that is held.
    """
    checked = check_run(stream, run, tip, hash_at)
    if checked is None:
        return []
    held, hashes, shas = checked
    return [
        Change(
            stream,
            run.replica,
            run.first + offset,
            hashes[offset - 1] if offset else run.prev,
            run.hlcs[offset],
            run.doubts[offset],
            run.records[offset],
            run.kinds[offset],
            run.contexts[offset],
            run.bodies[offset],
            shas[offset],
            hashes[offset],
        )
        for offset in range(held, len(run))
    ]


def header_hashes(stream: str, run: Run) -> tuple[list[bytes], list[bytes]]:
    """(hash of each header, hash of each body) of a run: its part of the chain.

    One loop without a function of ours or an object per change: whole backlogs go through it
    before they are acknowledged.
    """
    sha256, dropped = hashlib.sha256, run.shas
    if dropped:
        shas = [
            dropped[offset] if body is None else sha256(body).digest()
            for offset, body in enumerate(run.bodies)
        ]
    else:
        shas = [sha256(body).digest() for body in run.bodies]  # type: ignore[arg-type]
    if not shas or min(run.hlcs) < _LONG:
        return _one_by_one(stream, run, shas), shas
    begin = ARRAY_OF_TEN + text(stream) + byte_string(run.replica)
    prev = run.prev
    hashes: list[bytes] = []
    for head, width, first, last in _by_width(run.first, run.last):
        start, part = begin + head, slice(first - run.first, last - run.first + 1)
        for seq, hlc, record, sha, (pack, middle, tail) in zip(
            range(first, last + 1),
            run.hlcs[part],
            run.records[part],
            shas[part],
            _shapes(run, part, len(start), width),
            strict=False,
        ):
            header = pack(start, seq, BYTES_32, prev, _HLC, hlc, middle, record, tail, sha)
            prev = sha256(header).digest()
            hashes.append(prev)
    return hashes, shas


_Pack = Callable[..., bytes]


@cache
def _packer(start: int, width: str, middle: int, tail: int) -> _Pack:
    """Puts a header together from its pieces, of these lengths."""
    return Struct(
        f">{start}s{width}2s{HASH_BYTES}ssQ{middle}s{RECORD_BYTES}s{tail}s{HASH_BYTES}s"
    ).pack


def _by_width(first: int, last: int) -> Iterator[tuple[bytes, str, int, int]]:
    """(head, width as `struct` names it, first, last) of positions that are encoded alike."""
    for head, width, most in _WIDTHS:
        if first <= last and first <= most:
            yield head, width, first, min(last, most)
            first = most + 1


def _shapes(run: Run, part: slice, start: int, width: str) -> Iterable[tuple[_Pack, bytes, bytes]]:
    """What differs seldom from one header to the next: doubt, kind and context, encoded."""

    @cache
    def shape(doubt: int, kind: str, context: bytes) -> tuple[_Pack, bytes, bytes]:
        middle, tail = unsigned(doubt) + _RECORD, text(kind) + context + BYTES_32
        return _packer(start, width, len(middle), len(tail)), middle, tail

    doubts, kinds, contexts = run.doubts[part], run.kinds[part], run.contexts[part]
    if not any(contexts) and len(set(doubts)) == 1 and len(set(kinds)) == 1:
        return repeat(shape(doubts[0], kinds[0], EMPTY_MAP))
    return [
        shape(doubt, kind, context_item(context) if context else EMPTY_MAP)
        for doubt, kind, context in zip(doubts, kinds, contexts, strict=True)
    ]


def _one_by_one(stream: str, run: Run, shas: list[bytes]) -> list[bytes]:
    """The same for stamps of 1970, which only tests and broken clocks make."""
    hashes = [run.prev]
    columns = zip(run.hlcs, run.doubts, run.records, run.kinds, run.contexts, shas, strict=True)
    for seq, (hlc, doubt, record, kind, context, sha) in enumerate(columns, run.first):
        aad = associated_data(
            stream, run.replica, seq, hashes[-1], hlc, doubt, record, kind, context
        )
        hashes.append(header_hash(aad, sha))
    return hashes[1:]


def cut(run: Run, held: int, hashes: Sequence[bytes]) -> Run:
    """A run without its first `held` changes. `hashes`: of all its headers."""
    if not held:
        return run
    return replace(
        run,
        first=run.first + held,
        prev=hashes[held - 1],
        hlcs=run.hlcs[held:],
        doubts=run.doubts[held:],
        records=run.records[held:],
        kinds=run.kinds[held:],
        contexts=run.contexts[held:],
        bodies=run.bodies[held:],
        shas={offset - held: sha for offset, sha in run.shas.items() if offset >= held},
    )


def without_bodies(run: Run, records: Container[bytes], shas: Sequence[bytes]) -> Run:
    """A run without the bodies of some records; their hashes (of all: `shas`) stay."""
    gone = {at: shas[at] for at, record in enumerate(run.records) if record in records}
    bodies = [None if at in gone else body for at, body in enumerate(run.bodies)]
    return replace(run, bodies=bodies, shas={**run.shas, **gone})


def changes_in(stream: str, run: Run) -> list[Change]:
    """The changes of a run of which nothing is held."""
    return new_changes(stream, run, Tip(run.first - 1, run.prev), _not_held)


def run_end(stream: str, run: Run) -> bytes:
    """The header hash of a run's last change."""
    hashes, _ = header_hashes(stream, run)
    return hashes[-1] if hashes else run.prev


def _not_held(seq: int) -> bytes:
    raise LookupError(f"nothing is held at {seq}")
