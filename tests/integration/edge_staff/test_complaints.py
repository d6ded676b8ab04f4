"""Complaints at the counter: who may read which, who waits longest, answering, closing."""

from __future__ import annotations

import re

import pytest

from edge_node.app import create_staff_app
from edge_node.edge import Edge
from edge_node.workflows import complaints, lookup
from edge_node.workflows.filing import new_record
from edge_node.workflows.register import register_of
from registration.complaint_forms import Complaint
from registration.complaints import KIND, TAKEN, Act, Status, Subject
from registration.lifecycle import Role
from sync.body import Author, Body
from tests.integration.edge_staff.conftest import SITI, Browser
from vault.engine import writing
from vault.errors import NoSuchRecord
from vault.write import write

STORY = "Sudah dua bulan KTP saya belum jadi."
DAY_MS = 86_400_000


@pytest.fixture
def lia(edge: Edge) -> Browser:
    return Browser(create_staff_app(edge).test_client()).log_in("ibu.lia")


def complain(edge: Edge, about: Subject = Subject.WAKTU, text: str = STORY, **more: str) -> str:
    record = new_record(edge)
    complaints.make(edge, record, Complaint(about, text, **more))
    return record.hex()


def later(edge: Edge, days: int) -> None:
    start = edge.clock()
    edge.clock = lambda: start.later(days * DAY_MS)


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def status_of(edge: Edge, record: str) -> Status:
    return complaints.know(edge, bytes.fromhex(record), Role.PENYELIA).status


def test_the_first_page_says_how_many_wait_and_how_long_they_still_may(
    edge: Edge, siti: Browser
) -> None:
    assert "Tidak ada pengaduan yang menunggu." in siti.get("/").text
    complain(edge)
    later(edge, 5)
    complain(edge)

    page = text_of(siti.get("/").text)

    assert "2 pengaduan menunggu jawaban" in page
    assert "Sisa 9 hari" in page


def test_what_the_centre_has_taken_over_is_not_answered_here(edge: Edge, siti: Browser) -> None:
    record = complain(edge)
    rudi = Author("rudi", "Rudi", Role.VERIFIKATOR)
    body = Body(Act.ALIHKAN, rudi, {"status": Status.DITANGANI, TAKEN: True}, "Sudah terlambat.")
    with writing(edge.vault.engine) as connection:
        one = bytes.fromhex(record)
        write(connection, edge.vault, edge.stream, one, KIND, body, edge.stamp())

    page = siti.get(f"/pengaduan/{record}").text
    refused = siti.post(f"/pengaduan/{record}/jawab", {"alasan": "Kami sudah perbaiki datanya."})

    assert "Disdukcapil mengambil alih pengaduan ini." in page
    assert "mengambil alih pengaduan dari kelurahan: Sudah terlambat." in page
    assert "Kirim jawaban" not in page
    assert refused.status_code == 409
    assert "jawabannya dari sana" in refused.text
    assert "dijawab Disdukcapil" in text_of(siti.get("/pengaduan").text)
    assert "Tidak ada pengaduan yang menunggu." in siti.get("/").text


def test_who_waits_longest_stands_first_with_the_days_left(edge: Edge, siti: Browser) -> None:
    complain(edge, text="Yang pertama mengadu.")
    later(edge, 16)
    complain(edge, text="Yang kedua mengadu.")

    page = text_of(siti.get("/pengaduan").text)

    assert page.index("Yang pertama") < page.index("Yang kedua")
    assert "Terlambat 2 hari" in page
    assert "Sisa 14 hari" in page


@pytest.mark.parametrize("about", [Subject.SIKAP, Subject.PUNGUTAN])
def test_what_is_about_staff_is_seen_by_the_penyelia_alone(
    edge: Edge, siti: Browser, lia: Browser, about: Subject
) -> None:
    record = complain(edge, about)
    path = f"/pengaduan/{record}"

    assert STORY in lia.get("/pengaduan").text
    assert "hanya untuk penyelia" in lia.get(path).text
    assert STORY not in siti.get("/pengaduan").text
    assert "Tidak ada pengaduan yang menunggu." in siti.get("/").text
    assert siti.get(path).status_code == 404
    assert siti.post(f"{path}/jawab", {"alasan": "Tidak benar itu."}).status_code == 404
    with pytest.raises(NoSuchRecord):
        complaints.take_up(edge, bytes.fromhex(record), SITI)
    assert status_of(edge, record) is Status.DITERIMA


def test_pamor_officers_read_none(edge: Edge, rw: Browser) -> None:
    record = complain(edge)

    assert rw.get("/pengaduan").status_code == 403
    assert rw.get(f"/pengaduan/{record}").status_code == 403
    assert "Suara warga" not in rw.get("/").text


def test_taken_up_and_answered_it_tells_its_story(edge: Edge, siti: Browser) -> None:
    path = f"/pengaduan/{complain(edge, telepon='+6281234567890')}"

    siti.post(f"{path}/tangani")
    said = siti.post(f"{path}/jawab", {"alasan": "Maaf, blangko habis; sekarang sudah jadi."})

    assert said.status_code == 303
    page = text_of(siti.get(path).text)
    assert "Jawaban tersimpan; warga bisa membacanya di portal." in page
    assert "Pengaduan dikirim lewat portal." in page
    assert "(Siti) menjawab: Maaf, blangko habis; sekarang sudah jadi." in page
    assert "0812" in page
    assert "PIN" not in page
    assert status_of(edge, path[-32:]) is Status.DIJAWAB


def test_an_answer_that_says_nothing_comes_back_as_it_was_typed(edge: Edge, siti: Browser) -> None:
    path = f"/pengaduan/{complain(edge)}"

    refused = siti.post(f"{path}/jawab", {"alasan": "Baik."})

    assert refused.status_code == 422
    assert ">\nBaik.</textarea>" in refused.text
    assert siti.get(f"{path}/jawab").status_code == 303


def test_two_who_answer_at_once_do_not_overwrite_each_other(
    edge: Edge, siti: Browser, lia: Browser
) -> None:
    path = f"/pengaduan/{complain(edge)}"
    lia.post(f"{path}/jawab", {"alasan": "Sudah kami perbaiki hari ini."})

    refused = siti.post(f"{path}/jawab", {"alasan": "Masih kami cari tahu."})

    assert refused.status_code == 409
    assert "sekarang “Sudah dijawab”" in refused.text
    assert "Sudah kami perbaiki hari ini." in refused.text


def test_a_double_click_takes_up_once_and_answers_once(edge: Edge, siti: Browser) -> None:
    record = complain(edge)

    for act in ("tangani", "tangani", "jawab", "jawab"):
        said = siti.post(f"/pengaduan/{record}/{act}", {"alasan": "Sudah kami perbaiki."})
        assert said.status_code == 303

    heard = complaints.know(edge, bytes.fromhex(record), Role.PENYELIA)
    acts = [one.body.act for one in heard.record.told if one.body]
    assert acts == [Act.ADUKAN, Act.TANGANI, Act.JAWAB]


def test_the_penyelia_closes_what_nobody_spoke_of_for_two_weeks(
    edge: Edge, siti: Browser, lia: Browser
) -> None:
    path = f"/pengaduan/{complain(edge)}"
    siti.post(f"{path}/jawab", {"alasan": "Sudah kami perbaiki."})

    assert lia.post(f"{path}/tutup").status_code == 409
    later(edge, 14)
    assert siti.post(f"{path}/tutup").status_code == 409
    assert "Tutup pengaduan" not in siti.get(path).text
    assert "Tutup pengaduan" in lia.get(path).text
    assert lia.post(f"{path}/tutup").status_code == 303

    assert status_of(edge, path[-32:]) is Status.SELESAI
    assert "Belum ada" not in lia.get("/pengaduan?kelompok=selesai").text


def test_it_leads_to_the_request_that_it_is_about(
    edge: Edge, siti: Browser, people: list, pictures: dict[str, bytes]
) -> None:
    siti.file(people[0])
    request = lookup.queues(edge)[lookup.Group.PERIKSA].rows[0].record
    record = complain(edge, permohonan=request.value("kode"))

    assert f"/permohonan/{request.id.hex()}" in siti.get(f"/pengaduan/{record}").text


def test_a_complaint_stands_in_no_list_count_or_register_of_requests_and_opens_as_none(
    edge: Edge, siti: Browser
) -> None:
    record = complain(edge)
    heard = complaints.know(edge, bytes.fromhex(record), Role.PENYELIA)

    assert {page.count for page in lookup.queues(edge).values()} == {0}
    assert register_of(edge, edge.today()).lines == ()
    assert lookup.waiting_page(edge, 1).count == 0
    assert lookup.find(edge, heard.code).rows == ()
    assert siti.get(f"/permohonan/{record}").status_code == 404
    assert siti.get(f"/permohonan/{record}/tanda-terima").status_code == 404
    assert siti.post(f"/permohonan/{record}/verifikasi").status_code == 404
    assert siti.get(f"/permohonan/{record}/perbaiki").status_code == 404
    assert status_of(edge, record) is Status.DITERIMA
