"""The entrance of a process of the centre: threads that wait, before a pure `Hall`."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from central.admission.hall import GIVE_WAY_S, Ask, Hall, Lane, Visit, Work
from central.admission.line import Kind
from vault.engine import POOL

MOST_AT_ONCE = POOL // 2
"""Of nodes and of officers: what there are connections of the database for."""
PAGE_PATIENCE_S = 8.0
"""How long an officer's page waits in line before it says so."""


class Gate:
    """What one process lets in at once; nobody waits without end."""

    def __init__(self, threads: int) -> None:
        """:param threads: what the process serves with. A quarter of them no node ever takes."""
        self._hall = Hall(max(threads - threads // 4, 1), MOST_AT_ONCE)
        self._lock = threading.Lock()
        self._quiet = threading.Condition(self._lock)
        self._begun: dict[Work, threading.Event] = {}

    @contextmanager
    def visit(self, ask: Ask) -> Iterator[Visit]:
        """Let a node in; its body is read inside.

        :raises Full: there is no room for it.
        """
        with self._lock:
            visit = self._hall.let_in(ask, time.monotonic())
        try:
            yield visit
        finally:
            with self._lock:
                self._hall.leave(visit)
                self._quiet.notify_all()

    @contextmanager
    def work(self, visit: Visit, patience_s: float) -> Iterator[None]:
        """Wait for a place at work and hold it.

        :param patience_s: how long the visitor waits for an answer: what would begin too late for
            it is not begun.
        :raises Full: its turn did not come in that time.
        """
        with self._lock:
            visit.whole = True
        with self._at_work(self._hall.nodes, visit.ask, patience_s):
            yield

    @contextmanager
    def page(self, who: str) -> Iterator[None]:
        """Make a page for an officer.

        :raises Full: too many others are being made.
        """
        with self._at_work(self._hall.pages, Ask(Kind.CHANGES, who), PAGE_PATIENCE_S):
            yield

    @contextmanager
    def _at_work(self, lane: Lane, ask: Ask, patience_s: float) -> Iterator[None]:
        begun = threading.Event()
        with self._lock:
            work = self._hall.queue(lane, ask, time.monotonic())
            self._begun[work] = begun
            self._begin()
        ends = time.monotonic() + patience_s
        # Looks again by itself: giving way to officers ends by time, not by an event.
        while not begun.wait(GIVE_WAY_S):
            with self._lock:
                self._begin()
                now = time.monotonic()
                if not begun.is_set() and now >= ends:
                    self._hall.give_up(lane, work)
                    del self._begun[work]
                    raise self._hall.full(now, ask)
        try:
            yield
        finally:
            with self._lock:
                self._hall.done(lane, work, time.monotonic())
                self._begin()

    def _begin(self) -> None:
        for work in self._hall.begin(time.monotonic()):
            self._begun.pop(work).set()

    def wait_idle(self, at_most_s: float) -> None:
        """Wait until no node is inside, but not for ever: folding must go on too."""
        with self._quiet:
            self._quiet.wait_for(lambda: not self._hall.inside, at_most_s)
