"""The complaint desk: what is due, and what the centre takes over and answers itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from central.centre import Centre
from central.evidence.trail import Look
from central.workflows import complaints as desk
from edge_node.workflows import complaints
from edge_node.workflows.filing import new_record
from registration.complaint_forms import Complaint
from registration.complaints import Status, Subject
from registration.errors import IllegalAct
from sync.body import Author
from tests.integration.central_views.conftest import SITI, Counter, Officer, hidden
from tests.integration.central_views.test_complaints import text_of
from tests.integration.central_views.test_trail import seen_of

STORY = "Petugas menyuruh saya pulang tanpa alasan."
WHY = "Menyangkut petugas kelurahan itu sendiri."
ANSWER = "Maaf atas kejadian ini. Petugasnya sudah kami tegur dan Ibu bisa datang lagi."
WULAN = Author("w", "Wulan", "penyelia")
_DAY_MS = int(timedelta(days=1).total_seconds() * 1000)


def complain(loket: Counter, about: Subject, days_ago: int = 0) -> bytes:
    start = loket.edge.clock
    loket.edge.clock = lambda: start().later(-days_ago * _DAY_MS)
    record = new_record(loket.edge)
    complaints.make(loket.edge, record, Complaint(about, STORY))
    loket.edge.clock = start
    loket.exchange()
    return record


def path(loket: Counter, record: bytes, act: str = "") -> str:
    return f"/pengaduan/{loket.edge.stream}/{record.hex()}{act}"


def send(rudi: Officer, loket: Counter, record: bytes, act: str, text: str) -> object:
    page = rudi.get(path(loket, record))
    fields = {"dilihat": hidden(page, "dilihat"), "alasan": text}
    return rudi.post(path(loket, record, f"/{act}"), fields)


def test_what_is_due_first_stands_first(loket: Counter, rudi: Officer) -> None:
    complain(loket, Subject.DATA, days_ago=3)
    complain(loket, Subject.SARANA, days_ago=12)
    complain(loket, Subject.WAKTU, days_ago=20)

    page = text_of(rudi.get("/pengaduan").text)
    ours = text_of(rudi.get("/pengaduan?kelompok=pusat").text)

    places = [page.index(label) for label in ("Terlalu lama", "Tempat atau alat", "Data saya")]
    assert places == sorted(places)
    assert "▲ Terlambat 6 hari" in page
    assert "belum dijawab kelurahan" in ours
    assert "Data saya salah" not in ours


def test_what_goes_on_for_two_months_is_for_the_centre(loket: Counter, rudi: Officer) -> None:
    record = complain(loket, Subject.DATA, days_ago=61)
    complaints.answer(loket.edge, record, SITI, "Datanya sudah kami perbaiki.")
    complaints.reopen(loket.edge, record, "Masih salah juga.")
    loket.exchange()

    page = text_of(rudi.get("/pengaduan?kelompok=pusat").text)

    assert "belum selesai sesudah 60 hari" in page
    assert "Sisa 14 hari" in page
    assert STORY in rudi.get(path(loket, record)).text


def test_a_complaint_about_staff_is_taken_over_and_answered_and_the_counter_sees_it(
    loket: Counter, rudi: Officer
) -> None:
    record = complain(loket, Subject.SIKAP)

    taken = send(rudi, loket, record, "alihkan", WHY)
    page = rudi.get(path(loket, record)).text
    loket.exchange()
    with pytest.raises(IllegalAct, match="diambil alih"):
        complaints.answer(loket.edge, record, WULAN, "Kami sudah menjawab.")
    answered = send(rudi, loket, record, "jawab", ANSWER)
    loket.exchange()
    seen = complaints.progress(loket.edge, record)

    assert (taken.status_code, answered.status_code) == (303, 303)  # type: ignore[attr-defined]
    assert STORY in page
    assert seen is not None
    assert (seen.status, seen.answer, seen.taken) == (Status.DIJAWAB, ANSWER, True)


def test_of_what_is_the_kelurahans_only_the_term_is_seen(
    loket: Counter, rudi: Officer, centre: Centre
) -> None:
    record = complain(loket, Subject.DATA)

    assert rudi.get(path(loket, record)).status_code == 404
    assert rudi.post(path(loket, record, "/alihkan"), {"alasan": WHY}).status_code in (404, 409)
    with pytest.raises(IllegalAct, match="masih dijawab kelurahan"):
        desk.take_over(centre, loket.edge.stream, record, SITI, WHY)
    loket.exchange()
    assert complaints.progress(loket.edge, record).status is Status.DITERIMA  # type: ignore[union-attr]


def test_who_reads_a_complaint_or_is_shown_it_again_is_written_down(
    loket: Counter, rudi: Officer, centre: Centre
) -> None:
    record = complain(loket, Subject.SIKAP)
    hidden_one = complain(loket, Subject.DATA)

    rudi.get(path(loket, record))
    opened = [one.entry for one in seen_of(centre, record)]
    refused = rudi.post(path(loket, record, "/alihkan"), {"alasan": "ya"})
    again = seen_of(centre, record)
    rudi.get(path(loket, hidden_one))

    assert [(one.kind, one.things) for one in opened] == [
        (Look.PENGADUAN, ((loket.edge.stream, record),))
    ]
    assert STORY in refused.text
    assert len(again) == 2
    assert seen_of(centre, hidden_one) == []


def test_what_was_typed_stays_and_a_second_click_writes_nothing(
    loket: Counter, rudi: Officer
) -> None:
    record = complain(loket, Subject.SIKAP)
    before_taking = rudi.post(path(loket, record, "/jawab"), {"alasan": ANSWER})
    too_short = rudi.post(path(loket, record, "/alihkan"), {"alasan": "ya"})
    send(rudi, loket, record, "alihkan", WHY)
    page = rudi.get(path(loket, record))
    fields = {"dilihat": hidden(page, "dilihat"), "alasan": ANSWER}

    first = rudi.post(path(loket, record, "/jawab"), fields)
    second = rudi.post(path(loket, record, "/jawab"), fields)
    other = rudi.post(path(loket, record, "/jawab"), {**fields, "alasan": ANSWER + " Sekali lagi."})

    assert before_taking.status_code == 409
    assert ANSWER in before_taking.text
    assert too_short.status_code == 422
    assert ">\nya</textarea>" in too_short.text
    assert (first.status_code, second.status_code, other.status_code) == (303, 303, 409)
    assert "Sekali lagi." in other.text
    assert rudi.get(path(loket, record)).text.count(f"menjawab: {ANSWER[:20]}") == 1


def test_an_answer_to_what_changed_meanwhile_is_not_sent(loket: Counter, rudi: Officer) -> None:
    record = complain(loket, Subject.SIKAP)
    send(rudi, loket, record, "alihkan", WHY)
    page = rudi.get(path(loket, record))
    complaints.withdraw(loket.edge, record)
    loket.exchange()

    late = rudi.post(
        path(loket, record, "/jawab"), {"dilihat": hidden(page, "dilihat"), "alasan": ANSWER}
    )

    assert late.status_code == 409
    assert ANSWER in late.text
