"""A Pamor finds the app for the field; nobody practises with it."""

from __future__ import annotations

from edge_node.app import create_staff_app
from edge_node.edge import Edge
from edge_node.practice.mount import EXTENSION
from tests.integration.edge_staff.conftest import Browser


def test_a_pamor_is_led_to_the_app_by_a_code_for_the_phone(edge: Edge, rw: Browser) -> None:
    edge.portal_url = "https://portal.kelurahan.example"

    today, page = rw.get("/").text, rw.get("/halo-pamor").text

    assert 'href="/halo-pamor"' in today
    assert "https://portal.kelurahan.example/pamor/" in page
    assert "<svg" in page


def test_the_counter_has_no_use_for_it_in_its_menu(siti: Browser) -> None:
    assert "/halo-pamor" not in siti.get("/").text


def test_a_stranger_signs_in_first(edge: Edge) -> None:
    answer = create_staff_app(edge).test_client().get("/halo-pamor")

    assert answer.status_code == 303


def test_practice_shows_no_way_to_it(edge: Edge) -> None:
    app = create_staff_app(edge)
    app.extensions[EXTENSION] = object()
    rw = Browser(app.test_client()).log_in("pak.rw")

    assert "/halo-pamor" not in rw.get("/").text
    assert rw.get("/halo-pamor").status_code == 404
