"""The page of the queue: calling, ending, and giving a number."""

from __future__ import annotations

import re
import secrets

import pytest

from edge_node.app import create_staff_app
from edge_node.edge import Edge
from edge_node.store.tickets import Ticket
from edge_node.workflows import queueing
from tests.integration.edge_staff.conftest import Browser

_TOKEN = re.compile(r'name="token" value="([^"]+)"')


def wait(edge: Edge, *services: str | None) -> list[Ticket]:
    return [queueing.take(edge, secrets.token_bytes(16), one)[0] for one in services]


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def present(edge: Edge, desk: int) -> str:
    here = queueing.board(edge).at(desk)
    return here.id.hex() if here is not None else ""


def call_next(edge: Edge, browser: Browser, desk: int) -> str:
    """Press the button of the page as it is now; returns the page after."""
    answer = browser.post("/antrean/panggil", {"sekarang": present(edge, desk)})
    assert answer.status_code == 303
    return text(browser.get("/antrean").text)


@pytest.fixture
def desk(siti: Browser) -> Browser:
    assert siti.post("/antrean/loket", {"loket": "2"}).status_code == 303
    return siti


@pytest.mark.parametrize("path", ["/antrean", "/antrean/daftar"])
def test_without_login_there_is_only_the_login(visitor: Browser, path: str) -> None:
    assert visitor.get(path).headers["Location"].startswith("/masuk")


def test_the_menu_leads_to_the_queue(siti: Browser) -> None:
    assert '<a href="/antrean">Antrean loket</a>' in siti.get("/").text
    assert '<a href="/antrean" aria-current="page">' in siti.get("/antrean").text


def test_the_desk_is_asked_for_once_a_session(siti: Browser) -> None:
    before = text(siti.get("/antrean").text)
    siti.post("/antrean/loket", {"loket": "4"})
    after = text(siti.get("/antrean").text)

    assert "Anda duduk di loket nomor berapa?" in before
    assert "Panggil berikutnya" not in before
    assert "Anda di Loket 4" in after
    assert "Panggil berikutnya" in after
    assert "nomor berapa?" in text(siti.get("/antrean?ganti=1").text)


@pytest.mark.parametrize("chosen", ["0", "10", "-1", "dua", ""])
def test_a_desk_that_does_not_exist_is_refused(siti: Browser, chosen: str) -> None:
    assert siti.post("/antrean/loket", {"loket": chosen}).status_code == 400


def test_without_a_desk_nobody_is_called(siti: Browser, edge: Edge) -> None:
    wait(edge, "kk")

    answer = siti.post("/antrean/panggil", {"sekarang": ""})

    assert answer.headers["Location"] == "/antrean"
    assert len(queueing.board(edge).waiting) == 1


def test_who_waits_is_told_by_service(siti: Browser, edge: Edge) -> None:
    wait(edge, "kk", "kia", "kk", None)

    page = text(siti.get("/antrean").text)

    assert "Menunggu dipanggil 4" in page
    assert re.search(r"KK 2 A001 [\d.]+ A003", page)
    assert re.search(r"KIA 1 A002", page)
    assert re.search(r"Keperluan lain 1 A004", page)


def test_the_list_is_sent_again_only_when_it_changed(siti: Browser, edge: Edge) -> None:
    wait(edge, "kk", "kk")
    mark = siti.get("/antrean").text.split("/antrean/daftar?v=")[1].split('"')[0]
    same = siti.get(f"/antrean/daftar?v={mark}")
    queueing.give_back(edge, queueing.board(edge).waiting[0].id)
    other = siti.get(f"/antrean/daftar?v={mark}")

    assert same.status_code == 204
    assert other.status_code == 200
    assert "A001" not in other.text
    assert "A002" in other.text


def test_the_next_is_called_to_this_desk(desk: Browser, edge: Edge) -> None:
    wait(edge, "kk", "kia")

    first = call_next(edge, desk, 2)
    second = call_next(edge, desk, 2)

    assert "A001 dipanggil ke Loket 2." in first
    assert "Di Loket 2 sekarang A001 KK" in first
    assert "A002 dipanggil ke Loket 2." in second
    assert queueing.board(edge).waiting == ()


def test_the_next_is_called_with_a_key(desk: Browser) -> None:
    assert 'data-key="F8" aria-keyshortcuts="F8"' in desk.get("/antrean").text


def test_a_double_click_calls_one(desk: Browser, edge: Edge) -> None:
    wait(edge, "kk", "kk")

    for _ in range(2):
        desk.post("/antrean/panggil", {"sekarang": ""})

    assert [one.code for one in queueing.board(edge).waiting] == ["A002"]
    assert "A001 dipanggil ke Loket 2." in text(desk.get("/antrean").text)


def test_where_nobody_waits_it_is_said(desk: Browser, edge: Edge) -> None:
    assert "Belum ada yang menunggu." in call_next(edge, desk, 2)


def test_called_again_and_served(desk: Browser, edge: Edge) -> None:
    (one,) = wait(edge, "kk")
    call_next(edge, desk, 2)

    desk.post(f"/antrean/{one.id.hex()}/ulang")
    assert "A001 dipanggil ke Loket 2." in text(desk.get("/antrean").text)
    for _ in range(2):
        desk.post(f"/antrean/{one.id.hex()}/selesai")
    page = text(desk.get("/antrean").text)

    assert "A001 selesai dilayani." in page
    assert "Belum ada yang dipanggil ke loket ini." in page


def test_who_was_not_there_stays_at_hand(desk: Browser, edge: Edge) -> None:
    late, _ = wait(edge, "kk", "kia")
    call_next(edge, desk, 2)
    desk.post(f"/antrean/{late.id.hex()}/lewat")
    missed = text(desk.get("/antrean").text)
    call_next(edge, desk, 2)
    desk.post(f"/antrean/{late.id.hex()}/datang", {"sekarang": present(edge, 2)})
    back = text(desk.get("/antrean").text)

    assert "Tidak datang saat dipanggil A001" in missed
    assert "Di Loket 2 sekarang A001" in back
    assert "Tidak datang saat dipanggil" not in back


def test_two_desks_do_not_call_the_same(desk: Browser, edge: Edge) -> None:
    other = Browser(create_staff_app(edge).test_client()).log_in("pak.rw")
    other.post("/antrean/loket", {"loket": "1"})
    wait(edge, "kk", "kk")

    assert "A001 dipanggil ke Loket 2." in call_next(edge, desk, 2)
    assert "A002 dipanggil ke Loket 1." in call_next(edge, other, 1)
    assert "A001 Loket 2 A002 Loket 1" in text(other.get("/antrean").text)


def test_a_number_for_somebody_without_a_phone(siti: Browser, edge: Edge) -> None:
    found = _TOKEN.search(siti.get("/antrean").text)
    assert found is not None

    for _ in range(2):
        assert siti.post("/antrean/beri", {"token": found[1], "layanan": "kk"}).status_code == 303
    page = text(siti.get("/antrean").text)

    assert "Nomor A001. Tulis di kertas dan berikan." in page
    assert [one.service for one in queueing.board(edge).waiting] == ["kk"]


def test_what_the_page_did_not_offer_is_refused(siti: Browser, edge: Edge) -> None:
    found = _TOKEN.search(siti.get("/antrean").text)
    assert found is not None

    assert siti.post("/antrean/beri", {"token": "x", "layanan": "kk"}).status_code == 400
    assert siti.post("/antrean/beri", {"token": found[1], "layanan": "y"}).status_code == 400
    assert siti.post(f"/antrean/{'0' * 32}/selesai").status_code == 404
    assert siti.post("/antrean/bukan-id/selesai").status_code == 404
    assert siti.post(f"/antrean/{'0' * 32}/hapus").status_code == 404
    assert queueing.board(edge).waiting == ()
