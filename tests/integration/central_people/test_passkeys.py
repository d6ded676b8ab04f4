"""Passkeys as the server sees them: which answers of a device are good."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from central.app import create_central_app
from central.centre import Centre
from central.workflows import people
from sync.body import Author
from tests.integration.central_people.conftest import id_of, on_both
from tests.integration.central_people.device import Device
from tests.integration.central_views.conftest import PASSWORD, Officer, hidden

ORIGIN, HOST = "https://loket.example.go.id", "loket.example.go.id"


@pytest.fixture
def app(centre: Centre) -> Flask:
    settings = replace(centre.settings, public_url=ORIGIN)
    return create_central_app(replace(centre, settings=settings), fold_here=False)


@pytest.fixture
def device() -> Device:
    return Device(ORIGIN, HOST)


def _set_up(officer: Officer, device: Device, password: str = PASSWORD) -> TestResponse:
    officer.get("/akun/")
    asked = officer.post("/akun/kunci/mulai", {"sandi": password})
    if asked.status_code != 200:
        return asked
    answer = device.make(asked.json["challenge"])
    return officer.post("/akun/kunci/selesai", {"jawaban": answer, "nama": "laptop"})


def _ask(visitor: Officer) -> str:
    visitor.get("/masuk")
    return str(visitor.post("/masuk/kunci/mulai").json["challenge"])


def _enter(visitor: Officer, answer: str) -> TestResponse:
    return visitor.post("/masuk/kunci/selesai", {"jawaban": answer, "next": "/perbedaan"})


@on_both
def test_it_is_enough_alone(app: Flask, rudi: Officer, device: Device) -> None:
    _set_up(rudi, device)
    visitor = Officer(app.test_client())

    done = _enter(visitor, device.prove(_ask(visitor)))

    assert done.json == {"go": "/perbedaan"}
    assert "Rudi Hartono" in visitor.get("/").text


def test_an_answer_is_good_once(app: Flask, rudi: Officer, device: Device) -> None:
    _set_up(rudi, device)
    visitor, thief = Officer(app.test_client()), Officer(app.test_client())
    answer = device.prove(_ask(visitor))
    cookie = visitor.client.get_cookie("loket_pusat")
    assert cookie is not None
    thief.get("/masuk")
    token = visitor.token
    thief.client.set_cookie("loket_pusat", cookie.value)
    thief.token = token

    first = _enter(visitor, answer)
    again = _enter(thief, answer)

    assert (first.status_code, again.status_code) == (200, 422)
    assert thief.get("/").status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://loket.example.go.id.jahat.test"},
        {"host": "jahat.test"},
        {"knows_owner": False},
    ],
)
def test_a_look_alike_or_a_device_that_asked_nobody_is_refused(
    app: Flask, rudi: Officer, device: Device, wrong: dict[str, object]
) -> None:
    _set_up(rudi, device)
    visitor = Officer(app.test_client())

    answer = _enter(visitor, replace(device, **wrong).prove(_ask(visitor)))  # type: ignore[arg-type]

    assert answer.status_code == 422
    assert "tidak dikenal" in answer.json["said"]
    assert visitor.get("/").status_code == 303


def test_a_copied_device_is_noticed_by_its_count(app: Flask, rudi: Officer, device: Device) -> None:
    _set_up(rudi, device)
    copy = replace(device)
    for _ in range(3):
        visitor = Officer(app.test_client())
        assert _enter(visitor, device.prove(_ask(visitor))).status_code == 200

    thief = Officer(app.test_client())

    assert _enter(thief, copy.prove(_ask(thief))).status_code == 422


def test_it_is_set_up_with_the_password_only(app: Flask, rudi: Officer, device: Device) -> None:
    refused = _set_up(rudi, device, "bukan ini")
    visitor = Officer(app.test_client())

    assert refused.status_code == 422
    assert _enter(visitor, device.prove(_ask(visitor))).status_code == 422


def test_whoever_has_one_is_asked_for_it_after_the_password(
    app: Flask, rudi: Officer, device: Device
) -> None:
    _set_up(rudi, device)
    visitor = Officer(app.test_client())

    first = visitor.log_in("rudi")
    asked = visitor.post("/masuk/kunci/mulai").json if visitor.get("/masuk/kode") else None
    done = _enter(visitor, device.prove(asked["challenge"]))

    assert first.headers["Location"] == "/masuk/kode"
    assert len(asked["allowCredentials"]) == 1
    assert done.status_code == 200


def test_an_inactive_account_s_passkey_opens_nothing(
    app: Flask, rudi: Officer, device: Device, centre: Centre
) -> None:
    _set_up(rudi, device)
    people.set_active(centre, Author("", "x", "admin"), id_of(centre, "rudi"), active=False)
    visitor = Officer(app.test_client())

    assert _enter(visitor, device.prove(_ask(visitor))).status_code == 422


def test_without_an_address_set_there_are_none(centre: Centre) -> None:
    client = create_central_app(centre, fold_here=False).test_client()
    page = client.get("/masuk", base_url="http://10.0.0.7:8080")
    token = hidden(page, "csrf_token")

    answer = client.post(
        "/masuk/kunci/mulai", base_url="http://10.0.0.7:8080", data={"csrf_token": token}
    )

    assert "kunci sandi" not in page.text
    assert answer.status_code == 404


@pytest.mark.parametrize("answer", ["", "{}", "[]", '{"id": 7}', '{"id": "AA"}', "nonsense"])
def test_nonsense_is_refused_in_words(app: Flask, answer: str) -> None:
    visitor = Officer(app.test_client())
    _ask(visitor)

    refused = _enter(visitor, answer)

    assert refused.status_code == 422
    assert refused.json["said"]
