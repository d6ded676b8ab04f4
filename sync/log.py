"""Checking another's run of changes against the log that is held of it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crypto.chain import GENESIS, digest
from sync.bundle import Run
from sync.change import Change, associated_data, header_hash
from sync.errors import Forked


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
    fresh: list[Change] = []
    prev = run.prev
    for offset, body in enumerate(run.bodies):
        seq = run.first + offset
        aad = associated_data(
            stream,
            run.replica,
            seq,
            prev,
            run.hlcs[offset],
            run.doubts[offset],
            run.records[offset],
            run.kinds[offset],
            run.contexts[offset],
        )
        sha = run.shas[offset] if body is None else digest(body)
        own = header_hash(aad, sha)
        if seq > tip.seq:
            fresh.append(
                Change(
                    stream,
                    run.replica,
                    seq,
                    prev,
                    run.hlcs[offset],
                    run.doubts[offset],
                    run.records[offset],
                    run.kinds[offset],
                    run.contexts[offset],
                    body,
                    sha,
                    own,
                )
            )
        elif own != hash_at(seq):
            raise Forked(run.replica, seq)
        prev = own
    return fresh


def changes_in(stream: str, run: Run) -> list[Change]:
    """The changes of a run of which nothing is held."""
    return new_changes(stream, run, Tip(run.first - 1, run.prev), _not_held)


def run_end(stream: str, run: Run) -> bytes:
    """The header hash of a run's last change."""
    changes = changes_in(stream, run)
    return changes[-1].hash if changes else run.prev


def _not_held(seq: int) -> bytes:
    raise LookupError(f"nothing is held at {seq}")
