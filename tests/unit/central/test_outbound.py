"""Leaving another system alone, and an end to every wait for it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from central.outbound.breaker import BASE_MS, MAX_MS, OPEN_AFTER, Breaker, failed, probing
from central.outbound.errors import LineDown, OutboundError, Refused, WrongAnswer
from central.outbound.http import MAX_BYTES, HttpLine
from central.outbound.smtp import Mailer, MailServer


def longest(_low: float, high: float) -> float:
    return high


def test_a_line_is_left_alone_after_some_failures_and_longer_each_time() -> None:
    state, now, pauses = Breaker(), 1_000_000, []
    for _ in range(12):
        state = failed(state, now, "silent", longest)
        pauses.append(max(0, state.until_ms - now))
        now = max(now + 1, state.until_ms)

    assert pauses[: OPEN_AFTER - 1] == [0] * (OPEN_AFTER - 1)
    assert pauses[OPEN_AFTER - 1] > BASE_MS
    assert pauses == sorted(pauses)
    assert pauses[-1] == MAX_MS
    # Since when is not forgotten by trying.
    assert state.since_ms == 1_000_000


def test_while_one_probes_the_others_wait() -> None:
    state = Breaker()
    for _ in range(OPEN_AFTER):
        state = failed(state, 1_000, "failing", longest)

    after = probing(state, state.until_ms)

    assert not state.lets_through(state.until_ms - 1)
    assert state.lets_through(state.until_ms)
    assert not after.lets_through(state.until_ms + 1)


def test_a_wish_to_be_left_alone_is_obeyed_at_once() -> None:
    state = failed(Breaker(), 1_000, "failing", longest, retry_after_ms=60_000)

    assert not state.lets_through(60_999)
    assert state.lets_through(61_000)


def _hear_out(opened: socket.socket) -> None:
    """The whole request: closing on what was not read would reset the connection."""
    with opened.makefile("rb") as stream:
        length = 0
        while (line := stream.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        stream.read(length)


@contextmanager
def answering(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A machine that answers one connection as the test wants."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            opened, _ = listening.accept()
            with opened:
                _hear_out(opened)
                try:
                    serve(opened)
                except OSError:
                    # The other side has had enough, which is what is tested.
                    return

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(10)


def http(status: str, body: bytes, headers: str = "") -> Callable[[socket.socket], None]:
    head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return lambda opened: opened.sendall(head.encode() + body)


def drip(opened: socket.socket) -> None:
    """A byte every now and then, for ever."""
    opened.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(200):
        opened.sendall(b" ")
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("serve", "kind", "slug"),
    [
        (drip, LineDown, "silent"),
        (lambda opened: opened.close(), LineDown, "unreached"),
        (http("503 Busy", b"", "Retry-After: 30\r\n"), LineDown, "failing"),
        (http("401 No", b""), LineDown, "shut-out"),
        (http("422 No", b"{}"), Refused, "refused"),
        (http("200 OK", b"<html>"), WrongAnswer, "garbled"),
        (http("200 OK", b"[1]"), WrongAnswer, "garbled"),
        (http("302 Elsewhere", b"", "Location: http://127.0.0.1:9/\r\n"), WrongAnswer, "garbled"),
        (http("200 OK", b" " * (MAX_BYTES + 1)), WrongAnswer, "garbled"),
    ],
)
def test_what_another_system_does_is_told_by_one_word(
    serve: Callable[[socket.socket], None], kind: type[OutboundError], slug: str
) -> None:
    with answering(serve) as url:
        line = HttpLine(url, "", read_s=0.4 if serve is drip else 10.0)
        begun = time.monotonic()

        with pytest.raises(kind) as raised:
            line.post("/x", {})

        line.close()
    assert raised.value.slug == slug
    assert time.monotonic() - begun < 9


@pytest.mark.parametrize(
    "answered", [http("200 OK", b"<html>"), http("202 Accepted", b""), drip, http("200 OK", b"OK")]
)
def test_a_word_that_was_taken_is_taken_whatever_is_said_besides(
    answered: Callable[[socket.socket], None],
) -> None:
    with answering(answered) as url:
        line = HttpLine(url)
        begun = time.monotonic()

        line.hand_over(b"{}", {})

        line.close()
    assert time.monotonic() - begun < 9


def test_an_address_where_nobody_takes_words_is_the_fault_of_the_line() -> None:
    with answering(http("404 No", b"")) as url, pytest.raises(LineDown, match="failing"):
        HttpLine(url).hand_over(b"{}", {})


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (MailServer("http://mail.example", "loket@example"), "smtp"),
        (MailServer("smtp://mail.example", password_file=Path("/etc/loket/secret")), "user"),
        (MailServer("smtp://a:b@mail.example", password_file=Path("/etc/loket/secret")), "user"),
    ],
)
def test_a_mail_server_that_is_none_is_refused_at_once(server: MailServer, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Mailer(server)
