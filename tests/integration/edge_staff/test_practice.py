"""Practice: a whole counter beside the real one, which knows nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from edge_node.app import EXTENSION as EDGE
from edge_node.app import create_apps
from edge_node.edge import Edge
from edge_node.practice.mount import EXTENSION, Room
from edge_node.practice.tours import TOURS, after, tour
from edge_node.workflows import lookup
from edge_node.workflows.lookup import Group
from registration.lifecycle import Status
from tests.integration.edge_staff.conftest import Browser, open_counter
from vault import log
from vault.engine import reading
from vault.read import Filter, count_records, list_records

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Trainee:
    """Somebody who practises: presses buttons of pages below /latihan."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def press(self, page: str, action: str, **typed: str) -> TestResponse:
        """Press the button of `page` that posts to `action`."""
        token = _TOKEN.search(self.get(page).text)
        assert token is not None
        return self.client.post(action, data={"csrf_token": token[1], **typed})

    def enter(self, number: int = 0) -> Trainee:
        """Be the petugas, the Pamor or the penyelia."""
        doors = re.findall(r'action="(/latihan/peran/[^"]+)"', self.get("/latihan/masuk").text)
        assert self.press("/latihan/masuk", doors[number]).status_code == 303
        return self


@pytest.fixture(scope="module")
def apps(
    new_counter: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Edge, Flask, Flask]]:
    """The real counter, its staff pages and its portal; practised at by one after the other."""
    with open_counter(new_counter, tmp_path_factory.mktemp("real")) as real:
        staff, portal = create_apps(real)
        yield real, staff, portal
        _room(staff).begin_anew()


@pytest.fixture
def edge(apps: tuple[Edge, Flask, Flask]) -> Edge:
    return apps[0]


@pytest.fixture
def staff_app(apps: tuple[Edge, Flask, Flask]) -> Flask:
    return apps[1]


@pytest.fixture
def trainee(staff_app: Flask) -> Trainee:
    return Trainee(staff_app).enter()


def _room(app: Flask) -> Room:
    """The room behind the mounted practice."""
    mounted = app.wsgi_app.mounts["/latihan"]  # type: ignore[attr-defined]
    room = mounted.__self__
    assert isinstance(room, Room)
    return room


def _practised(staff: Flask) -> Edge:
    room = _room(staff)
    assert room.counter is not None
    return room.counter.edge


def _one(edge: Edge, status: Status) -> str:
    with reading(edge.vault.engine) as connection:
        found, _ = list_records(connection, edge.vault, Filter(statuses=(status,)), 1, 1)
    return found[0].id.hex()


def test_a_visitor_finds_invented_requests_in_every_state(staff_app: Flask) -> None:
    trainee = Trainee(staff_app).enter()

    page = trainee.get("/latihan/")

    assert "LATIHAN" in page.text
    counts = {group: one.count for group, one in lookup.queues(_practised(staff_app)).items()}
    waiting = (Group.DIKEMBALIKAN, Group.PERIKSA, Group.PUSAT, Group.SIAP, Group.SELESAI)
    assert all(counts[group] for group in waiting), counts


def test_the_real_counter_knows_nothing_of_what_is_practised(
    edge: Edge, staff_app: Flask, trainee: Trainee
) -> None:
    trainee.press("/latihan/permohonan/baru/ktp-el/hilang", "/latihan/karangan/ktp-el/hilang")

    with reading(edge.vault.engine) as connection:
        assert count_records(connection, Filter()) == 0
        assert log.watermarks(connection, edge.stream) == {}
    assert Browser(staff_app.test_client()).get("/").headers["Location"].startswith("/masuk")


def test_who_practises_is_not_signed_in_at_the_real_counter(
    staff_app: Flask, trainee: Trainee
) -> None:
    answer = trainee.get("/")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/masuk?next=/"


def test_a_session_that_ended_comes_back_to_practice(staff_app: Flask) -> None:
    trainee = Trainee(staff_app)

    answer = trainee.get("/latihan/antrean")

    assert answer.headers["Location"] == "/latihan/masuk?next=/latihan/antrean"


def test_what_is_practised_stands_in_clear_nowhere(
    edge: Edge, staff_app: Flask, trainee: Trainee
) -> None:
    practised = _practised(staff_app)
    with reading(practised.vault.engine) as connection:
        found, _ = list_records(connection, practised.vault, Filter(), 1, 30)
    names = [str(one.value("data.nama")).encode() for one in found if one.value("data.nama")]
    names = [name for name in names if len(name) > 8]
    assert names

    files = [path.read_bytes() for path in edge.settings.data.rglob("*") if path.is_file()]

    assert not [name for name in names if any(name in held for held in files)]


def test_an_invented_form_is_filed_and_gets_a_receipt(staff_app: Flask, trainee: Trainee) -> None:
    filled = trainee.press("/latihan/permohonan/baru/kia/balita", "/latihan/karangan/kia/balita")
    page = trainee.get(filled.headers["Location"]).text
    typed = dict(re.findall(r'<input[^>]*name="([a-z0-9_]+)"[^>]*value="([^"]*)"', page))
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    assert typed["nama"]

    assert page.count("Tersimpan ·") >= 2, "the papers are there"


def test_disdukcapil_acts_at_a_press_and_only_on_what_has_arrived(
    staff_app: Flask, trainee: Trainee
) -> None:
    practised = _practised(staff_app)
    record = _one(practised, Status.DIVERIFIKASI)
    path = f"/latihan/permohonan/{record}"
    assert "Terbitkan dokumen" in trainee.get(path).text

    trainee.press(path, f"/latihan/pusat/{record}/terbitkan")

    shown = trainee.get(path).text
    assert "LATIHAN-" in shown
    assert "Terbitkan dokumen" not in shown
    assert "Petugas Disdukcapil" in shown, "the history tells who"


def test_while_the_line_is_cut_acts_wait_and_go_by_themselves_afterwards(
    staff_app: Flask, trainee: Trainee
) -> None:
    practised = _practised(staff_app)
    trainee.press("/latihan/", "/latihan/jaringan")
    record = _one(practised, Status.DIAJUKAN)
    with reading(practised.vault.engine) as connection:
        whole, _ = list_records(
            connection, practised.vault, Filter(statuses=(Status.DIAJUKAN,)), 1, 20
        )
    record = next(one.id.hex() for one in whole if len(one.scans) > 1)
    trainee.press(f"/latihan/permohonan/{record}", f"/latihan/permohonan/{record}/verifikasi")

    cut = trainee.get("/latihan/").text
    assert "Jaringan terputus" in cut
    assert "1 permohonan" in cut
    assert "Jadi Disdukcapil" not in trainee.get(f"/latihan/permohonan/{record}").text

    trainee.press("/latihan/", "/latihan/jaringan")

    assert "semua terkirim" in trainee.get("/latihan/").text
    assert "Jadi Disdukcapil" in trainee.get(f"/latihan/permohonan/{record}").text


def test_a_tour_goes_on_as_its_steps_are_done(trainee: Trainee) -> None:
    trainee.press("/latihan/tur", "/latihan/tur/ajukan")
    assert "langkah 1 dari 5" in trainee.get("/latihan/").text

    second = trainee.get("/latihan/permohonan/baru").text
    third = trainee.get("/latihan/permohonan/baru/ktp-el/hilang").text
    trainee.press("/latihan/permohonan/baru/ktp-el/hilang", "/latihan/karangan/ktp-el/hilang")
    fourth = trainee.get("/latihan/permohonan/baru/ktp-el/hilang").text

    assert "langkah 2 dari 5" in second
    assert "langkah 3 dari 5" in third
    assert "langkah 4 dari 5" in fourth


def test_a_tour_leaves_no_cookie_on_what_browsers_keep(trainee: Trainee) -> None:
    trainee.press("/latihan/tur", "/latihan/tur/ajukan")

    with trainee.get("/latihan/static/practice.css") as answer:
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers


def test_a_step_can_be_skipped_and_a_tour_closed(trainee: Trainee) -> None:
    trainee.press("/latihan/tur", "/latihan/tur/serahkan")

    back = trainee.press("/latihan/", "/latihan/tur/lewati", kembali="/latihan/antrean")
    assert back.headers["Location"] == "/latihan/antrean"
    assert "langkah 2 dari 3" in trainee.get("/latihan/antrean").text

    trainee.press("/latihan/", "/latihan/tur/akhiri")
    assert "langkah" not in trainee.get("/latihan/").text


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "/", "/latihan//x"])
def test_a_button_leads_back_to_practice_only(trainee: Trainee, elsewhere: str) -> None:
    answer = trainee.press("/latihan/", "/latihan/jaringan", kembali=elsewhere)

    assert answer.headers["Location"] == "/latihan/"


def test_beginning_anew_leaves_nothing_of_what_was_practised(
    edge: Edge, staff_app: Flask, trainee: Trainee
) -> None:
    before = _practised(staff_app)
    record = _one(before, Status.DIVERIFIKASI)

    answer = trainee.press("/latihan/", "/latihan/dari-awal")
    assert answer.headers["Location"] == "/latihan/masuk"
    again = Trainee(staff_app).enter()

    assert _practised(staff_app) is not before
    assert again.get(f"/latihan/permohonan/{record}").status_code == 404
    kept = [path.name for path in (edge.settings.data / "practice").iterdir()]
    assert kept
    assert all(name.startswith("edge.sqlite3") for name in kept), kept


def test_a_server_that_starts_sweeps_what_a_former_run_left(
    new_counter: Path, tmp_path: Path
) -> None:
    left = tmp_path / "practice" / "edge.sqlite3"
    left.parent.mkdir()
    left.write_bytes(b"left")

    with open_counter(new_counter, tmp_path) as real:
        create_apps(real)

    assert not left.exists()


def test_the_portal_of_practice_is_marked_and_its_requests_come_to_the_practice_counter(
    apps: tuple[Edge, Flask, Flask],
) -> None:
    _, staff, portal = apps

    page = portal.test_client().get("/latihan/")

    assert "LATIHAN" in page.text
    assert 'href="/latihan/urus/ktp-el"' in page.text
    assert _room(staff) is _room(portal)


def test_every_step_of_every_tour_names_endpoints_that_exist(
    staff_app: Flask, trainee: Trainee
) -> None:
    room = _room(staff_app)
    assert room._apps is not None
    endpoints = set(room._apps[0].view_functions)
    assert room._apps[0].extensions[EDGE] is _practised(staff_app)
    assert room._apps[0].extensions[EXTENSION] is room

    named = {one for known in TOURS for step in known.steps for one in step.done}

    assert named <= endpoints, named - endpoints


def test_only_what_a_step_is_about_fulfils_it() -> None:
    known = tour("periksa")
    assert known is not None

    assert after(0, known, "antrean.page") == 0
    assert after(0, known, "permohonan.page") == 1
    assert after(len(known.steps), known, "permohonan.page") == len(known.steps)
