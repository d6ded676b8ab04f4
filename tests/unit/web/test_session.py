from __future__ import annotations

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from web.session import (
    Account,
    current_account,
    install_login,
    requires_role,
    safe_next,
    sign_in,
    sign_out,
)

SITI = Account("1", "Siti", "petugas")
RUDI = Account("2", "Rudi", "verifikator")


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def staff(app: Flask, clock: Clock) -> FlaskClient:
    accounts = {account.id: account for account in (SITI, RUDI)}
    install_login(app, accounts.get, "login", clock=clock)

    @app.get("/masuk")
    def login() -> str:
        return "masuk"

    @app.get("/masuk/<id>")
    def enter(id: str) -> str:  # noqa: A002
        session["titipan"] = "milik tamu"
        session["lang"] = "en"
        sign_in(accounts[id])
        return ",".join(sorted(session))

    @app.get("/keluar")
    def leave() -> str:
        sign_out()
        return ",".join(sorted(session))

    @app.get("/meja/<kode>")
    @requires_role("petugas", "penyelia")
    def desk(kode: str) -> str:
        account = current_account()
        assert account is not None
        return f"{kode} {account.name}"

    return app.test_client()


def test_a_stranger_is_led_to_the_login_page_and_back(staff: FlaskClient) -> None:
    answer = staff.get("/meja/BTJ?cari=3275024107900001")

    assert answer.status_code == 303
    assert answer.location == "/masuk?next=/meja/BTJ"


def test_a_machine_without_login_gets_401(staff: FlaskClient) -> None:
    assert staff.get("/meja/BTJ", headers={"Accept": "application/json"}).status_code == 401


def test_a_fragment_asked_after_the_session_ended_moves_the_whole_page(
    staff: FlaskClient,
) -> None:
    answer = staff.get("/meja/BTJ", headers={"HX-Request": "true"})

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/masuk"


def test_the_right_role_enters_and_another_is_refused_in_words(staff: FlaskClient) -> None:
    staff.get("/masuk/1")
    assert staff.get("/meja/BTJ").text == "BTJ Siti"

    staff.get("/masuk/2")
    refused = staff.get("/meja/BTJ", headers={"Accept-Language": "id"})
    assert refused.status_code == 403


def test_nothing_of_the_former_session_survives_login_and_logout(staff: FlaskClient) -> None:
    inside = staff.get("/masuk/1").text.split(",")
    outside = staff.get("/keluar").text

    assert "titipan" not in inside
    assert "lang" in inside
    assert outside == "lang"
    assert staff.get("/meja/BTJ").status_code == 303


def test_a_session_ends_after_twelve_hours_however_busy(staff: FlaskClient, clock: Clock) -> None:
    staff.get("/masuk/1")

    clock.now += 12 * 3600 - 1
    assert staff.get("/meja/BTJ").status_code == 200
    clock.now += 1
    assert staff.get("/meja/BTJ").status_code == 303


@pytest.mark.parametrize("url", ["/", "/meja/BTJ-7Q4", "/daftar?hal=2"])
def test_safe_next_keeps_own_paths(url: str) -> None:
    assert safe_next(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "meja",
        "//jahat.test",
        "///jahat.test",
        "/\\jahat.test",
        "\\\\jahat.test",
        "https://jahat.test/",
        "javascript:alert(1)",
        "/\tjahat",
        "/a\nSet-Cookie: x",
        " /meja",
        "/meja spasi",
    ],
)
def test_safe_next_refuses_what_may_leave_the_site(url: str | None) -> None:
    assert safe_next(url, "/awal") == "/awal"
