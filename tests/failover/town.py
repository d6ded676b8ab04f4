"""Web processes and a worker on a cluster, and counters that file and send without end."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from central.centre import Centre, open_centre
from central.database_away import once_there
from central.settings import CentralSettings
from central.workflows.enrolment import issue_code
from crypto.keyfile import create_key_file
from demo.processes import Server, make_centre
from demo.report import until
from edge_node.edge import migrate, open_edge, open_engine
from edge_node.settings import EdgeSettings
from edge_node.workflows.enrolment import enrol
from edge_node.workflows.exchange import Courier
from registration.invented.people import People
from sync.carrier_http import (
    Carried,
    CarrierError,
    HttpCarrier,
    LineCut,
    RefusedByCentre,
)
from sync.link import Cut, Terms
from tests.integration.world import Counter
from tests.stores import put_empty
from vault import log
from vault.engine import reading, writing
from vault.keyring import create_keyring
from vault.read import Filter, count_records

STREAMS = ("32.75.02.1004", "32.75.02.1001", "32.75.04.1005", "32.75.01.1001", "32.75.01.1002")
WEBS = 2
_PAUSE_S = 0.05
"""Between two requests of a counter: some hundred a minute, as no real one files."""
_DRAINED_S = 120.0


class TellingCarrier(HttpCarrier):
    """Remembers why there was no answer; its line can be cut."""

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.cut = False
        self.troubles: list[CarrierError] = []

    def carry(self, raw: bytes, terms: Terms) -> Carried:
        try:
            if self.cut:
                raise LineCut("the test has cut the line")
            return super().carry(raw, terms)
        except CarrierError as error:
            self.troubles.append(error)
            raise


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a counter was told: the centre holds its log up to here."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What was acknowledged, held against what the centre's log holds."""

    acknowledged: int
    missing: int
    doubled: int

    def __str__(self) -> str:
        return f"acknowledged {self.acknowledged}, missing {self.missing}, doubled {self.doubled}"


@dataclass(slots=True)
class Place:
    """A counter at work in a thread of its own."""

    counter: Counter
    carrier: TellingCarrier
    filed: int = 0
    told: list[Acknowledged] = field(default_factory=list)
    failure: BaseException | None = None

    @property
    def acked(self) -> int:
        """The most that it was ever told."""
        return max((one.seq for one in self.told), default=0)

    def send(self) -> None:
        """One round of exchanges; what was acknowledged is noted."""
        self.counter.courier.run()
        edge = self.counter.edge
        seq = edge.standing.acked
        if seq > self.acked:
            with reading(edge.vault.engine) as connection:
                at = log.hash_reader(connection, edge.stream, edge.vault.replica)(seq)
            self.told.append(Acknowledged(seq, at))

    def work(self, ended: threading.Event, files: threading.Event) -> None:
        """File while `files` says so, and send, until `ended`."""
        try:
            while not ended.wait(_PAUSE_S):
                if files.is_set():
                    self.counter.file()
                    self.filed += 1
                self.send()
        except BaseException as error:
            self.failure = error
            raise

    def is_drained(self, centre: Centre) -> bool:
        edge = self.counter.edge
        with reading(edge.vault.engine) as here, reading(centre.vault.engine) as there:
            end = log.log_end(here, edge.stream, edge.vault.replica)
            records = count_records(there, Filter(stream=edge.stream))
        return self.acked == end.seq and records >= self.filed

    def reckon(self, centre: Centre) -> Reckoning:
        edge = self.counter.edge
        with reading(centre.vault.engine) as connection:
            end = log.log_end(connection, edge.stream, edge.vault.replica)
            hash_at = log.hash_reader(connection, edge.stream, edge.vault.replica)
            held = [one for one in self.told if one.seq <= end.seq]
            # Each hash stands for all changes before it, in their order.
            same = [one.seq for one in held if hash_at(one.seq) == one.hash]
            records = count_records(connection, Filter(stream=edge.stream))
        missing = self.acked - max(same, default=0)
        return Reckoning(self.acked, missing, max(records - self.filed, 0))

    @property
    def refusals(self) -> list[CarrierError]:
        """Answers that say something else than "come back" of a centre that only moves."""
        return [one for one in self.carrier.troubles if _is_refusal(one)]


def _is_refusal(error: CarrierError) -> bool:
    is_strange = isinstance(error, LineCut) and error.how is Cut.STRANGER
    return is_strange or isinstance(error, RefusedByCentre)


@dataclass(slots=True)
class Town:
    """The centre's processes and its counters."""

    webs: list[Server]
    worker: Server
    places: list[Place]
    centre: Centre
    """Opened beside the processes, to look into the database; it follows the primary as they do."""

    def reckon(self) -> Reckoning:
        """Hold every acknowledgement that any counter was given against the log, as it is now."""
        # The first connections after a promotion may still lead to the node that is gone.
        found = [once_there(partial(place.reckon, self.centre)) for place in self.places]
        return Reckoning(
            sum(one.acknowledged for one in found),
            sum(one.missing for one in found),
            sum(one.doubled for one in found),
        )

    def cut_lines(self) -> None:
        for place in self.places:
            place.carrier.cut = True

    def mend_lines(self) -> None:
        for place in self.places:
            place.carrier.cut = False

    def wait_for_acknowledgements(self, more: int, at_most_s: float = 60.0) -> None:
        """Until every counter was told of so many more."""
        goal = [place.acked + more for place in self.places]
        until(
            lambda: all(
                place.acked >= least for place, least in zip(self.places, goal, strict=True)
            ),
            at_most_s,
            "acknowledgements",
        )

    def is_drained(self) -> bool:
        """Every request that was filed is acknowledged, and folded at the centre."""
        return all(place.is_drained(self.centre) for place in self.places)

    def server(self, name: str) -> Server:
        return next(one for one in (*self.webs, self.worker) if one.name == name)


class _Worker(Server):
    """`loket central worker`, which says nothing when it is ready."""

    def start(self) -> Server:
        with self.log.open("a") as log_file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "loket", *self.command],
                stdout=subprocess.DEVNULL,
                stderr=log_file,
                text=True,
                env={**os.environ, **self.env},
                start_new_session=True,
            )
        return self


def _make_place(root: Path, centre: Centre, stream: str, url: str, number: int) -> Place:
    folder = root / f"edge{number}"
    folder.mkdir()
    settings = EdgeSettings(folder, folder / "edge.key")
    put_empty(migrate, settings.database)
    engine = open_engine(settings)
    with writing(engine) as connection:
        keyring = create_keyring(connection, create_key_file(folder / "edge.key"))
    carrier = TellingCarrier(url)
    enrol(engine, keyring, url, issue_code(centre, stream).text(), carrier)
    engine.dispose()
    edge = open_edge(settings)
    courier = Courier(edge, carrier, uniform=lambda low, _high: low)
    return Place(Counter(edge, carrier, courier, People(number)), carrier)  # type: ignore[arg-type]


@contextmanager
def open_town(root: Path, url: str, environment: Mapping[str, str] | None = None) -> Iterator[Town]:
    """The centre's processes on the database at `url`, and a counter in each of some kelurahan.

    :param environment: of those processes, on top of what they need.
    """
    first = make_centre(root, settings={"LOKET_DATABASE_URL": url, **(environment or {})})
    webs = [
        Server(f"web{number}", first.command, dict(first.env), root / f"web{number}.log")
        for number in range(WEBS)
    ]
    where = first.command[2:]
    worker = _Worker("worker", ["central", "worker", *where], dict(first.env), root / "worker.log")
    settings = CentralSettings(root / "central", root / "central.key", database_url=url)
    started: list[Server] = []
    try:
        for server in (*webs, worker):
            started.append(server)
            server.start()
        centre = open_centre(settings)
        places = [
            _make_place(root, centre, stream, webs[number % WEBS].addresses["centre"], number)
            for number, stream in enumerate(STREAMS)
        ]
        yield Town(webs, worker, places, centre)
        for place in places:
            place.carrier.close()
            place.counter.edge.vault.engine.dispose()
        centre.vault.engine.dispose()
    finally:
        for server in started:
            server.stop()


@contextmanager
def at_work(town: Town) -> Iterator[Callable[[], None]]:
    """All counters file and send meanwhile; what it yields lets them finish, and waits for it."""
    ended, files = threading.Event(), threading.Event()
    files.set()
    threads = [
        threading.Thread(target=place.work, args=(ended, files), name=place.counter.edge.stream)
        for place in town.places
    ]
    for thread in threads:
        thread.start()

    def finish() -> None:
        files.clear()
        until(town.is_drained, _DRAINED_S, "all that was filed at the centre")

    try:
        yield finish
    finally:
        ended.set()
        for thread in threads:
            thread.join(timeout=_DRAINED_S)
    assert [place.failure for place in town.places] == [None] * len(town.places)
