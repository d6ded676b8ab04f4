"""Defects, put in one at a time, to prove that the simulation notices them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

import sync.log
import vault.exchange
import vault.write
from sync.bundle import Run
from sync.log import Checked, HashAt, Tip, header_hashes
from sync.record import RecordState
from vault import engine

Check = Callable[[str, Run, Tip, HashAt], Checked | None]


@contextmanager
def _checked_by(instead: Check) -> Iterator[None]:
    """Both ways into a log: a run that is laid out at once, and one that is kept as it came."""
    with (
        patch.object(vault.exchange, "check_run", instead),
        patch.object(sync.log, "check_run", instead),
    ):
        yield


def _unverified(stream: str, run: Run, held: int) -> Checked:
    """A run as it claims to be; the changes behind the first `held` are new."""
    return Checked(max(min(held, len(run)), 0), *header_hashes(stream, run))


def no_chain_check() -> AbstractContextManager[None]:
    """A run is appended without looking whether it continues the log."""

    def unchecked(stream: str, run: Run, tip: Tip, _hash_at: HashAt) -> Checked | None:
        if run.first > tip.seq + 1:
            return None
        return _unverified(stream, run, tip.seq - run.first + 1)

    return _checked_by(unchecked)


def no_watermark_rule() -> AbstractContextManager[None]:
    """A run behind a gap is appended, and its end acknowledged."""
    real = sync.log.check_run

    def gaps_too(stream: str, run: Run, tip: Tip, hash_at: HashAt) -> Checked | None:
        return real(stream, run, tip, hash_at) or _unverified(stream, run, 0)

    return _checked_by(gaps_too)


def no_dedupe() -> AbstractContextManager[None]:
    """What is held already is taken as new."""
    real = sync.log.check_run

    def again(stream: str, run: Run, tip: Tip, hash_at: HashAt) -> Checked | None:
        real(stream, run, tip, hash_at)
        return _unverified(stream, run, 0)

    return _checked_by(again)


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
