"""The HTTP carrier and the machines' entrance, over real sockets."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from crypto.identity import Identity
from demo.processes import Server, make_centre
from sync.bundle import MAX_BUNDLE_BYTES, MEDIA_TYPE
from sync.carrier_http import EXCHANGE_PATH, CentreBusy, HttpCarrier, LineCut, RefusedByCentre
from sync.exchange import Batch, Initiator, Peer
from sync.link import Cut, Terms

ROOMS = 3
NODE = Identity.from_seed(bytes([9]) * 32)


class _Scripted(BaseHTTPRequestHandler):
    """Answers as the test says: (status, headers, body)."""

    protocol_version = "HTTP/1.1"
    script: tuple[int, dict[str, str], bytes] = (200, {}, b"")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, headers, body = self.script
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def somebody() -> Iterator[tuple[HttpCarrier, type[_Scripted]]]:
    """Whoever answers at the centre's address, and a carrier that calls there."""
    handler = type("Handler", (_Scripted,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    carrier = HttpCarrier(f"http://127.0.0.1:{server.server_address[1]}")
    yield carrier, handler
    carrier.close()
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_bundle_is_carried_on_one_connection(
    somebody: tuple[HttpCarrier, type[_Scripted]],
) -> None:
    carrier, who = somebody
    who.script = (200, {"Content-Type": MEDIA_TYPE}, b"answer")

    assert [carrier.post(EXCHANGE_PATH, b"x") for _ in range(3)] == [b"answer"] * 3


def test_a_captive_portal_is_not_taken_for_the_centre(
    somebody: tuple[HttpCarrier, type[_Scripted]],
) -> None:
    carrier, who = somebody
    for script in (
        (200, {"Content-Type": "text/html"}, b"<h1>Welcome to the Wi-Fi</h1>"),
        (302, {"Location": "http://portal.example/"}, b""),
        (407, {"Content-Type": "text/html"}, b""),
        (502, {"Content-Type": "text/html"}, b"bad gateway"),
    ):
        who.script = script
        with pytest.raises(LineCut):
            carrier.post(EXCHANGE_PATH, b"x")


def test_come_back_later_and_refusals_are_told_apart(
    somebody: tuple[HttpCarrier, type[_Scripted]],
) -> None:
    carrier, who = somebody
    who.script = (503, {"Retry-After": "17"}, b"")
    with pytest.raises(CentreBusy) as busy:
        carrier.post(EXCHANGE_PATH, b"x")
    assert busy.value.retry_after == 17
    who.script = (503, {"Retry-After": "nonsense"}, b"")
    with pytest.raises(CentreBusy) as busy:
        carrier.post(EXCHANGE_PATH, b"x")
    assert busy.value.retry_after == 10

    problem = {"type": "urn:loket:problem:replayed", "title": "Bundel ditolak", "last": 7}
    who.script = (
        409,
        {"Content-Type": "application/problem+json"},
        json.dumps(problem).encode(),
    )
    with pytest.raises(RefusedByCentre) as refused:
        carrier.post(EXCHANGE_PATH, b"x")
    assert refused.value.slug == "replayed"
    assert refused.value.problem["last"] == 7


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_centre_that_failed_is_busy_and_has_refused_nothing(
    somebody: tuple[HttpCarrier, type[_Scripted]], status: int
) -> None:
    carrier, who = somebody
    problem = json.dumps({"type": "urn:loket:problem:gangguan", "title": "Ada gangguan"}).encode()
    headers = {"Content-Type": "application/problem+json"}

    who.script = (status, headers, problem)
    with pytest.raises(CentreBusy) as untold:
        carrier.post(EXCHANGE_PATH, b"x")
    who.script = (status, {**headers, "Retry-After": "5"}, problem)
    with pytest.raises(CentreBusy) as told:
        carrier.post(EXCHANGE_PATH, b"x")

    assert (untold.value.retry_after, told.value.retry_after) == (10, 5)


def test_an_answer_larger_than_any_bundle_is_dropped(
    somebody: tuple[HttpCarrier, type[_Scripted]],
) -> None:
    carrier, who = somebody
    who.script = (200, {"Content-Type": MEDIA_TYPE}, bytes(MAX_BUNDLE_BYTES + 1))

    with pytest.raises(LineCut):
        carrier.post(EXCHANGE_PATH, b"x")


def test_nobody_there_and_somebody_silent_are_a_cut_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        carrier = HttpCarrier(f"http://127.0.0.1:{port}")
        with pytest.raises(LineCut) as cut:
            carrier.carry(b"x", Terms(patience_s=0.3))
        assert (cut.value.how, cut.value.size) == (Cut.SILENT, 1)
    carrier = HttpCarrier(f"http://127.0.0.1:{port}")
    with pytest.raises(LineCut) as cut:
        carrier.carry(b"x", Terms())
    assert cut.value.how is Cut.UNREACHED


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real centre process with few rooms."""
    root: Path = tmp_path_factory.mktemp("centre")
    server = make_centre(root, settings={"LOKET_THREADS": str(ROOMS + 1)}).start()
    yield server
    server.stop()


def post(centre: Server, body: bytes, path: str = EXCHANGE_PATH) -> requests.Response:
    return requests.post(
        centre.addresses["centre"] + path,
        data=body,
        headers={"Content-Type": MEDIA_TYPE},
        timeout=20,
    )


def stranger_bundle() -> bytes:
    peer = Peer(b"c" * 16, b"k" * 32)
    return Initiator("32.75.02.1004", peer).ask(NODE, Batch({}), 1, 1)


@pytest.mark.parametrize(
    ("body", "path", "status", "slug"),
    [
        (b"", EXCHANGE_PATH, 400, "malformed"),
        (b"not a bundle", EXCHANGE_PATH, 400, "malformed"),
        (stranger_bundle(), EXCHANGE_PATH, 403, "unknown-sender"),
        (stranger_bundle()[:-3], EXCHANGE_PATH, 400, "malformed"),
        (b"not an application", "/sync/v1/enrol", 400, "malformed"),
    ],
)
def test_the_centre_refuses_with_a_problem_of_its_own_type(
    centre: Server, body: bytes, path: str, status: int, slug: str
) -> None:
    answer = post(centre, body, path)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:loket:problem:{slug}"
    assert answer.json()["detail"]


def dial(centre: Server, timeout: float) -> socket.socket:
    host, port = centre.addresses["centre"].removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=timeout)


def test_too_large_is_refused_by_its_announced_length(centre: Server) -> None:
    with dial(centre, timeout=20) as line:
        line.sendall(_head(MAX_BUNDLE_BYTES + 1))
        answer = line.recv(65536)

    assert answer.startswith(b"HTTP/1.1 413")


def _head(length: int) -> bytes:
    return (
        f"POST {EXCHANGE_PATH} HTTP/1.1\r\nHost: centre\r\nContent-Type: {MEDIA_TYPE}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def test_with_all_rooms_taken_the_next_is_refused_before_its_body(centre: Server) -> None:
    with contextlib.ExitStack() as opened:

        def begin(length: int, sent: int) -> socket.socket:
            """A body that takes its time."""
            line = opened.enter_context(dial(centre, timeout=20))
            line.sendall(_head(length) + b"x" * sent)
            return line

        slow = [begin(1000, 10)]
        answer = b""
        while not answer:
            # Whoever the server looks at first gets the room; who gets none is told at once.
            slow.append(begin(1000, 10))
            refused = select.select(slow, [], [], 1.0)[0]
            answer = refused[0].recv(65536) if refused else b""
            slow = [one for one in slow if one not in refused]
            assert len(slow) <= ROOMS, "more are let in than there are rooms"
        for one in slow:
            one.sendall(b"x" * 990)
        firsts = [one.recv(65536) for one in slow]

    assert answer.startswith(b"HTTP/1.1 503")
    assert b"Retry-After:" in answer
    assert b"Connection: close" in answer
    # Who dripped for too long in between was let go of.
    assert all(one.startswith(b"HTTP/1.1 400") or not one for one in firsts)


def test_who_is_refused_is_told_when_to_come_back(centre: Server) -> None:
    with contextlib.ExitStack() as opened:
        turns = list[int]()
        while len(turns) < 4:
            answer = post(centre, b"")
            if answer.status_code == 503:
                turns.append(int(answer.headers["Retry-After"]))
            else:
                # One of the slow ones is not inside yet, or was let go of.
                slow = opened.enter_context(dial(centre, timeout=20))
                slow.sendall(_head(1000) + b"x" * 10)
                turns.clear()

    assert min(turns) >= 1
    assert max(turns) <= 10


def test_a_body_that_stops_half_way_leaves_the_centre_free(centre: Server) -> None:
    for _ in range(2 * ROOMS):
        with dial(centre, timeout=20) as line:
            line.sendall(_head(1000) + b"x" * 10)

    deadline = time.monotonic() + 20
    while (answer := post(centre, b"")).status_code == 503:
        assert time.monotonic() < deadline
    assert answer.status_code == 400
