"""Seeds run one by one, with or without one of the engine's guards."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence

from tests.simulation.events import Event, draw
from tests.simulation.mutations import MUTATIONS
from tests.simulation.play import failures
from tests.simulation.shrink import shrink


def guarded(seed: int, without: str, events: Sequence[Event] | None = None) -> list[str]:
    """What does not hold after a seed, as sentences."""
    with MUTATIONS[without]() if without else contextlib.nullcontext():
        return [str(one) for one in failures(seed, events)]


def one_seed(job: tuple[int, str]) -> tuple[int, list[str], float]:
    """(seed, what does not hold, seconds it took)."""
    seed, without = job
    started = time.monotonic()
    return seed, guarded(seed, without), time.monotonic() - started


def story(seed: int, without: str, invariant: str) -> list[Event]:
    """The short story behind a failure of `invariant`."""

    def fails(events: Sequence[Event]) -> bool:
        return any(one.startswith(invariant) for one in guarded(seed, without, events))

    return shrink(draw(seed)[1], fails)
