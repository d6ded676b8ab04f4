from __future__ import annotations

import io
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from crypto.identity import Identity
from crypto.keyfile import create_key_file
from crypto.recipient import Recipient
from edge_node.app import create_portal_app
from edge_node.edge import Edge, migrate, open_edge, open_engine
from edge_node.portal.fields import date_parts
from edge_node.settings import EdgeSettings
from edge_node.store.nodes import Node, save_node
from registration.catalogue import FieldKind, service
from registration.invented.people import People, Person
from registration.invented.scans import draw_scan
from sync.body import Author, Body
from vault.engine import writing
from vault.keyring import create_keyring
from vault.write import write

STREAM = "32.75.02.1004"
SITI = Author("s", "Siti Rahmawati", "petugas")
RUDI = Author("r", "Rudi Hartono", "verifikator")
LAST_STEP = {"hilang": 3, "rusak": 3, "perubahan": 3, "baru": 2}


@pytest.fixture(scope="session")
def new_counter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a counter that holds nothing yet; tests work on copies."""
    folder = tmp_path_factory.mktemp("counter")
    settings = EdgeSettings(folder / "edge", folder / "edge.key", secure_cookies=False)
    settings.data.mkdir()
    engine = open_engine(settings)
    migrate(engine)
    with writing(engine) as connection:
        create_keyring(connection, create_key_file(folder / "edge.key"))
        save_node(
            connection,
            Node(
                STREAM,
                "Bintarajaya",
                "http://127.0.0.1:9",
                Identity.generate().public,
                Recipient.generate().public,
            ),
        )
    engine.dispose()
    return folder


@pytest.fixture
def edge(new_counter: Path, tmp_path: Path) -> Iterator[Edge]:
    shutil.copytree(new_counter, tmp_path, dirs_exist_ok=True)
    settings = EdgeSettings(tmp_path / "edge", tmp_path / "edge.key", secure_cookies=False)
    opened = open_edge(settings)
    yield opened
    opened.vault.engine.dispose()


@pytest.fixture
def app(edge: Edge) -> Flask:
    app = create_portal_app(edge)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def person() -> Person:
    return People(7).person()


@pytest.fixture
def phone(app: Flask) -> Phone:
    return Phone(app.test_client())


def picture(size: tuple[int, int] = (900, 700)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, "JPEG", quality=60)
    return out.getvalue()


@cache
def scan(person: Person, jenis: str) -> bytes:
    return draw_scan(person, jenis, random.Random(3))


def boxes(case: str, typed: dict[str, str], code: str = "ktp-el") -> dict[str, str]:
    """The answers as the page sends them: a date in three boxes."""
    sent = {}
    for one in service(code).case(case).fields:
        if one.name not in typed:
            continue
        if one.kind is FieldKind.DATE:
            names = (".hari", ".bulan", ".tahun")
            parts = zip(names, date_parts(typed[one.name]), strict=True)
            sent |= {one.name + name: part for name, part in parts}
        else:
            sent[one.name] = typed[one.name]
    return sent


@dataclass
class Phone:
    """A browser without script: sees pages, fills in what they ask, presses their buttons."""

    client: FlaskClient
    page: str = ""
    at: str = "/"
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def open(self, url: str) -> Phone:
        return self._landed(self.client.get(url, follow_redirects=True))

    def press(
        self, url: str = "", files: dict[str, list[bytes]] | None = None, **data: object
    ) -> Phone:
        """Send the form of the page shown; `url` is the button's own address, if it has one."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
        assert token is not None, self.page
        sent: dict[str, object] = {"csrf_token": token[1], **data}
        for name, contents in (files or {}).items():
            sent[name] = [
                FileStorage(io.BytesIO(one), f"{n}.jpg", name) for n, one in enumerate(contents)
            ]
        if not files:
            return self._landed(self.client.post(url or self.at, data=sent, follow_redirects=True))
        # Encoded here: the client itself would leave a large body in an open temporary file.
        boundary, body = encode_multipart(MultiDict(sent))
        kind = f'multipart/form-data; boundary="{boundary}"'
        answer = self.client.post(
            url or self.at, data=body, content_type=kind, follow_redirects=True
        )
        return self._landed(answer)

    def _landed(self, answer: TestResponse) -> Phone:
        self.page, self.status = answer.get_data(as_text=True), answer.status_code
        self.at = answer.request.path
        self.headers = dict(answer.headers)
        return self

    @property
    def base(self) -> str:
        """The address of the draft: /isi/<token>."""
        return "/".join(self.at.split("/")[:3])

    @property
    def text(self) -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", self.page).split())

    @property
    def code(self) -> str:
        found = re.search(r"[A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}", self.text)
        assert found is not None, self.text
        return found[0]

    def begin(self, case: str = "hilang", code: str = "ktp-el") -> Phone:
        return self.open(f"/ajukan/{code}/{case}").press(setuju="ya")

    def fill(self, person: Person, case: str = "hilang", **changes: str) -> Phone:
        """All questions, up to the page of photos."""
        self.begin(case)
        typed = boxes(case, person.form(case) | changes)
        for number in range(1, LAST_STEP[case] + 1):
            assert self.at.endswith(f"/{number}"), self.text
            self.press(**typed)
        return self

    def file(self, person: Person, case: str = "hilang") -> Phone:
        """All the way to the receipt, with the smallest photos that pass."""
        self.fill(person, case)
        documents = [d.code for d in service("ktp-el").case(case).documents if d.required]
        self.press(files={f"berkas.{code}": [picture()] for code in documents})
        assert self.at.endswith("/periksa"), self.text
        return self.press()

    def look(self, code: str, person: Person) -> Phone:
        born = person.tanggal_lahir
        self.open("/cek")
        return self.press(
            **{
                "kode": code,
                "tanggal_lahir.hari": str(born.day),
                "tanggal_lahir.bulan": str(born.month),
                "tanggal_lahir.tahun": str(born.year),
            }
        )


def record_of(edge: Edge, code: str) -> bytes:
    from vault.engine import reading
    from vault.read import Filter, search

    with reading(edge.vault.engine) as connection:
        hits = search(
            connection, edge.vault, [("kode", code)], lambda _: True, Filter(stream=edge.stream), 1
        )
    return hits[0].id


def say(edge: Edge, record: bytes, act: str, by: Author, note: str = "", **writes: object) -> None:
    """An act of somebody else, as it would have come with an exchange."""
    with writing(edge.vault.engine) as connection:
        body = Body(act, by, writes, note)
        write(connection, edge.vault, edge.stream, record, "permohonan", body, edge.stamp())


def send_back(edge: Edge, record: bytes, reason: str) -> None:
    say(edge, record, "verifikasi", SITI, status="diverifikasi")
    say(edge, record, "kembalikan", RUDI, reason, status="dikembalikan", alasan=reason)
