"""The stage of the browser tests: one kelurahan, its line, the centre, and people at screens."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypedDict

from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Playwright, expect

from demo.client import Browser as Client
from demo.client import Receipt, csrf, file_at_counter, hidden
from demo.processes import PASSWORD
from demo.relay import Mode
from demo.town import STREAMS, Place, Town, fill
from registration.format import JAKARTA
from registration.invented.people import People, Person
from registration.invented.scans import draw_scan
from tests.worse import dim

ARGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK: Final = (1366, 768)
PHONE: Final = (360, 740)
SLOW_MS: Final = 30_000
"""For what crosses the line: the bar looks every 5 s, and the edge backs off while it is cut."""
CASE: Final = "hilang"
PAPERS: Final = ("kk", "surat_kehilangan")


class NoChromium(Exception):
    """There is no browser to test with."""


def start_chromium(playwright: Playwright) -> Browser:
    """Debian's chromium, headless.

    :raises NoChromium: it is not installed.
    """
    found = shutil.which("chromium")
    if found is None:
        raise NoChromium("chromium is not installed; `make system` installs it.")
    return playwright.chromium.launch(executable_path=found, args=list(ARGS), headless=True)


def until(true: Callable[[], bool], what: str, timeout: float = 60.0) -> None:
    """Wait for something that shows on no page."""
    deadline = time.monotonic() + timeout
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"it did not come about in {timeout:.0f} s: {what}")
        time.sleep(0.1)


@dataclass(slots=True)
class Stage:
    """A town with one counter."""

    town: Town
    place: Place
    people: People
    siti: Client
    """At the counter, without a browser: for what happened before a story begins."""
    rudi: Client
    """At the centre, likewise."""

    @property
    def staff(self) -> str:
        return self.place.server.addresses["staff"]

    @property
    def portal(self) -> str:
        return self.place.server.addresses["portal"]

    @property
    def centre(self) -> str:
        return self.town.centre.addresses["centre"]

    def move_to(self, place: Place) -> None:
        """The counter is another box from now on; whoever works there signs in anew."""
        self.place = place
        self.siti = Client(self.staff).log_in("siti")

    def cut(self) -> None:
        self.place.relay.set_mode(Mode.CUT)

    def mend(self) -> None:
        """The line is up, and the counter tries it at once whatever pause it had taken."""
        if self.place.relay.mode is not Mode.CONNECTED:
            self.place.relay.set_mode(Mode.CONNECTED)
            self.siti.post("/sinkron/kirim", {"csrf_token": csrf(self.siti.get("/sinkron"))})

    def person(self) -> Person:
        """Somebody who was not here before."""
        return self.people.person(ages=(25, 60))

    def file(self, person: Person) -> Receipt:
        """A lost card, filed at the counter beforehand."""
        photos = {jenis: scan(person, jenis) for jenis in PAPERS}
        return file_at_counter(self.siti, CASE, lost_card(person), photos)

    def file_and_send(self, person: Person) -> Receipt:
        """The same, until the centre can show it, photos and all."""
        filed = self.file(person)
        path = f"/permohonan/{self.place.stream}/{filed.record}"
        until(lambda: is_whole(self.rudi, path), "the centre has the request and its photos")
        return filed

    def give_back(self, filed: Receipt, reason: str) -> None:
        """The officer returns it, and the counter knows."""
        path = f"/permohonan/{self.place.stream}/{filed.record}"
        page = self.rudi.get(path)
        fields = {"csrf_token": csrf(page), "dilihat": hidden(page)["dilihat"], "alasan": reason}
        self.rudi.post(f"{path}/kembalikan", fields)
        # The list beside it may show the same reason of another request.
        said = f"Dikembalikan Disdukcapil: {reason}"
        until(
            lambda: said in self.siti.get(f"/permohonan/{filed.record}"),
            "the counter has the returned request",
        )

    def issue_at_centre(self, filed: Receipt, number: str) -> None:
        """The officer issues the document; the counter may not know yet."""
        path = f"/permohonan/{self.place.stream}/{filed.record}"
        page = self.rudi.get(path)
        fields = {"csrf_token": csrf(page), "dilihat": hidden(page)["dilihat"]}
        self.rudi.post(f"{path}/terbitkan", {**fields, "nomor_dokumen": number})

    def issue(self, filed: Receipt, number: str) -> None:
        """The officer issues the document, and the counter knows."""
        self.issue_at_centre(filed, number)
        until(
            lambda: number in self.siti.get(f"/permohonan/{filed.record}"),
            "the counter has the issued document",
        )


def officer_at(centre: str) -> Client:
    client = Client(centre)
    fields = {"csrf_token": csrf(client.get("/masuk")), "username": "rudi", "password": PASSWORD}
    client.post("/masuk", fields)
    return client


def is_whole(officer: Client, path: str) -> bool:
    answer = officer.session.get(officer.base + path, timeout=30)
    return answer.status_code == 200 and "menyusul" not in answer.text


@contextmanager
def open_stage(requests: int, seed: int, database_url: str = "") -> Iterator[Stage]:
    """Start the real processes; closing leaves nothing behind.

    :param database_url: of the centre; empty: SQLite.
    """
    town = Town.build(seed=seed, streams=STREAMS[:1], database_url=database_url)
    try:
        fill(town, requests, seed)
        town.start_counters()
        place = town.places[0]
        siti = Client(place.server.addresses["staff"]).log_in("siti")
        rudi = officer_at(town.centre.addresses["centre"])
        yield Stage(town, place, People(seed + 1000), siti, rudi)
    finally:
        town.close()


# People and papers


def lost_card(person: Person) -> dict[str, str]:
    """What stands on the form, as a petugas types it; the report is from yesterday."""
    yesterday = datetime.now(UTC).astimezone(JAKARTA).date() - timedelta(days=1)
    return {
        **person.form(CASE),
        "tanggal_laporan": f"{yesterday:%d-%m-%Y}",
        "tanggal_lahir": f"{person.tanggal_lahir:%d-%m-%Y}",
    }


def scan(person: Person, jenis: str) -> bytes:
    return draw_scan(person, jenis, random.Random(len(jenis)))


def photo(person: Person, jenis: str) -> FilePayload:
    return {"name": f"{jenis}.jpg", "mimeType": "image/jpeg", "buffer": scan(person, jenis)}


def dark_photo(person: Person, jenis: str) -> FilePayload:
    """The same, taken in the evening."""
    return {**photo(person, jenis), "buffer": dim(scan(person, jenis), 0.25)}


# Screens


class Viewport(TypedDict):
    width: int
    height: int


@dataclass(slots=True)
class Trail:
    """What the browser did besides showing pages."""

    foreign: list[str] = field(default_factory=list)
    """Requests to other hosts."""
    said: list[str] = field(default_factory=list)
    """Console errors (a refusal of the CSP is one) and uncaught exceptions."""


@dataclass(slots=True)
class Screens:
    """Opens pages, each in a browser of its own as far as the page can tell."""

    browser: Browser
    stage: Stage
    logins: dict[str, Any]
    """Cookies of those who logged in already, shared over the tests."""
    trail: Trail = field(default_factory=Trail)
    _open: list[BrowserContext] = field(default_factory=list)

    def counter(self, user: str = "siti") -> Page:
        """The staff's first page, logged in."""
        return self._signed_in(self.stage.staff, user)

    def centre(self, user: str = "rudi") -> Page:
        return self._signed_in(self.stage.centre, user)

    def portal(self, *, javascript: bool = True) -> Page:
        """The portal's first page on a small phone."""
        page = self.page(PHONE, java_script_enabled=javascript, has_touch=True)
        page.goto(self.stage.portal)
        return page

    def page(self, size: tuple[int, int] = DESK, **context: Any) -> Page:
        opened = self.browser.new_context(
            viewport=Viewport(width=size[0], height=size[1]),
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            # No half-way colours while a page is inspected.
            reduced_motion="reduce",
            **context,
        )
        self._open.append(opened)
        page = opened.new_page()
        page.set_default_timeout(SLOW_MS)
        self._follow(page)
        return page

    def close(self) -> None:
        for opened in self._open:
            opened.close()
        self._open.clear()

    def _signed_in(self, base: str, user: str) -> Page:
        key = f"{user}@{base}"
        page = self.page(storage_state=self.logins.get(key))
        page.goto(base)
        if key not in self.logins:
            log_in(page, user)
            self.logins[key] = page.context.storage_state()
        return page

    def _follow(self, page: Page) -> None:
        ours = (self.stage.staff, self.stage.portal, self.stage.centre, "data:", "blob:")
        answered: set[str] = set()

        def on_request(request: Any) -> None:
            if not request.url.startswith(ours):
                self.trail.foreign.append(request.url)

        def on_response(response: Any) -> None:
            if response.request.is_navigation_request():
                answered.add(response.url)

        def on_console(message: Any) -> None:
            # A page that is a refusal (404, 422) is told to the console too; that is no fault.
            its_own = message.location.get("url") in answered and "status of 4" in message.text
            if message.type == "error" and not its_own:
                self.trail.said.append(f"{page.url}: {message.text}")

        page.on("request", on_request)
        page.on("response", on_response)
        page.on("console", on_console)
        page.on("pageerror", lambda error: self.trail.said.append(f"{page.url}: {error}"))


@contextmanager
def resized(page: Page, size: tuple[int, int]) -> Iterator[None]:
    """The same page on another screen for a moment."""
    usual = page.viewport_size
    page.set_viewport_size(Viewport(width=size[0], height=size[1]))
    try:
        yield
    finally:
        if usual is not None:
            page.set_viewport_size(usual)


def log_in(page: Page, user: str) -> None:
    page.get_by_label("Nama pengguna").fill(user)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("button", name="Keluar")).to_be_visible()
