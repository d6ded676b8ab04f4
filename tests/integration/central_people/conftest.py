"""The centre over each database, and people at its pages."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from central.app import create_central_app
from central.centre import Centre
from tests.integration.central_views.conftest import PASSWORD, Officer
from tests.integration.world import make_centre
from tests.postgres import new_database
from vault import accounts
from vault.core import wall_ms
from vault.engine import reading, writing

NEW = "kuda putih makan rumput"


on_both = pytest.mark.parametrize("centre", ["sqlite", "postgresql"], indirect=True)


class Clock:
    """Real time, and what a test adds to it."""

    ahead_ms = 0

    def __call__(self) -> int:
        return wall_ms() + self.ahead_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def centre(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Centre]:
    """On SQLite, or where `on_both` asks for it."""
    url = ""
    if getattr(request, "param", "sqlite") == "postgresql":
        cluster = request.getfixturevalue("postgres_cluster")
        url = new_database(cluster, f"p{uuid.uuid4().hex[:12]}")
    made = make_centre(tmp_path / "central", url)
    opened = replace(made, clock=clock, settings=replace(made.settings, secure_cookies=False))
    with writing(opened.vault.engine) as connection:
        for username, name, role in (
            ("rudi", "Rudi Hartono", "verifikator"),
            ("ani", "Ani Suryani", "admin"),
            ("budi", "Budi Santoso", "admin"),
        ):
            accounts.add_account(connection, opened.vault, username, name, role, PASSWORD)
    yield opened
    opened.vault.engine.dispose()


@pytest.fixture
def app(centre: Centre) -> Flask:
    return create_central_app(centre, fold_here=False)


@pytest.fixture
def enter(app: Flask) -> Callable[..., Officer]:
    """Somebody who signs in, at a browser of their own."""

    def signed_in(username: str, password: str = PASSWORD) -> Officer:
        officer = Officer(app.test_client())
        assert officer.log_in(username, password).status_code == 303
        return officer

    return signed_in


@pytest.fixture
def ani(enter: Callable[..., Officer]) -> Officer:
    return enter("ani")


@pytest.fixture
def rudi(enter: Callable[..., Officer]) -> Officer:
    return enter("rudi")


def id_of(centre: Centre, username: str) -> str:
    with reading(centre.vault.engine) as connection:
        found = accounts.account_named(connection, centre.vault, username)
    assert found is not None
    return found.id


def code_on(page: TestResponse) -> str:
    """The one-time code that a page shows."""
    found = re.search(r'class="once-code code">([^<]+)<', page.text)
    assert found, page.text
    return found[1].strip()


def recovery_codes_on(page: TestResponse) -> list[str]:
    return re.findall(r"<li>((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})</li>", page.text)


def set_up_codes(officer: Officer, clock: Clock) -> tuple[pyotp.TOTP, TestResponse]:
    """Somebody's phone is set up; returns what the phone computes, and the answer."""
    page = officer.get("/akun/kode-hp")
    found = re.search(r'class="code digits secret">([A-Z2-7 ]+)<', unescape(page.text))
    assert found
    phone = pyotp.TOTP(found[1].replace(" ", ""))
    return phone, officer.post("/akun/kode-hp", {"kode": phone.at(clock() // 1000)})
