"""Photos by phone into a form that is open at the counter."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from edge_node.edge import Edge
from edge_node.workflows import drafting, phone_photos
from edge_node.workflows.filing import Filed, file_request, new_record, read_draft
from sync.body import Author
from tests.integration.edge_portal.conftest import Person, Phone, picture, scan

SITI = Author("siti", "SITI", "petugas")


@pytest.fixture
def record(edge: Edge) -> bytes:
    """A form that somebody types at the counter."""
    record = new_record(edge)
    typed = {"nama": "DEWI LESTARI", "nik": "3275025205950003"}
    drafting.keep_typed(edge, record, "ktp-el", "hilang", typed, version=1, by=SITI)
    return record


def page_for(phone: Phone, edge: Edge, record: bytes) -> Phone:
    return phone.open(f"/hp/{phone_photos.ticket_for(edge, record)}")


def held(edge: Edge, record: bytes) -> Counter[str]:
    kept = read_draft(edge, record)
    assert kept is not None
    return Counter(manifest["jenis"] for manifest in kept.scans.values())


def test_a_photo_goes_into_the_form_and_what_is_typed_stays(
    phone: Phone, edge: Edge, record: bytes, person: Person
) -> None:
    page_for(phone, edge, record).press(files={"berkas.kk": [scan(person, "kk")]})
    more = {"pekerjaan": "GURU"}
    drafting.keep_typed(edge, record, "ktp-el", "hilang", more, version=1, by=SITI)
    phone.press(files={"berkas.surat_kehilangan": [scan(person, "surat_kehilangan")]})

    assert held(edge, record) == {"kk": 1, "surat_kehilangan": 1}
    kept = read_draft(edge, record)
    assert kept is not None
    assert kept.typed["nama"] == "DEWI LESTARI"
    assert kept.typed["pekerjaan"] == "GURU"
    assert phone.page.count("1 foto sudah masuk") == 2
    assert [one.record for one in drafting.unfinished(edge)] == [record], "still the counter's"


def test_the_page_shows_nothing_of_the_form(phone: Phone, edge: Edge, record: bytes) -> None:
    page_for(phone, edge, record)

    assert phone.status == 200
    assert "Kartu Keluarga" in phone.page
    assert "DEWI" not in phone.page
    assert "3275025205950003" not in phone.page


def test_a_photo_sent_twice_is_there_once(
    phone: Phone, edge: Edge, record: bytes, person: Person
) -> None:
    one = {"berkas.kk": [scan(person, "kk")]}
    page_for(phone, edge, record).press(files=one)
    phone.press(files=one)

    assert held(edge, record) == {"kk": 1}


def test_what_is_no_picture_is_said_beside_its_paper(
    phone: Phone, edge: Edge, record: bytes
) -> None:
    page_for(phone, edge, record).press(files={"berkas.kk": [b"no picture"]})

    assert phone.status == 422
    assert "Ada foto yang perlu dilihat lagi" in phone.page
    assert not held(edge, record)


def test_a_phone_cannot_fill_the_disk(phone: Phone, edge: Edge, record: bytes) -> None:
    photos = [picture((900 + n, 700)) for n in range(12)]

    page_for(phone, edge, record).press(files={"berkas.kk": photos})

    assert held(edge, record)["kk"] < len(photos)
    assert "Paling banyak" in phone.page


def test_a_code_that_is_old_made_up_or_of_a_finished_form_says_what_to_do(
    phone: Phone, edge: Edge, record: bytes, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = phone_photos.ticket_for(edge, record)
    assert phone.open(f"/hp/{ticket}x").status == 410
    hour = time.time() + 3600
    with monkeypatch.context() as later:
        later.setattr(time, "time", lambda: hour)
        assert phone.open(f"/hp/{ticket}").status == 410
    phone.open(f"/hp/{ticket}")
    filed = file_request(
        edge, record, "ktp-el", "hilang", person.form("hilang"), [], version=1, by=SITI
    )
    assert isinstance(filed, Filed)

    phone.press(files={"berkas.kk": [scan(person, "kk")]})

    assert phone.status == 410
    assert "Minta petugas menampilkan kode QR yang baru" in phone.page
