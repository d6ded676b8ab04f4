"""Whoever is refused hears the answer, however much it still sends; nobody lingers for long."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from central.admission import lingering
from central.admission.lingering import Lingering

PATIENT_S = 30.0


@pytest.fixture
def seeing_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lingering]:
    monkeypatch.setattr(lingering, "_LOOK_S", 0.01)
    found = Lingering()
    found.start()
    yield found
    found.stop()


def connected() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        there = socket.create_connection(listening.getsockname(), PATIENT_S)
        here, _ = listening.accept()
    return here, there


def test_the_answer_arrives_though_more_was_sent(seeing_off: Lingering) -> None:
    here, there = connected()
    with there:
        there.sendall(b"x" * 500_000)
        here.sendall(b"503")

        seeing_off.take(here)
        there.sendall(b"x" * 500_000)

        assert there.recv(100) == b"503"
        assert there.recv(100) == b""


def test_who_never_closes_is_closed(seeing_off: Lingering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lingering, "LINGER_S", 0.1)
    here, there = connected()
    with there:
        seeing_off.take(here)
        assert there.recv(100) == b""

        with pytest.raises(ConnectionError):
            _send_for_ever(there)


def _send_for_ever(line: socket.socket) -> None:
    while True:
        line.sendall(b"x" * 1000)


def test_one_that_is_gone_already_harms_nobody(seeing_off: Lingering) -> None:
    gone, other = connected()
    other.close()
    here, there = connected()

    seeing_off.take(gone)
    seeing_off.take(here)

    with there:
        assert there.recv(100) == b""
