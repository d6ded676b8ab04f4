"""Who lets bytes drip is let go; who sends slowly as lines are is not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from central.admission import uploads
from central.admission.uploads import Watch, head_is_here, whole_body

PATIENT_S = 30.0


@contextmanager
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        here.settimeout(PATIENT_S)
        there.settimeout(PATIENT_S)
        yield here, there


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    monkeypatch.setattr(uploads, "_LOOK_S", 0.01)
    found = Watch(threads=4)
    found.start()
    yield found
    found.stop()


def test_a_head_that_does_not_come_ends_the_connection(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "HEAD_S", 0.05)
    with line() as (here, there), watch.over(here):
        there.send(b"POST")

        came = here.recv(100), here.recv(100)

    assert came == (b"POST", b"")


def test_a_body_that_drips_is_read_as_far_as_it_came(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "GRACE_S", 0.1)
    with line() as (here, there), watch.over(here), here.makefile("rb") as stream:
        there.send(b"x")

        body = whole_body(stream, 1000)

    assert body == b"x"


def test_what_is_whole_is_waited_for_no_more(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "HEAD_S", 0.05)
    with line() as (here, there), watch.over(here), here.makefile("rb") as stream:
        there.send(b"y" * 1000)
        body = whole_body(stream, 1000)
        # Longer than a head, a body or a look of the watch may take here.
        threading.Event().wait(0.2)

        here.send(b"answer")

        assert there.recv(100) == b"answer"
    assert body == b"y" * 1000


def test_a_page_without_a_body_may_take_its_time(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "HEAD_S", 0.05)
    with line() as (here, there), watch.over(here):
        head_is_here(more=False)
        threading.Event().wait(0.2)

        here.send(b"page")

        assert there.recv(100) == b"page"


def test_more_time_comes_with_what_arrives(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four pieces, each within its time; together they take longer than the first may."""
    monkeypatch.setattr(uploads, "GRACE_S", 2.0)
    monkeypatch.setattr(uploads, "LEAST_BYTES_S", 4096)
    size = 4 * 4096

    def send(there: socket.socket) -> None:
        for _ in range(4):
            time.sleep(0.8)
            there.send(b"z" * 4096)

    with line() as (here, there), watch.over(here), here.makefile("rb") as stream:
        sender = threading.Thread(target=send, args=(there,))
        sender.start()
        body = whole_body(stream, size)
        sender.join()

    assert len(body) == size


def test_where_most_threads_only_read_who_drips_makes_room(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PRESSED_S", 0.05)
    with ExitStack() as stack:
        lines = [stack.enter_context(line()) for _ in range(3)]
        stack.enter_context(watch.over(lines[0][0])).brought(1 << 20)
        for here, _ in lines[1:]:
            stack.enter_context(watch.over(here))

        came = [here.recv(100) for here, _ in lines[1:]]

        assert came == [b"", b""]
        lines[0][0].send(b"still here")
        assert lines[0][1].recv(100) == b"still here"


def test_where_there_is_room_a_bad_line_is_left_alone(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PRESSED_S", 0.05)
    with line() as (here, there), watch.over(here):
        threading.Event().wait(0.3)

        here.send(b"still here")

        assert there.recv(100) == b"still here"
