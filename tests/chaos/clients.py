"""Petugas at the counters and officers at the centre: they work on, whatever breaks.

What a client writes down is only what it was told. Without an answer it presses again, as people
do; if that brings none either, what became of it stays unknown.
"""

from __future__ import annotations

import contextlib
import random
import re
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

import requests

from demo.client import CODE, Unexpected
from demo.pages import Form, Page, Photos, Visitor
from demo.story.stage import Gone
from registration.invented.people import DOCUMENTS, People
from registration.invented.scans import draw_scan
from registration.lifecycle import Act
from tests.chaos.field import Counter, Field
from tests.chaos.history import Deed, Filing, Journal, Look, Outcome
from tests.line.lane import enter, run_in

_TIMEOUT_S = 15.0
_PATIENCE_S = 25.0
"""How long somebody presses again before giving up."""
_REST_S = (0.1, 0.8)
_RECEIPT = re.compile(r"/permohonan/([0-9a-f]{32})/tanda-terima")
_LISTED = re.compile(r"/permohonan/([\d.]+)/([0-9a-f]{32})")
_DIFFERENT = re.compile(r"/perbedaan/([\d.]+)/([0-9a-f]{32})")
_CANCELS, _ADDRESSES, _SETTLES = 0.06, 0.5, 0.3
_SERVER_ERROR = 500
_BUSY = 503

Numbers = Callable[[], int]
Answered = tuple[Page | None, int]


def numbers() -> Numbers:
    """Numbers that nobody gets twice."""
    return count(1).__next__


def address(number: int) -> str:
    return f"JL. MELATI BLOK S{number:06d}"


def name(number: int) -> str:
    """A name has no digits."""
    return "WARGA " + "".join(chr(ord("A") + int(digit)) for digit in f"{number:06d}")


class GivenUp(Exception):
    """No page came, or one that the work cannot go on from."""


@dataclass(slots=True, kw_only=True)
class Client(ABC):
    """Somebody with a browser, in the namespace of the server they use."""

    space: str
    username: str
    base: Callable[[], str]
    journal: Journal
    rng: random.Random
    stop: threading.Event
    next_number: Numbers
    broken: list[BaseException] = field(default_factory=list)
    _visitor: Visitor | None = None

    def run(self) -> None:
        try:
            enter(self.space)
            while not self.stop.wait(self.rng.uniform(*_REST_S)):
                try:
                    self.turn()
                except (*Gone, Unexpected, GivenUp):
                    # Nothing was asked for; the next page is opened afresh, logged in anew.
                    self._visitor = None
        except BaseException as error:  # noqa: BLE001 - a client that broke is told at the end
            self.broken.append(error)

    @abstractmethod
    def turn(self) -> None:
        """Do one thing."""

    @property
    def visitor(self) -> Visitor:
        if self._visitor is None:
            self._visitor = Visitor(self.base(), _TIMEOUT_S).log_in(self.username)
        return self._visitor

    def page(self, path: str) -> Page:
        """:raises GivenUp: it is not what was asked for."""
        page = self.visitor.open(path)
        self.mind(page)
        if page.path.endswith("/masuk") or page.status >= requests.codes.bad_request:
            raise GivenUp(f"{page.path}: {page.status}")
        return page

    def mind(self, page: Page) -> None:
        if page.status >= _SERVER_ERROR and page.status != _BUSY:
            self.journal.trouble(f"{page.status} at {_anonymous(page.path)} for {self.username}")

    def press(
        self, page: Page, form: Form, photos: Photos | None = None
    ) -> tuple[Page | None, int]:
        """Send a form until something is answered; the answer, and how often it was sent."""
        deadline, sent = time.monotonic() + _PATIENCE_S, 0
        while True:
            sent += 1
            try:
                after = self.visitor.send_sure(page, form, photos)
            except (*Gone, Unexpected):
                after = None
            if after is not None:
                self.mind(after)
            if after is not None and (after.status < _SERVER_ERROR or after.status == _BUSY):
                return after, sent
            if time.monotonic() > deadline or self.stop.is_set():
                return None, sent
            self.stop.wait(0.5)

    def outcome(self, after: Page | None, sent: int, said: str) -> Outcome:
        """What an answer says of an act that was sent so many times."""
        if after is not None and after.status == requests.codes.ok and said in after.text:
            return Outcome.CONFIRMED
        # Refused the first time is not done; refused the second time, the first may have been it.
        return Outcome.REFUSED if after is not None and sent == 1 else Outcome.UNKNOWN


def _anonymous(path: str) -> str:
    return re.sub(r"[0-9a-f]{16,32}", "…", path)


@dataclass(slots=True, kw_only=True)
class Petugas(Client):
    """Files, corrects, hands over, and looks at what was filed."""

    counter: Counter
    people: People
    receipts: list[tuple[str, str]] = field(default_factory=list)
    """(code, record) that were given here."""

    def turn(self) -> None:
        with self.counter.gate:
            if not self.receipts or self.rng.random() < 0.45:
                self._file()
            else:
                self._attend(*self.rng.choice(self.receipts[-60:]))

    def _file(self) -> None:
        case = self.rng.choice(("hilang", "rusak"))
        person = self.people.person(ages=(18, 77))
        typed = person.form(case)
        if "tanggal_laporan" in typed:
            typed["tanggal_laporan"] = (date.today() - timedelta(days=3)).isoformat()  # noqa: DTZ011
        papers = DOCUMENTS[case] if self.rng.random() < 0.6 else ()
        photos = {f"berkas.{one}": draw_scan(person, one, self.rng) for one in papers}
        page = self.page(f"/permohonan/baru/ktp-el/{case}")
        form = page.form("token").fill(typed)
        form.values["asli"] = ["ya"]
        form.values["konfirmasi"] = ["nik", "no_kk"]
        after, sent = self.press(page, form, photos)
        taken: int | None = len(photos)
        if photos and after is not None and after.status == requests.codes.unprocessable:
            # Perhaps there is no room for photos: then they follow later.
            after, sent = self.press(page, form)
            taken = None
        stream, found = self.counter.stream, after and _RECEIPT.fullmatch(after.path)
        if after is not None and found and (code := CODE.search(after.text)):
            self.receipts.append((code.group(), found[1]))
            told = Filing(stream, person.nik, Outcome.CONFIRMED, code.group(), found[1], taken)
        else:
            told = Filing(stream, person.nik, self.outcome(after, sent, "\0"))
        self.journal.note(told)

    def _attend(self, code: str, record: str) -> None:
        page = self.visitor.open(f"/permohonan/{record}")
        self.mind(page)
        if page.status in (requests.codes.ok, requests.codes.not_found):
            if page.path.endswith("/masuk"):
                raise GivenUp(page.path)
            self.journal.note(Look(self.counter.stream, record, code in page.text))
        if page.status != requests.codes.ok:
            raise GivenUp(page.path)
        actions = {form.action.rsplit("/", 1)[-1] for form in page.forms()}
        if "dokumen-tiba" in actions:
            form, said = page.form("/dokumen-tiba"), "tercatat sudah di loket"
            self._do(page, form, record, Act.TERIMA_DOKUMEN, said)
        elif "serahkan" in actions:
            form = page.form("/serahkan").fill({"hubungan": "diri_sendiri", "cara": "kertas"})
            self._do(page, form, record, Act.SERAHKAN, "Penyerahan tercatat")
        elif "batalkan" in actions and self.rng.random() < _CANCELS:
            word = f"Pemohon pindah, catatan S{self.next_number():06d}."
            form = page.form("/batalkan").fill({"alasan": word})
            self._do(page, form, record, Act.BATALKAN, "Permohonan dibatalkan", word)
        elif f"/permohonan/{record}/perbaiki" in page.html:
            self._correct(record)

    def _correct(self, record: str) -> None:
        page = self.page(f"/permohonan/{record}/perbaiki")
        # Of an address the later one stands; of a name a person decides.
        where = self.rng.random() < _ADDRESSES
        word = address(self.next_number()) if where else name(self.next_number())
        form, asked = page.main(), "alamat" if where else "nama"
        if asked not in form.names:
            return  # It waits for a decision, and the form does not ask for it.
        form.fill({asked: word})
        form.values["konfirmasi"] = ["nik", "no_kk"]
        said = "Perbaikan tersimpan"
        if "ajukan_kembali" in form.boxes:
            form.values["ajukan_kembali"] = form.boxes["ajukan_kembali"][:1]
            said = "Diajukan kembali"
        self._do(page, form, record, Act.PERBAIKI, said, word)

    def _do(self, page: Page, form: Form, record: str, act: Act, said: str, word: str = "") -> None:
        after, sent = self.press(page, form)
        outcome = self.outcome(after, sent, said)
        # A correction may be kept though what it was to lead to is refused.
        if act is Act.PERBAIKI and outcome is Outcome.REFUSED:
            outcome = Outcome.UNKNOWN
        self.journal.note(Deed(self.counter.stream, record, act, outcome, word))


@dataclass(slots=True, kw_only=True)
class Officer(Client):
    """Takes up, returns and issues what has arrived."""

    def turn(self) -> None:
        if self.rng.random() < _SETTLES and self._settle():
            return
        listed = sorted(set(_LISTED.findall(self.page("/").html)))
        if not listed:
            return
        stream, record = self.rng.choice(listed)
        page = self.page(f"/permohonan/{stream}/{record}")
        actions = {form.action.rsplit("/", 1)[-1] for form in page.forms()}
        found = CODE.search(page.text)
        if found is None:
            return
        code, number, dice = found.group(), self.next_number(), self.rng.random()
        if "proses" in actions and dice < 0.3:
            self._do(page, page.form("/proses"), stream, record, Act.PROSES, "Anda kerjakan")
        elif "kembalikan" in actions and dice < 0.55:
            word = f"Foto buram, lembar S{number:06d}."
            form = page.form("/kembalikan").fill({"alasan": word})
            said = f"{code} dikembalikan"
            self._do(page, form, stream, record, Act.KEMBALIKAN, said, word)
        elif dice < 0.75 and f"/permohonan/{stream}/{record}/perbaiki" in page.html:
            page, word = self.page(f"/permohonan/{stream}/{record}/perbaiki"), name(number)
            form = page.main().fill({"nama": word})
            if "nama" in form.names:
                self._do(page, form, stream, record, Act.PERBAIKI, "Perbaikan tersimpan", word)
        elif "terbitkan" in actions:
            word = f"3275-KTP-{number:06d}"
            form = page.form("/terbitkan").fill({"nomor_dokumen": word})
            self._do(page, form, stream, record, Act.TERBITKAN, f"{code} terbit", word)

    def _settle(self) -> bool:
        """Decide what counter and centre have changed alike; whether there was something."""
        listed = sorted(set(_DIFFERENT.findall(self.page("/perbedaan").html)))
        if not listed:
            return False
        stream, record = self.rng.choice(listed)
        page = self.page(f"/perbedaan/{stream}/{record}")
        word = f"Sesuai KK, catatan S{self.next_number():06d}."
        form = page.main().fill({"alasan": word})
        for picked, options in form.boxes.items():
            if picked.startswith("pilih."):
                form.values[picked] = [self.rng.choice(options)]
        self._do(page, form, stream, record, Act.PUTUSKAN, "Diputuskan", word)
        return True

    def _do(
        self, page: Page, form: Form, stream: str, record: str, act: Act, said: str, word: str = ""
    ) -> None:
        after, sent = self.press(page, form)
        self.journal.note(Deed(stream, record, act, self.outcome(after, sent, said), word))


@dataclass(slots=True)
class Presser:
    """Presses "Kirim sekarang" at a counter, as staff do who know that the line is back.

    A pause may last five minutes otherwise. Logs in once: logins are counted.
    """

    counter: Counter
    _visitor: Visitor | None = None

    def press(self) -> None:
        """Where the counter answers, and offers it."""
        with contextlib.suppress(*Gone, Unexpected):
            run_in(self.counter.lane.edge, self._press)

    def _press(self) -> None:
        if self._visitor is None:
            base = self.counter.server.addresses["staff"]
            self._visitor = Visitor(base, _TIMEOUT_S).log_in("siti")
        page = self._visitor.open("/sinkron")
        if any(form.action == "/sinkron/kirim" for form in page.forms()):
            self._visitor.send(page, page.form("/sinkron/kirim"))


def staff_of(
    town: Field, journal: Journal, seed: int, stop: threading.Event, desks: int
) -> list[Client]:
    """Everybody who works here; not at work yet."""
    shared = {"journal": journal, "stop": stop, "next_number": numbers()}
    clients: list[Client] = []
    for counter in town.counters:
        for desk in range(desks):
            number = 100 * seed + 10 * counter.number + desk
            clients.append(
                Petugas(
                    space=counter.lane.edge,
                    username="siti",
                    base=lambda one=counter: one.server.addresses["staff"],
                    rng=random.Random(number),
                    counter=counter,
                    people=People(number),
                    **shared,
                )
            )
    base = town.centre.addresses["centre"].replace("0.0.0.0", "127.0.0.1")
    for desk, username in enumerate(("rudi", "ratna")):
        rng = random.Random(100 * seed + 90 + desk)
        clients.append(
            Officer(space=town.space, username=username, base=lambda: base, rng=rng, **shared)
        )
    return clients
