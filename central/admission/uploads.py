"""Who sends so slowly that no line is that slow is let go.

A thread reads one request at a time. Somebody who opens connections and lets bytes drip would keep
them all. So a deadline stands on each request from its first byte on, and moves with what arrives;
a thread of its own looks at them, as a read that waits cannot look at itself.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import IO

HEAD_S = 20.0
"""The head of a request is there in this time."""
GRACE_S = 30.0
"""A lost packet of a bad line is repeated within it, and again."""
LEAST_BYTES_S = 256
"""What a body brings a second on the whole, behind that: a fifth of what a line of 64 kbit/s still
carries that loses every third packet."""
_PIECE = 4 << 10
_LOOK_S = 1.0
PRESSED_S, PRESSED_BYTES_S = 5.0, 1024
"""Where most threads only read, who brought less than so many bytes a second for longer than so is
let go: a bad line comes again with a smaller bundle."""
FORM_S = 300.0
"""An officer's form or file is here, and answered, in this time."""


class Upload:
    """One request that is being read."""

    def __init__(self, connection: socket.socket, now: float) -> None:
        self._connection = connection
        self._began = now
        self._bytes = 0
        self.ends: float | None = now + HEAD_S
        self.ends_connection: Callable[[], None] = lambda: None
        self.refused = False
        """Its body is not wanted: the connection ends with the answer."""

    def brought(self, size: int) -> None:
        """So many bytes of its body are here."""
        self._bytes += size

    def is_late(self, now: float) -> bool:
        return self.ends is not None and self.ends <= now

    def drips(self, now: float) -> bool:
        """Whether it is slower than lines are."""
        for_s = now - self._began
        return for_s >= PRESSED_S and self._bytes < PRESSED_BYTES_S * for_s

    def refuse(self) -> None:
        """Its body will not be read."""
        if self.ends is None:
            # It was read; it only waited in vain.
            return
        self.refused = True
        self.ends_connection()

    def may_take(self, seconds: float) -> None:
        """Its next bytes are due within this time."""
        self.ends = time.monotonic() + seconds

    def is_whole(self) -> None:
        """Nothing more is waited for."""
        self.ends = None

    def let_go(self) -> None:
        # The thread that reads sees the end of the stream, and goes on to somebody else.
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)


_current: ContextVar[Upload | None] = ContextVar("upload", default=None)
"""The request that this thread reads."""


class Watch:
    """Looks at all requests of a process that are being read."""

    def __init__(self, threads: int) -> None:
        """:param threads: what the process serves with."""
        self._pressed = max(threads - threads // 4, 1)
        self._lock = threading.Lock()
        self._uploads: set[Upload] = set()
        self._stop = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="uploads", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    @contextmanager
    def over(self, connection: socket.socket) -> Iterator[Upload]:
        """A request on this connection begins to be read."""
        upload = Upload(connection, time.monotonic())
        with self._lock:
            self._uploads.add(upload)
        token = _current.set(upload)
        try:
            yield upload
        finally:
            _current.reset(token)
            with self._lock:
                self._uploads.discard(upload)

    def _run(self) -> None:
        while not self._stop.wait(_LOOK_S):
            now = time.monotonic()
            with self._lock:
                read = {one for one in self._uploads if one.ends is not None}
                late = {one for one in read if one.is_late(now)}
                if len(read) >= self._pressed:
                    late |= {one for one in read if one.drips(now)}
                self._uploads -= late
            for one in late:
                one.let_go()


def head_is_here(*, more: bool, ends: Callable[[], None] = lambda: None) -> None:
    """The head of this thread's request was read.

    :param more: a body follows.
    :param ends: makes its answer say that the connection ends with it.
    """
    upload = _current.get()
    if upload is None:
        return
    upload.ends_connection = ends
    if more:
        upload.may_take(FORM_S)
    else:
        upload.is_whole()


def refuse_body() -> None:
    """This thread's request is refused before its body is read."""
    upload = _current.get()
    if upload is not None:
        upload.refuse()


def is_refused() -> bool:
    """Whether this thread's request was."""
    upload = _current.get()
    return upload is not None and upload.refused


def whole_body(stream: IO[bytes], length: int) -> bytes:
    """The body of this thread's request, as much as came of it."""
    upload = _current.get()
    body, started = bytearray(), time.monotonic()
    while len(body) < length:
        if upload is not None:
            owed_s = len(body) / LEAST_BYTES_S
            upload.may_take(GRACE_S + owed_s - (time.monotonic() - started))
        piece = stream.read(min(_PIECE, length - len(body)))
        if not piece:
            break
        body += piece
        if upload is not None:
            upload.brought(len(piece))
    if upload is not None:
        upload.is_whole()
    return bytes(body)
