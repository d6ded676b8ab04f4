"""Officers' pages on PostgreSQL, with few requests and with those of many years."""

from __future__ import annotations

import os
import random
import re
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient

from central.app import create_central_app
from central.views.words import day_of
from registration.catalogue import DATA
from tests.bench.archive import PASSWORD, Archive, fill
from tests.bench.backends import Backends
from tests.bench.harness import Figures, percentile
from tests.postgres import new_database, running_postgres
from vault.engine import reading

FEW, MOST = 20_000, 2_000_000
SIZES = (FEW, 200_000, MOST)
_ROUNDS = 20
_TRIAL = os.environ.get("LOKET_BENCH_REQUESTS", "")
"""Fewer requests than two million, e.g. `20000,200000`, to see what a change does."""


class Spent(NamedTuple):
    """What one visit took, in ms."""

    wall: float
    processor: float
    """Of the server and of its database's backends."""


def pages(figures: Figures) -> None:
    """p95 of the server's time over all pages. How much it grows is told by processor time, the
    database's with it: what else the machine does is not in it."""
    sizes = tuple(int(one) for one in _TRIAL.split(",")) if _TRIAL else SIZES
    with (
        tempfile.TemporaryDirectory(prefix="loket-bench-") as name,
        running_postgres() as cluster,
    ):
        visits = []
        for count in sizes:
            archive = fill(Path(name) / str(count), new_database(cluster, f"b{count}"), count)
            _tell_filling(archive)
            visits.append(Visits(archive))
        # In turn, so that what else the machine does falls on all sizes alike.
        for _ in range(_ROUNDS):
            for one in visits:
                one.round()
        taken = {one.archive.count: one.taken for one in visits}
        for one in visits:
            one.archive.centre.vault.engine.dispose()
    few, most = sizes[0], sizes[-1]
    for count in sizes:
        of = taken[count]
        slowest = max(of, key=lambda page: _p95(of[page]))
        note = f"slowest: {slowest}, {_p95(of[slowest]):.0f} ms"
        limit = "< 200" if count == MOST else "ms"
        figures.add(f"central.page_ms_p95_{_short(count)}", _p95_of_all(of), "ms", limit, note)
    grew = {page: _median(taken[most][page]) / _median(taken[few][page]) for page in taken[few]}
    worst = max(grew, key=lambda page: grew[page])
    at_few, at_most = (_p95_of_pages(taken[count]) for count in (few, most))
    figures.add(
        "central.page_growth_ratio",
        at_most / at_few,
        "ratio",
        "<= 1.3",
        f"processor and database, {at_most:.1f} ms at {most:,}, {at_few:.1f} ms at {few:,}; "
        f"grows most: {worst}, {grew[worst]:.1f}",
    )
    for page in taken[few]:
        medians = (_median(taken[count][page]) for count in sizes)
        print(f"  {page:32}", *(f"{value:8.1f}" for value in medians), "ms")


def _tell_filling(archive: Archive) -> None:
    print(
        f"  {archive.count:,} requests filled in {archive.fill_s:.0f} s: each can be opened, sealed"
        " and chained as by a counter; one change each, bodies of 5,000 people"
    )


def _short(count: int) -> str:
    return f"{count // 1_000_000}m" if count >= 1_000_000 else f"{count // 1000}k"


def _p95(spent: list[Spent]) -> float:
    return percentile([one.wall for one in spent], 0.95)


def _p95_of_all(taken: dict[str, list[Spent]]) -> float:
    return percentile([one.wall for visits in taken.values() for one in visits], 0.95)


def _median(visits: list[Spent]) -> float:
    return statistics.median(one.processor for one in visits)


def _p95_of_pages(taken: dict[str, list[Spent]]) -> float:
    """Of the pages' medians: of all visits together, chance would say which page it falls on."""
    return percentile([_median(visits) for visits in taken.values()], 0.95)


class Visits:
    """A verifier who goes through all pages, and how long each took."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.taken: dict[str, list[Spent]] = {}
        self._backends = Backends(archive.centre.vault.engine)
        self._rng = random.Random(3)
        self._rudi = logged_in(create_central_app(archive.centre, fold_here=False))
        self._token = _csrf(self._rudi, "/")
        with reading(archive.centre.vault.engine) as connection:
            found = connection.exec_driver_sql("SELECT record_a, record_b FROM alike LIMIT 50")
            self._alike = [f"/ganda/{a.hex()}/{b.hex()}" for a, b in found]

    def round(self) -> None:
        """Each page once; somebody else is looked for each time."""
        stream, record, form = self._rng.choice(self.archive.known)
        self._visit("worklist", "/")
        for group in ("menunggu", "dikerjakan", "dikembalikan", "terbit", "semua"):
            self._visit(f"list: {group}", f"/?kelompok={group}")
        self._visit("worklist of a kelurahan", f"/?kelurahan={stream}")
        self._visit("worklist of a rare service", "/?layanan=kia")
        self._visit("issued, of a rare service", "/?kelompok=terbit&layanan=kia")
        self._visit("all, of a rare service", "/?kelompok=semua&layanan=kia")
        self._visit("all of a kelurahan", f"/?kelompok=semua&kelurahan={stream}")
        self._visit("worklist, page 20", "/?halaman=20")
        self._visit("all, page 100", "/?kelompok=semua&halaman=100")
        self._visit("all, the middle page", f"/?kelompok=semua&halaman={self.archive.count // 50}")
        day = day_of(int.from_bytes(record[:6], "big"))
        self._visit("all of a day", f"/?kelompok=semua&tanggal={day}")
        self._visit("all, the last page", "/?kelompok=semua&halaman=99999999")
        self._visit("search by NIK", "/cari", q=str(form[f"{DATA}nik"]))
        self._visit("search by name", "/cari", q=str(form[f"{DATA}nama"]))
        self._visit("search by one word", "/cari", q=str(form[f"{DATA}nama"]).split()[0])
        self._visit("search by code", "/cari", q=str(form["kode"]))
        self._visit("a request", f"/permohonan/{stream}/{record.hex()}")
        self._visit("differences", "/perbedaan")
        where, differing = self._rng.choice(self.archive.differing)
        self._visit("a difference", f"/perbedaan/{where}/{differing.hex()}")
        self._visit("duplicates", "/ganda")
        self._visit("a pair", self._rng.choice(self._alike))
        self._visit("complaints", "/pengaduan")
        self._visit("nodes", "/node")

    def _visit(self, name: str, path: str, **form: str) -> None:
        database = self._backends.worked_ms()
        started, worked = time.perf_counter(), time.thread_time()
        if form:
            answer = self._rudi.post(path, data={"csrf_token": self._token, **form})
        else:
            answer = self._rudi.get(path)
        wall, processor = time.perf_counter() - started, time.thread_time() - worked
        database = self._backends.worked_ms() - database
        if answer.status_code >= 400:
            raise SystemExit(f"{path} answered {answer.status_code}")
        spent = Spent(wall * 1000, processor * 1000 + database)
        self.taken.setdefault(name, []).append(spent)


def logged_in(app: Flask) -> FlaskClient:
    """The officer `rudi` at a screen of this centre."""
    client = app.test_client()
    fields = {"username": "rudi", "password": PASSWORD, "csrf_token": _csrf(client, "/masuk")}
    answer = client.post("/masuk", data=fields)
    if answer.status_code != 303:
        raise SystemExit(f"nobody could log in: {answer.status_code}")
    return client


def _csrf(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    if found is None:
        raise SystemExit(f"no form at {path}")
    return found[1]
