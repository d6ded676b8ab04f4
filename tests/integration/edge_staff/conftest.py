"""A real counter on a real SQLite file, without a centre; a browser that has no script."""

from __future__ import annotations

import io
import random
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, stream_encode_multipart

from crypto.identity import Identity
from crypto.keyfile import create_key_file
from crypto.recipient import Recipient
from edge_node import edge as core
from edge_node.app import create_staff_app
from edge_node.edge import Edge
from edge_node.settings import EdgeSettings
from edge_node.store import nodes
from registration.invented.people import People, Person
from registration.invented.scans import draw_scan
from sync.body import Author
from vault import accounts
from vault.engine import writing
from vault.keyring import create_keyring

STREAM = "32.75.02.1004"
PASSWORD = "rahasia-sekali"
SITI = Author("siti", "SITI RAHMA", "petugas")
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_FORM_TOKEN = re.compile(r'name="token" value="([^"]+)"')


@pytest.fixture(scope="session")
def people() -> list[Person]:
    return People(7).take(60)


@pytest.fixture(scope="session")
def pictures(people: list[Person]) -> dict[str, bytes]:
    draw = random.Random(3)
    papers = ("kk", "surat_kehilangan", "ktp_rusak", "ktp_lama", "bukti_perubahan", "f102")
    return {paper: draw_scan(people[0], paper, draw) for paper in papers}


@pytest.fixture(scope="session")
def new_counter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a counter that has its staff and nothing else; tests work on copies."""
    folder = tmp_path_factory.mktemp("counter")
    settings = EdgeSettings(folder, folder / "key", secure_cookies=False)
    engine = core.open_engine(settings)
    core.migrate(engine)
    centre, seal = Identity.generate(), Recipient.generate()
    with writing(engine) as connection:
        create_keyring(connection, create_key_file(folder / "key"))
        node = nodes.Node(STREAM, "Bintara Jaya", "http://127.0.0.1:9", centre.public, seal.public)
        nodes.save_node(connection, node)
    engine.dispose()
    opened = core.open_edge(settings)
    with writing(opened.vault.engine) as connection:
        for username, role in (("siti", "petugas"), ("pak.rw", "pamor"), ("ibu.lia", "penyelia")):
            accounts.add_account(
                connection, opened.vault, username, username.upper(), role, PASSWORD
            )
    opened.vault.engine.dispose()
    return folder


@contextmanager
def open_counter(made: Path, folder: Path) -> Iterator[Edge]:
    """A copy in `folder` of the counter that was made."""
    shutil.copytree(made, folder, dirs_exist_ok=True)
    opened = core.open_edge(EdgeSettings(folder, folder / "key", secure_cookies=False))
    yield opened
    opened.vault.engine.dispose()


@pytest.fixture
def edge(new_counter: Path, tmp_path: Path) -> Iterator[Edge]:
    with open_counter(new_counter, tmp_path) as opened:
        yield opened


@dataclass
class Browser:
    """Follows the rules of the pages: posts what the form holds, with its tokens."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        form = MultiDict({"csrf_token": self._csrf(), **(data or {})})
        # In memory: the test client's own temporary file would be closed late.
        body, _, boundary = stream_encode_multipart(form, use_tempfile=False)
        return self.client.post(
            path,
            input_stream=body,
            content_type=f'multipart/form-data; boundary="{boundary}"',
            **more,
        )

    def log_in(self, username: str = "siti") -> Browser:
        self.get("/masuk")
        answer = self.post("/masuk", {"pengguna": username, "sandi": PASSWORD})
        assert answer.status_code == 303, answer.text
        return self

    def _csrf(self) -> str:
        page = self.client.get("/masuk")
        if page.status_code != 200:
            # The page that is there for everybody who is signed in.
            page = self.client.get("/akun/sandi")
        found = _TOKEN.search(page.text)
        assert found is not None
        return found[1]

    def blank(self, case: str = "hilang", service: str = "ktp-el") -> str:
        """Open a form; returns its token."""
        found = _FORM_TOKEN.search(self.get(f"/permohonan/baru/{service}/{case}").text)
        assert found is not None
        return found[1]

    def file(
        self,
        person: Person,
        case: str = "hilang",
        photos: dict[str, Any] | None = None,
        token: str | None = None,
        **more: Any,
    ) -> TestResponse:
        """Fill in and send the form."""
        return self.file_answers(person.form(case), case, photos=photos, token=token, **more)

    def file_answers(
        self,
        typed: dict[str, str],
        case: str,
        service: str = "ktp-el",
        photos: dict[str, Any] | None = None,
        token: str | None = None,
        **more: Any,
    ) -> TestResponse:
        token = token or self.blank(case, service)
        data = {**typed, "token": token, "versi": "1", **more}
        for jenis, content in (photos or {}).items():
            listed = content if isinstance(content, list) else [content]
            data[f"berkas.{jenis}"] = [
                FileStorage(io.BytesIO(one), filename="foto.jpg") for one in listed
            ]
        return self.post(f"/permohonan/baru/{service}/{case}", data)


@pytest.fixture
def visitor(edge: Edge) -> Browser:
    app = create_staff_app(edge)
    return Browser(app.test_client())


@pytest.fixture
def siti(visitor: Browser) -> Browser:
    return visitor.log_in()


@pytest.fixture
def rw(edge: Edge) -> Browser:
    return Browser(create_staff_app(edge).test_client()).log_in("pak.rw")


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("1" if kind == "PNG" else "RGB", (width, height), 1).save(out, kind)
    return out.getvalue()


def record_in(answer: TestResponse) -> str:
    """The record id in the address that an answer leads to."""
    found = re.search(r"/permohonan/([0-9a-f]{32})", answer.headers["Location"])
    assert found is not None
    return found[1]


@pytest.fixture
def filed(siti: Browser, people: list[Person], pictures: dict[str, bytes]) -> Any:
    """Files requests of somebody, verified unless told otherwise; their record ids."""

    def file(number: int, *, verified: bool = True) -> str:
        photos = {paper: pictures[paper] for paper in ("kk", "surat_kehilangan")}
        more = {"asli": "1"} if verified else {}
        return record_in(siti.file(people[number], photos=photos, **more))

    return file
