"""Papers are drawn for who reads with difficulty."""

from __future__ import annotations

import pytest

from registration.catalogue import SERVICES
from registration.shapes import Look
from web.app import STATIC

_LARGEST = 1_000


@pytest.mark.parametrize("look", list(Look))
def test_every_kind_of_paper_has_a_drawing_that_costs_next_to_nothing(look: Look) -> None:
    drawing = STATIC / "gambar" / f"{look}.svg"

    assert drawing.read_text().startswith("<svg")
    assert drawing.stat().st_size < _LARGEST


def test_cards_and_certificates_are_not_drawn_as_letters() -> None:
    papers = {
        paper.code: paper.look for one in SERVICES for case in one.cases for paper in case.documents
    }

    assert papers["ktp_lama"] is Look.KARTU
    assert papers["buku_nikah"] is Look.BUKU
    assert papers["akta_lahir"] is Look.AKTA
    assert papers["surat_kehilangan"] is Look.SURAT
