"""What of a bad line reaches the centre as payload, beside a plain TCP transfer over the same."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from pathlib import Path

from tests.bench.harness import Figures
from tests.line.lane import CENTRE_IP, Lane, open_lane, run_in
from tests.line.town import Town, open_town

_ROUNDS = 3
_SCANS = 3
_SCAN_BYTES = 32 << 10
_PAYLOAD = _SCANS * _SCAN_BYTES
_MOST_S = 900.0


def goodput(figures: Figures) -> None:
    """64 kbit/s and 30 % loss each way; rounds alternate, for luck is large here."""
    with (
        tempfile.TemporaryDirectory(prefix="loket-bench-") as name,
        open_lane() as lane,
        open_town(Path(name), lane) as town,
    ):
        plain, ours = 0.0, 0.0
        for _ in range(_ROUNDS):
            plain += _plain_tcp(lane)
            ours += _exchange(town)
    payload = _ROUNDS * _PAYLOAD
    figures.add(
        "link.goodput_64k_loss30",
        plain / ours,
        "ratio",
        ">= 0.7",
        f"{payload / ours:.0f} B/s of payload, plain TCP {payload / plain:.0f} B/s",
    )


def _spoil(lane: Lane) -> None:
    lane.rate(64, 64)
    lane.loss(30)


def _plain_tcp(lane: Lane) -> float:
    """Seconds until as many bytes, sent down one connection, are known to have arrived."""
    lane.mend()
    _spoil(lane)
    listener = run_in(lane.centre, lambda: socket.create_server((CENTRE_IP, 0)))
    port = listener.getsockname()[1]

    def drink() -> None:
        line, _ = listener.accept()
        with line:
            left = _PAYLOAD
            while left:
                left -= len(line.recv(1 << 16))
            line.sendall(b".")

    def pour() -> float:
        started = time.monotonic()
        with socket.create_connection((CENTRE_IP, port), timeout=_MOST_S) as line:
            line.sendall(bytes(_PAYLOAD))
            line.recv(1)
        return time.monotonic() - started

    drinker = threading.Thread(target=drink, daemon=True)
    drinker.start()
    took = run_in(lane.edge, pour, _MOST_S)
    drinker.join()
    listener.close()
    return took


def _exchange(town: Town) -> float:
    """Seconds until a counter that was never on this line has brought its scans."""
    town.lane.mend()
    counter = town.counter()
    for _ in range(_SCANS):
        counter.file_with_scan(_SCAN_BYTES)
    _spoil(town.lane)
    started = time.monotonic()
    counter.work(counter.all_sent, _MOST_S)
    took = time.monotonic() - started
    counter.edge.vault.engine.dispose()
    return took
