"""What the parts of the story share: the town, who lives there, who works there, what was given."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

import requests

from demo.pages import Page, Visitor
from demo.report import Checks
from demo.story.stores import Stores
from demo.town import Place, Town
from registration.invented.people import CASES, DOCUMENTS, People, Person
from registration.invented.scans import draw_scan

T = TypeVar("T")

Gone = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
"""How a server that was killed looks to a browser."""


@dataclass(frozen=True, slots=True)
class Job:
    """Somebody comes to a counter (or opens the portal) with a request."""

    number: int
    place: Place
    case: str
    person: Person
    portal: bool = False

    def typed(self) -> dict[str, str]:
        form = self.person.form(self.case)
        if "tanggal_laporan" in form:
            # Counted from the day of the run: an old police report is refused.
            form["tanggal_laporan"] = (date.today() - timedelta(days=3)).isoformat()  # noqa: DTZ011
        return form

    @property
    def papers(self) -> int:
        """How many photos belong to the case."""
        return len(DOCUMENTS[self.case])

    def photos(self) -> dict[str, bytes]:
        draw = random.Random(self.number)
        return {
            f"berkas.{jenis}": draw_scan(self.person, jenis, draw) for jenis in DOCUMENTS[self.case]
        }


@dataclass(frozen=True, slots=True)
class Given:
    """A receipt that somebody took home."""

    code: str
    record: str
    """Record id in hex."""
    job: Job


@dataclass(slots=True)
class Stage:
    """The town in play."""

    town: Town
    checks: Checks
    people: People
    given: list[Given] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Names that came up besides those of the residents."""
    persons: list[Person] = field(default_factory=list)
    stores: Stores = field(init=False)
    _local: threading.local = field(default_factory=threading.local)
    _visitors: list[Visitor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stores = Stores(self.town)

    @property
    def places(self) -> list[Place]:
        return self.town.places

    def jobs(self, count: int, portal: int = 0) -> list[Job]:
        """Residents in turn at the counters; the last ones use the portal."""
        made = []
        for number in range(count):
            by_phone = number >= count - portal
            case = "hilang" if by_phone else CASES[number % len(CASES)]
            ages = (18, 20) if case == "baru" else (17, 77)
            person = self.people.person(ages=ages)
            self.persons.append(person)
            made.append(Job(number, self.places[number % len(self.places)], case, person, by_phone))
        return made

    def staff(self, place: Place, username: str = "siti") -> Visitor:
        """Logged in at a counter; each thread has a browser of its own."""
        return self._browser(
            f"{place.stream} {username}", place.server.addresses["staff"], username
        )

    def officer(self, username: str = "rudi") -> Visitor:
        return self._browser(username, self.town.centre.addresses["centre"], username)

    def _browser(self, key: str, base: str, username: str) -> Visitor:
        browsers: dict[str, Visitor] = self._local.__dict__.setdefault("browsers", {})
        if key not in browsers:
            browsers[key] = self._visitor(base).log_in(username)
        return browsers[key]

    def _visitor(self, base: str) -> Visitor:
        visitor = Visitor(base)
        self._visitors.append(visitor)
        return visitor

    def close(self) -> None:
        """Close all browsers and stores; they open again where they are needed."""
        self.stores.close()
        for visitor in self._visitors:
            visitor.session.close()

    def resident(self, place: Place) -> Visitor:
        """A phone that was never here before."""
        return self._visitor(place.server.addresses["portal"])

    def press_send(self, *places: Place) -> None:
        """Press "Kirim sekarang" where it is offered."""
        for place in places or self.places:
            page = self.staff(place).open("/sinkron")
            if any(form.action == "/sinkron/kirim" for form in page.forms()):
                self.staff(place).send(page, page.form("/sinkron/kirim"))

    def given_at(self, place: Place) -> list[Given]:
        return [one for one in self.given if one.job.place is place]


def patiently(act: Callable[[], T], seconds: float = 60.0) -> T:
    """Try until the server is there again, as somebody who presses reload."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return act()
        except Gone:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def press(visitor: Visitor, page: Page, button: str, **typed: str) -> Page:
    """Send the form whose action ends with `button`."""
    return visitor.send_sure(page, page.form(button).fill(typed))
