"""What of a bad line reaches the centre as payload, beside a plain TCP transfer over the same."""

from __future__ import annotations

import socket
import statistics
import tempfile
import threading
import time
from pathlib import Path

from tests.bench.harness import Figures
from tests.line.lane import CENTRE_IP, Lane, open_lane, run_in
from tests.line.town import Town, open_town

_ROUNDS = 5
_SCANS = 3
_SCAN_BYTES = 32 << 10
_PAYLOAD = _SCANS * _SCAN_BYTES
_MOST_S = 900.0
_PLAIN_S = 120.0


def goodput(figures: Figures) -> None:
    """64 kbit/s and 30 % loss each way; rounds alternate, medians count: luck is large here."""
    with (
        tempfile.TemporaryDirectory(prefix="loket-bench-") as name,
        open_lane() as lane,
        open_town(Path(name), lane) as town,
    ):
        rounds = [(_exchange(town), _plain_tcp(lane)) for _ in range(_ROUNDS)]
    ours, plain = (sorted(rates) for rates in zip(*rounds, strict=True))
    figures.add(
        "link.goodput_64k_loss30",
        statistics.median(ours) / statistics.median(plain),
        "ratio",
        ">= 0.7",
        f"B/s of payload {_shown(ours)}, plain TCP {_shown(plain)}",
    )


def _shown(rates: list[float]) -> str:
    return "/".join(f"{rate:.0f}" for rate in rates)


def _spoil(lane: Lane) -> None:
    lane.rate(64, 64)
    lane.loss(30)


def _plain_tcp(lane: Lane) -> float:
    """Bytes a second of as many bytes down one connection, or of what came in two minutes.

    TCP's time-out doubles up to two minutes: a transfer may stand still for longer than it ran.
    """
    lane.mend()
    _spoil(lane)
    listener = run_in(lane.centre, lambda: socket.create_server((CENTRE_IP, 0)))
    port = listener.getsockname()[1]

    arrived, started, came = 0, time.monotonic(), threading.Event()

    def drink() -> None:
        nonlocal arrived
        line, _ = listener.accept()
        with line:
            while arrived < _PAYLOAD and (piece := line.recv(1 << 16)):
                arrived += len(piece)
            came.set()

    def pour() -> None:
        line = socket.create_connection((CENTRE_IP, port), timeout=_MOST_S)
        with line:
            line.sendall(bytes(_PAYLOAD))
            came.wait(_PLAIN_S)

    for space, act in ((lane.centre, drink), (lane.edge, pour)):
        threading.Thread(target=run_in, args=(space, act, _MOST_S), daemon=True).start()
    came.wait(_PLAIN_S)
    took = time.monotonic() - started
    lane.mend()
    listener.close()
    return arrived / took


def _exchange(town: Town) -> float:
    """Bytes a second of the scans of a counter that was never on this line."""
    town.lane.mend()
    counter = town.counter()
    for _ in range(_SCANS):
        counter.file_with_scan(_SCAN_BYTES)
    _spoil(town.lane)
    started = time.monotonic()
    counter.work(counter.all_sent, _MOST_S)
    took = time.monotonic() - started
    counter.edge.vault.engine.dispose()
    return _PAYLOAD / took
