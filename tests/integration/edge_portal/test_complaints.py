"""Complaining from a phone: made, followed by code and PIN, answered, reopened once, withdrawn."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from edge_node.edge import Edge
from edge_node.portal.current import LIMITS
from edge_node.workflows import complaints
from edge_node.workflows.complaints import Heard
from registration import complaints as law
from registration.complaint_forms import Follow
from registration.complaints import Status
from tests.integration.edge_portal.conftest import SITI, Phone
from vault.engine import reading
from vault.read import Filter, count_records

STORY = "Sudah dua bulan KTP saya belum jadi. Saya sudah tiga kali datang."


@pytest.fixture
def other(app: Flask) -> Phone:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "10.0.0.9"
    return Phone(client)


def complain(phone: Phone, about: str = "waktu", **typed: str) -> Follow:
    """Make one, and take down what the receipt shows."""
    phone.open(f"/pengaduan/buat/{about}")
    sent = {"isi": STORY, "permohonan": "", "telepon": ""} | typed
    phone.press(token=token_of(phone), **sent)
    assert phone.at == "/pengaduan/tanda-terima", phone.text
    pin = re.search(r"\b(\d{3}) (\d{3})\b", phone.text)
    assert pin is not None
    return Follow(phone.code, pin[1] + pin[2])


def token_of(phone: Phone) -> str:
    found = re.search(r'name="token" value="([^"]+)"', phone.page)
    assert found is not None
    return found[1]


def follow(phone: Phone, known: Follow) -> Phone:
    return phone.open("/pengaduan/cek").press(kode=known.kode, pin=known.pin)


def heard_of(edge: Edge, known: Follow) -> Heard:
    record = complaints.find(edge, known)
    assert record is not None
    heard = complaints.progress(edge, record)
    assert heard is not None
    return heard


def count(edge: Edge, kind: str) -> int:
    with reading(edge.vault.engine) as connection:
        return count_records(connection, Filter(stream=edge.stream, kind=kind))


def test_the_way_from_the_first_page_to_the_receipt(phone: Phone) -> None:
    assert "/pengaduan" in phone.open("/").page

    phone.open("/pengaduan")
    assert "Dimintai uang" in phone.text
    complain(phone)

    assert "Pengaduan diterima" in phone.text
    assert "Dijawab paling lambat:" in phone.text


def test_code_and_pin_open_it_on_any_phone(phone: Phone, other: Phone) -> None:
    known = complain(phone, permohonan="btj 7q4 k2m", telepon="0812 3456 7890")

    follow(other, Follow(known.kode.lower(), f"{known.pin[:2]} {known.pin[2:]}"))

    assert other.at == "/pengaduan/hasil"
    assert STORY in other.text
    assert "Menunggu ditangani" in other.text
    assert "14 hari lagi" in other.text


def test_a_wrong_pin_and_an_unknown_code_get_the_same_answer(phone: Phone, other: Phone) -> None:
    known = complain(phone)
    wrong = f"{(int(known.pin) + 1) % 1_000_000:06}"

    assert "tidak cocok" in follow(other, Follow(known.kode, wrong)).text
    assert other.status == 422
    assert f'value="{known.kode}"' in other.page
    assert "tidak cocok" in follow(other, Follow("BTJ-7Q4-K2M", wrong)).text
    assert other.open("/pengaduan/hasil").at == "/pengaduan/cek"


def test_pins_cannot_be_tried_without_end(app: Flask, phone: Phone, other: Phone) -> None:
    known = complain(phone)
    for _ in range(10):
        app.extensions[LIMITS].codes.take(known.kode)

    follow(other, known)

    assert other.status == 429
    assert "Tunggu" in other.text


def test_sent_twice_it_is_one_complaint_with_one_receipt(edge: Edge, phone: Phone) -> None:
    phone.open("/pengaduan/buat/waktu")
    token, form = token_of(phone), phone.page
    phone.press(token=token, isi=STORY)
    first = phone.text

    phone.page = form
    phone.press("/pengaduan/buat/waktu", token=token, isi=STORY)

    assert phone.text == first
    assert count(edge, law.KIND) == 1


def test_what_was_typed_stays_when_something_is_wrong(edge: Edge, phone: Phone) -> None:
    phone.open("/pengaduan/buat/data")

    phone.press(token=token_of(phone), isi=STORY, permohonan="BTJ-7Q4", telepon="021")

    assert phone.status == 422
    assert STORY in phone.text
    assert "Kode terdiri dari 9 huruf dan angka" in phone.text
    assert 'value="021"' in phone.page
    assert count(edge, law.KIND) == 0


def test_too_many_from_one_phone_wait_and_nothing_typed_is_lost(app: Flask, phone: Phone) -> None:
    phone.open("/pengaduan/buat/waktu")
    for _ in range(10):
        app.extensions[LIMITS].sent.take("127.0.0.1")

    phone.press(token=token_of(phone), isi=STORY)

    assert phone.status == 429
    assert STORY in phone.text


def test_an_answer_is_read_accepted_and_closed(edge: Edge, phone: Phone) -> None:
    known = complain(phone)
    record = heard_of(edge, known).record.id
    complaints.take_up(edge, record, SITI)
    complaints.answer(edge, record, SITI, "Maaf, blangko habis. Sekarang sudah jadi.")

    follow(phone, known)
    assert "Maaf, blangko habis. Sekarang sudah jadi." in phone.text
    assert "Siti" not in phone.text
    phone.press("/pengaduan/terima")

    assert "Pengaduan selesai" in phone.text
    assert "Warga menerima jawabannya." in phone.text
    phone.press("/pengaduan/terima")
    assert len(heard_of(edge, known).record.told) == 4


def test_who_is_not_content_reopens_it_once_and_gets_a_new_term(edge: Edge, phone: Phone) -> None:
    known = complain(phone)
    record = heard_of(edge, known).record.id
    complaints.answer(edge, record, SITI, "Silakan tunggu dulu.")
    start = edge.clock()
    edge.clock = lambda: start.later(10 * 86_400_000)

    follow(phone, known).open("/pengaduan/belum-puas")
    phone.press(alasan="?")
    assert phone.status == 422
    phone.press(alasan="Belum jadi juga sampai hari ini.")

    heard = heard_of(edge, known)
    assert (heard.status, heard.days_left) == (Status.DITANGANI, 14)
    assert "Belum jadi juga" in phone.text
    complaints.answer(edge, record, SITI, "Sudah jadi, silakan diambil.")
    follow(phone, known)
    assert "lapor.go.id" in phone.text
    assert phone.open("/pengaduan/belum-puas").at == "/pengaduan/hasil"


def test_it_can_be_taken_back_until_it_is_answered(edge: Edge, phone: Phone) -> None:
    known = complain(phone)

    follow(phone, known).open("/pengaduan/tarik").press()

    assert "Pengaduan ditarik" in phone.text
    assert heard_of(edge, known).status is Status.DITARIK
    assert phone.open("/pengaduan/tarik").at == "/pengaduan/hasil"


def test_leaving_closes_the_door(phone: Phone) -> None:
    complain(phone)

    phone.open("/pengaduan/hasil").press("/pengaduan/selesai")

    assert phone.open("/pengaduan/hasil").at == "/pengaduan/cek"
    assert phone.open("/pengaduan/tanda-terima").at == "/pengaduan/cek"


def test_a_complaint_s_code_opens_no_request_and_its_record_is_none(
    edge: Edge, phone: Phone
) -> None:
    known = complain(phone)

    phone.open("/cek")
    phone.press(
        **{
            "kode": known.kode,
            "tanggal_lahir.hari": "1",
            "tanggal_lahir.bulan": "1",
            "tanggal_lahir.tahun": "1990",
        }
    )

    assert "tidak cocok" in phone.text
    assert (count(edge, "permohonan"), count(edge, law.KIND)) == (0, 1)


def test_a_subject_that_there_is_not_has_no_page(phone: Phone) -> None:
    assert phone.open("/pengaduan/buat/cuaca").status == 404
