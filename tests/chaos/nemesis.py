"""Does to the town what was planned, and mends it again."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from central.workflows import revoking
from central.workflows.consent import Consent, identified
from demo.processes import PASSWORD, NotStarted, Server, lives
from demo.report import until
from tests.chaos.clients import Presser
from tests.chaos.field import DESKS, Counter, Field, cont, put_up_and_start
from tests.chaos.plan import Fault, Kind, Part, needs
from tests.chaos.stores import all_sent

_PATIENCE_S = 90.0
_OVER_S = 5 * _PATIENCE_S
_WEB_PROCESSES = 2
_HOUR, _YEAR = 3600.0, 365 * 86400.0
_DAMAGED = "store is damaged"
"""What a counter says that does not start on a damaged store."""


@dataclass(frozen=True, slots=True)
class Done:
    """A fault that came, and what there is to say of it."""

    fault: Fault
    lasted_s: float
    said: str = ""


@dataclass(slots=True)
class Nemesis:
    """Every fault in a thread of its own: several may last at once."""

    town: Field
    tell: Callable[[str], None]
    done: list[Done] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """Faults that could not be brought about or mended."""
    served_damaged: list[str] = field(default_factory=list)
    """Counters that served from a store with a damaged page."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _parts: defaultdict[tuple[Part, int], threading.Lock] = field(
        default_factory=lambda: defaultdict(threading.Lock)
    )
    """The plan keeps faults on one part apart, unless mending takes longer than it reckons with."""

    def run(self, faults: list[Fault]) -> None:
        """Bring about all faults at their times; returns when the last is mended."""
        started, under_way = time.monotonic(), []
        try:
            for fault in faults:
                self._stop.wait(max(started + fault.at - time.monotonic(), 0.0))
                thread = threading.Thread(target=self._bring, args=[fault], daemon=True)
                thread.start()
                under_way.append(thread)
        except BaseException:
            self._stop.set()
            raise
        finally:
            for thread in under_way:
                thread.join(_OVER_S)
            left = sum(thread.is_alive() for thread in under_way)
            if left:
                self.broken.append(f"{left} faults never ended")

    def _bring(self, fault: Fault) -> None:
        acts: dict[Kind, Callable[[Fault], str | None]] = {
            Kind.KILL: self._kill,
            Kind.PAUSE: self._pause,
            Kind.PARTITION: self._partition,
            Kind.SLOW: self._slow,
            Kind.LOSS: self._loss,
            Kind.CLOCK: self._clock,
            Kind.DISK: self._disk,
            Kind.CORRUPT: self._corrupt,
        }
        try:
            with contextlib.ExitStack() as own:
                for part in needs(fault):
                    own.enter_context(self._own(part))
                started = time.monotonic()
                self.tell(f"{fault} for {fault.lasts_s:.1f} s")
                said = acts[fault.kind](fault) or ""
            with self._lock:
                self.done.append(Done(fault, time.monotonic() - started, said))
        except Exception as error:  # noqa: BLE001 - told at the end; the other faults go on
            with self._lock:
                self.broken.append(f"{fault}: {type(error).__name__} {error}"[:600])

    def _own(self, part: tuple[Part, int]) -> threading.Lock:
        with self._lock:
            return self._parts[part]

    def _last(self, fault: Fault) -> None:
        self._stop.wait(fault.lasts_s)

    # Processes

    def _kill(self, fault: Fault) -> None:
        town = self.town
        if fault.part is Part.WEB:
            os.kill(_a_web_process(town.centre, fault), signal.SIGKILL)
            until(lambda: len(_children(town.centre.pid)) == _WEB_PROCESSES, 30, "a new worker")
            return
        server = {
            Part.COUNTER: town.counters[fault.number].server,
            Part.MASTER: town.centre,
            Part.FOLD: town.worker,
        }[fault.part]
        if fault.part is Part.MASTER:
            orphans = _kill_alone(server)
            self._last(fault)
            start_patiently(server)
            until(lambda: not lives(orphans), 60, "the end of the web processes without master")
        else:
            server.kill()
            self._last(fault)
            start_patiently(server)

    def _pause(self, fault: Fault) -> None:
        town = self.town
        if fault.part is Part.WEB:
            pid = _a_web_process(town.centre, fault)
            os.kill(pid, signal.SIGSTOP)
            self._last(fault)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
            return
        server = town.worker if fault.part is Part.FOLD else town.counters[fault.number].server
        os.killpg(server.pid, signal.SIGSTOP)
        self._last(fault)
        cont(server)

    # Lines

    def _partition(self, fault: Fault) -> None:
        lane = self.town.counters[fault.number].lane
        if fault.dose < 0.5:
            lane.loss(100)
            self._last(fault)
            lane.no_loss()
        else:
            lane.carrier(False)
            self._last(fault)
            lane.carrier(True)

    def _slow(self, fault: Fault) -> str:
        lane, kbit = self.town.counters[fault.number].lane, round(16 + 112 * fault.dose)
        lane.rate(kbit, kbit)
        self._last(fault)
        lane.rate()
        return f"{kbit} kbit/s"

    def _loss(self, fault: Fault) -> str:
        lane, percent = self.town.counters[fault.number].lane, round(10 + 30 * fault.dose)
        lane.loss(percent)
        self._last(fault)
        lane.no_loss()
        return f"{percent} %"

    # Machines

    def _clock(self, fault: Fault) -> str:
        clock = self.town.counters[fault.number].clock
        ahead = fault.dose < 0.5
        by_s = (1 + 58 * fault.dose) * _HOUR if ahead else -(1 + 10 * (fault.dose - 0.5)) * _YEAR
        clock.step(by_s)
        self._last(fault)
        clock.step(0)
        return f"{by_s / _HOUR:+.0f} h" if ahead else f"{by_s / _YEAR:+.1f} years"

    def _disk(self, fault: Fault) -> str:
        counter = self.town.counters[fault.number]
        left_mib = (0, 8, 18)[min(int(fault.dose * 3), 2)]
        ballast = counter.data / "ballast"
        try:
            _fill(ballast, left_mib << 20)
            self._last(fault)
        finally:
            ballast.unlink(missing_ok=True)
        return f"{left_mib} MiB left"

    def _corrupt(self, fault: Fault) -> str:
        counter, town = self.town.counters[fault.number], self.town
        with contextlib.ExitStack() as everybody:
            for _ in range(DESKS):
                everybody.enter_context(counter.gate)
            until(
                lambda: all_sent(counter, town.store),
                _PATIENCE_S,
                "all is sent",
                every=0.5,
                meanwhile=Presser(counter).press,
            )
            edge = counter.open()
            old = edge.vault.replica
            edge.vault.engine.dispose()
            counter.server.stop()
            if not all_sent(counter, town.store):
                start_patiently(counter.server)
                return "something came in between: left alone"
            page = damage(counter.database, random.Random(fault.dose))
            if self._starts(counter):
                return f"page {page} held nothing"
            by = identified(town.store, "ratna", PASSWORD)
            reason = "Penyimpanannya rusak, perangkat diganti."
            revoking.revoke(town.store, old, Consent((by,), reason))
            put_up_and_start(counter, town.store)
        return f"page {page}, box replaced"

    def _starts(self, counter: Counter) -> bool:
        """Whether a counter serves on what its disk holds now; false: it refused plainly."""
        before = counter.server.log.stat().st_size
        try:
            counter.server.start()
        except NotStarted:
            said = counter.server.log.read_text()[before:]
            if _DAMAGED not in said or "Traceback" in said:
                raise
            return False
        if not _sound(counter.database):
            self.served_damaged.append(counter.name)
        return True


def start_patiently(server: Server) -> None:
    """As a service manager does, which tries again and again."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            server.start()
            return
        except NotStarted:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def _children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in told]


def _a_web_process(centre: Server, fault: Fault) -> int:
    found = until(lambda: _children(centre.pid), 30, "a web process")
    return found[int(fault.dose * len(found))]


def _kill_alone(server: Server) -> int:
    """SIGKILL a master and none of its workers; the group they are in."""
    group, process = server.pid, server.process
    assert process is not None
    server.process = None
    process.kill()
    process.wait(timeout=10)
    if process.stdout is not None:
        process.stdout.close()
    return group


def _fill(ballast: Path, left: int) -> None:
    """Take all of a disk but `left` bytes."""
    with ballast.open("wb") as file:
        free = os.statvfs(ballast.parent)
        size = free.f_bavail * free.f_frsize - left
        if size > 0:
            # What others write meanwhile may have taken it already.
            with contextlib.suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, size)


def damage(database: Path, rng: random.Random) -> int:
    """Overwrite a page in the middle of a SQLite file that nobody has open; which one."""
    connection = sqlite3.connect(database)
    # What stands in the write-ahead log would hide the page.
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    page = rng.randrange(pages // 4, 3 * pages // 4)
    with database.open("r+b") as file:
        file.seek(page * size)
        file.write(rng.randbytes(size))
        os.fsync(file.fileno())
    return page


def _sound(database: Path) -> bool:
    connection = sqlite3.connect(database)
    try:
        return connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
