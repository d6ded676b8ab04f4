"""Admission: so many exchanges at once, the next is refused before its body is read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Full(Exception):
    """All slots are taken; come back in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"come back in {retry_after} s")
        self.retry_after = retry_after


class Slots:
    """A bounded number of exchanges under way in this process; nobody waits in line."""

    def __init__(self, count: int, retry_after: int = 3) -> None:
        self._free = threading.Semaphore(count)
        self._under_way = 0
        self._idle = threading.Condition()
        self._retry_after = retry_after
        self.refused = 0
        """How many were turned away since start."""

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a slot.

        :raises Full: none is free.
        """
        if not self._free.acquire(blocking=False):
            self.refused += 1
            raise Full(self._retry_after)
        with self._idle:
            self._under_way += 1
        try:
            yield
        finally:
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()
            self._free.release()

    def wait_idle(self, at_most_s: float) -> None:
        """Wait until no exchange is under way, but not for ever: folding must go on too."""
        with self._idle:
            self._idle.wait_for(lambda: not self._under_way, at_most_s)
