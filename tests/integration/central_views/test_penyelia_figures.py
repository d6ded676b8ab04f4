"""The penyelia's figures: those of one kelurahan, whatever is asked for."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from central.centre import Centre
from central.report_tables import TABLES
from central.workflows import making
from central.workflows.counting import count_all
from edge_node.workflows import complaints
from edge_node.workflows.filing import new_record
from registration.complaint_forms import Complaint
from registration.complaints import Subject
from tests.integration.central_views.conftest import (
    BINTARA,
    BINTARAJAYA,
    SITI,
    Counter,
    Officer,
    hidden,
)
from tests.integration.central_views.test_complaints import text_of
from tests.integration.central_views.test_summary import answers, cells
from tests.pdf_text import pieces

_TRIED = (
    "",
    "kelurahan=",
    f"kelurahan={BINTARA}",
    f"kelurahan={BINTARA}&kelurahan={BINTARAJAYA}",
    f"masa=tahun&kelurahan={BINTARA}&layanan=ktp-el",
    "kelurahan=%25&stream=" + BINTARA,
)
_FAR = re.compile(rf"\bBintara\b|{re.escape(BINTARA)}")
"""Not "Bintarajaya"."""


@pytest.fixture
def penyelia(
    centre: Centre, open_counter: Callable[[str], Counter], reader: Callable[..., Officer]
) -> Officer:
    """Hers has a request and a complaint; the other three, two complaints and content people."""
    near, far = open_counter(BINTARAJAYA), open_counter(BINTARA)
    near.file()
    for _ in range(3):
        far.file()
    complain(near, Subject.PUNGUTAN)
    complain(far, Subject.SIKAP)
    complaints.answer(far.edge, complain(far, Subject.SARANA), SITI, "Sudah kami perbaiki.")
    answers(far, 4, 4, 4, 4, 4)
    near.exchange()
    far.exchange()
    count_all(centre)
    return reader("penyelia", BINTARAJAYA)


def complain(loket: Counter, about: Subject) -> bytes:
    record = new_record(loket.edge)
    complaints.make(loket.edge, record, Complaint(about, "Antre lama sekali."))
    return record


def test_the_summary_is_of_the_own_kelurahan_whatever_the_address_says(penyelia: Officer) -> None:
    pages = {tried: penyelia.get(f"/ringkasan?{tried}").text for tried in _TRIED}

    for tried, page in pages.items():
        words = text_of(page)
        assert "1 permohonan masuk" in words, tried
        assert "0 jawaban masuk" in words, tried
        assert "dari 1 yang menunggu" in words, tried
        assert "Bintarajaya" in words, tried
        assert not _FAR.search(page), tried


def test_every_table_as_a_file_is_of_the_own_kelurahan(penyelia: Officer) -> None:
    for tried in _TRIED:
        files = {name: penyelia.get(f"/ringkasan/{name}.csv?{tried}") for name in TABLES}

        assert {one.status_code for one in files.values()} == {200}
        assert not [name for name, one in files.items() if _FAR.search(one.text)], tried
        filed = {row[0]: row[1] for row in cells(files["permohonan"].data)}
        assert filed["Permohonan masuk"] == "1", tried
        assert [row[0] for row in cells(files["kelurahan"].data)[1:]] == ["Bintarajaya"]
        assert [row[0] for row in cells(files["pengaduan"].data)[1:]] == ["Dimintai uang"]


def test_a_report_is_made_of_the_own_kelurahan_in_every_file(
    penyelia: Officer, centre: Centre
) -> None:
    ident = hidden(penyelia.get("/ringkasan"), "laporan")

    asked = penyelia.post("/laporan", {"laporan": ident, "kelurahan": BINTARA, "masa": "tahun"})
    making.make_next(centre)
    page, listing = penyelia.get(asked.location).text, penyelia.get("/laporan").text
    pdf, xlsx, flat = (penyelia.get(f"{asked.location}.{kind}") for kind in making.FILES)

    book = load_workbook(io.BytesIO(xlsx.data))
    sheet = "\n".join(
        str(cell) for one in book for row in one.iter_rows(values_only=True) for cell in row
    )
    rows = {row[0]: row[1:] for row in book["Permohonan"].iter_rows(values_only=True)}
    assert rows["Permohonan masuk"] == (1, 0)
    for text in (page, listing, " ".join(pieces(pdf.data)), sheet, flat.data.decode("utf-8-sig")):
        assert "Bintarajaya" in text
        assert not _FAR.search(text)


@pytest.mark.parametrize("about", ["", BINTARA])
def test_reports_of_the_city_and_of_others_are_not_there(
    penyelia: Officer, rudi: Officer, centre: Centre, about: str
) -> None:
    ident = "a" * 32
    asked = rudi.post("/laporan", {"laporan": ident, "kelurahan": about})
    making.make_next(centre)

    taken_over = penyelia.post("/laporan", {"laporan": ident, "kelurahan": BINTARAJAYA})
    tried = [penyelia.get(asked.location)]
    tried += [penyelia.get(f"{asked.location}.{kind}") for kind in making.FILES]

    assert rudi.get(f"{asked.location}.csv").status_code == 200
    assert penyelia.get(taken_over.location).status_code == 404
    assert {one.status_code for one in tried} == {404}
    assert ident not in penyelia.get("/laporan").text


def test_own_reports_are_listed_however_many_the_city_makes(
    penyelia: Officer, rudi: Officer
) -> None:
    own = penyelia.post("/laporan", {"laporan": "b" * 32})
    for number in range(25):
        rudi.post("/laporan", {"laporan": f"{number:032}"})

    listing = penyelia.get("/laporan").text

    assert own.location in listing
    assert listing.count("/laporan/") == 1


def test_complaints_are_counted_and_listed_of_the_own_kelurahan_and_read_by_nobody_here(
    penyelia: Officer, rudi: Officer
) -> None:
    tried = [f"kelompok={group}&kelurahan={BINTARA}" for group in ("", "pusat", "semua")]
    pages = [penyelia.get(f"/pengaduan?{one}").text for one in tried]
    readable = re.findall(r'href="(/pengaduan/[^"?]+)"', rudi.get("/pengaduan?kelompok=semua").text)

    for page in pages:
        assert "Tahun ini 1 pengaduan masuk" in page
        assert "Dimintai uang" in page
        assert "Sikap petugas" not in page
        assert "Tempat atau alat" not in page
        assert not _FAR.search(page)
        assert not re.search(r'href="/pengaduan/', page)
    assert [penyelia.get(path).status_code for path in sorted(readable)] == [404, 403]


def test_the_menu_leads_a_penyelia_to_figures_and_not_to_servers(penyelia: Officer) -> None:
    page = penyelia.get("/").text

    assert 'href="/ringkasan"' in page
    assert 'href="/pengaduan"' in page
    assert 'href="/node"' not in page
    assert penyelia.get("/node").status_code == 403
