"""A centre and counters in one test process: real stores, real crypto, bundles handed over."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from central.centre import Centre, open_centre
from central.centre import migrate as migrate_centre
from central.centre import open_engine as open_central_engine
from central.settings import CentralSettings
from central.workflows.enrolment import enrol, issue_code
from central.workflows.folding import fold_all
from central.workflows.ingest import Refusal, slug_of, take_bundle, told_with
from crypto.keyfile import create_key_file
from edge_node.edge import Edge, migrate, open_edge, open_engine
from edge_node.settings import EdgeSettings
from edge_node.workflows.enrolment import enrol as enrol_edge
from edge_node.workflows.exchange import Courier
from edge_node.workflows.filing import Filed, file_request, new_record
from registration.invented.people import People
from registration.lifecycle import Act, Role, Status
from sync.body import Author, Body
from sync.carrier_http import (
    ENROL_PATH,
    EXCHANGE_PATH,
    Carried,
    CentreBusy,
    LineCut,
    RefusedByCentre,
)
from sync.link import Terms, Trip
from tests.stores import put_empty
from vault import tables
from vault.engine import reading, writing
from vault.keyring import create_keyring
from vault.read import Record, read_record, stream_hash
from vault.write import write

BTJ = "32.75.02.1004"
SITI = Author("siti", "Siti", Role.PETUGAS)
RUDI = Author("rudi", "Rudi", Role.VERIFIKATOR)


def make_centre(folder: Path, url: str = "") -> Centre:
    folder.mkdir(parents=True)
    settings = CentralSettings(folder, folder / "central.key", database_url=url)
    if not url:
        put_empty(migrate_centre, folder / "central.sqlite3")
    engine = open_central_engine(settings)
    migrate_centre(engine)
    with writing(engine) as connection:
        create_keyring(connection, create_key_file(folder / "central.key"))
    engine.dispose()
    return open_centre(settings)


class HandOver:
    """A carrier without a network; `trouble` may fail a call before or after the centre acts."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.sent: list[bytes] = []
        self.trouble: Callable[[str], None] = lambda _moment: None

    def post(self, path: str, raw: bytes) -> bytes:
        self.sent.append(raw)
        self.trouble("before")
        try:
            answer = (
                enrol(self.centre, raw) if path == ENROL_PATH else take_bundle(self.centre, raw)
            )
        except Refusal as refusal:
            _, slug = slug_of(refusal)
            problem = {"title": slug, "detail": str(refusal), **told_with(refusal)}
            raise RefusedByCentre(slug, problem) from refusal
        self.trouble("after")
        return answer

    def carry(self, raw: bytes, _terms: Terms) -> Carried:
        answer = self.post(EXCHANGE_PATH, raw)
        return Carried(answer, Trip(len(raw), 0.01, len(answer), 0.01))

    def close(self) -> None:
        """Nothing is held."""


def cut(_moment: str) -> None:
    raise LineCut("the line is cut")


def busy(_moment: str) -> None:
    raise CentreBusy(7)


def swallow_answer(moment: str) -> None:
    """The centre has committed, but nobody hears of it."""
    if moment == "after":
        raise LineCut("the answer was lost")


@dataclass(slots=True)
class Counter:
    """One enrolled counter and its line."""

    edge: Edge
    line: HandOver
    courier: Courier
    people: People
    now: list[float] = field(default_factory=lambda: [1_000_000.0])

    def file(self, case: str = "hilang", **typed: str) -> bytes:
        """File a request of a generated person; its record id."""
        record = new_record(self.edge)
        filed = file_request(
            self.edge,
            record,
            "ktp-el",
            case,
            {**self.people.person().form(case), **typed},
            [],
            version=1,
            by=SITI,
        )
        assert isinstance(filed, Filed), filed
        return record

    def act(self, record: bytes, act: Act, **writes: Any) -> None:
        """An act straight to the log, where a test is not about papers and pages."""
        edge = self.edge
        with writing(edge.vault.engine) as connection:
            body = Body(act, SITI, {name.replace("__", "."): v for name, v in writes.items()})
            write(connection, edge.vault, edge.stream, record, "permohonan", body, edge.stamp())

    def correct(self, record: bytes, **fields: Any) -> None:
        self.act(record, Act.PERBAIKI, **{f"data__{name}": v for name, v in fields.items()})

    def verified(self) -> bytes:
        """A request that the petugas has verified."""
        record = self.file()
        self.act(record, Act.VERIFIKASI, status=Status.DIVERIFIKASI)
        return record

    def exchange(self, times: int = 6) -> None:
        """Exchange until a round brings nothing more to do."""
        for _ in range(times):
            self.courier.run()

    def reopen(self) -> None:
        """As after a restart of the process."""
        clock = self.edge.clock
        self.edge.vault.engine.dispose()
        self.edge = open_edge(self.edge.settings)
        self.edge.clock = clock
        self.courier = courier_of(self)

    def backup(self, folder: Path) -> Path:
        """A copy of the database as a backup makes it."""
        target = folder / f"backup-{uuid.uuid4().hex[:8]}"
        copy_database(self.edge.settings.database, target)
        return target

    def restore(self, backup: Path) -> None:
        """The database of a backup in place of the one that was lost."""
        self.edge.vault.engine.dispose()
        replace_database(self.edge.settings.database, backup)
        self.reopen()

    def clone(self, folder: Path) -> Counter:
        """A second box with a copy of this one's disk: key file, database, all."""
        settings = EdgeSettings(folder / uuid.uuid4().hex[:8], self.edge.settings.key_file)
        settings.data.mkdir()
        copy_database(self.edge.settings.database, settings.database)
        twin = Counter(open_edge(settings), HandOver(self.line.centre), None, People(977))  # type: ignore[arg-type]
        twin.courier = courier_of(twin)
        return twin

    def record(self, record: bytes) -> Record:
        with reading(self.edge.vault.engine) as connection:
            return read_record(connection, self.edge.vault, self.edge.stream, record, None)

    def drop_key(self, record: bytes) -> dict[str, Any]:
        """As if the record's key were not here; what `put_key` puts back."""
        with writing(self.edge.vault.engine) as connection:
            one = tables.data_key.c.record == record
            row = connection.execute(tables.data_key.select().where(one)).mappings().one()
            connection.execute(tables.data_key.delete().where(one))
            return dict(row)

    def put_key(self, row: dict[str, Any]) -> None:
        with writing(self.edge.vault.engine) as connection:
            connection.execute(tables.data_key.insert(), row)

    def state(self) -> bytes:
        with reading(self.edge.vault.engine) as connection:
            return stream_hash(connection, self.edge.vault, self.edge.stream)


def courier_of(counter: Counter) -> Courier:
    return Courier(
        counter.edge,
        counter.line,  # type: ignore[arg-type]
        now=lambda: counter.now[0],
        uniform=lambda low, _high: low,
    )


def copy_database(source: Path, target: Path) -> None:
    live = sqlite3.connect(source)
    live.execute(f"VACUUM INTO '{target}'")
    live.close()


def replace_database(target: Path, backup: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    shutil.copy(backup, target)


@dataclass(slots=True)
class World:
    """A centre and what is enrolled with it."""

    folder: Path
    centre: Centre
    counters: list[Counter] = field(default_factory=list)

    def counter(self, stream: str = BTJ) -> Counter:
        """A new counter, enrolled by a real one-time code."""
        folder = self.folder / f"edge-{uuid.uuid4().hex[:8]}"
        folder.mkdir(parents=True)
        settings = EdgeSettings(folder, folder / "edge.key")
        put_empty(migrate, settings.database)
        engine = open_engine(settings)
        with writing(engine) as connection:
            keyring = create_keyring(connection, create_key_file(folder / "edge.key"))
        line = HandOver(self.centre)
        code = issue_code(self.centre, stream)
        enrol_edge(engine, keyring, "http://centre", code.text(), line)  # type: ignore[arg-type]
        engine.dispose()
        edge = open_edge(settings)
        counter = Counter(edge, line, None, People(len(self.counters) + 1))  # type: ignore[arg-type]
        counter.courier = courier_of(counter)
        self.counters.append(counter)
        return counter

    def fold(self) -> None:
        fold_all(self.centre)

    def backup(self) -> Path:
        """A copy of the centre's database (SQLite) as a backup makes it."""
        target = self.folder / f"centre-backup-{uuid.uuid4().hex[:8]}"
        copy_database(self.folder / "central" / "central.sqlite3", target)
        return target

    def restore(self, backup: Path) -> None:
        self.centre.vault.engine.dispose()
        replace_database(self.folder / "central" / "central.sqlite3", backup)
        self.centre = open_centre(self.centre.settings)
        for counter in self.counters:
            counter.line.centre = self.centre

    def record(self, record: bytes, stream: str = BTJ) -> Record:
        with reading(self.centre.vault.engine) as connection:
            return read_record(connection, self.centre.vault, stream, record, None)

    def state(self, stream: str = BTJ) -> bytes:
        with reading(self.centre.vault.engine) as connection:
            return stream_hash(connection, self.centre.vault, stream)


def make_world(folder: Path, url: str = "") -> World:
    return World(folder, make_centre(folder / "central", url))
