"""A real centre process in one namespace and counters that send from another."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask_babel import force_locale
from sqlalchemy import Connection, select

from central.centre import Centre, open_centre
from central.settings import CentralSettings
from central.workflows.enrolment import issue_code
from crypto.keyfile import create_key_file
from demo.processes import Server, make_centre
from edge_node.app import create_staff_app
from edge_node.edge import Edge, migrate, open_edge, open_engine
from edge_node.settings import EdgeSettings
from edge_node.store import drafts
from edge_node.views.weather import weather
from edge_node.workflows.enrolment import enrol
from edge_node.workflows.exchange import Courier
from edge_node.workflows.filing import KIND, Filed, file_request, new_record
from edge_node.workflows.outlook import waiting
from registration.catalogue import SCAN
from registration.codes import new_code
from registration.form import load_form
from registration.invented.people import REFERENCE_DAY, People
from registration.lifecycle import Act, Role, Status
from sync.body import Author, Body
from sync.carrier_http import Carried, HttpCarrier
from sync.link import Line, Terms
from tests.line.lane import CENTRE_IP, Lane, run_in
from vault import log, scans
from vault.chunks import lacking_chunks
from vault.engine import reading, writing
from vault.keyring import create_keyring
from vault.read import Filter, count_records, stream_hash
from vault.scans import ChunkState, ScanContent
from vault.tables import chunk
from vault.write import write

SITI = Author("siti", "Siti", Role.PETUGAS)
STREAMS = (
    *("32.75.02.1004", "32.75.02.1001", "32.75.04.1005", "32.75.01.1001", "32.75.01.1002"),
    *("32.75.01.1003", "32.75.01.1004", "32.75.02.1002", "32.75.02.1003", "32.75.02.1005"),
    *("32.75.03.1001", "32.75.03.1002", "32.75.03.1003", "32.75.03.1004", "32.75.04.1001"),
)
_TICK_S = 0.1


@dataclass(frozen=True, slots=True)
class Leg:
    """One exchange that was answered."""

    at: float
    sent: int
    got: int


class TellingCarrier(HttpCarrier):
    """Remembers what was carried, for the test to look at."""

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.tried: list[int] = []
        """Bytes of every bundle that was sent, answered or not."""
        self.legs: list[Leg] = []
        self.before: Callable[[], None] = lambda: None
        """Called when a bundle is about to go out."""

    def carry(self, raw: bytes, terms: Terms) -> Carried:
        self.before()
        self.tried.append(len(raw))
        carried = super().carry(raw, terms)
        self.legs.append(Leg(time.monotonic(), len(raw), len(carried.answer)))
        return carried


@dataclass(slots=True)
class Counter:
    """One counter in the edge's namespace."""

    space: str
    edge: Edge
    carrier: TellingCarrier
    courier: Courier
    people: People
    rng: random.Random
    lines: list[Line] = field(default_factory=list)
    """What the line was, each time it changed while `work` ran."""

    def file(self) -> bytes:
        """File a request; its record id."""
        record = new_record(self.edge)
        typed = self.people.person().form("hilang")
        filed = file_request(self.edge, record, "ktp-el", "hilang", typed, [], version=1, by=SITI)
        assert isinstance(filed, Filed), filed
        return record

    def file_with_scan(self, size: int) -> bytes:
        """File a request with one scan of `size` random bytes, as a picture is to the line."""
        edge, record = self.edge, new_record(self.edge)
        stamp = edge.stamp()
        form = load_form(
            "ktp-el",
            "hilang",
            self.people.person().form("hilang"),
            version=1,
            today=REFERENCE_DAY,
            confirmed=frozenset({"nik", "no_kk"}),
        )
        with writing(edge.vault.engine) as connection:
            key = drafts.draft_key(connection, edge.vault, edge.stream, record)
            scan, picture = scans.new_scan_id(), ScanContent("kk", "image/jpeg", os.urandom(size))
            manifest = scans.add_scan(
                connection, edge.stream, record, key, scan, picture, ChunkState.DRAFT
            )
            writes = {**form.record_fields(), "kode": new_code("BTJ", self.rng.randrange)}
            writes |= {"status": str(Status.DIAJUKAN), "kanal": "loket", SCAN + scan: manifest}
            write(
                connection,
                edge.vault,
                edge.stream,
                record,
                KIND,
                Body(Act.AJUKAN, SITI, writes),
                stamp,
            )
            scans.file_drafts(connection, edge.stream, record)
        return record

    def send(self) -> bool:
        """One round of exchanges now; whether the line held."""
        return run_in(self.space, self.courier.run)

    def work(self, done: Callable[[], bool], at_most_s: float) -> None:
        """Do as the scheduler does until `done`.

        :raises AssertionError: it did not come to that in time.
        """

        def tick() -> None:
            deadline = time.monotonic() + at_most_s
            while not done():
                assert time.monotonic() < deadline, self.edge.line.link
                self.courier.run_if_due()
                if self.lines[-1:] != [self.edge.line.link.line]:
                    self.lines.append(self.edge.line.link.line)
                time.sleep(_TICK_S)

        run_in(self.space, tick, at_most_s + 60)

    def records(self) -> int:
        with reading(self.edge.vault.engine) as connection:
            return count_records(connection, Filter(stream=self.edge.stream))

    def lacks(self) -> int:
        """Pieces of scans that are named here and did not come yet."""
        with reading(self.edge.vault.engine) as connection:
            return len(lacking_chunks(connection, self.edge.stream))

    def all_sent(self) -> bool:
        left = waiting(self.edge)
        return not left.requests and not left.scans

    @property
    def line(self) -> Line:
        return self.edge.line.link.line

    def sentence(self) -> str:
        """What the bar says to staff."""
        app = create_staff_app(self.edge)
        with app.test_request_context("/"), force_locale("id"):
            return weather(self.edge).sentence


@dataclass(slots=True)
class Town:
    """The lane, the centre's process, and its store opened beside it to look into."""

    root: Path
    lane: Lane
    server: Server
    centre: Centre
    _streams: Iterator[str] = field(default_factory=lambda: iter(STREAMS))
    _seeds: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def port(self) -> int:
        return int(self.server.addresses["centre"].rsplit(":", 1)[1])

    @property
    def url(self) -> str:
        return f"http://{CENTRE_IP}:{self.port}"

    def counter(self, url: str = "", stream: str = "") -> Counter:
        """A new counter, enrolled over the lane as it is now.

        :param url: where it finds the centre afterwards: perhaps a box in between.
        :param stream: of another counter, whose place it takes.
        """
        stream = stream or next(self._streams)
        folder = self.root / f"edge-{uuid.uuid4().hex[:8]}"
        folder.mkdir()
        settings = EdgeSettings(folder, folder / "edge.key", exchange_seconds=1.0)
        engine = open_engine(settings)
        migrate(engine)
        with writing(engine) as connection:
            keyring = create_keyring(connection, create_key_file(folder / "edge.key"))
        code = issue_code(self.centre, stream)
        direct = HttpCarrier(self.url)
        run_in(self.lane.edge, lambda: enrol(engine, keyring, self.url, code.text(), direct))
        direct.close()
        engine.dispose()
        edge = open_edge(settings)
        carrier = TellingCarrier(url or self.url)
        # The shortest pause that jitter may give: tests should not wait longer than they must.
        courier = Courier(edge, carrier, uniform=lambda low, _high: low)
        seed = next(self._seeds)
        return Counter(self.lane.edge, edge, carrier, courier, People(seed), random.Random(seed))

    def assert_arrived_once(self, counter: Counter, requests: int) -> None:
        """The centre holds the counter's log as it is there, and each piece of its scans."""
        stream, edge = counter.edge.stream, counter.edge
        deadline = time.monotonic() + 20
        while self.held(stream) < requests and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self.held(stream) == requests
        with reading(self.centre.vault.engine) as there, reading(edge.vault.engine) as here:
            replica = edge.vault.replica
            ours, theirs = (log.log_end(one, stream, replica) for one in (here, there))
            assert (ours.seq, ours.hash) == (theirs.seq, theirs.hash)
            assert stream_hash(there, self.centre.vault, stream) == stream_hash(
                here, edge.vault, stream
            )
            sent = _chunks(here, stream)
            assert sent == _chunks(there, stream)
        for sha in sent:
            assert self.centre.blobs.get(sha) is not None

    def held(self, stream: str) -> int:
        with reading(self.centre.vault.engine) as connection:
            return count_records(connection, Filter(stream=stream))


def _chunks(connection: Connection, stream: str) -> set[bytes]:
    return set(connection.execute(select(chunk.c.sha).where(chunk.c.stream == stream)).scalars())


@contextlib.contextmanager
def open_town(root: Path, lane: Lane, settings: dict[str, str] | None = None) -> Iterator[Town]:
    server = make_centre(root, settings={"LOKET_HOST": "0.0.0.0", **(settings or {})})
    server.prefix = lane.prefix(lane.centre)
    server.start()
    try:
        centre = open_centre(CentralSettings(root / "central", root / "central.key"))
        yield Town(root, lane, server, centre)
        centre.vault.engine.dispose()
    finally:
        server.stop()
