"""Ringkasan and reports: what happened at the counters, in numbers, and in files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from central.centre import Centre
from central.workflows import desk, making
from central.workflows.counting import count_all
from edge_node.workflows import complaints, survey
from edge_node.workflows.filing import new_record
from registration import survey as skm
from registration.complaint_forms import Complaint
from registration.complaints import Subject
from sync.body import Author
from tests.integration.central_views.conftest import (
    BINTARA,
    BINTARAJAYA,
    SITI,
    Counter,
    Officer,
    hidden,
)
from tests.integration.central_views.test_complaints import text_of
from tests.pdf_text import pieces
from vault.engine import writing

RUDI = Author("rudi", "Rudi", "verifikator")


def answers(loket: Counter, *values: int, about: str = "ktp-el") -> None:
    for value in values:
        with writing(loket.edge.vault.engine) as connection:
            survey.keep(connection, loket.edge, about, dict.fromkeys(skm.ELEMENTS, value), "")


@pytest.fixture
def town(
    centre: Centre, open_counter: Callable[[str], Counter]
) -> tuple[Counter, Counter, list[bytes]]:
    """Two kelurahan: three requests and one; one issued, one returned; a complaint answered."""
    here, there = open_counter(BINTARAJAYA), open_counter(BINTARA)
    records = [here.file()[0] for _ in range(3)]
    there.file()
    complaint = new_record(here.edge)
    complaints.make(here.edge, complaint, Complaint(Subject.WAKTU, "Antre lama sekali."))
    complaints.answer(here.edge, complaint, SITI, "Kami tambah satu loket lagi.")
    answers(here, 4, 4, 4, 3, 3)
    answers(there, 1, 2)
    here.exchange()
    there.exchange()
    desk.issue(centre, BINTARAJAYA, records[0], RUDI, "3275-KTP-1")
    desk.give_back(centre, BINTARAJAYA, records[1], RUDI, "Foto KK buram.")
    count_all(centre)
    return here, there, records


def cells(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))


def test_the_page_says_what_happened_when_and_where_and_draws_the_same_numbers(
    town: tuple[Counter, Counter, list[bytes]], rudi: Officer
) -> None:
    month = text_of(rudi.get("/ringkasan").text)
    year = rudi.get("/ringkasan?masa=tahun").text
    here = text_of(rudi.get(f"/ringkasan?masa=minggu&kelurahan={BINTARAJAYA}").text)
    past = text_of(rudi.get("/ringkasan?masa=bulan&tanggal=2020-02-03").text)
    odd = rudi.get("/ringkasan?masa=abad&tanggal=kemarin&kelurahan=x&layanan=y")

    assert "4 permohonan masuk" in month
    assert "1 dokumen terbit" in month
    assert "1 dikembalikan" in month
    assert "75,0% berkas benar sejak verifikasi" in month
    assert "100,0% terbit tepat janji" in month
    assert "100,0% pengaduan dijawab tepat waktu" in month
    for word in ("Seberapa cepat warga dilayani", "prosedur dijalankan", "memenuhi janji"):
        assert word in month
    assert "4 permohonan masuk naik 4 dari masa sebelumnya" in text_of(year)
    assert "3 permohonan masuk" in here
    assert "Februari 2020" in past
    assert "0 permohonan masuk" in past
    assert odd.status_code == 200
    filed, issued = (sum(bars(year, series)) for series in (1, 2))
    assert filed / issued == pytest.approx(4.0, rel=0.01)
    assert " style=" not in year


def bars(page: str, series: int) -> list[float]:
    """How high the upright bars of a series are, without its square in the legend."""
    chart = page[page.index('<svg class="chart"') : page.index("</svg>")]
    found = re.findall(
        rf'chart-{series}" x="[\d.]+" y="[\d.]+" width="([\d.]+)"\s+height="([\d.]+)"', chart
    )
    return [float(height) for width, height in found if width != "12"]


def test_satisfaction_of_fewer_than_five_is_neither_shown_nor_to_be_worked_out(
    town: tuple[Counter, Counter, list[bytes]], rudi: Officer
) -> None:
    city = rudi.get("/ringkasan").text
    few = rudi.get(f"/ringkasan?kelurahan={BINTARA}").text
    table = cells(rudi.get("/ringkasan/kelurahan.csv").data)

    assert "75,00" in text_of(city)  # (18 + 3) / 7 × 25
    assert "Hasil ditampilkan mulai 5 jawaban" in few
    assert "Nilai rata-rata" not in few
    # With that of the other and the whole, the two answers of Bintara would be plain.
    assert {row[0]: row[-1] for row in table[1:]} == {"Bintara": "", "Bintarajaya": ""}


def test_a_report_is_made_once_in_the_background_and_holds_the_same_in_every_file(
    town: tuple[Counter, Counter, list[bytes]], rudi: Officer, centre: Centre
) -> None:
    page = rudi.get("/ringkasan?masa=tahun")
    fields = {name: hidden(page, name) for name in ("laporan", "masa", "tanggal")}

    asked = rudi.post("/laporan", fields)
    again = rudi.post("/laporan", fields)
    waiting = rudi.get(asked.location).text
    too_early = rudi.get(f"{asked.location}.pdf")
    made, more = making.make_next(centre), making.make_next(centre)
    ready = rudi.get(asked.location).text
    pdf, xlsx, flat = (rudi.get(f"{asked.location}.{kind}") for kind in ("pdf", "xlsx", "csv"))

    assert (asked.status_code, again.status_code) == (303, 303)
    assert asked.location == again.location
    assert "menunggu giliran" in waiting
    assert "Muat ulang" in waiting
    assert too_early.status_code == 404
    assert (made, more) == (True, False)
    assert "PDF untuk dicetak" in ready
    words = " ".join(pieces(pdf.data))
    assert "Laporan pelayanan" in words
    assert "Bintarajaya" in words
    book = load_workbook(io.BytesIO(xlsx.data))
    rows = {row[0]: row[1:] for row in book["Permohonan"].iter_rows(values_only=True)}
    assert rows["Permohonan masuk"] == (4, 0)
    assert ["Permohonan", "Permohonan masuk", "4", "0"] in [row[:4] for row in cells(flat.data)]
    for data in (pdf.data, flat.data):
        assert b"Siti" not in data


def test_a_report_whose_maker_was_stopped_is_made_by_another(
    town: tuple[Counter, Counter, list[bytes]],
    rudi: Officer,
    centre: Centre,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = rudi.get("/ringkasan")
    asked = rudi.post("/laporan", {"laporan": hidden(page, "laporan")})

    def stopped(*_: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(making, "pdf_of", stopped)
        with pytest.raises(KeyboardInterrupt):
            making.make_next(centre)
    at_work = rudi.get(asked.location).text
    at_once = making.make_next(centre)
    two_minutes_on = centre.clock() + 120_000
    object.__setattr__(centre, "clock", lambda: two_minutes_on)
    later = making.make_next(centre)

    assert "sedang dibuat" in at_work
    assert "5 dari 8" in at_work
    assert (at_once, later) == (False, True)
    assert "PDF untuk dicetak" in rudi.get(asked.location).text


def test_what_cannot_be_made_says_so_and_lets_the_next_be_made(
    rudi: Officer, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = rudi.post("/laporan", {"laporan": "a" * 32})

    def broken(*_: object) -> bytes:
        raise OSError("no fonts")

    monkeypatch.setattr(making, "pdf_of", broken)

    assert making.make_next(centre)
    assert "tidak bisa dibuat" in rudi.get(asked.location).text
    assert not making.make_next(centre)


def test_reports_are_dropped_after_some_days(rudi: Officer, centre: Centre) -> None:
    asked = rudi.post("/laporan", {"laporan": "b" * 32})
    making.make_next(centre)
    late = centre.clock() + 8 * 86_400_000
    object.__setattr__(centre, "clock", lambda: late)

    making.make_next(centre)
    rudi.log_in("rudi")  # the session has ended, too

    assert rudi.get(asked.location).status_code == 404


def test_strangers_see_neither(visitor: Officer) -> None:
    for path in ("/ringkasan", "/ringkasan/kelurahan.csv", "/laporan", "/laporan/" + "a" * 32):
        assert visitor.get(path).status_code == 303
