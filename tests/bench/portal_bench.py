"""A waiting room that files at once, beside staff at work on the same box."""

from __future__ import annotations

import io
import os
import random
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from requests.adapters import HTTPAdapter

from demo.client import Browser
from demo.pages import Photos, Visitor
from demo.processes import Staff, make_edge
from demo.story.filing import file_on_portal
from demo.story.stage import Job
from edge_node.edge import open_edge
from edge_node.settings import EdgeSettings
from registration.invented.people import DOCUMENTS, People, Person
from registration.invented.scans import draw_scan
from tests.bench.harness import STREAM, Figures, percentile, running_centre
from vault.engine import reading
from vault.read import Filter, search

RESIDENTS = 60
_CASE = "hilang"
_PHONE_PHOTO = (4000, 3000)
"""Pixels; some 2 MB."""
_ARRIVE_S = 10.0
_EVERY_S = 0.25
_IDLE_S = 20.0
_PAGES = ("/", "/antrean", "/register", "/sinkron")


class _FromAddress(HTTPAdapter):
    """Each phone on the Wi-Fi has an address of its own."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: object, **more: object) -> None:
        super().init_poolmanager(*args, **more, source_address=(self._address, 0))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Resident(Job):
    taken: dict[str, bytes] = field(default_factory=dict)

    def photos(self) -> dict[str, bytes]:
        return self.taken


@dataclass(slots=True)
class _Desk:
    """Staff open a page every quarter of a second, whether the one before came or not."""

    staff: Browser
    taken: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        with ThreadPoolExecutor(4) as pool:
            due, number = time.monotonic(), 0
            while not self.over.wait(max(due - time.monotonic(), 0)):
                pool.submit(self._open, _PAGES[number % len(_PAGES)], due)
                due, number = due + _EVERY_S, number + 1

    def _open(self, path: str, due: float) -> None:
        self.staff.get(path)
        self.taken.append((time.monotonic() - due) * 1000)


def _waits(desk: _Desk, until: threading.Event | None = None) -> list[float]:
    """ms of each page while something goes on (None: for a while)."""
    desk.taken, desk.over = [], threading.Event()
    clerk = threading.Thread(target=desk.work)
    clerk.start()
    if until is None:
        time.sleep(_IDLE_S)
    else:
        until.wait()
    desk.over.set()
    clerk.join()
    return desk.taken


def _photos(person: Person) -> Photos:
    found = {}
    for jenis in DOCUMENTS[_CASE]:
        paper = Image.open(io.BytesIO(draw_scan(person, jenis, random.Random(1))))
        out = io.BytesIO()
        paper.resize(_PHONE_PHOTO).save(out, "JPEG", quality=90)
        found[f"berkas.{jenis}"] = out.getvalue()
    return found


def portal_load(figures: Figures) -> None:
    """p95 of staff pages while 60 residents file with photos, over p95 while nobody does."""
    people = People(23)
    photos = dict(_photos(people.person()))
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as name:
        root = Path(name)
        with running_centre(root) as centre:
            clerk = (Staff("siti", "Siti", "petugas"),)
            server = make_edge(root, "edge", STREAM, centre, centre.addresses["centre"], clerk)
            server.start()
            try:
                desk = _Desk(Browser(server.addresses["staff"]).log_in("siti"))
                _waits(desk)
                idle = _waits(desk)
                done = threading.Event()
                codes: list[str] = []
                lost: list[str] = []
                started = time.monotonic()
                room = threading.Thread(
                    target=_room,
                    args=(server.addresses["portal"], people, photos, codes, lost, done),
                )
                room.start()
                busy = _waits(desk, done)
                room.join()
                took = time.monotonic() - started
            finally:
                server.stop()
        kept = _kept(root, codes)
    note = (
        f"{percentile(busy, 0.95):.0f} ms, idle {percentile(idle, 0.95):.0f} ms; {RESIDENTS} "
        f"residents with {len(photos)} photos each done in {took:.0f} s"
    )
    ratio = percentile(busy, 0.95) / percentile(idle, 0.95)
    figures.add("edge.portal_load_p95_ratio", ratio, "ratio", "<= 2", note)
    figures.add(
        "edge.portal_receipts_lost",
        RESIDENTS - kept,
        "requests",
        "= 0",
        f"{len(codes)} receipts, {kept} of them held with all photos; {'; '.join(lost[:2])}",
    )


def _room(
    portal: str,
    people: People,
    photos: dict[str, bytes],
    codes: list[str],
    lost: list[str],
    done: threading.Event,
) -> None:
    def file(number: int) -> None:
        # Phones bring their own processors: here they must not take the box's.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
        phone = Visitor(portal, timeout=300)
        phone.session.mount("http://", _FromAddress(f"127.0.1.{number + 1}"))
        try:
            codes.append(file_on_portal(phone, jobs[number]))
        except Exception as error:  # noqa: BLE001 - each resident that got no receipt is counted
            lost.append(f"{type(error).__name__}: {error}"[:160])

    jobs = [
        _Resident(number, None, _CASE, people.person(), True, photos)  # type: ignore[arg-type]
        for number in range(RESIDENTS)
    ]
    with ThreadPoolExecutor(RESIDENTS) as pool:
        for number in range(RESIDENTS):
            pool.submit(file, number)
            time.sleep(_ARRIVE_S / RESIDENTS)
    done.set()


def _kept(root: Path, codes: list[str]) -> int:
    """How many receipts stand for a request that is held, with its photos."""
    edge = open_edge(EdgeSettings(root / "edge", root / "edge.key"))
    only = Filter(stream=STREAM)
    with reading(edge.vault.engine) as connection:
        found = [
            search(connection, edge.vault, [("kode", code)], lambda _: True, only, 1)
            for code in codes
        ]
    edge.vault.engine.dispose()
    return sum(len(hits) == 1 and len(hits[0].scans) == len(DOCUMENTS[_CASE]) for hits in found)
