"""A SIAK to test against: its own process, invented people, and switches for what goes wrong.

    python deploy/siak-simulator/simulator.py --port 8090 --seed 7 --people 200

It speaks what `central/siak/http.py` speaks. `POST /admin/mode {"mode": "down"}` switches:

ok             all is well
down           503 on every call
slow           answers after `seconds`
error          500
garbage        something that is not JSON
wrong-person   answers about another person
duplicate      gives every request the same number
lost-answer    takes a request, and breaks the connection instead of answering

`GET /admin/state` tells what it holds, for tests to count by.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from flask import Flask, Response, jsonify, request
from waitress.server import create_server

from registration.invented.people import People

MODES = ("ok", "down", "slow", "error", "garbage", "wrong-person", "duplicate", "lost-answer")


@dataclass
class Submission:
    """A request that was taken."""

    nik: str
    body: dict[str, Any]
    number: str
    asked: int = 0
    """How often its number was asked for."""
    repeats: int = 0
    """How often it was sent again."""


@dataclass
class Register:
    """What this SIAK holds."""

    people: dict[str, dict[str, str]]
    mode: str = "ok"
    seconds: float = 0.0
    polls: int = 1
    """How often it says "not yet" before it gives a number."""
    taken: dict[str, Submission] = field(default_factory=dict)
    calls: int = 0

    def another(self, nik: str) -> dict[str, str]:
        return next(one for one in self.people.values() if one["nik"] != nik)


def _break_off() -> Response:
    """The connection ends in the middle of an answer."""

    def torn() -> Any:
        yield b'{"referensi": '
        raise ConnectionResetError

    return Response(torn(), content_type="application/json", headers={"Content-Length": "4096"})


def create_app(register: Register, token: str = "") -> Flask:
    app = Flask("siak-simulator")

    @app.before_request
    def misbehave() -> Response | None:
        if request.path.startswith("/admin/"):
            return None
        register.calls += 1
        if token and request.headers.get("Authorization") != f"Bearer {token}":
            return Response(status=401)
        if register.mode == "slow":
            time.sleep(register.seconds)
        if register.mode == "down":
            return Response(status=503)
        if register.mode == "error":
            return Response("Internal Server Error", status=500)
        if register.mode == "garbage":
            return Response("<html>sedang pemeliharaan", content_type="text/html")
        return None

    @app.post("/v1/penduduk")
    def person() -> Response:
        nik = str(_asked().get("nik"))
        found = register.people.get(nik)
        if register.mode == "wrong-person":
            found = register.another(nik)
        return jsonify(found) if found else _none()

    @app.post("/v1/keluarga")
    def family() -> Response:
        card = str(_asked().get("no_kk"))
        members = [one for one in register.people.values() if one["no_kk"] == card]
        return jsonify({"no_kk": card, "anggota": members}) if members else _none()

    @app.post("/v1/permohonan")
    def submit() -> Response:
        body = _asked()
        reference = str(body["referensi"])
        known = register.taken.get(reference)
        if known is None:
            number = f"3275-SIAK-{len(register.taken) + 1:06d}"
            register.taken[reference] = Submission(str(body["nik"]), body, number)
        elif known.body != body:
            return Response(status=409)
        else:
            known.repeats += 1
        if register.mode == "lost-answer":
            return _break_off()
        if register.mode == "wrong-person":
            reference = "0" * 32 + "-1"
        answer = jsonify({"referensi": reference})
        answer.status_code = 202
        return answer

    @app.post("/v1/permohonan/nomor")
    def number() -> Response:
        reference = str(_asked().get("referensi"))
        found = register.taken.get(reference)
        if found is None:
            return _none()
        found.asked += 1
        told = found.number if found.asked > register.polls else None
        nik = found.nik
        if register.mode == "wrong-person":
            nik = register.another(nik)["nik"]
        if register.mode == "duplicate":
            told = "3275-SIAK-SAMA"
        if register.mode == "lost-answer":
            return _break_off()
        return jsonify({"referensi": reference, "nik": nik, "nomor": told})

    @app.post("/admin/mode")
    def switch() -> Response:
        wanted = _asked()
        if wanted.get("mode") not in MODES:
            return Response(status=422)
        register.mode = str(wanted["mode"])
        register.seconds = float(wanted.get("seconds", 0))
        return jsonify({"mode": register.mode})

    @app.post("/admin/people")
    def add() -> Response:
        one = _asked()
        register.people[str(one["nik"])] = {name: str(value) for name, value in one.items()}
        return jsonify({"people": len(register.people)})

    @app.get("/admin/state")
    def state() -> Response:
        return jsonify(
            {
                "mode": register.mode,
                "calls": register.calls,
                "taken": {
                    reference: {"nik": one.nik, "number": one.number, "repeats": one.repeats}
                    for reference, one in register.taken.items()
                },
            }
        )

    return app


def _asked() -> dict[str, Any]:
    told = request.get_json()
    return told if isinstance(told, dict) else {}


def _none() -> Response:
    return Response('{"title": "tidak ada"}', status=404, content_type="application/problem+json")


def invented(seed: int, count: int) -> dict[str, dict[str, str]]:
    people = People(seed).take(count)
    return {one.nik: {k: v for k, v in one.fields().items() if k not in ("telepon", "email")}
            for one in people}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="A SIAK to test against.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--token", default="")
    given = parser.parse_args()
    app = create_app(Register(invented(given.seed, given.people)), given.token)
    server = create_server(app, host=given.host, port=given.port, threads=8)
    sys.stdout.write(f"ready siak=http://{given.host}:{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


if __name__ == "__main__":
    main()
