"""One run: a centre and its counters live through a story, then all is mended and checked."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import structlog

from central.centre import Centre
from central.centre import migrate as migrate_centre
from central.store import nodes
from central.workflows import settling
from central.workflows.enrolment import enrol as enrol_at_centre
from central.workflows.enrolment import issue_code
from central.workflows.folding import fold_all
from edge_node.edge import Edge
from edge_node.edge import migrate as migrate_edge
from edge_node.store.drafts import draft_key
from edge_node.workflows.enrolment import enrol as enrol_edge
from edge_node.workflows.exchange import Courier
from registration.lifecycle import Act, Role, Status, acts_for
from registration.regions import all_kelurahan
from sync.body import Author, Body
from sync.carrier_http import HttpCarrier
from sync.ids import new_record_id
from tests.simulation.events import Event, Kind, draw
from tests.simulation.machine import (
    YEAR_MS,
    Clock,
    Disk,
    PowerCut,
    Watching,
    start_centre,
    start_edge,
)
from tests.simulation.network import FAIR, FOUL, Network
from tests.simulation.oracle import Oracle, Written
from vault import log, scans
from vault.engine import Connection, make_engine, reading, sqlite_url, writing
from vault.errors import NoSuchRecord
from vault.fold import lock_stream
from vault.keyring import create_keyring, open_keyring
from vault.read import Filter, Record, list_records, read_record
from vault.scans import ChunkState, ScanContent
from vault.write import write

SITI = Author("siti", "Siti Rahmawati", Role.PETUGAS)
RUDI = Author("rudi", "Rudi Hartono", Role.VERIFIKATOR)
_START_MS = 1_790_000_000_000
_FIELDS = ("data.telepon", "data.nama", "data.pekerjaan")
_HOUR_MS = 3_600_000
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

    # --- what happens ---

    def live(self, event: Event) -> None:
        rng = random.Random(event.salt)
        alive = [box for box in self.boxes if not box.stolen]
        box = alive[event.who % len(alive)]
        try:
            _ACTS[event.kind](self, box, rng)
        except PowerCut as cut:
            if cut.disk is self.centre_disk:
                self.centre_went_off()
            else:
                self.restart(box, power_cut=True)

    def word(self) -> str:
        self.words += 1
        return f"kata-{self.words:05d}"

    def seen(self, record: Record, name: str) -> frozenset[str]:
        return frozenset(
            one.body.writes[name]
            for one in record.told
            if one.body is not None and name in one.body.writes
        )

    def file(self, box: Box, rng: random.Random) -> None:
        edge, oracle = box.edge, self.oracle
        record = new_record_id(edge.stamp().now_ms)
        code, words = self.word(), {name: self.word() for name in _FIELDS}
        oracle.attempted.add(record)
        oracle.streams[record] = edge.stream
        for name, word in words.items():
            oracle.written[word] = Written(word, record, name, frozenset())
        status = Status.DIVERIFIKASI if rng.random() < 0.5 else Status.DIAJUKAN
        writes: dict[str, Any] = {
            "layanan": "ktp-el",
            "varian": "hilang",
            "kanal": "loket",
            "kode": code,
            "status": str(status),
            **words,
        }
        with self.power(box), writing(edge.vault.engine) as connection:
            stored = self._scans(edge, connection, record, rng)
            body = Body(Act.AJUKAN, SITI, {**writes, **stored})
            write(
                connection,
                edge.vault,
                edge.stream,
                record,
                "permohonan",
                body,
                edge.stamp(),
                new=True,
            )
            scans.file_drafts(connection, edge.stream, record)
        if self._holds(box.edge, record):
            # The receipt is printed: from here on it counts.
            oracle.receipts[record] = code
            oracle.acknowledged |= set(words.values())
            oracle.scans[record] = len(stored)

    def _scans(
        self, edge: Edge, connection: Connection, record: bytes, rng: random.Random
    ) -> dict[str, Any]:
        stored: dict[str, Any] = {}
        for _ in range(rng.choice((0, 0, 1, 2))):
            key = draft_key(connection, edge.vault, edge.stream, record)
            scan = scans.new_scan_id()
            content = ScanContent("kk", "image/jpeg", rng.randbytes(rng.randint(100, 70_000)))
            stored[f"berkas.{scan}"] = scans.add_scan(
                connection, edge.stream, record, key, scan, content, ChunkState.DRAFT
            )
        return stored

    @staticmethod
    def _holds(edge: Edge, record: bytes) -> bool:
        with Watching.on(), reading(edge.vault.engine) as connection:
            try:
                read_record(connection, edge.vault, edge.stream, record)
            except NoSuchRecord:
                return False
        return True

    def correct(self, box: Box, rng: random.Random) -> None:
        edge = box.edge
        with reading(edge.vault.engine) as connection:
            listed, _ = list_records(connection, edge.vault, Filter(stream=edge.stream), 1, 200)
        if not listed:
            return
        found = rng.choice(listed)
        name, word = rng.choice(_FIELDS), self.word()
        self.oracle.written[word] = Written(word, found.id, name, self.seen(found, name))
        with self.power(box), writing(edge.vault.engine) as connection:
            body = Body(Act.PERBAIKI, SITI, {name: word})
            write(connection, edge.vault, edge.stream, found.id, found.kind, body, edge.stamp())
        self._note_if_kept(box.edge.vault, edge.stream, found.id, word)

    def _note_if_kept(self, vault: Any, stream: str, record: bytes, word: str) -> None:
        if word in words_of(vault, stream, record):
            self.oracle.acknowledged.add(word)

    def exchange(self, box: Box, _rng: random.Random) -> None:
        with self.power(box):
            box.courier.run()

    def officer(self, _box: Box, rng: random.Random) -> None:
        """A step of the request's life, or a correction, at the centre."""
        vault = self.centre.vault
        with reading(vault.engine) as connection:
            listed, _ = list_records(connection, vault, Filter(), 1, 200)
        if not listed:
            return
        found = rng.choice(listed)
        writes: dict[str, Any] = {}
        name, word = rng.choice(_FIELDS), self.word()
        steps = [
            act
            for act in acts_for(Role.VERIFIKATOR, Status(found.status))
            if act in (Act.PROSES, Act.KEMBALIKAN, Act.TOLAK, Act.TERBITKAN)
        ]
        if steps and rng.random() < 0.6:
            writes["status"] = str(_AFTER[rng.choice(steps)])
        writes[name] = word
        self.oracle.written[word] = Written(word, found.id, name, self.seen(found, name))
        self._at_centre(found, Body(Act.PERBAIKI, RUDI, writes), word)

    def _at_centre(self, found: Record, body: Body, word: str) -> None:
        vault = self.centre.vault
        try:
            with writing(vault.engine) as connection:
                lock_stream(connection, found.stream)
                write(
                    connection,
                    vault,
                    found.stream,
                    found.id,
                    found.kind,
                    body,
                    self.centre.stamp(),
                )
        except PowerCut:
            self.centre_went_off()
        self._note_if_kept(self.centre.vault, found.stream, found.id, word)

    def settle(self, _box: Box, rng: random.Random) -> None:
        vault = self.centre.vault
        with reading(vault.engine) as connection:
            listed, _ = list_records(connection, vault, Filter(conflicted=True), 1, 50)
        if not listed:
            return
        found = rng.choice(listed)
        _, conflicts = settling.conflicts_of(self.centre, found.stream, found.id)
        # Settled with a word of its own, so that the oracle can tell it from what it replaces.
        names = [one.field for one in conflicts if one.field in _FIELDS]
        if not names:
            return
        name, word = rng.choice(names), self.word()
        self.oracle.written[word] = Written(word, found.id, name, self.seen(found, name))
        self._at_centre(found, Body(Act.PUTUSKAN, RUDI, {name: word}, "diputuskan"), word)

    def fold(self, _box: Box, _rng: random.Random) -> None:
        try:
            fold_all(self.centre)
        except PowerCut:
            self.centre_went_off()

    def late(self, _box: Box, _rng: random.Random) -> None:
        self.network.deliver_late()

    def foul(self, _box: Box, _rng: random.Random) -> None:
        self.network.weather = FOUL

    def fair(self, _box: Box, _rng: random.Random) -> None:
        self.network.weather = FAIR

    def cut_off(self, box: Box, _rng: random.Random) -> None:
        self.network.cut_off.add(box.number)

    def reconnect(self, box: Box, _rng: random.Random) -> None:
        self.network.cut_off.discard(box.number)

    def crash(self, box: Box, rng: random.Random) -> None:
        """The power goes within its next few transactions."""
        box.disk.cut_after = rng.randint(1, 12)

    def crash_centre(self, _box: Box, rng: random.Random) -> None:
        self.centre_disk.cut_after = rng.randint(1, 12)

    def backup(self, box: Box, _rng: random.Random) -> None:
        box.backup = box.disk.copy(box.disk.path.with_name("backup"))

    def restore(self, box: Box, _rng: random.Random) -> None:
        if box.backup is None:
            return
        box.disk.close()
        box.disk.replace_by(box.backup)
        self.restart(box, power_cut=False)
        self.count_losses(box.edge.stream)

    def backup_centre(self, _box: Box, _rng: random.Random) -> None:
        self.centre_backup = self.centre_disk.copy(self.folder / "centre" / "backup")

    def restore_centre(self, _box: Box, _rng: random.Random) -> None:
        if self.centre_backup is None:
            return
        with reading(self.centre.vault.engine) as connection:
            known = {one.replica for one in nodes.list_nodes(connection)}
        self.centre_disk.close()
        self.centre_disk.replace_by(self.centre_backup)
        self.centre = start_centre(self.centre_disk, self.centre_clock)
        with reading(self.centre.vault.engine) as connection:
            kept = {one.replica for one in nodes.list_nodes(connection)}
        if known - kept:
            # Boxes enrolled since the backup must be enrolled again by hand; not this story's.
            self.centre_backup = None
        for stream in {box.edge.stream for box in self.boxes}:
            self.count_losses(stream)

    def clone(self, box: Box, _rng: random.Random) -> None:
        if len(self.boxes) > 70:
            return
        number = len(self.boxes)
        folder = self.folder / f"edge-{number}"
        folder.mkdir()
        disk = Disk(folder / "edge.sqlite3", box.disk.key)
        box.disk.copy(disk.path)
        twin = self._start(number, disk, Clock(lambda: self.now_ms, skew_ms=box.clock.skew_ms))
        twin.takes_over = box.takes_over
        self.boxes.append(twin)

    def steal(self, box: Box, _rng: random.Random) -> None:
        if len(self.boxes) > 70:
            return
        with writing(self.centre.vault.engine) as connection:
            nodes.revoke(connection, box.edge.vault.keyring.identity.replica)
            known = {one.replica for one in nodes.list_nodes(connection) if not one.revoked}
        for one in self.boxes:
            # Copies of its disk that have no name of their own are out of service with it.
            same_stream = one.edge.stream == box.edge.stream
            if same_stream and one.edge.vault.keyring.identity.replica not in known:
                one.stolen = True
                one.disk.close()
        self.count_losses(box.edge.stream)
        self.new_box(box.edge.stream)
        self.centre_backup = None

    def clock(self, box: Box, rng: random.Random) -> None:
        box.clock.skew_ms = rng.choice((-30, -6, -1, 0, 0, 1, 7)) * YEAR_MS + rng.randint(
            -9_000_000, 9_000_000
        )
        if rng.random() < 0.5:
            self.restart(box, power_cut=False)

    def wait(self, _box: Box, rng: random.Random) -> None:
        self.pass_ms(rng.choice((60_000, _HOUR_MS, 26 * _HOUR_MS)))

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
                pieces |= scans.held_chunks(connection, stream)
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
            scans.lacking_chunks(connection, edge.stream),
            edge.vault.replica,
        )


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
        if name in _FIELDS
    }


def pieces_of(vault: Any, stream: str, record: bytes) -> set[bytes]:
    """The pieces of scans that a store's history of a record names."""
    with reading(vault.engine) as connection:
        try:
            manifests = read_record(connection, vault, stream, record).named("berkas")
        except NoSuchRecord:
            return set()
    return {sha for manifest in manifests.values() for sha in manifest["chunks"]}


_AFTER = {
    Act.PROSES: Status.DIPROSES,
    Act.KEMBALIKAN: Status.DIKEMBALIKAN,
    Act.TOLAK: Status.DITOLAK,
    Act.TERBITKAN: Status.TERBIT,
}

_ACTS = {
    Kind.FILE: Sim.file,
    Kind.CORRECT: Sim.correct,
    Kind.EXCHANGE: Sim.exchange,
    Kind.OFFICER: Sim.officer,
    Kind.SETTLE: Sim.settle,
    Kind.FOLD: Sim.fold,
    Kind.LATE: Sim.late,
    Kind.FOUL: Sim.foul,
    Kind.FAIR: Sim.fair,
    Kind.CUT_OFF: Sim.cut_off,
    Kind.RECONNECT: Sim.reconnect,
    Kind.CRASH: Sim.crash,
    Kind.CRASH_CENTRE: Sim.crash_centre,
    Kind.BACKUP: Sim.backup,
    Kind.RESTORE: Sim.restore,
    Kind.BACKUP_CENTRE: Sim.backup_centre,
    Kind.RESTORE_CENTRE: Sim.restore_centre,
    Kind.CLONE: Sim.clone,
    Kind.STEAL: Sim.steal,
    Kind.CLOCK: Sim.clock,
    Kind.WAIT: Sim.wait,
}


def _new_disk(path: Path, half: str, rng: random.Random) -> Disk:
    shutil.copy(_template(half), path)
    disk = Disk(path, rng.randbytes(32))
    engine = make_engine(sqlite_url(path))
    with writing(engine) as connection:
        create_keyring(connection, disk.key)
    engine.dispose()
    return disk


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
            sim.live(event)
        sim.mend()
    return sim
