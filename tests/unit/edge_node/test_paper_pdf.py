"""Paper forms as PDF: read back as text, whatever people are called."""

from __future__ import annotations

from datetime import date

import pytest

from edge_node.views.paper_pdf import SIZES, pdf
from registration.catalogue import SERVICES, service
from registration.printed import FORMS, forms_of
from registration.printed.shapes import Filled
from registration.regions import kelurahan
from tests.pdf_text import pages, pieces
from web.core_fonts import core_text

PLACE = kelurahan("32.75.02.1004")
NIK = "3275025205950003"


def lost_card(name: str) -> Filled:
    values = {"nama": name, "nik": NIK, "no_kk": "3275020803170021", "telepon": "+6281234567890"}
    case = service("ktp-el").case("hilang")
    return Filled("ktp-el", case, PLACE, values, {"kk"}, date(2026, 11, 25), "Siti", "BTJ-7Q4-K2M")


def test_what_stands_in_boxes_can_be_found_as_one_number() -> None:
    made = pieces(pdf(FORMS["f102"](lost_card("DEWI LESTARI"))))

    assert NIK in made
    assert "3275020803170021" in made
    assert "DEWI LESTARI" in made
    assert "0812-3456-7890" in made
    assert "Bekasi, 25 November 2026" in made
    assert made.count("X") == 2, "the reason to come, and the paper that is here"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ŁUKASZ ÑUÑEZ", "LUKASZ ÑUÑEZ"),
        ("ĀISYAH", "AISYAH"),
        ("NUR’AINI", "NUR'AINI"),
        ("王小明", "???"),
        ("A(B)\\C", "A(B)\\C"),
        ("X" * 60, "X" * 60),
    ],
)
def test_no_name_breaks_the_paper(name: str, shown: str) -> None:
    made = pdf(FORMS["f102"](lost_card(name)))

    assert shown in pieces(made)
    assert pages(made) == 1


@pytest.mark.parametrize("size", SIZES)
def test_every_form_of_every_case_fits_on_two_pages(size: str) -> None:
    for known in SERVICES:
        for case in known.cases:
            for form in forms_of(case):
                made = pdf(FORMS[form](Filled(known.code, case, PLACE)), size)

                assert pages(made) <= (2 if form == "f201" else 1), (known.code, case.code, form)


def test_folio_is_longer_than_a4() -> None:
    a4, f4 = (pdf(FORMS["f102"](lost_card("DEWI")), size) for size in SIZES)

    assert b"/MediaBox [0 0 595.28 841.89]" in a4
    assert b"/MediaBox [0 0 595.28 935.43]" in f4


def test_letters_keep_the_marks_that_the_fonts_know() -> None:
    assert core_text("José — “Ibu” Ünal · Şahin") == 'José - "Ibu" Ünal - Sahin'
