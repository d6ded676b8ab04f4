"""Filing, at the counter and on the portal, by people who press reload when the power was out."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlsplit

import requests

from demo.client import Unexpected
from demo.pages import Form, Page, Photos, Visitor
from demo.story.stage import Given, Gone, Job, Stage, patiently

_RECEIPT = re.compile(r"/permohonan/([0-9a-f]{32})/tanda-terima")
_ONE_PAGE = re.compile(r"/isi/[^/]+/\d+")


def open_form(visitor: Visitor, job: Job) -> tuple[Page, Form]:
    """The form, filled in; the originals were compared."""
    page = visitor.open(f"/permohonan/baru/ktp-el/{job.case}")
    form = page.form("token").fill(job.typed())
    form.values["asli"] = ["ya"]
    return page, form


def receipt_on(page: Page, job: Job) -> Given:
    found = _RECEIPT.fullmatch(page.path)
    if found is None:
        raise Unexpected(f"{job.case} {page.path} ({page.status}): no receipt; {page.text[:300]}")
    return Given(page.code, found[1], job)


@dataclass(slots=True)
class Lost:
    """A form that was sent and never answered."""

    job: Job
    visitor: Visitor
    page: Page
    form: Form
    photos: Photos


@dataclass(slots=True)
class FilingDay:
    """Several desks at work at once."""

    stage: Stage
    lost: list[Lost] = field(default_factory=list)
    _under_way: dict[int, tuple[Job, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, jobs: Sequence[Job], desks: int = 3) -> list[Future[None]]:
        pool = ThreadPoolExecutor(desks, thread_name_prefix="desk")
        work = [pool.submit(self.serve, job) for job in jobs]
        pool.shutdown(wait=False)
        return work

    def serve(self, job: Job) -> None:
        """One resident, from the blank form to the receipt."""
        photos = job.photos()
        visitor = patiently(lambda: self.stage.staff(job.place))
        page, form = patiently(lambda: open_form(visitor, job))
        with self._lock:
            self._under_way[job.number] = job, time.monotonic()
        try:
            after = visitor.send_sure(page, form, photos)
        except Gone:
            with self._lock:
                self.lost.append(Lost(job, visitor, page, form, photos))
            after = patiently(lambda: visitor.send_sure(page, form, photos))
        finally:
            with self._lock:
                del self._under_way[job.number]
        given = receipt_on(after, job)
        with self._lock:
            self.stage.given.append(given)

    def posting_since(self, stream: str) -> float:
        """For how long a form has been on its way to a counter, in seconds; 0: none is."""
        now = time.monotonic()
        with self._lock:
            sent = [at for job, at in self._under_way.values() if job.place.stream == stream]
        return now - min(sent) if sent else 0.0

    def receipts(self, stream: str) -> list[Given]:
        with self._lock:
            return [one for one in self.stage.given if one.job.place.stream == stream]


def send_and_hang_up(visitor: Visitor, page: Page, form: Form, photos: Photos) -> HTTPConnection:
    """Send a form completely and never read the answer. The caller closes the connection."""
    files = [(name, (f"{name}.jpg", data, "image/jpeg")) for name, data in photos.items()]
    asked = visitor.session.prepare_request(
        requests.Request("POST", page.url, data=form.values, files=files)
    )
    where = urlsplit(page.url)
    connection = HTTPConnection(where.netloc, timeout=30)
    connection.request("POST", where.path, asked.body, dict(asked.headers))
    return connection


def file_on_portal(phone: Visitor, job: Job) -> str:
    """A resident files alone, on the pages without scripts; the code of the receipt."""
    page = phone.open(f"/ajukan/ktp-el/{job.case}")
    page = phone.send(page, page.form("setuju").fill({"setuju": "ya"}))
    while _ONE_PAGE.fullmatch(page.path):
        before = page.path
        page = phone.send_sure(page, page.main().fill(job.typed()))
        if page.path == before:
            raise Unexpected(f"the portal does not go on: {page.text[:400]}")
    page = phone.send(page, page.form("/foto"), job.photos())
    page = phone.send_sure(page, page.main())
    if not page.path.endswith("/tanda-terima"):
        raise Unexpected(f"the portal gave no receipt: {page.text[:400]}")
    return page.code
