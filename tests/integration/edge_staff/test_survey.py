"""The result of the survey at the counter: what is shown, what is held back, and to whom."""

from __future__ import annotations

import re

import pytest

from edge_node.app import create_staff_app
from edge_node.edge import Edge
from edge_node.workflows import survey as workflow
from edge_node.workflows.filing import RESIDENT
from edge_node.workflows.survey import Period
from registration import survey
from sync.body import Body
from sync.ids import new_record_id
from tests.integration.edge_staff.conftest import Browser
from vault.engine import writing
from vault.write import write

DAY_MS = 86_400_000


@pytest.fixture
def lia(edge: Edge) -> Browser:
    return Browser(create_staff_app(edge).test_client()).log_in("ibu.lia")


def answered(
    edge: Edge,
    count: int,
    value: int,
    service: str = "ktp-el",
    comment: str = "",
    days_ago: int = 0,
) -> None:
    """Answers as residents gave them; the requests behind them are not what this is about."""
    with writing(edge.vault.engine) as connection:
        for _ in range(count):
            writes = {"layanan": service, "status": survey.FILLED, survey.COMMENT: comment}
            writes |= {survey.VALUE + one: value for one in survey.ELEMENTS}
            born = edge.stamp().now_ms - days_ago * DAY_MS
            body = Body(survey.FILL, RESIDENT, writes)
            day = new_record_id((born + 7 * 3_600_000) // DAY_MS * DAY_MS - 7 * 3_600_000)
            stamp = edge.stamp()
            write(connection, edge.vault, edge.stream, day, survey.KIND, body, stamp, new=True)


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_four_answers_are_counted_and_not_shown(edge: Edge, siti: Browser) -> None:
    answered(edge, 4, 1, comment="Petugasnya galak.")

    page = text_of(siti.get("/survei").text)

    assert "4 jawaban masuk." in page
    assert "Hasil ditampilkan mulai 5 jawaban" in page
    assert "Indeks" not in page
    assert "galak" not in page


def test_five_answers_give_an_index_a_grade_and_each_element(edge: Edge, siti: Browser) -> None:
    answered(edge, 4, 4)
    answered(edge, 1, 3)

    page = text_of(siti.get("/survei").text)

    assert "95,00 Indeks Kepuasan Masyarakat Mutu A · Sangat baik dari 5 jawaban" in page
    assert "U7 Sikap petugas 3,80 0,42 A · Sangat baik" in page
    assert "Tiap layanan" not in page, "one service is no breakdown"


def test_services_with_few_answers_are_shown_as_one(edge: Edge, siti: Browser) -> None:
    answered(edge, 9, 4, "ktp-el")
    answered(edge, 4, 2, "kk")
    answered(edge, 3, 2, "kia")

    page = text_of(siti.get("/survei").text)

    assert "KTP-el 9 100,00 A · Sangat baik" in page
    assert "Layanan lain 7 50,00 D · Tidak baik" in page
    assert "KIA 3" not in page


def test_what_residents_wrote_is_for_the_penyelia(edge: Edge, siti: Browser, lia: Browser) -> None:
    answered(edge, 5, 3, comment="Tambah kursi.")

    assert "Tambah kursi." in lia.get("/survei").text
    assert "Tambah kursi." not in siti.get("/survei").text


def test_a_period_takes_what_was_answered_in_it(edge: Edge, siti: Browser) -> None:
    start = edge.clock()
    today = edge.today()
    # The 20th of May of next year: a month, a quarter and a year that begin on different days.
    days = (today.replace(year=today.year + 1, month=5, day=20) - today).days
    edge.clock = lambda: start.later(days * DAY_MS)
    for days_ago, count in ((0, 1), (19, 2), (20, 4), (49, 8), (50, 16), (139, 32), (140, 64)):
        answered(edge, count, 3, days_ago=days_ago)

    counts = [workflow.findings(edge, period).count for period in Period]

    assert counts == [1 + 2, 1 + 2 + 4 + 8, 1 + 2 + 4 + 8 + 16 + 32]
    assert "3 jawaban masuk" in text_of(siti.get("/survei?masa=bulan").text)
    assert "dari 63 jawaban" in text_of(siti.get("/survei?masa=tahun").text)
    assert "1 Mei 2027 sampai 20 Mei 2027" in text_of(siti.get("/survei?masa=lusa").text)


def test_answers_that_a_newer_version_gave_otherwise_do_not_spoil_the_index(
    edge: Edge, siti: Browser
) -> None:
    answered(edge, 5, 4)
    answered(edge, 1, 9)

    assert "dari 5 jawaban" in text_of(siti.get("/survei").text)
