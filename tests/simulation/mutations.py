"""Defects, put in one at a time, to prove that the simulation notices them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

import sync.log
import vault.exchange
import vault.recovery
import vault.write
from crypto.chain import digest
from sync.bundle import Run
from sync.change import Change, associated_data, header_hash
from sync.log import HashAt, Tip
from sync.record import RecordState
from vault import engine


def _changes(stream: str, run: Run, *, known: int) -> list[Change]:
    """The changes of a run behind position `known`, whatever their chain says."""
    found: list[Change] = []
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
        if seq > known:
            found.append(
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
        prev = own
    return found


@contextmanager
def _new_changes(instead: Callable[..., list[Change]]) -> Iterator[None]:
    with (
        patch.object(vault.exchange, "new_changes", instead),
        patch.object(vault.recovery, "new_changes", instead),
    ):
        yield


def no_chain_check() -> AbstractContextManager[None]:
    """A run is appended without looking whether it continues the log."""

    def unchecked(stream: str, run: Run, tip: Tip, _hash_at: HashAt) -> list[Change]:
        return [] if run.first > tip.seq + 1 else _changes(stream, run, known=tip.seq)

    return _new_changes(unchecked)


def no_watermark_rule() -> AbstractContextManager[None]:
    """A run behind a gap is appended, and its end acknowledged."""
    real = sync.log.new_changes

    def gaps_too(stream: str, run: Run, tip: Tip, hash_at: HashAt) -> list[Change]:
        if run.first > tip.seq + 1:
            return _changes(stream, run, known=0)
        return real(stream, run, tip, hash_at)

    return _new_changes(gaps_too)


def no_dedupe() -> AbstractContextManager[None]:
    """What is held already is taken as new."""
    real = sync.log.new_changes

    def again(stream: str, run: Run, tip: Tip, hash_at: HashAt) -> list[Change]:
        return _changes(stream, run, known=0) if real(stream, run, tip, hash_at) or run else []

    return _new_changes(again)


@contextmanager
def no_context() -> Iterator[None]:
    """A change does not say what its author had seen."""
    real = vault.write.state_of

    def blind(told: Any) -> RecordState:
        return RecordState(real(told).fields, {})

    with patch.object(vault.write, "state_of", blind):
        yield


@contextmanager
def no_fsync() -> Iterator[None]:
    """A commit is acknowledged before the disk has it."""
    with patch.object(engine, "DURABILITY", "OFF"):
        yield


MUTATIONS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "chain-check": no_chain_check,
    "context": no_context,
    "watermark": no_watermark_rule,
    "fsync": no_fsync,
    "dedupe": no_dedupe,
}
