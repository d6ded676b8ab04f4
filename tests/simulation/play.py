"""A seed's run and its verdict."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from registration.regions import all_kelurahan
from tests.simulation import acts, faults
from tests.simulation.checks import Broken, broken
from tests.simulation.events import Event, Kind, draw
from tests.simulation.machine import (
    PowerCut,
)
from tests.simulation.sim import Sim

_ACTS = {
    Kind.FILE: acts.file,
    Kind.CORRECT: acts.correct,
    Kind.EXCHANGE: acts.exchange,
    Kind.OFFICER: acts.officer,
    Kind.SETTLE: acts.settle,
    Kind.FOLD: faults.fold,
    Kind.LATE: faults.late,
    Kind.FOUL: faults.foul,
    Kind.FAIR: faults.fair,
    Kind.CUT_OFF: faults.cut_off,
    Kind.RECONNECT: faults.reconnect,
    Kind.CRASH: faults.crash,
    Kind.CRASH_CENTRE: faults.crash_centre,
    Kind.BACKUP: faults.backup,
    Kind.RESTORE: faults.restore,
    Kind.BACKUP_CENTRE: faults.backup_centre,
    Kind.RESTORE_CENTRE: faults.restore_centre,
    Kind.CLONE: faults.clone,
    Kind.STEAL: faults.steal,
    Kind.CLOCK: faults.clock,
    Kind.WAIT: faults.wait,
}


def live(sim: Sim, event: Event) -> None:
    rng = random.Random(event.salt)
    alive = [box for box in sim.boxes if not box.stolen]
    box = alive[event.who % len(alive)]
    try:
        _ACTS[event.kind](sim, box, rng)
    except PowerCut as cut:
        if cut.disk is sim.centre_disk:
            sim.centre_went_off()
        else:
            sim.restart(box, power_cut=True)


@contextmanager
def _seeded_randomness(seed: int) -> Iterator[None]:
    """Keys, ids and nonces from the seed: replica ids decide ties, so a run must repeat them."""
    real, rng = os.urandom, random.Random(f"urandom {seed}")
    os.urandom = rng.randbytes
    try:
        yield
    finally:
        os.urandom = real


def run(seed: int, events: Sequence[Event] | None = None) -> Sim:
    """Live through a seed's story (or the part of it given) and mend; closed by the caller."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    counters, drawn = draw(seed)
    memory = Path("/dev/shm")
    folder = Path(
        tempfile.mkdtemp(prefix=f"loket-sim-{seed}-", dir=memory if memory.is_dir() else None)
    )
    streams = [one.code for one in all_kelurahan()]
    with _seeded_randomness(seed):
        sim = Sim(folder, seed)
        for number in range(counters):
            sim.new_box(streams[number])
        for event in drawn if events is None else events:
            live(sim, event)
        sim.mend()
    return sim


def failures(seed: int, events: Sequence[Event] | None = None) -> list[Broken]:
    """What does not hold after the seed's story, or the part of it given."""
    sim = run(seed, events)
    try:
        return broken(sim)
    finally:
        sim.close()
        shutil.rmtree(sim.folder, ignore_errors=True)
