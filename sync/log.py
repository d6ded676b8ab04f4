"""Checking another's run of changes against the log that is held of it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from crypto.chain import GENESIS
from sync.bundle import Run
from sync.cbor import EMPTY_MAP, byte_string, text, unsigned
from sync.change import ARRAY_OF_TEN, BYTES_32, Change, context_item
from sync.errors import Forked

_RECORD = b"\x50"
"""The head of a record's 16 bytes."""


@dataclass(frozen=True, slots=True)
class Tip:
    """The end of a log as it is held here."""

    seq: int = 0
    hash: bytes = GENESIS


HashAt = Callable[[int], bytes]
"""Position → header hash of the held log; asked only for positions that are held."""


def new_changes(stream: str, run: Run, tip: Tip, hash_at: HashAt) -> list[Change]:
    """The changes of `run` that follow on `tip`, in order; those already held are left out.

    A run that starts behind the tip's successor (a gap: something before it is not here yet)
    gives none: the watermark in the answer tells the sender where to start again.

    :raises Forked: the run does not continue the log that is held.
    """
    if run.first > tip.seq + 1:
        return []
    before = (
        GENESIS
        if run.first == 1
        else (tip.hash if run.first == tip.seq + 1 else hash_at(run.first - 1))
    )
    if before != run.prev:
        raise Forked(run.replica, run.first - 1)
    hashes, shas = header_hashes(stream, run)
    held = min(tip.seq - run.first + 1, len(run))
    for offset in range(held):
        if hashes[offset] != hash_at(run.first + offset):
            raise Forked(run.replica, run.first + offset)
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
        for offset in range(max(held, 0), len(run))
    ]


def header_hashes(stream: str, run: Run) -> tuple[list[bytes], list[bytes]]:
    """(hash of each header, hash of each body) of a run: its part of the chain.

    One loop without a function or object per change: whole backlogs go through it before they are
    acknowledged.
    """
    begin = ARRAY_OF_TEN + text(stream) + byte_string(run.replica)
    doubts = {doubt: unsigned(doubt) for doubt in set(run.doubts)}
    kinds = {kind: text(kind) for kind in set(run.kinds)}
    sha256, dropped = hashlib.sha256, run.shas
    hashes: list[bytes] = []
    shas: list[bytes] = []
    prev = run.prev
    for offset, (hlc, doubt, record, kind, context, body) in enumerate(
        zip(run.hlcs, run.doubts, run.records, run.kinds, run.contexts, run.bodies, strict=True)
    ):
        sha = dropped[offset] if body is None else sha256(body).digest()
        prev = sha256(
            b"".join(
                (
                    begin,
                    unsigned(run.first + offset),
                    BYTES_32,
                    prev,
                    unsigned(hlc),
                    doubts[doubt],
                    _RECORD,
                    record,
                    kinds[kind],
                    context_item(context) if context else EMPTY_MAP,
                    BYTES_32,
                    sha,
                )
            )
        ).digest()
        hashes.append(prev)
        shas.append(sha)
    return hashes, shas


def changes_in(stream: str, run: Run) -> list[Change]:
    """The changes of a run of which nothing is held."""
    return new_changes(stream, run, Tip(run.first - 1, run.prev), _not_held)


def run_end(stream: str, run: Run) -> bytes:
    """The header hash of a run's last change."""
    hashes, _ = header_hashes(stream, run)
    return hashes[-1] if hashes else run.prev


def _not_held(seq: int) -> bytes:
    raise LookupError(f"nothing is held at {seq}")
