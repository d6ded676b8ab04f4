"""The control page of the demo: every server on one sheet, and a switch on each line.

Loopback only and without a login: it shows generated people's servers and cuts their lines. The
`Host` and `Origin` checks keep other web pages in the same browser from throwing the switches.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final
from urllib.parse import urlsplit

import flask
from flask import abort, jsonify, redirect, render_template, request, send_from_directory, url_for
from werkzeug.wrappers import Response

import web
from demo.relay import Mode, Relay, Traffic
from web.serve import serve_waitress

_HOSTS: Final = frozenset({"127.0.0.1", "localhost"})
_RATE_WINDOW_S: Final = 6.0
_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Login:
    """A name and passphrase that opens a server of the demo."""

    user: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class Place:
    """One server on the page. `line` names its relay; the centre has none."""

    name: str
    staff_url: str
    portal_url: str | None = None
    logins: tuple[Login, ...] = ()
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Switch:
    mode: Mode
    label: str
    english: str


SWITCHES: Final = (
    Switch(Mode.CONNECTED, "Terhubung", "connected"),
    Switch(Mode.SLOW, "Lambat 64 kbit/s", "slow"),
    Switch(Mode.LOSSY, "Banyak gangguan", "lossy"),
    Switch(Mode.CUT, "Putus", "cut"),
)

WORDS: Final[Mapping[Mode, tuple[str, str]]] = {
    Mode.CONNECTED: ("● Terhubung", "connected"),
    Mode.SLOW: ("◐ Lambat, 64 kbit/s", "slow, 64 kbit/s"),
    Mode.LOSSY: ("◌ Banyak gangguan", "stalls and lost connections"),
    Mode.CUT: ("○ Putus", "cut"),
    Mode.HANG: ("◍ Menggantung: pusat tidak menjawab", "hanging: the centre never answers"),
}

THINGS_TO_TRY: Final = (
    (
        "Putuskan jaringan satu kelurahan, lalu terima permohonan KTP-el di loketnya. "
        "Tanda terima tetap tercetak.",
        "Cut one line and file a KTP-el request at that counter: the receipt comes all the same.",
    ),
    (
        "Sambungkan lagi dengan Lambat 64 kbit/s. Data sampai dulu, foto menyusul; "
        "di pusat permohonan itu ada tepat satu.",
        "Bring the line back slow: data first, photos later; the centre has the request once.",
    ),
    (
        "Di pusat, kembalikan permohonan itu dengan alasan. Loket melihatnya dan memperbaiki.",
        "At the centre, return it with a reason; the counter sees that and corrects it.",
    ),
    (
        "Putuskan lagi, ubah nama yang sama di loket dan di pusat, sambungkan: "
        "muncul perbedaan yang harus diputuskan orang.",
        "Cut again, change the same name on both sides, reconnect: a person must settle it.",
    ),
    (
        "Sebagai warga, ajukan sendiri lewat portal dari ponsel, "
        "lalu ikuti dengan kode dan tanggal lahir.",
        "As a resident, file on the portal and follow by code and date of birth.",
    ),
)


class Meter:
    """How fast bytes pass on each line, from what the page saw in the last seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, deque[tuple[float, int, int]]] = {}

    def rate(self, name: str, traffic: Traffic, now: float) -> tuple[int, int]:
        """Bytes a second up and down."""
        with self._lock:
            seen = self._seen.setdefault(name, deque())
            seen.append((now, traffic.bytes_up, traffic.bytes_down))
            while len(seen) > 2 and seen[1][0] < now - _RATE_WINDOW_S:
                seen.popleft()
            then, up, down = seen[0]
        span = max(now - then, 1.0)
        return round((traffic.bytes_up - up) / span), round((traffic.bytes_down - down) / span)


def create_control(places: Sequence[Place], relays: Sequence[Relay]) -> flask.Flask:
    """The page as a Flask app."""
    lines = {relay.name: relay for relay in relays}
    unknown = {place.line for place in places if place.line} - set(lines)
    if unknown:
        raise ValueError(f"no relay for the line of {', '.join(sorted(unknown))}")
    meter = Meter()
    app = flask.Flask(__name__, template_folder="templates", static_folder="static")
    app.add_template_filter(human_bytes)

    @app.before_request
    def only_from_this_machine() -> None:
        origin = request.headers.get("Origin")
        host = urlsplit(f"//{request.host}").hostname
        if host not in _HOSTS or (origin and urlsplit(origin).netloc != request.host):
            abort(403)

    @app.after_request
    def harden(response: flask.Response) -> flask.Response:
        response.headers["Content-Security-Policy"] = _CSP
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        return response

    def sheet() -> dict[str, Any]:
        now = time.monotonic()
        return {
            "places": places,
            "lines": {
                name: {
                    "mode": relay.mode,
                    "words": WORDS[relay.mode],
                    "traffic": relay.traffic,
                    "rate": meter.rate(name, relay.traffic, now),
                }
                for name, relay in lines.items()
            },
            "switches": SWITCHES,
            "tries": THINGS_TO_TRY,
        }

    @app.get("/")
    def page() -> str:
        return render_template("demo/control.html", **sheet())

    @app.get("/board")
    def board() -> str:
        return render_template("demo/_board.html", **sheet())

    @app.get("/status.json")
    def status() -> Response:
        return jsonify({name: describe(relay) for name, relay in lines.items()})

    @app.get("/htmx.min.js")
    def htmx() -> Response:
        return send_from_directory(Path(web.__file__).parent / "static", "htmx.min.js")

    @app.post("/line/<name>/<mode>")
    def throw(name: str, mode: str) -> Response:
        if name not in lines or mode not in set(Mode):
            abort(404)
        lines[name].set_mode(Mode(mode))
        asked = request.accept_mimetypes
        if asked["application/json"] > asked["text/html"]:
            return jsonify(describe(lines[name]))
        return redirect(url_for("page", _anchor=f"line-{name}"), 303)

    return app


def describe(relay: Relay) -> dict[str, Any]:
    """A line as JSON tells it."""
    return {"name": relay.name, "mode": relay.mode.value} | asdict(relay.traffic)


def human_bytes(count: int) -> str:
    """Bytes with the decimal comma that Indonesian uses."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1000
    shown = f"{value:.0f}" if unit == "B" or value >= 100 else f"{value:.1f}"
    return f"{shown.replace('.', ',')} {unit}"


class ControlPage:
    """The page served in a thread of its own."""

    def __init__(self, places: Sequence[Place], relays: Sequence[Relay], port: int = 0) -> None:
        self._app = create_control(places, relays)
        self._port = port
        self._ready: SimpleQueue[int] = SimpleQueue()
        self._stop: SimpleQueue[object] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="control", daemon=True)

    def start(self) -> str:
        """Serve on a free loopback port; returns the address."""
        self._thread.start()
        return f"http://127.0.0.1:{self._ready.get(timeout=10)}/"

    def stop(self) -> None:
        self._stop.put(None)
        self._thread.join(timeout=10)

    def _serve(self) -> None:
        serve_waitress(
            [(self._app, "127.0.0.1", self._port)],
            lambda addresses: self._ready.put(addresses[0][1]),
            threads=4,
            grace_seconds=1.0,
            stop=self._stop,
        )
