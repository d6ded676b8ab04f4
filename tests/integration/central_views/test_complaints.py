"""Complaints at the centre: seen with their term, and nothing of what was written."""

from __future__ import annotations

import re

from central.centre import Centre
from edge_node.workflows import complaints
from edge_node.workflows.filing import new_record
from registration.complaint_forms import Complaint
from registration.complaints import Subject
from tests.integration.central_views.conftest import SITI, Counter, Officer

STORY = "Petugas menyuruh saya pulang tanpa alasan."


def complain(loket: Counter, about: Subject) -> bytes:
    record = new_record(loket.edge)
    complaints.make(loket.edge, record, Complaint(about, STORY))
    return record


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_officers_see_whether_complaints_are_answered_in_time_and_not_what_they_say(
    loket: Counter, rudi: Officer
) -> None:
    complain(loket, Subject.SIKAP)
    answered = complain(loket, Subject.WAKTU)
    complaints.answer(loket.edge, answered, SITI, "Kami tambah satu loket lagi.")
    loket.exchange()

    waiting, everything = rudi.get("/pengaduan").text, rudi.get("/pengaduan?kelompok=semua").text

    assert "Sikap petugas" in waiting
    assert "Sisa 14 hari" in waiting
    assert "Terlalu lama" not in waiting
    assert "Sudah dijawab" in everything
    for page in (waiting, everything):
        assert STORY not in page
        assert "tambah satu loket" not in page


def test_what_is_late_says_so(centre: Centre, loket: Counter, rudi: Officer) -> None:
    start = loket.edge.clock()
    loket.edge.clock = lambda: start.later(-16 * 86_400_000)
    complain(loket, Subject.DATA)
    loket.edge.clock = lambda: start
    loket.exchange()

    assert "▲ Terlambat 2 hari" in text_of(rudi.get("/pengaduan").text)


def test_the_desk_of_requests_knows_nothing_of_them(loket: Counter, rudi: Officer) -> None:
    record = complain(loket, Subject.LAIN)
    loket.exchange()
    code = str(complaints.progress(loket.edge, record).code)  # type: ignore[union-attr]

    assert code not in rudi.get("/?kelompok=semua").text
    assert code not in text_of(rudi.post("/cari", {"q": code}).text).replace(f"“{code}”", "")
    assert rudi.get(loket.path(record)).status_code == 404
    assert rudi.get(loket.path(record, "/perbaiki")).status_code == 404


def test_nobody_without_a_login_sees_the_list(visitor: Officer) -> None:
    assert visitor.get("/pengaduan").status_code == 303
