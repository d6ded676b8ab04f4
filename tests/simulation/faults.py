"""What goes wrong in a run: weather, power, disks, thefts, clocks."""

from __future__ import annotations

import random

from central.store import nodes
from central.workflows.folding import fold_all
from tests.simulation.machine import (
    YEAR_MS,
    Clock,
    Disk,
    PowerCut,
    Watching,
    start_centre,
)
from tests.simulation.network import FAIR, FOUL
from tests.simulation.sim import Box, Sim
from vault.engine import reading, writing

_HOUR_MS = 3_600_000


def fold(sim: Sim, _box: Box, _rng: random.Random) -> None:
    try:
        fold_all(sim.centre)
    except PowerCut:
        sim.centre_went_off()


def late(sim: Sim, _box: Box, _rng: random.Random) -> None:
    sim.network.deliver_late()


def foul(sim: Sim, _box: Box, _rng: random.Random) -> None:
    sim.network.weather = FOUL


def fair(sim: Sim, _box: Box, _rng: random.Random) -> None:
    sim.network.weather = FAIR


def cut_off(sim: Sim, box: Box, _rng: random.Random) -> None:
    sim.network.cut_off.add(box.number)


def reconnect(sim: Sim, box: Box, _rng: random.Random) -> None:
    sim.network.cut_off.discard(box.number)


def crash(sim: Sim, box: Box, rng: random.Random) -> None:
    """The power goes within its next few transactions."""
    box.disk.cut_after = rng.randint(1, 12)


def crash_centre(sim: Sim, _box: Box, rng: random.Random) -> None:
    sim.centre_disk.cut_after = rng.randint(1, 12)


def backup(sim: Sim, box: Box, _rng: random.Random) -> None:
    box.backup = box.disk.copy(box.disk.path.with_name("backup"))


def restore(sim: Sim, box: Box, _rng: random.Random) -> None:
    if box.backup is None:
        return
    box.disk.close()
    box.disk.replace_by(box.backup)
    sim.restart(box, power_cut=False)
    if box.edge.vault.keyring.identity.replica not in _standing(sim):
        # The name it had at that time was stolen since: it stays off, another takes its place.
        _put_away(box)
        sim.count_losses(box.edge.stream)
        sim.new_box(box.edge.stream)
        return
    sim.count_losses(box.edge.stream)


def backup_centre(sim: Sim, _box: Box, _rng: random.Random) -> None:
    sim.centre_backup = sim.centre_disk.copy(sim.folder / "centre" / "backup")


def restore_centre(sim: Sim, _box: Box, _rng: random.Random) -> None:
    if sim.centre_backup is None:
        return
    with reading(sim.centre.vault.engine) as connection:
        known = {one.replica for one in nodes.list_nodes(connection)}
    sim.centre_disk.close()
    sim.centre_disk.replace_by(sim.centre_backup)
    sim.centre = start_centre(sim.centre_disk, sim.centre_clock)
    with reading(sim.centre.vault.engine) as connection:
        kept = {one.replica for one in nodes.list_nodes(connection)}
    if known - kept:
        # Boxes enrolled since the backup must be enrolled again by hand; not this story's.
        sim.centre_backup = None
    for stream in {box.edge.stream for box in sim.boxes}:
        sim.count_losses(stream)


def clone(sim: Sim, box: Box, _rng: random.Random) -> None:
    if len(sim.boxes) > 70:
        return
    number = len(sim.boxes)
    folder = sim.folder / f"edge-{number}"
    folder.mkdir()
    disk = Disk(folder / "edge.sqlite3", box.disk.key)
    box.disk.copy(disk.path)
    twin = sim._start(number, disk, Clock(lambda: sim.now_ms, skew_ms=box.clock.skew_ms))
    twin.takes_over = box.takes_over
    sim.boxes.append(twin)


def steal(sim: Sim, box: Box, _rng: random.Random) -> None:
    if len(sim.boxes) > 70:
        return
    with writing(sim.centre.vault.engine) as connection:
        nodes.revoke(connection, box.edge.vault.keyring.identity.replica)
    standing = _standing(sim)
    for one in sim.boxes:
        # Copies of its disk that have no name of their own are out of service with it.
        same_stream = one.edge.stream == box.edge.stream
        if same_stream and one.edge.vault.keyring.identity.replica not in standing:
            _put_away(one)
    sim.count_losses(box.edge.stream)
    sim.new_box(box.edge.stream)
    sim.centre_backup = None


def _standing(sim: Sim) -> set[bytes]:
    """The replicas that the centre hears."""
    with Watching.on(), reading(sim.centre.vault.engine) as connection:
        return {one.replica for one in nodes.list_nodes(connection) if not one.revoked}


def _put_away(box: Box) -> None:
    box.stolen = True
    box.disk.close()


def clock(sim: Sim, box: Box, rng: random.Random) -> None:
    box.clock.skew_ms = rng.choice((-30, -6, -1, 0, 0, 1, 7)) * YEAR_MS + rng.randint(
        -9_000_000, 9_000_000
    )
    if rng.random() < 0.5:
        sim.restart(box, power_cut=False)


def wait(sim: Sim, _box: Box, rng: random.Random) -> None:
    sim.pass_ms(rng.choice((60_000, _HOUR_MS, 26 * _HOUR_MS)))
