"""The running counter: store, place and clock, handed to every workflow."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from crypto.identity import replica_id
from edge_node.settings import EdgeSettings
from edge_node.store import nodes, staff
from edge_node.store.relayed import Relayed
from registration.kinds import FIRST_ACTS
from sync.bundle import Writer
from sync.link import Link
from sync.timekeeping import Reading, now
from vault.core import Stamp, Vault, wall_ms
from vault.engine import Connection, Engine, make_engine, reading, sqlite_url
from vault.errors import NotInitialised
from vault.keyring import Keyring
from vault.migrate import upgrade
from vault.opening import open_vault, unlock
from vault.writers import writers

JAKARTA = ZoneInfo("Asia/Jakarta")
CENTRE_NAME = "Disdukcapil"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def read_clock() -> Reading:
    """This machine's clocks."""
    up_ms = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
    return Reading(wall_ms(), _boot_id(), up_ms)


@cache
def _boot_id() -> str:
    return _BOOT_ID.read_text().strip()


def read_disk(folder: Path) -> tuple[int, int]:
    """(free, total) bytes of the disk that a folder is on."""
    found = shutil.disk_usage(folder)
    return found.free, found.total


@dataclass(slots=True)
class LineState:
    """What the weather bar tells; one writer (the courier), many readers."""

    link: Link = field(default_factory=Link)
    sending: bool = False
    total: int = 0
    """Changes that waited when this sending began."""
    sent: int = 0
    wanted: bool = False
    """Somebody asked for an exchange now."""
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Edge:
    """One kelurahan's open counter."""

    settings: EdgeSettings
    vault: Vault
    node: nodes.Node
    standing: nodes.Standing
    line: LineState = field(default_factory=LineState)
    clock: Callable[[], Reading] = read_clock
    writers: dict[bytes, Writer] = field(default_factory=dict)
    """Who else wrote logs of this stream, as the centre told."""
    writes_as: bytes = b""
    """The replica whose log `standing` is about."""
    portal_url: str = ""
    """The portal as phones reach it; known once it listens."""
    relayed: Relayed | None = None
    """What is carried for neighbours; None: switched off."""
    signed: dict[bytes, tuple[str, int]] = field(default_factory=dict)
    """Signatures that came by phone: {record: (strokes, when)}; see `workflows.phone_signature`."""
    disk: Callable[[Path], tuple[int, int]] = read_disk
    began_up_ms: int | None = None
    """Since the machine started, when this program first told how it is."""
    pictures: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(2))
    """Two pictures at once: more would not fit a small box's memory."""

    @property
    def stream(self) -> str:
        return self.node.stream

    @property
    def centre_replica(self) -> bytes:
        return replica_id(self.node.centre_sign)

    def hear(self, connection: Connection) -> None:
        """Notice keys, and with them an identity, that a command beside this server changed."""
        self.vault.keys_in(connection)
        if self.vault.replica != self.writes_as:
            self.standing = nodes.read_standing(connection)
            self.writes_as = self.vault.replica

    def stamp(self) -> Stamp:
        """Now, as the centre's clock would show it, and how sure that is."""
        return Stamp(
            *now(self.standing.clock, self.clock(), has_battery=self.settings.clock_battery)
        )

    def today(self) -> date:
        return datetime.fromtimestamp(self.stamp().now_ms / 1000, UTC).astimezone(JAKARTA).date()

    def place_of(self, replica: bytes) -> str:
        """The kelurahan whose word a change is, in the history."""
        if replica in self.vault.central_writers:
            return CENTRE_NAME
        who = self.writers.get(replica)
        return who.name if who is not None else self.node.name

    def ask_exchange(self) -> None:
        """Something waits to be sent, or a person asked: try now."""
        with self.line.lock:
            self.line.wanted = True


def open_engine(settings: EdgeSettings) -> Engine:
    return make_engine(sqlite_url(settings.database))


def migrate(engine: Engine) -> None:
    upgrade(engine, [Path(__file__).parent / "store" / "migrations" / "versions"])


def open_edge(settings: EdgeSettings, passphrase: str | None = None) -> Edge:
    """Open an initialised and enrolled node.

    :raises NotInitialised: `loket edge init` or `loket edge enrol` is missing.
    :raises WrongKey: the key file or passphrase is another store's.
    """
    if not settings.database.exists():
        raise NotInitialised(f"{settings.data} holds no counter yet: run `loket edge init`")
    engine = open_engine(settings)
    migrate(engine)
    return edge_on(engine, settings, unlock(engine, settings.key_file, passphrase))


def edge_on(engine: Engine, settings: EdgeSettings, keyring: Keyring) -> Edge:
    """The counter of an open database.

    :raises NotInitialised: `loket edge enrol` is missing.
    """
    with reading(engine) as connection:
        node = nodes.read_node(connection)
        standing = nodes.read_standing(connection)
        told = writers(connection)
    if node is None:
        raise NotInitialised("this node is not enrolled yet: run `loket edge enrol`")
    vault = open_vault(engine, keyring, replica_id(node.centre_sign), on_shown=staff.note)
    vault.first_acts = FIRST_ACTS
    line = LineState(link=Link(last_ok=standing.last_ok, since=time.time()))
    # Neighbours' bundles are refused long before photos of this counter's own are.
    floor = int(settings.free_mib_photos * 2) << 20
    relayed = Relayed(settings.relay_folder, settings.relay_mib << 20, floor_bytes=floor)
    return Edge(
        settings,
        vault,
        node,
        standing,
        line,
        writers=told,
        writes_as=vault.replica,
        relayed=relayed if settings.relay_mib > 0 else None,
    )
