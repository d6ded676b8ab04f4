"""Staff pages on one core, with few and with many requests in the store."""

from __future__ import annotations

import itertools
import random
import re
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from flask.testing import FlaskClient

from edge_node.app import create_staff_app
from edge_node.edge import Edge, open_edge
from edge_node.store import nodes
from edge_node.workflows import lookup
from registration.catalogue import DATA
from registration.lifecycle import Act, Status
from sync.body import Body
from sync.ids import new_record_id
from sync.timekeeping import NEVER, Reading
from tests.bench.harness import (
    SITI,
    STREAM,
    Figures,
    enrolled_edge,
    filings,
    percentile,
    running_centre,
)
from vault import accounts
from vault.core import Stamp
from vault.engine import writing
from vault.log import log_end
from vault.write import write

SIZES = FEW, _, MANY, MOST = 1_000, 10_000, 50_000, 100_000
_BETWEEN_MS = 45 * 60_000
"""32 requests a day, nearly twice what a kelurahan takes in; the smallest store is a month old."""
_OPEN_EACH, _UNSENT = 20, 200
"""One in so many requests is still open; so many changes wait for the line."""
_ROUNDS = 20
_BATCH = 500

_PASSWORD = "bangku-panjang"
_STAFF = (("siti", "petugas"), ("rina", "penyelia"))


class Spent(NamedTuple):
    """What one visit took, in ms."""

    wall: float
    processor: float


@dataclass(slots=True)
class Store:
    """A counter's store that grows; some of what it holds, to look for."""

    edge: Edge
    count: int = 0
    known: list[tuple[bytes, dict[str, Any]]] = field(default_factory=list)
    _forms: Iterator[dict[str, Any]] = field(default_factory=lambda: filings(7))
    _begun_ms: int = 0

    def grow_to(self, count: int) -> None:
        """File requests of the past years, most of them handed over, most of them acknowledged by
        the centre. It is then as late as the last one: the pages that show a day show as full a day
        in a small store as in a large one."""
        edge = self.edge
        if not self._begun_ms:
            self._begun_ms = edge.stamp().now_ms - MOST * _BETWEEN_MS
        while self.count < count:
            with writing(edge.vault.engine) as connection:
                for _ in range(min(_BATCH, count - self.count)):
                    self._file(connection)
        self._set_clock()
        with writing(edge.vault.engine) as connection:
            end = log_end(connection, STREAM, edge.vault.replica).seq
            edge.standing = replace(edge.standing, acked=end - _UNSENT)
            nodes.save_standing(connection, edge.standing)

    def copy(self, folder: Path) -> Store:
        """A store of this size that stays so."""
        settings = self.edge.settings
        with closing(sqlite3.connect(settings.database)) as connection:
            connection.execute("VACUUM INTO ?", (f"{folder}.sqlite3",))
        shutil.copytree(settings.data, folder)
        for left in folder.glob(f"{settings.database.name}*"):
            left.unlink()
        Path(f"{folder}.sqlite3").rename(folder / settings.database.name)
        copied = Store(open_edge(replace(settings, data=folder)), self.count, list(self.known))
        copied._begun_ms = self._begun_ms
        copied._set_clock()
        return copied

    def _set_clock(self) -> None:
        edge, at_ms = self.edge, self._begun_ms + self.count * _BETWEEN_MS
        edge.standing = replace(edge.standing, clock=NEVER)
        edge.clock = lambda: Reading(at_ms, "bench", 0)

    def _file(self, connection: Any) -> None:
        edge, form = self.edge, next(self._forms)
        stamp = Stamp(self._begun_ms + self.count * _BETWEEN_MS, 0)
        record = new_record_id(stamp.now_ms)
        filed = Body(Act.AJUKAN, SITI, form)
        write(connection, edge.vault, STREAM, record, "permohonan", filed, stamp, new=True)
        if self.count % _OPEN_EACH:
            done = Body(Act.SERAHKAN, SITI, {"status": str(Status.DISERAHKAN)})
            write(connection, edge.vault, STREAM, record, "permohonan", done, stamp)
        if self.count % 97 == 0:
            self.known.append((record, form))
        self.count += 1


def pages(figures: Figures) -> None:
    """p95 of the server's time over all staff pages, with few and with many requests.

    How much it grows is told by processor time: what else the machine does is not in it.
    """
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as name:
        root = Path(name)
        with running_centre(root) as centre:
            edge = enrolled_edge(root, centre)
        with writing(edge.vault.engine) as connection:
            for name, role in _STAFF:
                accounts.add_account(connection, edge.vault, name, name.title(), role, _PASSWORD)
        store = Store(edge)
        visits: list[Visits] = []
        for count in SIZES:
            store.grow_to(count)
            visits.append(Visits(store.copy(root / f"at-{count}")))
        # In turn, so that what else the machine does falls on all sizes alike.
        for _ in range(_ROUNDS):
            for one in visits:
                one.round()
        taken = {one.store.count: one.taken for one in visits}
        for count in (MANY, MOST):
            pages_of = taken[count]
            slowest = max(pages_of, key=lambda name: _p95(pages_of[name], "wall"))
            note = f"slowest: {slowest}, {_p95(pages_of[slowest], 'wall'):.0f} ms"
            limit = "<= 150" if count == MANY else "ms"
            p95 = _p95(_all(pages_of), "wall")
            figures.add(f"edge.page_ms_p95_{count}", p95, "ms", limit, note)
        few, most = (_p95_of_pages(taken[count]) for count in (FEW, MOST))
        grew = {name: _median(taken[MOST][name]) / _median(taken[FEW][name]) for name in taken[FEW]}
        worst = max(grew, key=lambda name: grew[name])
        figures.add(
            "edge.page_growth_ratio",
            most / few,
            "ratio",
            "<= 1.3",
            f"processor time, {most:.1f} ms at {MOST:,}, {few:.1f} ms at {FEW:,}; "
            f"grows most: {worst}, {grew[worst]:.1f}",
        )
        _tell_all(taken)
        for counter in (edge, *(one.store.edge for one in visits)):
            counter.vault.engine.dispose()


def _all(taken: dict[str, list[Spent]]) -> list[Spent]:
    return list(itertools.chain.from_iterable(taken.values()))


def _p95(spent: list[Spent], clock: str) -> float:
    return percentile([getattr(one, clock) for one in spent], 0.95)


def _median(visits: list[Spent]) -> float:
    return statistics.median(one.processor for one in visits)


def _p95_of_pages(taken: dict[str, list[Spent]]) -> float:
    """Of the pages' medians: of all visits together, chance would say which page it falls on."""
    return percentile([_median(visits) for visits in taken.values()], 0.95)


def _tell_all(taken: dict[int, dict[str, list[Spent]]]) -> None:
    """Each page at each size: the median of its processor time."""
    for name in taken[FEW]:
        medians = (_median(at[name]) for at in taken.values())
        print(f"  {name:24}", *(f"{value:8.1f}" for value in medians), "ms")


def _logged_in(edge: Edge, name: str) -> FlaskClient:
    client = create_staff_app(edge).test_client()
    fields = {"pengguna": name, "sandi": _PASSWORD, "csrf_token": _csrf(client, "/masuk")}
    answer = client.post("/masuk", data=fields)
    if answer.status_code != 303:
        raise SystemExit(f"nobody could log in: {answer.status_code}")
    return client


def _csrf(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    if found is None:
        raise SystemExit(f"no form at {path}")
    return found[1]


class Visits:
    """Two people who go through all pages of a store, and how long each page took."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.taken: dict[str, list[Spent]] = {}
        self._siti, self._rina = (_logged_in(store.edge, name) for name, _ in _STAFF)
        self._token = _csrf(self._siti, "/sinkron")
        self._rng = random.Random(3)

    def round(self) -> None:
        """Each page once; somebody else is looked for each time."""
        record, form = self._rng.choice(self.store.known)
        self._visit("first page", "/")
        for group in lookup.Group:
            self._visit(f"queue {group}", f"/?kelompok={group}")
        self._visit("a rare service", "/?kelompok=selesai&layanan=kia")
        self._visit("a page further on", "/?kelompok=selesai&hal=20")
        self._visit("search by NIK", "/cari", q=str(form[f"{DATA}nik"]))
        self._visit("search by name", "/cari", q=str(form[f"{DATA}nama"]))
        self._visit("search by code", "/cari", q=str(form["kode"]))
        self._visit("a request", f"/permohonan/{record.hex()}")
        self._visit("new form", "/permohonan/baru/ktp-el/hilang")
        self._visit("what waits", "/sinkron")
        self._visit("register", "/register")
        self._visit("queue numbers", "/antrean")
        self._visit("what waits and why", "/menunggu")
        self._visit("summary of a day", "/ringkasan")
        self._visit("supervision", "/pengawasan", self._rina)
        self._visit("supervision of a month", "/pengawasan?hari=30", self._rina)

    def _visit(self, name: str, path: str, who: FlaskClient | None = None, **form: str) -> None:
        client = who or self._siti
        started, worked = time.perf_counter(), time.thread_time()
        if form:
            answer = client.post(path, data={"csrf_token": self._token, **form})
        else:
            answer = client.get(path)
        spent = Spent((time.perf_counter() - started) * 1000, (time.thread_time() - worked) * 1000)
        if answer.status_code >= 400:
            raise SystemExit(f"{path} answered {answer.status_code}")
        self.taken.setdefault(name, []).append(spent)
