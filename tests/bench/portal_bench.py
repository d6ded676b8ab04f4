"""Sixty residents who file at once, photos and all, while the staff works on the same box."""

from __future__ import annotations

import multiprocessing
import random
import re
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from demo.client import CODE, Browser, csrf
from demo.processes import Staff, make_edge
from edge_node.edge import open_edge
from edge_node.portal.fields import date_parts
from edge_node.settings import EdgeSettings
from registration.catalogue import FieldKind, service
from registration.invented.people import People, Person
from registration.invented.scans import draw_scan
from tests.bench.harness import STREAM, Figures, percentile, running_centre
from vault.engine import reading
from vault.read import Filter, list_records
from vault.scans import complete_scans

RESIDENTS = 60
_COME_WITHIN_S = 20.0
"""They come by the clock, whether or not those before them were served."""
_THINKS_S = 1.0
"""Between two pages: a person takes a minute or more, so this is a crowd of many times sixty."""
_CASE, _PAPERS, _STEPS = "hilang", ("kk", "surat_kehilangan"), 3
_STAFF_PAGES = ("/", "/?kelompok=periksa", "/menunggu", "/sinkron", "/antrean", "/permohonan/baru")
_IDLE_ROUNDS = 40
_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Filing:
    """What came of one resident: the code on the receipt, or what went wrong instead."""

    code: str
    trouble: str
    photos: int


class _FromOwnPhone(HTTPAdapter):
    """Every resident has an address: limits are per phone."""

    def __init__(self, number: int) -> None:
        self._source = (f"127.0.1.{number + 1}", 0)
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more, source_address=self._source)


def _answers(person: Person) -> dict[str, str]:
    """As the pages send them: a date in three boxes."""
    typed = person.form(_CASE)
    sent: dict[str, str] = {}
    for one in service("ktp-el").case(_CASE).fields:
        if one.kind is FieldKind.DATE and one.name in typed:
            parts = date_parts(typed[one.name])
            sent |= dict(
                zip([f"{one.name}.{p}" for p in ("hari", "bulan", "tahun")], parts, strict=True)
            )
        elif one.name in typed:
            sent[one.name] = typed[one.name]
    return sent


def _file(portal: str, number: int, person: Person, photos: dict[str, bytes]) -> Filing:
    """One resident's way from the first page to the receipt."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", _FromOwnPhone(number))

    def press(page: requests.Response, files: Any = None, **fields: str) -> requests.Response:
        time.sleep(_THINKS_S)
        sent = {"csrf_token": csrf(page.text), **fields}
        return session.post(page.url, data=sent, files=files, timeout=120)

    page = session.get(f"{portal}/ajukan/ktp-el/{_CASE}", timeout=120)
    page = press(page, setuju="ya")
    for _ in range(_STEPS):
        page = press(page, **_answers(person))
    files = [
        (f"berkas.{jenis}", (f"{jenis}.jpg", data, "image/jpeg")) for jenis, data in photos.items()
    ]
    page = press(page, files)
    if page.url.endswith("/foto") and page.status_code == 200:
        page = press(page)  # a photo was found unclear; it is kept, and one may go on
    page = press(page)
    code = CODE.search(re.sub(r"<[^>]+>", " ", page.text))
    if code is None or not page.url.endswith("/tanda-terima"):
        return Filing("", f"{page.status_code} at {page.url.rsplit('/', 1)[-1]}", 0)
    return Filing(code.group(), "", len(photos))


def _crowd(portal: str, seed: int, count: int, done: Any) -> None:
    """In a process of its own, so that it takes no turn from who measures."""
    people, rng = People(seed), random.Random(seed)
    residents = [people.person(ages=(25, 60)) for _ in range(count)]
    photos = [
        {jenis: draw_scan(one, jenis, random.Random(n)) for jenis in _PAPERS}
        for n, one in enumerate(residents)
    ]
    filings: list[Filing] = []

    def come(number: int, after_s: float) -> None:
        time.sleep(after_s)
        try:
            filings.append(_file(portal, number, residents[number], photos[number]))
        except Exception as error:  # noqa: BLE001 - whatever happens to a resident is counted
            filings.append(Filing("", repr(error)[:200], 0))

    done.put("ready")
    threads = [
        threading.Thread(target=come, args=(n, rng.uniform(0, _COME_WITHIN_S)))
        for n in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.put(filings)


def _visit(siti: Browser, go_on: Callable[[], bool]) -> list[float]:
    """ms of each staff page."""
    taken: list[float] = []
    while go_on():
        for path in _STAFF_PAGES:
            started = time.perf_counter()
            siti.get(path)
            taken.append((time.perf_counter() - started) * 1000)
            time.sleep(_PAUSE_S)
    return taken


def portal_load(
    figures: Figures, residents: int = RESIDENTS, name: str = "edge.portal_load"
) -> None:
    """p95 of the staff pages while the crowd files ÷ p95 before and after; what arrived whole."""
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as folder:
        root = Path(folder)
        with running_centre(root) as centre:
            url = centre.addresses["centre"]
            edge = make_edge(root, "edge", STREAM, centre, url, (Staff("siti", "Siti", "petugas"),))
            edge.start()
            try:
                siti = Browser(edge.addresses["staff"]).log_in("siti")
                _visit(siti, iter([True] * 3 + [False]).__next__)
                fork = multiprocessing.get_context("spawn")
                done = fork.Queue()
                crowd = fork.Process(
                    target=_crowd, args=(edge.addresses["portal"], 5, residents, done)
                )
                crowd.start()
                done.get()
                started = time.perf_counter()
                loaded = _visit(siti, done.empty)
                took = time.perf_counter() - started
                filings: list[Filing] = done.get()
                crowd.join()
                idle = _visit(siti, iter([True] * _IDLE_ROUNDS + [False]).__next__)
            finally:
                edge.stop()
        held, whole = _held(root, residents)
    codes = {one.code for one in filings if one.code}
    for trouble in sorted({one.trouble for one in filings if one.trouble}):
        print(f"  a resident met: {trouble}", flush=True)
    p95, before = percentile(loaded, 0.95), percentile(idle, 0.95)
    figures.add(
        f"{name}_p95_ratio",
        p95 / before,
        "ratio",
        "<= 2",
        f"staff p95 {p95:.0f} ms of {before:.0f} ms idle; {len(codes)} filed in {took:.0f} s",
    )
    figures.add(
        f"{name}_lost",
        len(codes - held) + 2 * len(codes) - whole,
        "lost",
        "0",
        f"{len(codes)} receipts of {residents}, {len(held)} requests, {whole} photos whole",
    )


def _held(root: Path, residents: int) -> tuple[set[str], int]:
    """(codes of the requests in the store, photos that are there whole)."""
    edge = open_edge(EdgeSettings(root / "edge", root / "edge.key"))
    with reading(edge.vault.engine) as connection:
        only = Filter(stream=edge.stream)
        records, _ = list_records(connection, edge.vault, only, 1, 10 * residents)
        whole = sum(
            sum(complete_scans(connection, edge.stream, one.scans).values()) for one in records
        )
    edge.vault.engine.dispose()
    return {str(one.value("kode")) for one in records}, whole
