"""A receiver signs on a phone for the hand-over on the counter's screen."""

from __future__ import annotations

import time

import pytest

from edge_node.edge import Edge
from edge_node.workflows import acts, phone_signature
from edge_node.workflows.phone_signature import signed_for
from registration.acts_schema import load_hand_over
from tests.integration.edge_portal.conftest import (
    RUDI,
    SITI,
    Person,
    Phone,
    record_of,
    say,
)

DRAWN = " ".join(f"{100 + 5 * n},{150 + 9 * n % 70}" for n in range(100))


@pytest.fixture
def record(phone: Phone, edge: Edge, person: Person) -> bytes:
    """A document that waits at the counter."""
    record = record_of(edge, phone.file(person).code)
    say(edge, record, "verifikasi", SITI, status="diverifikasi")
    say(edge, record, "terbitkan", RUDI, "KTP-1", status="terbit", nomor_dokumen="KTP-1")
    return record


def box(phone: Phone, edge: Edge, record: bytes) -> Phone:
    return phone.open(f"/ttd/{phone_signature.ticket_for(edge, record)}")


def test_the_signature_waits_for_the_petugas_and_is_gone_with_the_hand_over(
    phone: Phone, edge: Edge, record: bytes
) -> None:
    box(phone, edge, record).press(garis=DRAWN)

    assert "Tanda tangan terkirim ke layar petugas." in phone.text
    assert signed_for(edge, record) == DRAWN
    typed = {"penerima": "Dewi", "hubungan": "anak", "cara": "layar"}
    to = load_hand_over({**typed, "garis": signed_for(edge, record)})
    acts.hand_over(edge, record, SITI, to)
    assert signed_for(edge, record) == ""
    assert phone.open(phone.at).status == 410, "nothing is left to sign for"


def test_the_later_signature_holds(phone: Phone, edge: Edge, record: bytes) -> None:
    again = DRAWN.replace("100,", "120,")

    box(phone, edge, record).press(garis=DRAWN)
    box(phone, edge, record).press(garis=again)

    assert signed_for(edge, record) == again


def test_the_page_tells_what_is_signed_for_and_nothing_of_the_person(
    phone: Phone, edge: Edge, record: bytes, person: Person
) -> None:
    box(phone, edge, record)

    assert phone.status == 200
    assert "KTP hilang" in phone.text
    assert person.nama not in phone.page
    assert person.nik not in phone.page
    assert phone.headers["Cache-Control"] == "no-store"


def test_an_empty_box_is_told_and_nothing_waits(phone: Phone, edge: Edge, record: bytes) -> None:
    box(phone, edge, record).press(garis="")

    assert phone.status == 422
    assert "Belum ada tanda tangan di kotak." in phone.text
    assert signed_for(edge, record) == ""


def test_a_signature_does_not_wait_for_ever(phone: Phone, edge: Edge, record: bytes) -> None:
    box(phone, edge, record).press(garis=DRAWN)
    now = edge.clock()

    edge.clock = lambda: now.later(21 * 60_000)

    assert signed_for(edge, record) == ""


def test_a_code_that_is_old_made_up_or_of_nothing_to_sign_says_what_to_do(
    phone: Phone, edge: Edge, record: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = phone_signature.ticket_for(edge, record)

    made_up = phone.open(f"/ttd/{ticket}x").status
    hour = time.time() + 3600
    with monkeypatch.context() as later:
        later.setattr(time, "time", lambda: hour)
        old = phone.open(f"/ttd/{ticket}").status
    say(edge, record, "serahkan", SITI, "DEWI", status="diserahkan", penerima={"nama": "DEWI"})
    over = phone.open(f"/ttd/{ticket}").status

    assert (made_up, old, over) == (410, 410, 410)
    assert "Minta petugas menampilkan kode QR yang baru" in phone.text
