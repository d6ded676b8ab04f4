"""A SIAK in a process of its own, and a centre whose clock the test turns."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests

from central.centre import Centre
from registration.invented.people import Person
from tests.integration.world import World

SIMULATOR = Path(__file__).parents[3] / "deploy" / "siak-simulator" / "simulator.py"


@dataclass
class Simulator:
    """The switches of a running SIAK."""

    url: str

    def mode(self, mode: str, seconds: float = 0.0) -> None:
        self._post("/admin/mode", {"mode": mode, "seconds": seconds})

    def knows(self, person: Person) -> None:
        left_out = ("telepon", "email")
        fields = {k: v for k, v in person.fields().items() if k not in left_out}
        self._post("/admin/people", fields)

    def taken(self, record: bytes) -> dict[str, Any]:
        """{reference: what SIAK holds of it} of one request."""
        told = requests.get(f"{self.url}/admin/state", timeout=10).json()["taken"]
        return {name: one for name, one in told.items() if name.startswith(record.hex())}

    @property
    def calls(self) -> int:
        return int(requests.get(f"{self.url}/admin/state", timeout=10).json()["calls"])

    def _post(self, path: str, body: dict[str, Any]) -> None:
        requests.post(self.url + path, json=body, timeout=10).raise_for_status()


@pytest.fixture(scope="session")
def siak_process() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, str(SIMULATOR), "--port", "0", "--people", "20"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield line.strip().split("siak=")[1]
        process.terminate()


@pytest.fixture
def simulator(siak_process: str) -> Simulator:
    found = Simulator(siak_process)
    found.mode("ok")
    return found


@dataclass
class Clock:
    """Unix ms, turned by hand."""

    now_ms: int

    def __call__(self) -> int:
        return self.now_ms

    def pass_by(self, *, minutes: float) -> None:
        self.now_ms += int(minutes * 60_000)


@pytest.fixture
def clock(world: World) -> Clock:
    return Clock(world.centre.clock())


@pytest.fixture
def centre(world: World, clock: Clock) -> Centre:
    """The world's centre by the test's clock."""
    return replace(world.centre, clock=clock)
