"""Printing the ministry's forms from a request, a draft, or nothing."""

from __future__ import annotations

import re

import pytest

from registration.invented.people import Person
from tests.integration.edge_staff.conftest import Browser, record_in
from tests.pdf_text import pages, pieces


@pytest.fixture
def filed(siti: Browser, people: list[Person]) -> str:
    return record_in(siti.file(people[1], konfirmasi=["nik", "no_kk"]))


def test_a_request_prints_its_form_filled_in(
    siti: Browser,
    filed: str,
    people: list[Person],
) -> None:
    page = siti.get(f"/permohonan/{filed}").text
    answer = siti.get(f"/permohonan/{filed}/formulir/f102.pdf")

    assert f"/permohonan/{filed}/formulir/f102.pdf" in page
    assert "Cetak F-1.02 terisi" in page
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == "inline; filename=F-1.02.pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    made = pieces(answer.data)
    assert people[1].nik in made
    assert people[1].nama in made
    assert "( Siti )" in made
    assert any("permohonan BTJ-" in one for one in made)


def test_the_size_of_the_paper_is_asked_once(siti: Browser, filed: str) -> None:
    path = f"/permohonan/{filed}/formulir/f102.pdf"

    first = siti.get(path).data
    folio = siti.get(f"{path}?kertas=f4").data
    again = siti.get(path).data
    nonsense = siti.get(f"{path}?kertas=a0").data

    boxes = [re.findall(rb"/MediaBox \[([^\]]+)\]", one) for one in (first, folio, again, nonsense)]
    assert boxes[0] == [b"0 0 595.28 841.89"]
    assert boxes[1] == boxes[2] == boxes[3] == [b"0 0 595.28 935.43"]
    assert '<strong aria-current="true">F4</strong>' in siti.get(f"/permohonan/{filed}").text


def test_a_form_can_be_printed_before_it_is_filed(siti: Browser, people: list[Person]) -> None:
    token = siti.blank("biasa", "akta-kelahiran")
    typed = {"nama": people[0].nama, "nik_ibu": "12", "tanggal_lahir": "24-11-2026"}
    siti.post(
        "/permohonan/baru/akta-kelahiran/biasa",
        {**typed, "token": token, "versi": "1", "foto_dulu": "1"},
    )
    path = "/permohonan/baru/akta-kelahiran/biasa/formulir/f201.pdf"

    begun = siti.get(f"{path}?lanjut={token}").data
    blank = siti.get(path).data

    assert people[0].nama in pieces(begun)
    assert "12" not in pieces(begun), "half a NIK is better written by hand"
    assert people[0].nama not in pieces(blank)
    assert pages(blank) == 2


def test_the_page_of_a_new_form_offers_its_paper(siti: Browser) -> None:
    page = siti.get("/permohonan/baru/akta-kelahiran/tanpa_surat").text
    child = siti.get("/permohonan/baru/kia/balita").text

    assert "Cetak F-2.01" in page
    assert "Cetak F-2.03" in page
    assert "Cetak F-" not in child


def test_a_form_that_does_not_belong_here_is_not_found(
    siti: Browser,
    filed: str,
) -> None:
    for path in (
        f"/permohonan/{filed}/formulir/f201.pdf",
        f"/permohonan/{filed}/formulir/f999.pdf",
        "/permohonan/baru/ktp-el/tidak-ada/formulir/f102.pdf",
        "/permohonan/baru/kia/balita/formulir/f102.pdf",
    ):
        assert siti.get(path).status_code == 404


def test_only_staff_print(visitor: Browser, people: list[Person]) -> None:
    siti = visitor.log_in()
    record = record_in(siti.file(people[3]))
    siti.post("/keluar")

    assert siti.get(f"/permohonan/{record}/formulir/f102.pdf").status_code == 303
