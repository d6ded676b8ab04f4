"""A real centre and real counters in one process; only the wire between them is a function call."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import MetaData, select
from werkzeug.test import TestResponse

from central import centre as core
from central.app import create_central_app
from central.centre import Centre
from central.settings import CentralSettings
from central.store.nodes import sender, succeed
from central.store.people import save_kept
from central.workflows import people
from central.workflows.enrolment import enrol as admit
from central.workflows.enrolment import issue_code
from central.workflows.folding import fold_all
from central.workflows.ingest import take_bundle
from crypto.identity import Identity
from crypto.keyfile import create_key_file
from edge_node import edge as counter
from edge_node.edge import Edge
from edge_node.settings import EdgeSettings
from edge_node.workflows import acts
from edge_node.workflows.enrolment import enrol
from edge_node.workflows.exchange import Courier
from edge_node.workflows.filing import Filed, Upload, file_request, new_record
from registration.invented.people import People, Person
from registration.invented.scans import draw_scan
from sync.body import Author
from sync.carrier_http import ENROL_PATH, EXCHANGE_PATH, Carried
from sync.link import Terms, Trip
from tests.stores import put_empty
from vault import accounts
from vault.engine import reading, writing
from vault.keyring import create_keyring
from vault.read import Record, read_record

PASSWORD = "rahasia-sekali"
SITI = Author("s", "Siti", "petugas")
SERVER = Author("", "perintah", "admin")
BINTARAJAYA = "32.75.02.1004"
BINTARA = "32.75.02.1001"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Wire:
    """What an edge's carrier does, without a network."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def post(self, path: str, body: bytes) -> bytes:
        take: Callable[[Centre, bytes], bytes] = admit if path == ENROL_PATH else take_bundle
        return take(self._centre, body)

    def carry(self, raw: bytes, _terms: Terms) -> Carried:
        answer = self.post(EXCHANGE_PATH, raw)
        return Carried(answer, Trip(len(raw), 0.01, len(answer), 0.01))

    def close(self) -> None:
        """Nothing is open."""


@cache
def paper(person: Person, jenis: str) -> bytes:
    """A photo of a document; the same people come to each test's counter."""
    return draw_scan(person, jenis, random.Random(1), small=True)


@dataclass
class Counter:
    """One kelurahan's counter."""

    edge: Edge
    centre: Centre
    courier: Courier
    people: People = field(default_factory=lambda: People(7))

    def file(
        self, case: str = "hilang", person: Person | None = None, *, seen: bool = True
    ) -> tuple[bytes, Person]:
        who = person or self.people.person()
        documents = {"hilang": ("kk", "surat_kehilangan"), "baru": ("kk",)}[case]
        record = new_record(self.edge)
        filed = file_request(
            self.edge,
            record,
            "ktp-el",
            case,
            who.form(case),
            [Upload(code, paper(who, code)) for code in documents],
            version=1,
            by=SITI,
            confirmed=frozenset({"nik", "no_kk"}),
            originals_seen=seen,
        )
        assert isinstance(filed, Filed)
        return record, who

    def exchange(self) -> None:
        assert self.courier.run()
        fold_all(self.centre)

    def correct(self, record: bytes, **changed: str) -> None:
        """Siti mends fields; nothing is sent yet."""
        form = {name: str(value) for name, value in self.read(record).named("data").items()}
        acts.correct(
            self.edge, record, form | changed, [], SITI, confirmed=frozenset({"nik", "no_kk"})
        )

    def read(self, record: bytes) -> Record:
        with reading(self.edge.vault.engine) as connection:
            return read_record(connection, self.edge.vault, self.edge.stream, record)

    def path(self, record: bytes, rest: str = "") -> str:
        return f"/permohonan/{self.edge.stream}/{record.hex()}{rest}"


@dataclass
class Officer:
    """A browser at the centre that carries the form token of the page it saw last."""

    client: FlaskClient
    token: str = ""

    def get(self, path: str) -> TestResponse:
        return self._seen(self.client.get(path))

    def post(self, path: str, data: Mapping[str, object] | None = None) -> TestResponse:
        for page in ("/", "/jejak", "/masuk"):
            if not self.token:
                self.get(page)
        sent = {"csrf_token": self.token, **(data or {})}
        return self._seen(self.client.post(path, data=sent))

    def log_in(self, username: str, password: str = PASSWORD, **more: str) -> TestResponse:
        response = self.post("/masuk", {"username": username, "password": password, **more})
        if response.status_code == 303:
            self.token = ""  # The session before is over.
        return response

    def _seen(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html" and (found := _TOKEN.search(response.text)):
            self.token = found[1]
        return response


def hidden(page: TestResponse, name: str) -> str:
    """A hidden field's value."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page.text)
    assert found, f"no hidden field {name}"
    return unescape(found[1])


ACCOUNTS = (("rudi", "Rudi Hartono", "verifikator"), ("ani", "Ani Suryani", "admin"))


@pytest.fixture(params=["sqlite", "postgresql"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    """A centre on SQLite, then on PostgreSQL: both must behave alike."""
    url = request.getfixturevalue("postgres_centre") if request.param == "postgresql" else ""
    settings = CentralSettings(tmp_path / "c", tmp_path / "c.key", url, secure_cookies=False)
    settings.data.mkdir()
    if not url:
        put_empty(core.migrate, settings.data / "central.sqlite3")
    engine = core.open_engine(settings)
    with writing(engine) as connection:
        create_keyring(connection, create_key_file(tmp_path / "c.key"))
    engine.dispose()
    opened = core.open_centre(settings)
    with writing(opened.vault.engine) as connection:
        for username, name, role in ACCOUNTS:
            accounts.add_account(connection, opened.vault, username, name, role, PASSWORD)
    yield opened
    opened.vault.engine.dispose()


def stored(centre: Centre) -> bytes:
    """All that the centre's database holds, whichever it is: every value of every row."""
    whole = MetaData()
    with reading(centre.vault.engine) as connection:
        whole.reflect(connection)
        values = [
            value
            for table in whole.sorted_tables
            for row in connection.execute(select(table))
            for value in row
        ]
    return b"\0".join(
        bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for one in values
    )


@pytest.fixture
def open_counter(centre: Centre, tmp_path: Path) -> Iterator[Callable[[str], Counter]]:
    opened: list[Edge] = []

    def make(stream: str) -> Counter:
        settings = EdgeSettings(tmp_path / stream, tmp_path / f"{stream}.key")
        settings.data.mkdir()
        put_empty(counter.migrate, settings.database)
        engine = counter.open_engine(settings)
        kek = create_key_file(tmp_path / f"{stream}.key")
        with writing(engine) as connection:
            keyring = create_keyring(connection, kek)
        wire = Wire(centre)
        enrol(engine, keyring, "https://pusat", issue_code(centre, stream).text(), wire)  # type: ignore[arg-type]
        engine.dispose()
        edge = counter.open_edge(settings)
        opened.append(edge)
        return Counter(edge, centre, Courier(edge, wire))  # type: ignore[arg-type]

    yield make
    for edge in opened:
        edge.vault.engine.dispose()


def copied(centre: Centre, replica: bytes, *, retires: bool = False) -> bytes:
    """A box with the disk of another writes under an own name from now on."""
    made = Identity.generate()
    with writing(centre.vault.engine) as connection:
        former = sender(connection, replica)
        assert former is not None
        after = replace(
            former,
            replica=made.replica,
            public=made.public,
            came_after=replica,
            retires_former=retires,
        )
        succeed(connection, after, centre.clock())
    return made.replica


@pytest.fixture
def loket(open_counter: Callable[[str], Counter]) -> Counter:
    return open_counter(BINTARAJAYA)


@pytest.fixture
def app(centre: Centre) -> Flask:
    return create_central_app(centre, fold_here=False)


@pytest.fixture
def visitor(app: Flask) -> Officer:
    return Officer(app.test_client())


@pytest.fixture
def rudi(app: Flask) -> Officer:
    """A verifier at her desk."""
    officer = Officer(app.test_client())
    assert officer.log_in("rudi").status_code == 303
    return officer


@pytest.fixture
def ani(app: Flask) -> Officer:
    """An admin."""
    officer = Officer(app.test_client())
    assert officer.log_in("ani").status_code == 303
    return officer


@pytest.fixture
def reader(centre: Centre, app: Flask) -> Callable[..., Officer]:
    """Officers of other roles."""

    def made(role: str, stream: str = "") -> Officer:
        one, _ = people.add(centre, SERVER, role, f"Orang {role}", role, stream)
        with writing(centre.vault.engine) as connection:
            accounts.set_password(connection, one.id, "sandi-yang-baik")
            save_kept(connection, one.id, must_change=False, code_until_ms=0)
        officer = Officer(app.test_client())
        assert officer.log_in(role, "sandi-yang-baik").status_code == 303
        return officer

    return made
