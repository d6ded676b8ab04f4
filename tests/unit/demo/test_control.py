"""The control page: throws real switches, tells what passes, listens to nobody else."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from demo.control import SWITCHES, ControlPage, Login, Place, Switch, create_control, human_bytes
from demo.relay import Mode, Relay, Switchboard

PLACES = (
    Place("Disdukcapil", "http://127.0.0.1:1/", logins=(Login("rudi", "sawah hijau", "admin"),)),
    Place(
        "Kelurahan Bintarajaya",
        "http://127.0.0.1:2/",
        "http://127.0.0.1:3/",
        (Login("siti", "kopi hangat", "petugas"),),
        line="bintarajaya",
    ),
)


@pytest.fixture
def relay() -> Iterator[Relay]:
    board = Switchboard()
    relay = Relay("bintarajaya", "127.0.0.1", 9, seed=1, switchboard=board)
    relay.start()
    yield relay
    relay.stop()
    board.stop()


@pytest.fixture
def client(relay: Relay) -> FlaskClient:
    return create_control(PLACES, [relay]).test_client()


def test_the_page_shows_each_place_with_its_addresses_and_logins(client: FlaskClient) -> None:
    page = client.get("/").text

    for text in ("Disdukcapil", "Kelurahan Bintarajaya", "http://127.0.0.1:3/", "kopi hangat"):
        assert text in page


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: switch.mode.value)
def test_each_button_throws_its_switch_and_leads_back(
    client: FlaskClient, relay: Relay, switch: Switch
) -> None:
    mode = switch.mode
    relay.set_mode(Mode.HANG)

    answer = client.post(f"/line/bintarajaya/{mode.value}")

    assert answer.status_code == 303
    assert relay.mode is mode
    pressed = f'id="bintarajaya-{mode.value}"'
    button = client.get("/").text.split(pressed)[1].split("</button>")[0]
    assert 'aria-pressed="true"' in button


def test_a_program_gets_json(client: FlaskClient, relay: Relay) -> None:
    answer = client.post("/line/bintarajaya/cut", headers={"Accept": "application/json"})

    assert answer.get_json() == {
        "name": "bintarajaya",
        "mode": "cut",
        "bytes_up": 0,
        "bytes_down": 0,
        "connections": 0,
        "open": 0,
    }
    assert client.get("/status.json").get_json()["bintarajaya"]["mode"] == "cut"


@pytest.mark.parametrize("path", ["/line/kranji/cut", "/line/bintarajaya/bakar"])
def test_an_unknown_line_or_mode_is_refused(client: FlaskClient, relay: Relay, path: str) -> None:
    assert client.post(path).status_code == 404
    assert relay.mode is Mode.CONNECTED


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Host": "rebound.example"}]
)
def test_other_web_pages_cannot_throw_a_switch(
    client: FlaskClient, relay: Relay, headers: dict[str, str]
) -> None:
    answer = client.post("/line/bintarajaya/cut", headers=headers)

    assert answer.status_code == 403
    assert relay.mode is Mode.CONNECTED


def test_a_place_on_a_line_that_does_not_exist_is_a_mistake(relay: Relay) -> None:
    with pytest.raises(ValueError):
        create_control([Place("X", "http://127.0.0.1/", line="kranji")], [relay])


def test_the_served_page_brings_its_style_and_script(relay: Relay) -> None:
    page = ControlPage(PLACES, [relay])
    url = page.start()

    for path in ("", "board", "static/control.css", "htmx.min.js"):
        with urllib.request.urlopen(url + path, timeout=5) as answer:  # noqa: S310 - our own page
            assert answer.status == 200
    page.stop()


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (7_800, "7,8 kB"), (123_400, "123 kB"), (2_500_000, "2,5 MB")],
)
def test_bytes_are_told_as_people_write_them(count: int, shown: str) -> None:
    assert human_bytes(count) == shown
