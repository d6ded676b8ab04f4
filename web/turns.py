"""Whose turn it is where two apps share one processor: staff before residents.

A page costs some 20 ms of processor; what makes it slow is that others compute at the same time.
So one page of the second app is made at a time, and none is begun while one of the first is being
made, up to a moment. Bodies were read before: a slow phone holds nobody's turn.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

GIVES_WAY_S = 0.5
"""Nobody waits longer for those who come first: they never stop coming where there is a crowd."""


class Turns:
    """Shared by the two apps of one process."""

    def __init__(
        self, gives_way_s: float = GIVES_WAY_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._changed = threading.Condition()
        self._first = 0
        self._second = False
        self._gives_way_s = gives_way_s
        self._clock = clock

    def first(self, app: WSGIApplication) -> WSGIApplication:
        """`app`, whose pages are made at once."""

        def called(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            with self._changed:
                self._first += 1
            try:
                return app(environ, start)
            finally:
                with self._changed:
                    self._first -= 1
                    self._changed.notify_all()

        return called

    def second(self, app: WSGIApplication) -> WSGIApplication:
        """`app`, whose pages are made one by one, when none of the first is being made."""

        def called(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            self._take()
            try:
                return app(environ, start)
            finally:
                with self._changed:
                    self._second = False
                    self._changed.notify_all()

        return called

    def _take(self) -> None:
        with self._changed:
            since = self._clock()
            while True:
                left = self._gives_way_s - (self._clock() - since)
                if not self._second and (self._first == 0 or left <= 0):
                    self._second = True
                    return
                self._changed.wait(left if not self._second and left > 0 else None)
