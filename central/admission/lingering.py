"""Connections of whom was refused, until the answer is with them.

A connection that is closed while bytes of it are unread is reset, and the answer may be lost. So it
is half closed, and what still comes is thrown away until the other side has closed it too: by one
thread for all of them, and not for long (RFC 9112 section 9.6).
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from typing import Any

LINGER_S = 5.0
_MOST = 1024
"""At once; more are closed as they are."""
_LOOK_S = 0.5
_PIECE = 64 << 10


class Lingering:
    """Sees connections off."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lingering", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close all that is left, and end."""
        self._stop.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()

    def take(self, connection: socket.socket) -> None:
        """See this one off; it is ours from now on."""
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
            connection.setblocking(False)
            with self._lock:
                if len(self._selector.get_map()) < _MOST:
                    until = time.monotonic() + LINGER_S
                    self._selector.register(connection, selectors.EVENT_READ, until)
                    return
        connection.close()

    def _run(self) -> None:
        while not self._stop.wait(0.0 if self._selector.get_map() else _LOOK_S):
            ready = {key.fd for key, _ in self._selector.select(_LOOK_S)}
            now = time.monotonic()
            with self._lock:
                keys = list(self._selector.get_map().values())
            for key in keys:
                over = key.data <= now or (key.fd in ready and self._ended(key.fileobj))
                if over:
                    with self._lock:
                        self._selector.unregister(key.fileobj)
                    key.fileobj.close()  # type: ignore[union-attr]

    def _ended(self, connection: Any) -> bool:
        """Throw away what came; whether the other side has closed."""
        try:
            return not connection.recv(_PIECE)
        except BlockingIOError:
            return False
        except OSError:
            return True
