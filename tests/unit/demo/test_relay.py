"""The line with a switch: real sockets on loopback, an echoing centre behind it."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.relay import SLOW_BYTES_PER_S, Mode, Relay, Switchboard, Trouble


class _Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(OSError):
            while data := self.request.recv(65536):
                self.request.sendall(data)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    with _Server(("127.0.0.1", 0), _Echo) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield "127.0.0.1", server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def board() -> Iterator[Switchboard]:
    board = Switchboard()
    yield board
    board.stop()


@pytest.fixture
def line(echo: tuple[str, int], board: Switchboard) -> Iterator[Relay]:
    relay = Relay("bintarajaya", *echo, seed=7, switchboard=board)
    relay.start()
    yield relay
    relay.stop()


def dial(relay: Relay, timeout: float = 30.0) -> socket.socket:
    return socket.create_connection(("127.0.0.1", relay.port), timeout=timeout)


def read_exactly(sock: socket.socket, count: int) -> bytes:
    got = bytearray()
    while len(got) < count:
        part = sock.recv(65536)
        if not part:
            break  # an orderly end, which is not what a broken line looks like
        got += part
    return bytes(got)


def talk(sock: socket.socket, message: bytes) -> bytes:
    sender = threading.Thread(target=_send, args=(sock, message))
    sender.start()
    answer = read_exactly(sock, len(message))
    sender.join()
    return answer


def _send(sock: socket.socket, message: bytes) -> None:
    with contextlib.suppress(OSError):
        sock.sendall(message)


def test_a_connected_line_passes_every_byte_and_counts_it(line: Relay) -> None:
    message = bytes(range(256)) * 2000

    with dial(line) as sock:
        answer = talk(sock, message)
        # The last piece is counted just after it is passed on.
        deadline = time.monotonic() + 20
        while (traffic := line.traffic).bytes_down < len(message):
            assert time.monotonic() < deadline, traffic

    assert answer == message
    assert (traffic.bytes_up, traffic.bytes_down) == (len(message), len(message))
    assert (traffic.connections, traffic.open) == (1, 1)


def test_a_connected_line_carries_megabytes_whole(line: Relay) -> None:
    message = b"x" * 4_000_000

    with dial(line) as sock:
        answer = talk(sock, message)

    assert len(answer) == len(message)


def test_the_end_of_sending_reaches_the_other_side(line: Relay) -> None:
    with dial(line) as sock:
        sock.sendall(b"selesai")
        sock.shutdown(socket.SHUT_WR)

        assert read_exactly(sock, 100) == b"selesai"


def test_a_slow_line_carries_64_kbit_in_a_second_shared_by_all_connections(line: Relay) -> None:
    line.set_mode(Mode.SLOW)
    size = SLOW_BYTES_PER_S // 2
    answers: list[bytes] = []

    def exchange() -> None:
        with dial(line) as sock:
            answers.append(talk(sock, b"s" * size))

    started = time.monotonic()
    threads = [threading.Thread(target=exchange) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - started

    assert [len(answer) for answer in answers] == [size, size]
    assert took > 0.8


def test_a_slow_line_made_quick_again_lets_what_waits_through(line: Relay) -> None:
    line.set_mode(Mode.SLOW)
    message = b"w" * (SLOW_BYTES_PER_S * 10)

    with dial(line) as sock:
        threading.Timer(0.3, line.set_mode, [Mode.CONNECTED]).start()
        started = time.monotonic()
        answer = talk(sock, message)

    assert len(answer) == len(message)
    assert time.monotonic() - started < 9.0, "at 64 kbit/s it takes ten seconds"


def test_cutting_resets_open_connections_at_once(line: Relay) -> None:
    with dial(line) as sock:
        assert talk(sock, b"halo") == b"halo"

        line.set_mode(Mode.CUT)

        with pytest.raises(ConnectionResetError):
            sock.recv(1)
    assert line.traffic.open == 0


def test_a_cut_line_turns_new_connections_away_and_passes_nothing(line: Relay) -> None:
    line.set_mode(Mode.CUT)

    # The reset may come while connecting or after.
    with pytest.raises(ConnectionError), dial(line) as sock:
        read_exactly(sock, 1)

    assert line.traffic.bytes_up == 0


def test_a_line_restored_carries_again(line: Relay) -> None:
    line.set_mode(Mode.CUT)
    line.set_mode(Mode.CONNECTED)

    with dial(line) as sock:
        assert talk(sock, b"pulih") == b"pulih"


def test_a_hanging_line_accepts_and_never_answers(line: Relay) -> None:
    line.set_mode(Mode.HANG)

    with dial(line, timeout=0.4) as sock:
        sock.sendall(b"h" * 20_000)

        with pytest.raises(TimeoutError):
            sock.recv(1)
    assert (line.traffic.bytes_up, line.traffic.bytes_down) == (0, 0)


def test_a_line_that_begins_to_hang_swallows_what_open_connections_send(line: Relay) -> None:
    with dial(line) as sock:
        assert talk(sock, b"halo") == b"halo"

        line.set_mode(Mode.HANG)
        sock.settimeout(0.4)
        sock.sendall(b"tidak sampai")

        with pytest.raises(TimeoutError):
            sock.recv(1)


def test_connections_that_hung_are_reset_when_the_line_returns(line: Relay) -> None:
    line.set_mode(Mode.HANG)

    with dial(line) as sock:
        sock.sendall(b"hilang")
        time.sleep(0.1)
        line.set_mode(Mode.CONNECTED)

        with pytest.raises(ConnectionResetError):
            sock.recv(1)


def test_a_lossy_line_stalls_and_resets_but_never_alters(
    echo: tuple[str, int], board: Switchboard
) -> None:
    trouble = Trouble(stall_each=0.3, reset_each=0.1, stall_seconds=(0.02, 0.06))
    line = Relay("lossy", *echo, seed=3, switchboard=board, trouble=trouble)
    line.start()
    line.set_mode(Mode.LOSSY)
    message = bytes(range(256)) * 4
    whole = resets = stalls = 0

    for _ in range(60):
        started = time.monotonic()
        try:
            with dial(line) as sock:
                assert talk(sock, message) == message
                whole += 1
                stalls += time.monotonic() - started > 0.02
        except ConnectionError:
            resets += 1
    line.stop()

    assert whole > 20
    assert resets > 3
    assert stalls > 10


def test_a_centre_that_is_down_looks_like_a_broken_line(board: Switchboard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        free = unused.getsockname()[1]
    line = Relay("down", "127.0.0.1", free, seed=1, switchboard=board)
    line.start()

    with pytest.raises(ConnectionResetError), dial(line) as sock:
        sock.recv(1)
    line.stop()


def test_the_capture_holds_every_text_that_passed_unbroken(
    echo: tuple[str, int], board: Switchboard, tmp_path: Path
) -> None:
    line = Relay("wire", *echo, seed=1, switchboard=board, capture=tmp_path / "wire.bin")
    line.start()

    with dial(line) as one, dial(line) as two:
        for letter in b"SITI AMINAH BINTI HASAN":
            assert talk(one, bytes([letter])) == bytes([letter])
            assert talk(two, b"....") == b"...."
    line.stop()

    assert b"SITI AMINAH BINTI HASAN" in (tmp_path / "wire.bin").read_bytes()


def test_a_relay_of_its_own_stops_and_frees_its_port(echo: tuple[str, int]) -> None:
    line = Relay("alone", *echo, seed=1)
    port = line.start()
    with dial(line) as sock:
        assert talk(sock, b"halo") == b"halo"

    line.stop()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
