"""What the benchmarks share: figures, a centre process, an edge in this process, filled logs."""

from __future__ import annotations

import itertools
import json
import os
import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from demo.processes import Server, make_centre, make_edge
from edge_node.edge import Edge, open_edge
from edge_node.settings import EdgeSettings
from registration.codes import new_code
from registration.form import load_form
from registration.invented.people import CASES, REFERENCE_DAY, People
from registration.lifecycle import Act, Role, Status
from sync.body import Author, Body
from sync.ids import new_record_id
from vault.engine import Connection, writing
from vault.write import write

_PEOPLE = 5_000
STREAM = "32.75.02.1004"
SITI = Author("bench", "Siti", Role.PETUGAS)
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "wal_autocheckpoint=4000",
)
"""Of the bare databases that ours is measured beside: as ours are set."""
LATER = (
    Body(Act.VERIFIKASI, SITI, {"status": str(Status.DIVERIFIKASI)}),
    Body(Act.PERBAIKI, SITI, {"data.alamat": "JL. MAWAR GANG 3 NO. 12", "data.rt": "004"}),
    Body(Act.TERIMA_DOKUMEN, SITI, {"status": str(Status.SIAP_DIAMBIL)}),
    Body(
        Act.SERAHKAN,
        SITI,
        {
            "status": str(Status.DISERAHKAN),
            "penerima": {"nama": "DEWI LESTARI", "hubungan": "diri_sendiri"},
        },
        "DEWI LESTARI",
    ),
)
"""What a counter writes of a request after it was filed."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    value: float
    unit: str
    limit: str
    note: str = ""


class Figures:
    """Collects figures, prints them, writes build/bench.json."""

    def __init__(self) -> None:
        self._figures: list[Figure] = []

    def add(self, name: str, value: float, unit: str, limit: str, note: str = "") -> None:
        figure = Figure(name, round(value, 4), unit, limit, note)
        self._figures.append(figure)
        print(f"{name:32} {value:12.3f} {unit:10} {limit:10} {note}", flush=True)

    def save(self, path: Path) -> None:
        """Write all figures, and nothing that stood there before."""
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps([asdict(one) for one in self._figures], indent=1) + "\n")

    def add_to(self, path: Path) -> None:
        """Put these figures among those that another run wrote; the same names are replaced."""
        names = {one.name for one in self._figures}
        before = json.loads(path.read_text()) if path.exists() else []
        self._figures[:0] = [Figure(**one) for one in before if one["name"] not in names]
        self.save(path)


def percentile(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=1000, method="inclusive")[int(share * 1000) - 1]


@contextmanager
def running_centre(root: Path, settings: dict[str, str] | None = None) -> Iterator[Server]:
    root.mkdir(parents=True, exist_ok=True)
    server = make_centre(root, settings=settings).start()
    try:
        yield server
    finally:
        server.stop()


def enrolled_edge(root: Path, centre: Server, name: str = "edge", stream: str = STREAM) -> Edge:
    """An edge opened in this process, enrolled with a running centre."""
    make_edge(root, name, stream, centre, centre.addresses["centre"])
    return open_edge(EdgeSettings(root / name, root / f"{name}.key"))


def filings(seed: int) -> Iterator[dict[str, Any]]:
    """The writes of filed requests, about 1 KB each as plain JSON."""
    rng = random.Random(seed)
    for number in itertools.count():
        if number % _PEOPLE == 0:
            # One generator has only so many different names.
            people = People(seed * 1000 + number // _PEOPLE)
        case = rng.choice(CASES[1:])
        person = people.person()
        form = load_form(
            "ktp-el",
            case,
            person.form(case),
            version=1,
            today=REFERENCE_DAY,
            confirmed=frozenset({"nik", "no_kk"}),
        )
        yield {
            **form.record_fields(),
            "kode": new_code("BTJ", rng.randrange),
            "kanal": "loket",
            "status": str(Status.DIAJUKAN),
            "catatan": "Pemohon datang sendiri; berkas asli dicocokkan di loket. " * 4,
        }


def plain_json_bytes(writes: dict[str, Any]) -> int:
    """The size of the same change as plain JSON."""
    body = Body(Act.AJUKAN, SITI, writes).plain()
    return len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def file_one(edge: Edge, connection: Connection, writes: dict[str, Any]) -> bytes:
    stamp = edge.stamp()
    record = new_record_id(stamp.now_ms)
    body = Body(Act.AJUKAN, SITI, writes)
    write(
        connection,
        edge.vault,
        edge.stream,
        record,
        "permohonan",
        body,
        stamp,
        new=True,
    )
    return record


def fill(edge: Edge, writes: Iterator[dict[str, Any]], count: int) -> int:
    """File `count` requests in batches; the plain JSON bytes they would have been."""
    size = 0
    for start in range(0, count, 500):
        with writing(edge.vault.engine) as connection:
            for _ in range(min(500, count - start)):
                one = next(writes)
                size += plain_json_bytes(one)
                file_one(edge, connection, one)
    return size


def bare_inserts_per_s(folder: Path, row_bytes: int, count: int) -> float:
    """Rows a second into bare sqlite3, one durable commit each, with our pragmas."""
    path = folder / f"bare-{time.monotonic_ns()}.sqlite3"
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE log (stream TEXT, replica BLOB, seq INTEGER, body BLOB, "
        "PRIMARY KEY (stream, replica, seq)) WITHOUT ROWID"
    )
    row, replica = os.urandom(row_bytes), os.urandom(16)
    started = time.perf_counter()
    for seq in range(count):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO log VALUES (?, ?, ?, ?)", (STREAM, replica, seq, row))
        connection.execute("COMMIT")
    took = time.perf_counter() - started
    connection.close()
    return count / took


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def resident_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")
