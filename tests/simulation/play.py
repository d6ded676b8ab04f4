"""A seed's run and its verdict."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from tests.simulation.checks import Broken, broken
from tests.simulation.events import Event
from tests.simulation.sim import run


def failures(seed: int, events: Sequence[Event] | None = None) -> list[Broken]:
    """What does not hold after the seed's story, or the part of it given."""
    sim = run(seed, events)
    try:
        return broken(sim)
    finally:
        sim.close()
        shutil.rmtree(sim.folder, ignore_errors=True)
