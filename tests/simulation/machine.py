"""Simulated machines: real stores on disk, a virtual clock, crashes at transaction boundaries.

A crash is a power cut: what was committed with `synchronous=FULL` is there afterwards, what was
not is lost. That the engine asks for it is read from the database itself (`PRAGMA synchronous`).
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event

from central.centre import Centre, centre_on
from central.settings import CentralSettings
from edge_node.edge import Edge, edge_on
from edge_node.settings import EdgeSettings
from sync.timekeeping import Reading
from vault.engine import Engine, make_engine, reading, sqlite_url
from vault.keyring import open_keyring

_FULL = 2
YEAR_MS = 365 * 24 * 3600 * 1000


class PowerCut(BaseException):
    """The machine went off. Not an Exception: nothing in the product may catch it."""

    def __init__(self, disk: Disk) -> None:
        super().__init__(disk.path.name)
        self.disk = disk


class Watching:
    """While the oracle looks, no power goes: looking is not part of the story."""

    now = False

    @classmethod
    @contextmanager
    def on(cls) -> Iterator[None]:
        before, cls.now = cls.now, True
        try:
            yield
        finally:
            cls.now = before


@dataclass(slots=True)
class Clock:
    """The world's time, and how one machine's clock differs from it."""

    world_ms: Callable[[], int]
    skew_ms: int = 0
    booted_ms: int = 0
    boots: int = 1

    def wall_ms(self) -> int:
        return max(self.world_ms() + self.skew_ms, 1)

    def read(self) -> Reading:
        return Reading(self.wall_ms(), f"boot-{self.boots}", self.world_ms() - self.booted_ms)

    def reboot(self) -> None:
        self.boots += 1
        self.booted_ms = self.world_ms()


@dataclass(slots=True)
class Disk:
    """One database file, and when its machine goes off."""

    path: Path
    key: bytes
    cut_after: int = 0
    """The power goes at this transaction boundary from now; 0: it does not."""
    _durable: Path | None = field(default=None)
    engine: Engine | None = None

    def open(self) -> Engine:
        engine = make_engine(sqlite_url(self.path))

        def boundary(_connection: Any) -> None:
            if self.cut_after and not Watching.now:
                self.cut_after -= 1
                if not self.cut_after:
                    raise PowerCut(self)

        event.listen(engine, "begin", boundary, insert=True)
        event.listen(engine, "commit", boundary)
        self.engine = engine
        with engine.connect() as connection:
            level = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        self._durable = None
        if level < _FULL:
            # Commits are not flushed: only what is here now outlives a power cut.
            self._durable = self.copy(self.path.with_suffix(".durable"))
        return engine

    def close(self) -> None:
        if self.engine is not None:
            self.cut_after = 0
            self.engine.dispose()
            self.engine = None

    def power_cut(self) -> None:
        self.close()
        if self._durable is not None:
            self.replace_by(self._durable)

    def copy(self, target: Path) -> Path:
        """A backup, as of now."""
        target.unlink(missing_ok=True)
        live = sqlite3.connect(self.path)
        live.execute(f"VACUUM INTO '{target}'")
        live.close()
        return target

    def replace_by(self, backup: Path) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        shutil.copy(backup, self.path)


def start_edge(disk: Disk, clock: Clock) -> Edge:
    engine = disk.open()
    with reading(engine) as connection:
        keyring = open_keyring(connection, disk.key)
    edge = edge_on(engine, EdgeSettings(disk.path.parent, None), keyring)
    edge.clock = clock.read
    edge.disk = lambda _folder: (8 << 30, 16 << 30)
    return edge


def start_centre(disk: Disk, clock: Clock) -> Centre:
    engine = disk.open()
    with reading(engine) as connection:
        keyring = open_keyring(connection, disk.key)
    made = centre_on(engine, CentralSettings(disk.path.parent, None), keyring)
    return Centre(made.settings, made.vault, made.blobs, clock.wall_ms)
