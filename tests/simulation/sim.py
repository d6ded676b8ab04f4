"""One run: a centre and its counters live through a story, then all is mended and checked."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from central.centre import Centre
from central.centre import migrate as migrate_centre
from central.store import nodes
from central.workflows.enrolment import enrol as enrol_at_centre
from central.workflows.enrolment import issue_code
from central.workflows.folding import fold_all
from edge_node.edge import Edge
from edge_node.edge import migrate as migrate_edge
from edge_node.workflows.enrolment import enrol as enrol_edge
from edge_node.workflows.exchange import Courier
from registration.lifecycle import Role
from sync.body import Author
from sync.carrier_http import HttpCarrier
from tests.simulation.machine import (
    Clock,
    Disk,
    PowerCut,
    Watching,
    start_centre,
    start_edge,
)
from tests.simulation.network import FAIR, Network
from tests.simulation.oracle import Oracle
from vault import log, scans
from vault.chunks import lacking_chunks
from vault.engine import Connection, make_engine, reading, sqlite_url, writing
from vault.errors import NoSuchRecord
from vault.keyring import create_keyring, open_keyring
from vault.read import read_record
from vault.scans import ChunkState
from vault.tables import chunk

SITI = Author("siti", "Siti Rahmawati", Role.PETUGAS)
RUDI = Author("rudi", "Rudi Hartono", Role.VERIFIKATOR)
_START_MS = 1_790_000_000_000
FIELDS = ("data.telepon", "data.nama", "data.pekerjaan")
_ROUNDS = 60


@cache
def _template(half: str) -> Path:
    """A migrated, empty database, made once a process: migrating 57 per run would take longest."""
    path = Path(tempfile.mkdtemp(prefix="loket-template-")) / half
    engine = make_engine(sqlite_url(path))
    (migrate_edge if half == "edge" else migrate_centre)(engine)
    engine.dispose()
    return path


class _ToCentre(HttpCarrier):
    """For enrolment, which is not what the weather is about."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def post(self, _path: str, raw: bytes) -> bytes:
        return enrol_at_centre(self._centre, raw)


@dataclass(slots=True)
class Box:
    """One counter's machine."""

    number: int
    disk: Disk
    clock: Clock
    edge: Edge
    courier: Courier
    takes_over: bool = False
    backup: Path | None = None
    stolen: bool = False


@dataclass(slots=True)
class Sim:
    """A run in progress."""

    folder: Path
    seed: int
    now_ms: int = _START_MS
    oracle: Oracle = field(default_factory=Oracle)
    boxes: list[Box] = field(default_factory=list)
    centre_disk: Disk = field(init=False)
    centre_clock: Clock = field(init=False)
    centre: Centre = field(init=False)
    centre_backup: Path | None = None
    network: Network = field(init=False)
    words: int = 0
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(f"run {self.seed}")
        self.centre_clock = Clock(lambda: self.now_ms)
        folder = self.folder / "centre"
        folder.mkdir()
        self.centre_disk = _new_disk(folder / "centre.sqlite3", "centre", self.rng)
        self.centre = start_centre(self.centre_disk, self.centre_clock)
        self.network = Network(
            lambda: self.centre, self.centre_went_off, self.pass_ms, random.Random(self.seed)
        )

    # --- machines ---

    def pass_ms(self, ms: int) -> None:
        self.now_ms += ms

    def centre_went_off(self) -> None:
        self.centre_disk.power_cut()
        self.centre_clock.reboot()
        self.centre = start_centre(self.centre_disk, self.centre_clock)

    def new_box(self, stream: str) -> Box:
        with Watching.on():
            return self._enrolled(stream)

    def _enrolled(self, stream: str) -> Box:
        number = len(self.boxes)
        folder = self.folder / f"edge-{number}"
        folder.mkdir()
        disk = _new_disk(folder / "edge.sqlite3", "edge", self.rng)
        clock = Clock(lambda: self.now_ms)
        engine = disk.open()
        with writing(engine) as connection:
            keyring = open_keyring(connection, disk.key)
        code = issue_code(self.centre, stream)
        enrol_edge(
            engine, keyring, "http://centre", code.text(), _ToCentre(self.centre), clock.read
        )
        disk.close()
        with reading(self.centre.vault.engine) as connection:
            known = nodes.sender(connection, keyring.identity.replica)
        box = self._start(number, disk, clock)
        box.takes_over = known is not None and known.takes_over
        self.boxes.append(box)
        return box

    def _start(self, number: int, disk: Disk, clock: Clock) -> Box:
        edge = start_edge(disk, clock)
        return Box(number, disk, clock, edge, self._courier(number, edge))

    def _courier(self, number: int, edge: Edge) -> Courier:
        return Courier(
            edge,
            self.network.carrier(number),  # type: ignore[arg-type]
            now=lambda: self.now_ms / 1000,
            uniform=self.rng.uniform,
        )

    def restart(self, box: Box, *, power_cut: bool) -> None:
        if power_cut:
            box.disk.power_cut()
        else:
            box.disk.close()
        box.clock.reboot()
        box.edge = start_edge(box.disk, box.clock)
        box.courier = self._courier(box.number, box.edge)

    @contextmanager
    def power(self, box: Box) -> Iterator[None]:
        """What the box does in here may end with its machine off; then it starts again."""
        try:
            yield
        except PowerCut as cut:
            if cut.disk is not box.disk:
                raise
            self.restart(box, power_cut=True)

    def word(self) -> str:
        self.words += 1
        return f"kata-{self.words:05d}"

    def count_losses(self, stream: str) -> None:
        """After a disk was lost: what no store holds any more cannot come back."""
        with Watching.on():
            self._count_losses(stream)

    def _count_losses(self, stream: str) -> None:
        held: set[str] = set()
        stores = [self.centre.vault] + [
            box.edge.vault for box in self.boxes if not box.stolen and box.edge.stream == stream
        ]
        records = [record for record, of in self.oracle.streams.items() if of == stream]
        for vault in stores:
            for record in records:
                held |= words_of(vault, stream, record)
        for record in records:
            mine = {one.word for one in self.oracle.written.values() if one.record == record}
            self.oracle.gone |= mine - held
            if not mine & held:
                self.oracle.gone_receipts.add(record)
        pieces: set[bytes] = set()
        for vault in stores:
            with reading(vault.engine) as connection:
                pieces |= _held_chunks(connection, stream)
        for record in records:
            for vault in stores:
                if not pieces >= pieces_of(vault, stream, record):
                    self.oracle.gone_scans.add(record)

    # --- the end ---

    def mend(self) -> None:
        """Everybody is back, the weather is fair, and all exchange until nothing is left to say."""
        self.network.weather = FAIR
        self.network.cut_off.clear()
        self.network.deliver_late()
        self.centre_disk.cut_after = 0
        for box in self.boxes:
            box.disk.cut_after = 0
        for _ in range(_ROUNDS):
            quiet = True
            for box in self.boxes:
                if not box.stolen:
                    self.pass_ms(1000)
                    before = _marks(box.edge)
                    box.courier.run()
                    quiet = quiet and _marks(box.edge) == before
            folded = fold_all(self.centre)
            if quiet and not folded:
                return

    def close(self) -> None:
        for box in self.boxes:
            box.disk.close()
        self.centre_disk.close()


def _marks(edge: Edge) -> object:
    with reading(edge.vault.engine) as connection:
        return (
            edge.standing.acked,
            log.watermarks(connection, edge.stream),
            scans.waiting_scans(connection, edge.stream),
            lacking_chunks(connection, edge.stream),
            edge.vault.replica,
        )


def _held_chunks(connection: Connection, stream: str) -> set[bytes]:
    """The pieces of a stream's scans that a store holds."""
    here = select(chunk.c.sha).where(chunk.c.stream == stream, chunk.c.state != ChunkState.EXPECTED)
    return set(connection.execute(here).scalars())


def words_of(vault: Any, stream: str, record: bytes) -> set[str]:
    """All the oracle's words that a store's history of a record holds."""
    with Watching.on(), reading(vault.engine) as connection:
        try:
            found = read_record(connection, vault, stream, record)
        except NoSuchRecord:
            return set()
    return {
        str(value)
        for one in found.told
        if one.body is not None
        for name, value in one.body.writes.items()
        if name in FIELDS
    }


def pieces_of(vault: Any, stream: str, record: bytes) -> set[bytes]:
    """The pieces of scans that a store's history of a record names."""
    with reading(vault.engine) as connection:
        try:
            manifests = read_record(connection, vault, stream, record).named("berkas")
        except NoSuchRecord:
            return set()
    return {sha for manifest in manifests.values() for sha in manifest["chunks"]}


def _new_disk(path: Path, half: str, rng: random.Random) -> Disk:
    shutil.copy(_template(half), path)
    disk = Disk(path, rng.randbytes(32))
    engine = make_engine(sqlite_url(path))
    with writing(engine) as connection:
        create_keyring(connection, disk.key)
    engine.dispose()
    return disk
