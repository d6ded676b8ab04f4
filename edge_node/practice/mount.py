"""Practice at `/latihan` of both servers: made when somebody first comes, made anew when asked."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from edge_node.edge import Edge

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from edge_node.practice.counter import Counter

PATH: Final = "/latihan"
FOLDER: Final = "practice"
"""Below the counter's own data."""
EXTENSION: Final = "loket.practice"


@dataclass(slots=True)
class Room:
    """The practice counter of one server, and its two apps."""

    real: Edge
    make_staff: Callable[[Edge], Flask]
    make_portal: Callable[[Edge], Flask]
    counter: Counter | None = None
    _apps: tuple[Flask, Flask] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def staff(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return self._open()[0](environ, start)

    def portal(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return self._open()[1](environ, start)

    def begin_anew(self) -> None:
        """Throw away what was practised; the next visitor finds a fresh counter."""
        with self._lock:
            counter, self.counter, self._apps = self.counter, None, None
        if counter is not None:
            counter.close()

    def the_counter(self) -> Counter:
        """The counter that somebody practises at now."""
        self._open()
        counter = self.counter
        if counter is None:
            raise RuntimeError("practice was begun anew a moment ago")
        return counter

    def _open(self) -> tuple[Flask, Flask]:
        with self._lock:
            if self._apps is None:
                # Who never practises pays neither for its imports nor for its store.
                from edge_node.practice.counter import open_counter

                self.counter = open_counter(self.real, secrets.randbelow(1 << 31))
                self._apps = (
                    self.make_staff(self.counter.edge),
                    self.make_portal(self.counter.edge),
                )
                for app in self._apps:
                    app.extensions[EXTENSION] = self
            return self._apps


def mount(room: Room, staff: Flask, portal: Flask) -> None:
    """Let both servers answer for practice below PATH."""
    # What a former run left opens for nobody.
    shutil.rmtree(room.real.settings.data / FOLDER, ignore_errors=True)
    _below(staff, room.staff)
    _below(portal, room.portal)


def _below(app: Flask, practice: Any) -> None:
    app.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
        app.wsgi_app, {PATH: practice}
    )
