"""Bad bundles, posted to the centre by hand: each is refused by its own name, nothing is stored."""

from __future__ import annotations

import contextlib
import re
import socket
from urllib.parse import urlsplit

import requests

from crypto.identity import Identity
from demo.report import until
from demo.story.stage import Stage
from demo.town import Place
from sync.bundle import MEDIA_TYPE
from sync.carrier_http import EXCHANGE_PATH
from sync.cose import verify1
from sync.errors import SyncError
from sync.exchange import Batch, Initiator, Peer
from vault.core import wall_ms

_HEAD = re.compile(
    rb"POST " + EXCHANGE_PATH.encode() + rb" HTTP/1\.1\r\n(?:[^\r]*\r\n)*?Content-Length: (\d+)"
)
_TAGGED = b"\r\n\r\n\xd2\x84"
"""The end of a request's head and the first bytes of a tagged COSE_Sign1."""
_PROBLEM = "urn:loket:problem:"


def from_the_wire(stage: Stage, place: Place) -> bytes:
    """A bundle as it passed the line, whole and rightly signed."""
    public = stage.stores.edge(place).vault.keyring.identity.public
    number = stage.places.index(place)
    wire = (stage.town.root / f"wire-{number}").read_bytes()
    sizes = {int(size) for size in _HEAD.findall(wire)}
    at = len(wire)
    while (at := wire.rfind(_TAGGED, 0, at)) >= 0:
        for size in sizes:
            raw = wire[at + 4 : at + 4 + size]
            with contextlib.suppress(SyncError):
                verify1(raw, lambda _: public)
                return raw
    raise RuntimeError("no whole bundle among the captured bytes")


def post(stage: Stage, raw: bytes, session: requests.Session | None = None) -> requests.Response:
    return (session or requests).post(
        stage.town.centre.addresses["centre"] + EXCHANGE_PATH,
        data=raw,
        headers={"Content-Type": MEDIA_TYPE},
        timeout=30,
        proxies={"http": ""},
    )


def post_cut_short(stage: Stage, raw: bytes) -> str:
    """Announce the whole, send the half, and hang up the sending side; the raw answer."""
    where = urlsplit(stage.town.centre.addresses["centre"])
    head = (
        f"POST {EXCHANGE_PATH} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: {MEDIA_TYPE}\r\n"
        f"Content-Length: {len(raw)}\r\nConnection: close\r\n\r\n"
    )
    answer = b""
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=30) as line:
        line.sendall(head.encode() + raw[: len(raw) // 2])
        line.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while piece := line.recv(65536):
                answer += piece
    return answer.decode(errors="replace")


def refuse_bad_bundles(stage: Stage) -> None:
    checks, stores = stage.checks, stage.stores
    place = stage.places[1]
    until(lambda: all(map(stores.same_state, stage.places)), 60, "equal states")
    before, states = stores.held(), [stores.node_numbers()[p.stream][1] for p in stage.places]
    refused = stores.node_numbers()[place.stream][0]
    good = from_the_wire(stage, place)
    edge = stores.edge(place)
    peer = Peer(edge.centre_replica, edge.node.centre_sign)
    batch = Batch(have={})

    def expect(what: str, raw: bytes, status: int, slugs: set[str]) -> None:
        answer = post(stage, raw)
        kind = answer.headers.get("Content-Type", "")
        slug = ""
        if kind.startswith("application/problem+json"):
            slug = str(answer.json()["type"]).removeprefix(_PROBLEM)
        checks.check(
            f"{what}: {status} {' or '.join(sorted(slugs))}",
            answer.status_code == status and slug in slugs,
            f"{answer.status_code} {kind} {slug}",
        )

    expect("a bundle altered in the last byte of its signature", _flip(good, -1), 400, {"altered"})
    _alter_each_byte(stage, good)
    expect("cut short by one byte", good[:-1], 400, {"malformed"})
    expect("with a byte behind its end", good + b"\0", 400, {"malformed"})
    expect("no bundle at all", b"", 400, {"malformed"})
    answer = post_cut_short(stage, good)
    checks.check(
        "a line that breaks half-way through a bundle: nothing is taken",
        " 200 " not in answer.partition("\r\n")[0],
        answer[:200],
    )
    stranger = Initiator(place.stream, peer)
    expect(
        "from a node that nobody enrolled",
        stranger.ask(Identity.generate(), batch, 1, wall_ms()),
        403,
        {"unknown-sender"},
    )
    other = Initiator(stage.places[2].stream, peer)
    expect(
        "signed well, for another kelurahan's stream",
        other.ask(edge.vault.keyring.identity, batch, 1 << 40, wall_ms()),
        422,
        {"wrong-stream"},
    )
    expect("a bundle from the wire, sent again", good, 409, {"replayed"})
    after = [stores.node_numbers()[p.stream][1] for p in stage.places]
    checks.check(
        f"nothing changed at the centre: {before}",
        stores.held() == before and states == after and all(map(stores.same_state, stage.places)),
        stores.held(),
    )
    counted = stores.node_numbers()[place.stream][0]
    checks.check(
        "refusals in the node's name are counted for the admins",
        counted > refused,
        f"{refused}, then {counted}",
    )


def _alter_each_byte(stage: Stage, good: bytes) -> None:
    """Every byte of a bundle, one at a time."""
    allowed = {"altered", "malformed", "unknown-sender"}
    taken = []
    with requests.Session() as session:
        session.trust_env = False
        for at in range(len(good)):
            answer = post(stage, _flip(good, at), session)
            if answer.json().get("type", "").removeprefix(_PROBLEM) not in allowed:
                taken.append(f"byte {at}: {answer.status_code} {answer.text[:120]}")
    stage.checks.check(
        f"altered in any one of its {len(good)} bytes, each tried: {', '.join(sorted(allowed))}",
        not taken,
        taken[:3],
    )


def _flip(raw: bytes, at: int) -> bytes:
    altered = bytearray(raw)
    altered[at] ^= 1
    return bytes(altered)
