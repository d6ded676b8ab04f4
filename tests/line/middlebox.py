"""Boxes between a counter and the centre that do what such boxes do to HTTP."""

from __future__ import annotations

import contextlib
import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.line.lane import CENTRE_IP, enter, run_in

LIMIT = 100_000
_RESET = struct.pack("ii", 1, 0)
HTML = b"<!doctype html><title>Wi-Fi</title><h1>Selamat datang, silakan masuk</h1>"


class Hangup(Exception):
    """The box closes the connection."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request whose body was not read yet."""

    line: socket.socket
    path: str
    headers: dict[str, str]
    began: bytes
    """What came of the body together with the headers."""

    @property
    def length(self) -> int:
        return int(self.headers.get("content-length", "0"))

    def body(self, at_most: int | None = None) -> bytes:
        wanted = self.length if at_most is None else min(at_most, self.length)
        held = bytearray(self.began)
        while len(held) < wanted:
            piece = self.line.recv(1 << 16)
            if not piece:
                raise Hangup
            held += piece
        return bytes(held[:wanted])


Act = Callable[["Middlebox", Request], bytes]
"""What the box does with a request; the bytes it answers.

Raises `Hangup` to close the connection instead."""


class Middlebox:
    """Listens beside the centre, on a port of its own; `act` may be changed while it runs."""

    def __init__(self, space: str, centre_port: int, act: Act) -> None:
        self.act = act
        self.space = space
        self.centre_port = centre_port
        self.requests = 0
        self.passed = 0
        """Requests that the centre answered with a bundle."""
        self.cut = 0
        """Answers that were cut."""
        self._stop = threading.Event()
        self._listener = run_in(space, lambda: socket.create_server((CENTRE_IP, 0)))
        self._listener.settimeout(0.2)
        self.url = f"http://{CENTRE_IP}:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=5)
        self._listener.close()

    def sleep(self, seconds: float) -> None:
        """Until then, or until the box is switched off."""
        self._stop.wait(seconds)

    def pass_on(self, request: Request, body: bytes) -> tuple[int, bytes]:
        """The centre's answer to `body`: status, and the whole of it as bytes."""
        centre = http.client.HTTPConnection("127.0.0.1", self.centre_port, timeout=60)
        try:
            kept = {
                name: value
                for name, value in request.headers.items()
                if name not in ("content-length", "connection", "host")
            }
            centre.request("POST", request.path, body, kept)
            answer = centre.getresponse()
            content = answer.read()
            if answer.status == http.HTTPStatus.OK:
                self.passed += 1
            kind = answer.headers.get("Content-Type", "")
            return answer.status, reply(answer.status, kind, content)
        finally:
            centre.close()

    def _listen(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                line, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(line,), daemon=True)
                thread.start()
                self._threads.append(thread)

    def _serve(self, line: socket.socket) -> None:
        enter(self.space)
        line.settimeout(60)
        # What hangs up or breaks here is what the test is about; the counter's side judges it.
        with line, contextlib.suppress(Hangup, OSError):
            while not self._stop.is_set():
                request = _read_head(line)
                self.requests += 1
                line.sendall(self.act(self, request))


def reply(status: int, kind: str, content: bytes, length: int | None = None) -> bytes:
    said = len(content) if length is None else length
    return (
        f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {said}\r\n\r\n".encode()
        + content
    )


def reset(line: socket.socket) -> None:
    """Close so that the other end sees a reset."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    line.close()


def _read_head(line: socket.socket) -> Request:
    head = bytearray()
    while b"\r\n\r\n" not in head:
        piece = line.recv(4096)
        if not piece:
            raise Hangup
        head += piece
    text, _, began = bytes(head).partition(b"\r\n\r\n")
    first, *rest = text.decode().split("\r\n")
    pairs = (one.split(": ", 1) for one in rest)
    headers = {name.lower(): value for name, value in pairs}
    return Request(line, first.split(" ")[1], headers, began)


def honest(box: Middlebox, request: Request) -> bytes:
    """A box that does nothing to what passes."""
    return box.pass_on(request, request.body())[1]


def captive_portal(_box: Middlebox, request: Request) -> bytes:
    """200 and a page, whatever was asked."""
    request.body()
    return reply(200, "text/html; charset=utf-8", HTML)


def refuses_large(box: Middlebox, request: Request) -> bytes:
    """413 of its own for a body over the limit, before it is read."""
    if request.length > LIMIT:
        request.line.sendall(reply(413, "text/html", b"<h1>413 Request Entity Too Large</h1>"))
        # As nginx does: what was under way is let in for a moment, so that the answer is read.
        box.sleep(0.5)
        raise Hangup
    return _short(box, request)


def resets_large(box: Middlebox, request: Request) -> bytes:
    """Takes as much as the limit, then resets."""
    if request.length > LIMIT:
        request.body(LIMIT)
        reset(request.line)
        raise Hangup
    return _short(box, request)


def truncates_large(box: Middlebox, request: Request) -> bytes:
    """Passes on what fits, as if it were all."""
    return box.pass_on(request, request.body()[:LIMIT])[1]


def _short(box: Middlebox, request: Request) -> bytes:
    """An answer over the limit is cut, its announced length is not."""
    _, answer = box.pass_on(request, request.body())
    head, _, content = answer.partition(b"\r\n\r\n")
    if len(content) <= LIMIT:
        return answer
    box.cut += 1
    request.line.sendall(head + b"\r\n\r\n" + content[:LIMIT])
    raise Hangup


def swallows_answers(box: Middlebox, request: Request) -> bytes:
    """The centre commits and answers; nobody hears of it."""
    box.pass_on(request, request.body())
    raise Hangup


def hangs_on_answers(box: Middlebox, request: Request) -> bytes:
    """The centre commits and answers; the box keeps the connection and says nothing."""
    box.pass_on(request, request.body())
    box.sleep(600)
    raise Hangup


def delays(seconds: float) -> Act:
    """A proxy far away: takes everything at once, and each way costs `seconds`."""

    def act(box: Middlebox, request: Request) -> bytes:
        body = request.body()
        time.sleep(seconds)
        answer = box.pass_on(request, body)[1]
        time.sleep(seconds)
        return answer

    return act


@contextlib.contextmanager
def middlebox(space: str, centre_port: int, act: Act) -> Iterator[Middlebox]:
    box = Middlebox(space, centre_port, act)
    try:
        yield box
    finally:
        box.stop()
