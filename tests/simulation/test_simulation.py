"""A few seeds of the simulation at each run of the suite; `make simulate` runs hundreds."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.simulation.events import Kind, draw
from tests.simulation.mutations import MUTATIONS
from tests.simulation.seeds import guarded, story

SEEDS = (1, 4, 9, 10, 15, 58, 61)
"""Small ones, and some that failed once."""
NOTICED = {"chain-check": 34, "context": 1, "watermark": 9, "fsync": 1, "dedupe": 5}
"""A seed that fails without the guard."""


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_nothing_is_lost_doubled_or_shown_differently(seed: int) -> None:
    assert guarded(seed, "") == []


def test_all_56_kelurahan_live_through_a_seed() -> None:
    assert draw(8)[0] == 56
    assert guarded(8, "") == []


@pytest.mark.parametrize("guard", sorted(MUTATIONS))
def test_the_simulation_notices_when_a_guard_is_missing(guard: str) -> None:
    assert guarded(NOTICED[guard], guard) != []


def test_a_failing_seed_shrinks_to_a_short_story() -> None:
    found = guarded(NOTICED["context"], "context")

    short = story(NOTICED["context"], "context", found[0].split(":")[0])

    assert len(short) <= 6
    assert {Kind.CORRECT, Kind.OFFICER} & {event.kind for event in short}


def test_a_seed_lives_through_the_same_story_again() -> None:
    """In two processes: nothing but the seed may decide."""
    code = (
        "from tests.simulation.play import run; sim = run(10); "
        "print(sim.now_ms, sorted(sim.oracle.written), len(sim.network.wire), "
        "[box.edge.vault.replica.hex() for box in sim.boxes])"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "0"}

    first, again = (
        subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, check=True
        ).stdout
        for _ in range(2)
    )

    assert first == again != b""
