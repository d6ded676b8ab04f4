"""The town that is tortured: a centre on PostgreSQL, counters on lines and disks of their own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from central.centre import Centre, open_centre
from central.settings import CentralSettings
from central.workflows.enrolment import issue_code
from central.workflows.people import added_on_server
from crypto.keyfile import create_key_file
from demo.processes import EDGE_ENV, PASSWORD, Server, Staff, fold_worker, make_centre
from demo.town import OFFICERS
from edge_node.edge import Edge, migrate, open_edge, open_engine
from edge_node.settings import EdgeSettings
from edge_node.workflows.enrolment import enrol
from registration.lifecycle import Role
from sync.carrier_http import HttpCarrier
from tests.chaos.clock import SetClock, library
from tests.line.lane import (
    Lane,
    NotPermitted,
    add_space,
    drop_space,
    join,
    require_spaces,
    run_in,
)
from tests.postgres import new_database, running_postgres
from vault.accounts import add_account
from vault.engine import writing
from vault.keyring import create_keyring

STREAMS = ("32.75.02.1004", "32.75.02.1001", "32.75.04.1005", "32.75.01.1001")
STAFF = (Staff("siti", "Siti", Role.PETUGAS),)
DESKS = 2
"""Who work at once at a counter, and at the centre."""
DISK_MIB = 96
_FREE_MIB = {"LOKET_FREE_MIB_PHOTOS": "24", "LOKET_FREE_MIB_REQUESTS": "12"}
"""Under which a counter takes no photos, and no requests."""

_MIGRATING = threading.Lock()
"""Alembic keeps what it is about in globals."""


@dataclass(slots=True)
class Counter:
    """One kelurahan: its box, its line, its disk and its clock."""

    number: int
    stream: str
    lane: Lane
    centre_url: str
    root: Path
    server: Server = field(init=False)
    clock: SetClock = field(init=False)
    boxes: int = 0
    """How many were put up here; more than one: it was replaced."""
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(DESKS))
    """Held by whoever works here."""

    @property
    def name(self) -> str:
        return f"counter-{self.number}-{self.boxes}"

    @property
    def data(self) -> Path:
        return self.root / self.name

    @property
    def settings(self) -> EdgeSettings:
        # The key file lies beside the folder: another medium.
        return EdgeSettings(self.data, self.root / f"{self.name}.key")

    @property
    def database(self) -> Path:
        return self.data / "edge.sqlite3"

    @property
    def replaced(self) -> bool:
        return self.boxes > 1

    def put_up(self, centre: Centre) -> None:
        """A new box on a disk of its own, enrolled over its line; not started yet."""
        self.drop_disk()
        self.boxes += 1
        where = ["--data", str(self.data), "--key-file", str(self.settings.key_file)]
        self.server = Server(
            self.name,
            ["edge", "serve", *where],
            {**EDGE_ENV, **_FREE_MIB},
            self.root / f"{self.name}.log",
            self.lane.prefix(self.lane.edge),
        )
        self.data.mkdir()
        _run("mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=700", "loket", str(self.data))
        self.clock = SetClock(self.root / f"{self.name}.clock")
        self.clock.step(0)
        self.server.env.update(self.clock.env())
        make_box(self, centre)

    def drop_disk(self) -> None:
        """What was on the disk is gone."""
        if self.boxes and os.path.ismount(self.data):
            _run("umount", "--lazy", str(self.data))

    def open(self) -> Edge:
        """Its store, opened beside the server."""
        return open_edge(self.settings)


@dataclass(slots=True)
class Field:
    """Everything that runs."""

    root: Path
    space: str
    """The centre's namespace."""
    centre: Server
    worker: Server
    store: Centre
    """The centre's store, opened beside its processes."""
    counters: list[Counter]

    @property
    def servers(self) -> list[Server]:
        return [self.centre, self.worker, *(one.server for one in self.counters)]


def make_box(counter: Counter, centre: Centre) -> None:
    """What `loket edge init`, `enrol` and `account add` do, without starting a program for each."""
    engine = open_engine(counter.settings)
    with _MIGRATING:
        migrate(engine)
    key_file = counter.settings.key_file
    assert key_file is not None
    with writing(engine) as connection:
        keyring = create_keyring(connection, create_key_file(key_file))
    carrier, url = HttpCarrier(counter.centre_url), counter.centre_url
    code = issue_code(centre, counter.stream)
    run_in(counter.lane.edge, lambda: enrol(engine, keyring, url, code.text(), carrier))
    carrier.close()
    engine.dispose()
    vault = counter.open().vault
    with writing(vault.engine) as connection:
        for one in STAFF:
            add_account(connection, vault, one.username, one.name, one.role, PASSWORD)
    vault.engine.dispose()


def _open_store(root: Path, url: str) -> Centre:
    centre = open_centre(CentralSettings(root / "central", root / "central.key", database_url=url))
    with writing(centre.vault.engine) as connection:
        for one in OFFICERS:
            args = one.username, one.name, one.role, PASSWORD
            added_on_server(connection, centre.vault, add_account(connection, centre.vault, *args))
    return centre


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotPermitted(f"{' '.join(command)}: {done.stderr.strip()}")


def cont(server: Server) -> None:
    """Let a paused server go on; nothing where it does not run."""
    if server.process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGCONT)


def _end(server: Server) -> None:
    cont(server)
    server.kill()


@contextlib.contextmanager
def open_field(counters: int) -> Iterator[Field]:
    """Make and start all of it; nothing is left behind, however it ends.

    :raises NotPermitted: this machine gives no namespaces or no disks.
    :raises NoFakeTime: its clocks cannot be set.
    """
    require_spaces()
    library()
    with contextlib.ExitStack() as made:
        root = Path(tempfile.mkdtemp(prefix="loket-chaos-"))
        made.callback(shutil.rmtree, root, ignore_errors=True)
        postgres = made.enter_context(running_postgres())
        space = add_space("centre")
        made.callback(drop_space, space)
        settings = {
            "LOKET_HOST": "0.0.0.0",
            "LOKET_PROCESSES": "2",
            "LOKET_DATABASE_URL": new_database(postgres, "chaos"),
        }
        centre = make_centre(root, settings=settings)
        store = _open_store(root, settings["LOKET_DATABASE_URL"])
        made.callback(store.vault.engine.dispose)
        centre.prefix = Lane.prefix(space)
        worker = fold_worker(centre)
        for server in (centre, worker):
            made.callback(_end, server)
            server.start()
        port = centre.addresses["centre"].rsplit(":", 1)[1]
        found = Field(root, space, centre, worker, store, [])
        for number, stream in enumerate(STREAMS[:counters]):
            found.counters.append(made.enter_context(_counter(found, number, stream, port)))
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda one: put_up_and_start(one, store), found.counters))
        yield found


def put_up_and_start(counter: Counter, centre: Centre) -> None:
    counter.put_up(centre)
    counter.server.start()


@contextlib.contextmanager
def _counter(town: Field, number: int, stream: str, port: str) -> Iterator[Counter]:
    with contextlib.ExitStack() as made:
        space = add_space(f"edge{number}")
        made.callback(drop_space, space)
        edge_ip, centre_ip = f"10.77.{10 + number}.1", f"10.77.{10 + number}.2"
        lane = Lane(space, town.space, "edge0", f"centre{number}")
        join(space, lane.edge_device, edge_ip, town.space, lane.centre_device, centre_ip)
        one = Counter(number, stream, lane, f"http://{centre_ip}:{port}", town.root)
        made.callback(one.drop_disk)
        made.callback(lambda: _end(one.server) if one.boxes else None)
        yield one
