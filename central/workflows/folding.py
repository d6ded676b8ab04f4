"""The worker: folds what was ingested into the view, stream by stream."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from central.centre import Centre
from central.store import nodes
from vault import log
from vault.engine import later_durable, reading, writing
from vault.fold import (
    fold_changes,
    folded_to,
    lock_stream,
    set_folded,
    try_lock_stream,
)
from vault.laying_out import lay_out_next
from vault.parking import fold_parked, streams_with_keys_come

_log = structlog.get_logger()
BATCH = 500
"""Changes folded in one transaction: bounds how long a stream's lock is held."""


def fold_stream(centre: Centre, stream: str, replica: bytes) -> int:
    """Fold the next batch of one log; how many changes that were."""
    with writing(centre.vault.engine) as connection:
        if not try_lock_stream(connection, stream):
            return 0
        later_durable(connection)
        done = folded_to(connection, stream, replica)
        changes = log.read_changes(connection, stream, replica, done, BATCH)
        if not changes:
            laid_out = 0
            while laid_out < BATCH:
                more = lay_out_next(connection, centre.vault, stream, replica)
                if not more:
                    break
                laid_out += more
            changes = log.read_changes(connection, stream, replica, done, BATCH)
        if changes:
            fold_changes(connection, centre.vault, stream, changes)
            set_folded(connection, stream, replica, changes[-1].seq)
    return len(changes)


def fold_all(centre: Centre, give_way: Callable[[], object] = lambda: None) -> int:
    """Fold everything that is behind; how many changes that were.

    :param give_way: called before each batch; may wait for what matters more.
    """
    total = 0
    while folded := sum(_fold_round(centre, give_way)):
        total += folded
    return total


def _fold_round(centre: Centre, give_way: Callable[[], object]) -> list[int]:
    """A batch of each log that is behind; how many changes each was."""
    with reading(centre.vault.engine) as connection:
        behind = nodes.behind(connection, centre.vault.central_writers)
        unlocked = streams_with_keys_come(connection)
    for stream in unlocked:
        with writing(centre.vault.engine) as connection:
            lock_stream(connection, stream)
            fold_parked(connection, centre.vault, stream)
    folded = []
    for stream, replica in behind:
        give_way()
        try:
            folded.append(fold_stream(centre, stream, replica))
        except Exception:  # noqa: BLE001 - one stream's trouble must not stop the others
            _log.exception("a stream cannot be folded", stream=stream)
    return folded


class Folder:
    """Folds in the background, woken by each ingest."""

    def __init__(
        self,
        centre: Centre,
        give_way: Callable[[], object] = lambda: None,
        idle_s: float = 1.0,
    ) -> None:
        """:param give_way: called before each batch; waits while acknowledgements are due."""
        self._centre = centre
        self._give_way = give_way
        self._idle_s = idle_s
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="folder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def ask_stop(self) -> None:
        """End after the batch that is under way; safe in a signal handler."""
        self._stop.set()
        self._wake.set()

    def stop(self) -> None:
        self.ask_stop()
        self._thread.join(timeout=30)

    def run_here(self) -> None:
        """Fold in this thread until `stop`; what `loket central worker` does."""
        self._run()

    def _run(self) -> None:
        while not self._stop.is_set():
            folded: list[int] = []
            try:
                folded = _fold_round(self._centre, self._give_way)
            except Exception:  # noqa: BLE001 - one bad moment of the database must not end folding
                _log.exception("folding failed, trying again")
            if max(folded, default=0) < BATCH:
                # What came meanwhile waits a moment for more to come: a transaction each would
                # take from those whose acknowledgement is due.
                self._wake.wait(self._idle_s)
                self._wake.clear()
