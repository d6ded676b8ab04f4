"""Staff pages on one core, with few and with many requests in the store."""

from __future__ import annotations

import itertools
import random
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from edge_node.app import create_staff_app
from edge_node.edge import Edge
from edge_node.store import nodes
from registration.catalogue import DATA
from registration.lifecycle import Act, Status
from sync.body import Body
from sync.ids import new_record_id
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

FEW, MANY, MOST = 1_000, 50_000, 100_000
_BETWEEN_MS = 5 * 60_000
"""One request each five minutes: 288 a day, more than ten times what a kelurahan takes in."""
_OPEN_EACH, _UNSENT = 20, 200
"""One in so many requests is still open; so many changes wait for the line."""
_ROUNDS = 40
_BATCH = 500
_PASSWORD = "bangku-panjang"


@dataclass(slots=True)
class Store:
    """A counter's store that grows; some of what it holds, to look for."""

    edge: Edge
    count: int = 0
    known: list[tuple[bytes, dict[str, Any]]] = field(default_factory=list)
    _forms: Iterator[dict[str, Any]] = field(default_factory=lambda: filings(7))
    _begun_ms: int = 0

    def grow_to(self, count: int) -> None:
        """File requests of the past year up to today, most of them handed over, most of them
        acknowledged by the centre."""
        edge = self.edge
        if not self._begun_ms:
            self._begun_ms = edge.stamp().now_ms - MOST * _BETWEEN_MS
        while self.count < count:
            with writing(edge.vault.engine) as connection:
                for _ in range(min(_BATCH, count - self.count)):
                    self._file(connection)
        with writing(edge.vault.engine) as connection:
            end = log_end(connection, STREAM, edge.vault.replica).seq
            edge.standing = replace(edge.standing, acked=end - _UNSENT)
            nodes.save_standing(connection, edge.standing)

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
    """p95 of the server's time over all staff pages at 1,000, 50,000 and 100,000 requests."""
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as name:
        root = Path(name)
        with running_centre(root) as centre:
            edge = enrolled_edge(root, centre)
        with writing(edge.vault.engine) as connection:
            accounts.add_account(connection, edge.vault, "siti", "Siti", "petugas", _PASSWORD)
        client = _logged_in(edge)
        store = Store(edge)
        p95: dict[int, float] = {}
        for count in (FEW, MANY, MOST):
            store.grow_to(count)
            taken = _visit(client, store)
            p95[count] = percentile(list(itertools.chain.from_iterable(taken.values())), 0.95)
            slowest = max(taken, key=lambda path: percentile(taken[path], 0.95))
            note = f"slowest: {slowest}, {percentile(taken[slowest], 0.95):.0f} ms"
            if count != FEW:
                limit = "<= 150" if count == MANY else "ms"
                figures.add(f"edge.page_ms_p95_{count}", p95[count], "ms", limit, note)
        figures.add(
            "edge.page_growth_ratio",
            p95[MOST] / p95[FEW],
            "ratio",
            "<= 1.3",
            f"{p95[MOST]:.1f} ms at {MOST:,}, {p95[FEW]:.1f} ms at {FEW:,}",
        )
        edge.vault.engine.dispose()


def _logged_in(edge: Edge) -> FlaskClient:
    client = create_staff_app(edge).test_client()
    fields = {"pengguna": "siti", "sandi": _PASSWORD, "csrf_token": _csrf(client, "/masuk")}
    answer = client.post("/masuk", data=fields)
    if answer.status_code != 303:
        raise SystemExit(f"nobody could log in: {answer.status_code}")
    return client


def _csrf(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    if found is None:
        raise SystemExit(f"no form at {path}")
    return found[1]


def _visit(client: FlaskClient, store: Store) -> dict[str, list[float]]:
    """{page: ms of each visit}. Each round looks for somebody else."""
    rng = random.Random(3)
    token = _csrf(client, "/sinkron")
    taken: dict[str, list[float]] = {}

    def visit(name: str, path: str, **form: str) -> None:
        started = time.perf_counter()
        if form:
            answer = client.post(path, data={"csrf_token": token, **form})
        else:
            answer = client.get(path)
        spent = (time.perf_counter() - started) * 1000
        if answer.status_code >= 400:
            raise SystemExit(f"{path} answered {answer.status_code}")
        taken.setdefault(name, []).append(spent)

    for _ in range(_ROUNDS):
        record, form = rng.choice(store.known)
        visit("first page", "/")
        visit("one queue", "/?kelompok=selesai")
        visit("a page further on", "/?kelompok=selesai&hal=20")
        visit("search by NIK", "/cari", q=str(form[f"{DATA}nik"]))
        visit("search by name", "/cari", q=str(form[f"{DATA}nama"]))
        visit("search by code", "/cari", q=str(form["kode"]))
        visit("a request", f"/permohonan/{record.hex()}")
        visit("new form", "/permohonan/baru/ktp-el/hilang")
        visit("what waits", "/sinkron")
        visit("register", "/register")
        visit("queue numbers", "/antrean")
    return taken
