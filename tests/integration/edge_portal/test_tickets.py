"""A number for the counter, from one's own phone; and the screen in the waiting room."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from edge_node.edge import Edge
from edge_node.portal.current import LIMITS
from edge_node.workflows import queueing
from sync.timekeeping import Reading
from tests.integration.edge_portal.conftest import Phone

DAY_MS = int(timedelta(days=1).total_seconds() * 1000)


@pytest.fixture
def other(app: Flask) -> Phone:
    return Phone(app.test_client())


def form_token(phone: Phone) -> str:
    found = re.search(r'name="token" value="([^"]+)"', phone.page)
    assert found is not None, phone.page
    return found[1]


def take(phone: Phone, service: str = "kk") -> Phone:
    phone.open("/antrean")
    return phone.press(token=form_token(phone), layanan=service)


def pass_a_day(edge: Edge) -> None:
    usual = edge.clock

    def tomorrow() -> Reading:
        now = usual()
        return Reading(now.wall_ms + DAY_MS, now.boot, now.up_ms)

    edge.clock = tomorrow


def test_from_the_first_page_to_a_number(edge: Edge, phone: Phone) -> None:
    assert "Ambil nomor antrean" in phone.open("/").text

    take(phone, "kia")

    assert phone.at == "/antrean/nomor"
    assert "A001" in phone.text
    assert "Setelah ini giliran Anda" in phone.text
    assert "Loket akan memanggil nomor Anda" in phone.text
    assert [one.service for one in queueing.board(edge).waiting] == ["kia"]


def test_how_many_are_before_it_is_told_and_goes_down(
    edge: Edge, phone: Phone, other: Phone
) -> None:
    take(other)
    take(phone)

    assert "Masih 1 orang di depan Anda" in phone.text
    queueing.call_next(edge, 1, None)
    assert "Setelah ini giliran Anda" in phone.open("/antrean/nomor").text


def test_the_page_asks_for_itself_again_without_script(phone: Phone) -> None:
    take(phone)

    assert '<noscript><meta http-equiv="refresh" content="15"></noscript>' in phone.page
    assert 'data-refresh="15"' in phone.page


def test_the_same_form_sent_twice_gives_one_number(edge: Edge, phone: Phone) -> None:
    token = form_token(phone.open("/antrean"))
    phone.press("/antrean", token=token, layanan="kk")
    phone.open("/")
    phone.press("/antrean", token=token, layanan="kk")

    assert "A001" in phone.text
    assert len(queueing.board(edge).waiting) == 1


def test_a_form_of_another_tab_gives_no_second_number(edge: Edge, phone: Phone) -> None:
    second = form_token(phone.open("/antrean"))
    take(phone)
    phone.open("/")
    phone.press("/antrean", token=second, layanan="kia")

    assert phone.at == "/antrean/nomor"
    assert len(queueing.board(edge).waiting) == 1


def test_coming_back_shows_the_same_number(phone: Phone) -> None:
    take(phone)

    assert "Nomor antrean saya: A001" in phone.open("/").text
    assert "A001" in phone.open("/antrean").text
    assert phone.at == "/antrean/nomor"


def test_a_number_belongs_to_its_phone(phone: Phone, other: Phone) -> None:
    take(phone)

    assert "A001" not in other.open("/antrean/nomor").text
    assert other.at == "/antrean"


def test_given_back_after_a_question(edge: Edge, phone: Phone) -> None:
    take(phone)

    phone.open("/antrean/kembalikan")
    assert "Kembalikan nomor A001?" in phone.text
    phone.press()

    assert phone.at == "/"
    assert "Nomor A001 sudah dikembalikan." in phone.text
    assert queueing.board(edge).waiting == ()
    assert "A002" in take(phone).text


def test_nothing_to_give_back_leads_on(phone: Phone) -> None:
    assert phone.open("/antrean/kembalikan").at == "/antrean"


def test_the_call_is_told_with_the_desk(edge: Edge, phone: Phone) -> None:
    take(phone)
    called = queueing.call_next(edge, 3, None)

    assert "Silakan ke Loket 3" in phone.open("/antrean/nomor").text
    queueing.absent(edge, called.id)
    assert "sebutkan nomor ini" in phone.open("/antrean/nomor").text
    queueing.call_missed(edge, 3, None, called.id)
    queueing.served(edge, called.id)
    assert "Sudah dilayani" in phone.open("/antrean/nomor").text
    assert "refresh" not in phone.page
    assert "A002" in take(phone).text


def test_a_number_of_yesterday_is_gone(edge: Edge, phone: Phone) -> None:
    take(phone)
    pass_a_day(edge)

    assert phone.open("/antrean/nomor").at == "/antrean"
    assert "A001" in take(phone).text


def test_another_matter_needs_no_service(edge: Edge, phone: Phone) -> None:
    take(phone, "")

    assert "Keperluan lain" in phone.text
    assert [one.service for one in queueing.board(edge).waiting] == [None]


@pytest.mark.parametrize(("token", "status"), [("", 400), ("dibuat-sendiri", 400)])
def test_a_token_of_ones_own_is_refused(edge: Edge, phone: Phone, token: str, status: int) -> None:
    phone.open("/antrean").press(token=token, layanan="kk")

    assert phone.status == status
    assert queueing.board(edge).waiting == ()


def test_a_service_that_does_not_exist_is_refused(edge: Edge, phone: Phone) -> None:
    assert take(phone, "paspor").status == 404
    assert queueing.board(edge).waiting == ()


def test_a_machine_cannot_take_all_numbers(app: Flask, edge: Edge, phone: Phone) -> None:
    for _ in range(30):
        app.extensions[LIMITS].numbers.take("127.0.0.1")

    take(phone)

    assert phone.status == 429
    assert "Tunggu sebentar, ya" in phone.text
    assert queueing.board(edge).waiting == ()


def test_the_screen_shows_desks_and_who_comes_next(edge: Edge, phone: Phone, other: Phone) -> None:
    for _ in range(9):
        take(other)
        other.client.delete_cookie("loket_warga")
    empty = phone.open("/layar").text
    queueing.call_next(edge, 2, None)
    queueing.call_next(edge, 1, None)
    screen = phone.open("/layar")

    assert "Belum ada nomor yang dipanggil" in empty
    assert "A002 Loket 1 A001 Loket 2" in screen.text
    assert "Berikutnya A003 A004 A005 A006 A007 A008 +1" in screen.text
    assert screen.page.count("screen-fresh") == 2


def test_a_call_stands_out_for_half_a_minute_and_again_when_repeated(
    edge: Edge, phone: Phone
) -> None:
    take(phone)
    called = queueing.call_next(edge, 1, None)
    usual = edge.clock
    edge.clock = lambda: usual().later(31_000)

    later = phone.open("/layar").page
    queueing.call_again(edge, called.id)
    again = phone.open("/layar").page

    assert "screen-fresh" not in later
    assert "screen-fresh" in again


def test_the_screen_needs_no_session_and_no_script(phone: Phone) -> None:
    screen = phone.open("/layar")

    assert "Set-Cookie" not in screen.headers
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in screen.page
    assert "csrf" not in screen.page
