"""A phone joins the kelurahan's Wi-Fi; what it asks, word for word, and what it hears."""

from __future__ import annotations

from dataclasses import replace

import pytest
from environs import Env, EnvError
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from edge_node.app import create_portal_app
from edge_node.edge import Edge
from edge_node.portal.captive import API, OPENED, PROBES
from edge_node.portal.opened import DAY_AT_OFFICE, Opened
from edge_node.settings import settings_from

PORTAL = "https://portal.kelurahan.example"
PHONE, NEIGHBOUR = "10.42.0.77", "10.42.0.78"
ASKED = [
    ("Android 14", "connectivitycheck.gstatic.com", "/generate_204"),
    ("Android 6", "clients3.google.com", "/generate_204"),
    ("Android, the fallback", "www.google.com", "/gen_204"),
    ("Chrome", "www.gstatic.com", "/generate_204"),
    ("Xiaomi", "connect.rom.miui.com", "/generate_204"),
    ("iOS and macOS", "captive.apple.com", "/hotspot-detect.html"),
    ("older iOS", "www.apple.com", "/library/test/success.html"),
    ("Windows 10", "www.msftconnecttest.com", "/connecttest.txt"),
    ("Windows 7", "www.msftncsi.com", "/ncsi.txt"),
    ("Windows, in the browser", "www.msftconnecttest.com", "/redirect"),
    ("Firefox", "detectportal.firefox.com", "/canonical.html"),
    ("Firefox, IPv4 and IPv6", "detectportal.firefox.com", "/success.txt?ipv4"),
    ("Ubuntu", "connectivity-check.ubuntu.com", "/"),
    ("GNOME", "nmcheck.gnome.org", "/check_network_status.txt"),
    ("Debian", "network-test.debian.org", "/nm"),
]


@pytest.fixture
def clock() -> list[float]:
    return [1000.0]


@pytest.fixture
def wifi(edge: Edge, clock: list[float]) -> Flask:
    """The portal of a box that is the Wi-Fi, too."""
    edge.settings = replace(edge.settings, portal_url=PORTAL, trusted_proxies=1)
    app = create_portal_app(edge)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.extensions[OPENED] = Opened(lambda: clock[0])
    return app


def ask(
    client: FlaskClient, url: str, phone: str = PHONE, agent: str = "Mozilla/5.0"
) -> TestResponse:
    """As nginx hands it on."""
    scheme, rest = url.split("://")
    host, _, path = rest.partition("/")
    return client.get(
        "/" + path,
        headers={
            "X-Forwarded-For": phone,
            "X-Forwarded-Proto": scheme,
            "X-Forwarded-Host": host,
            "User-Agent": agent,
        },
    )


@pytest.mark.parametrize(("who", "host", "path"), ASKED, ids=[one[0] for one in ASKED])
def test_each_maker_s_probe_is_led_to_the_portal(
    wifi: Flask, who: str, host: str, path: str
) -> None:
    answer = ask(wifi.test_client(), f"http://{host}{path}")

    assert answer.status_code == 302, who
    assert answer.headers["Location"] == f"{PORTAL}/"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert len(answer.data) > 0, "an empty answer is a broken network to some"


@pytest.mark.parametrize("path", PROBES)
def test_a_probe_that_names_the_box_by_its_number_is_led_as_well(wifi: Flask, path: str) -> None:
    for url in (f"http://10.42.0.1{path}", f"http://portal.kelurahan.example{path}"):
        assert ask(wifi.test_client(), url).headers["Location"] == f"{PORTAL}/"


def test_any_page_of_another_name_is_led_to_the_portal_s_first_page(wifi: Flask) -> None:
    for url in ("http://detik.com/berita?x=1", "http://[::1", "http://xn--80ak6aa92e.com/cek"):
        answer = ask(wifi.test_client(), url)

        assert (answer.status_code, answer.headers["Location"]) == (302, f"{PORTAL}/")


def test_the_portal_itself_and_who_watches_it_are_left_alone(wifi: Flask) -> None:
    client = wifi.test_client()

    assert ask(client, f"{PORTAL}/").status_code == 200
    assert ask(client, f"{PORTAL.upper().replace('HTTPS', 'https')}:443/cek").status_code == 200
    assert ask(client, f"{PORTAL}/tidak-ada").status_code == 404
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_a_form_sent_under_another_name_is_not_taken(wifi: Flask) -> None:
    answer = wifi.test_client().post("/ajukan/ktp-el/hilang", data={"setuju": "ya"})

    assert answer.status_code == 400


def test_the_api_says_captive_until_the_portal_was_opened(wifi: Flask) -> None:
    client = wifi.test_client()

    first = ask(client, PORTAL + API)
    ask(client, f"{PORTAL}/")
    then = ask(client, PORTAL + API)

    assert first.content_type == "application/captive+json"
    assert first.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in first.headers
    assert first.get_json() == {"captive": True, "user-portal-url": f"{PORTAL}/"}
    assert then.get_json() == {
        "captive": False,
        "user-portal-url": f"{PORTAL}/",
        "venue-info-url": f"{PORTAL}/",
        "seconds-remaining": int(DAY_AT_OFFICE),
        "can-extend-session": True,
    }


def test_one_phone_does_not_open_the_portal_for_another(wifi: Flask) -> None:
    client = wifi.test_client()

    ask(client, f"{PORTAL}/cek", PHONE)

    assert ask(client, PORTAL + API, PHONE).get_json()["captive"] is False
    assert ask(client, PORTAL + API, NEIGHBOUR).get_json()["captive"] is True


def test_after_a_day_the_address_is_somebody_else_s(wifi: Flask, clock: list[float]) -> None:
    client = wifi.test_client()
    ask(client, f"{PORTAL}/")

    clock[0] += DAY_AT_OFFICE - 60
    nearly = ask(client, PORTAL + API).get_json()
    clock[0] += 60
    over = ask(client, PORTAL + API).get_json()

    assert nearly["seconds-remaining"] == 60
    assert over == {"captive": True, "user-portal-url": f"{PORTAL}/"}


@pytest.mark.parametrize("agent", ["CaptiveNetworkSupport-483.60.2 wispr", "Microsoft NCSI"])
def test_a_probe_that_follows_the_redirect_has_opened_nothing(wifi: Flask, agent: str) -> None:
    client = wifi.test_client()

    assert ask(client, f"{PORTAL}/", agent=agent).status_code == 200

    assert ask(client, PORTAL + API).get_json()["captive"] is True


def test_neither_a_refusal_nor_a_stylesheet_counts_as_opened(wifi: Flask) -> None:
    client = wifi.test_client()

    ask(client, f"{PORTAL}/tidak-ada")
    ask(client, f"{PORTAL}/static/portal.css").close()
    ask(client, "http://captive.apple.com/hotspot-detect.html")

    assert ask(client, PORTAL + API).get_json()["captive"] is True


def test_the_api_is_not_told_in_clear(wifi: Flask) -> None:
    answer = ask(wifi.test_client(), "http" + PORTAL.removeprefix("https") + API)

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{PORTAL}/")


def test_without_a_public_address_nobody_is_led(app: Flask) -> None:
    client = app.test_client()

    for path in (API, *PROBES):
        assert client.get(path).status_code == 404
    assert ask(client, "http://captive.apple.com/").status_code == 200


def test_opened_forgets_who_was_idle_longest() -> None:
    now = [0.0]
    opened = Opened(lambda: now[0], most=2)

    for phone in ("a", "b", "a", "c"):
        now[0] += 1
        opened.note(phone)

    assert [opened.left(phone) > 0 for phone in "abc"] == [True, False, True]


@pytest.mark.parametrize("text", [PORTAL, f"{PORTAL}/", f"{PORTAL}:8443"])
def test_the_setting_takes_a_name_under_tls(
    edge: Edge, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("LOKET_PORTAL_URL", text)

    assert settings_from(Env(), edge.settings.data, None).portal_url == text.rstrip("/")


@pytest.mark.parametrize(
    "text",
    [
        "http://portal.example",
        "portal.example",
        "https://",
        "https://a.example/portal",
        "https://[",
    ],
)
def test_the_setting_refuses_what_phones_would(
    edge: Edge, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("LOKET_PORTAL_URL", text)

    with pytest.raises(EnvError):
        settings_from(Env(), edge.settings.data, None)
