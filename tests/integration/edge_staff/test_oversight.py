"""Looking over the work: what waits and why, a day's summary, supervision, a box of documents."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from edge_node.edge import Edge
from edge_node.practice.centre import Centre
from edge_node.workflows import supervising
from edge_node.workflows.deeds import Deed, deeds
from edge_node.workflows.pending import Reason, pending
from registration.invented.people import Person
from registration.lifecycle import Act
from sync.body import Author
from tests.integration.edge_staff.conftest import SITI, Browser, record_in
from vault.engine import reading
from vault.read import read_record

_HOUR_MS = 3_600_000


@pytest.fixture
def centre(edge: Edge) -> Centre:
    """Disdukcapil, at a press."""
    return Centre(edge, edge.centre_replica)


def test_what_waits_is_told_with_its_reason_the_oldest_first(
    edge: Edge, siti: Browser, people: list[Person], centre: Centre, filed: Any
) -> None:
    without_papers = record_in(siti.file(people[0]))
    returned, ready = filed(1), filed(2)
    centre.act(bytes.fromhex(returned), Act.KEMBALIKAN, "Foto KK buram.")
    centre.act(bytes.fromhex(ready), Act.TERBITKAN, "3275-1")
    siti.post(f"/permohonan/{ready}/dokumen-tiba")

    found = {one.reason: one for one in pending(edge)}
    page = siti.get("/menunggu").text

    assert set(found) == {Reason.PERBAIKAN, Reason.PEMERIKSAAN, Reason.PENGAMBILAN}
    assert [row.record.id.hex() for row in found[Reason.PEMERIKSAAN].rows] == [without_papers]
    assert "Belum ada: Kartu Keluarga, Surat kehilangan" in page
    assert "Foto KK buram." in page


def test_a_promise_that_was_not_kept_is_told(
    edge: Edge, siti: Browser, filed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = filed(1)
    ahead = edge.clock
    monkeypatch.setattr(edge, "clock", lambda: _later(ahead(), days=9))
    in_time = filed(2)

    found, more = supervising.overdue(edge)

    assert [one.id.hex() for one in found] == [late]
    assert in_time != late
    assert not more
    assert re.search(r"Lewat janji \d hari", siti.get("/menunggu").text)


def _later(reading_now: Any, *, days: int) -> Any:
    ms = days * 24 * _HOUR_MS
    return replace(reading_now, wall_ms=reading_now.wall_ms + ms, up_ms=reading_now.up_ms + ms)


def test_nobody_waits_at_a_new_counter(siti: Browser) -> None:
    assert "Tidak ada yang menunggu." in siti.get("/menunggu").text


def test_a_day_is_told_by_whoever_looks_and_for_the_whole_counter(
    siti: Browser, visitor: Browser, edge: Edge, filed: Any
) -> None:
    filed(1)
    filed(2, verified=False)
    mine = siti.get("/ringkasan").text
    siti.post("/keluar")
    others = siti.log_in("ibu.lia").get("/ringkasan").text

    assert _row(mine, "Diterima") == ["2", "2"]
    assert _row(mine, "Diverifikasi") == ["1", "1"]
    assert _row(others, "Diterima") == ["0", "2"]


def _row(page: str, label: str) -> list[str]:
    found = re.search(rf'<th scope="row">{label}</th>(.*?)</tr>', page, re.DOTALL)
    assert found is not None
    return re.findall(r">(\d+)<", found[1])


def test_a_day_that_is_none_is_today(siti: Browser) -> None:
    today = siti.get("/ringkasan").text

    assert siti.get("/ringkasan?hari=kemarin").text == today
    assert siti.get("/ringkasan?hari=2999-01-01").text == today


def test_yesterday_holds_nothing_of_today(
    edge: Edge, filed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(1)
    today = edge.today()
    now = edge.clock
    monkeypatch.setattr(edge, "clock", lambda: _later(now(), days=1))

    tomorrow = edge.today()

    assert [one.act for one in deeds(edge, today, today)] == [Act.AJUKAN, Act.VERIFIKASI]
    assert deeds(edge, tomorrow, tomorrow) == []
    assert len(deeds(edge, today, tomorrow)) == 2


def test_only_a_penyelia_supervises(siti: Browser, rw: Browser) -> None:
    assert siti.get("/pengawasan").status_code == 403
    assert rw.get("/pengawasan").status_code == 403
    assert "Pengawasan" not in siti.get("/").text


def test_a_penyelia_sees_who_did_what_and_what_came_back(
    siti: Browser, centre: Centre, filed: Any
) -> None:
    first = filed(1)
    filed(2)
    centre.act(bytes.fromhex(first), Act.KEMBALIKAN, "Foto KK buram.")
    siti.post("/keluar")

    page = siti.log_in("ibu.lia").get("/pengawasan").text

    row = re.search(r"<th scope=\"row\">Siti(.*?)</tr>", page, re.DOTALL)
    assert row is not None
    counts = re.findall(r">(\d+)<", row[1])
    assert counts == ["2", "2", "0", "0", "0", "0", "1", "0"]


def test_a_sample_that_was_looked_at_is_told_in_its_history_and_drawn_no_more(
    siti: Browser, edge: Edge, filed: Any
) -> None:
    record = filed(1)
    siti.post("/keluar")
    lia = siti.log_in("ibu.lia")
    assert record in lia.get("/pengawasan").text

    refused = lia.post(f"/pengawasan/{record}", {"hasil": "tidak_sesuai", "alasan": ""})
    taken = lia.post(f"/pengawasan/{record}", {"hasil": "tidak_sesuai", "alasan": "Foto KK kabur"})

    assert refused.status_code == 422
    assert "Tulis apa yang tidak sesuai." in refused.text
    assert taken.status_code == 303
    page = lia.get("/pengawasan").text
    assert f"/pengawasan/{record}" not in page
    assert "ada yang tidak sesuai: Foto KK kabur" in lia.get(f"/permohonan/{record}").text
    with reading(edge.vault.engine) as connection:
        held = read_record(connection, edge.vault, edge.stream, bytes.fromhex(record))
    assert held.status == "diverifikasi", "a second look changes nothing else"


def test_a_petugas_cannot_say_that_the_work_was_looked_at(siti: Browser, filed: Any) -> None:
    record = filed(1)

    answer = siti.post(f"/pengawasan/{record}", {"hasil": "sesuai"})

    assert answer.status_code == 403
    assert "memeriksa ulang" not in siti.get(f"/permohonan/{record}").text


def test_the_draw_stays_all_day_and_has_no_more_than_five(edge: Edge, filed: Any) -> None:
    for number in range(7):
        filed(number)

    first = [one.id for one in supervising.supervision(edge, 7).samples]
    second = [one.id for one in supervising.supervision(edge, 7).samples]

    assert len(first) == 5
    assert first == second


def test_a_box_of_documents_is_noted_at_one_press(
    siti: Browser, centre: Centre, filed: Any
) -> None:
    records = [filed(number) for number in range(3)]
    for number, record in enumerate(records):
        centre.act(bytes.fromhex(record), Act.TERBITKAN, f"3275-{number}")

    answer = siti.post("/dokumen-tiba", {"tiba": records[:2]})

    assert answer.status_code == 303
    page = siti.get("/dokumen-tiba").text
    assert "2 dokumen tercatat sudah di loket." in page
    assert records[2] in page
    assert records[0] not in page


def test_a_box_that_is_noted_twice_says_so_and_changes_nothing(
    siti: Browser, edge: Edge, centre: Centre, filed: Any
) -> None:
    record = filed(1)
    centre.act(bytes.fromhex(record), Act.TERBITKAN, "3275-1")
    siti.post("/dokumen-tiba", {"tiba": record})
    before = deeds(edge, edge.today(), edge.today())

    answer = siti.post("/dokumen-tiba", {"tiba": record})

    assert answer.status_code == 303
    assert "notice-wait" in siti.get("/dokumen-tiba").text
    assert deeds(edge, edge.today(), edge.today()) == before


def test_a_press_without_a_tick_says_what_to_do(siti: Browser) -> None:
    answer = siti.post("/dokumen-tiba", {})

    assert answer.status_code == 422
    assert "Centang dulu" in answer.text


def test_paces_are_medians_of_what_began_and_ended() -> None:
    one, two, three = b"1", b"2", b"3"
    done = [
        Deed(one, 0, Act.AJUKAN, SITI),
        Deed(two, 0, Act.AJUKAN, SITI),
        Deed(one, 10 * 60_000, Act.VERIFIKASI, SITI),
        Deed(two, 30 * 60_000, Act.VERIFIKASI, SITI),
        Deed(three, 40 * 60_000, Act.VERIFIKASI, SITI),
        Deed(one, _HOUR_MS, Act.KEMBALIKAN, SITI),
        Deed(one, 3 * _HOUR_MS, Act.VERIFIKASI, SITI),
        Deed(one, 4 * _HOUR_MS, Act.TERBITKAN, SITI),
    ]

    found = supervising.pace(done)

    assert found == supervising.Pace(20.0, 60.0, 120.0)


def test_a_return_is_counted_for_whoever_had_verified() -> None:
    rina = Author("rina", "RINA", "petugas")
    officer = Author("rudi", "RUDI", "verifikator")
    done = [
        Deed(b"1", 1, Act.VERIFIKASI, SITI),
        Deed(b"2", 2, Act.VERIFIKASI, rina),
        Deed(b"1", 3, Act.KEMBALIKAN, officer),
        Deed(b"1", 4, Act.VERIFIKASI, rina),
        Deed(b"1", 5, Act.KEMBALIKAN, officer),
        Deed(b"9", 6, Act.KEMBALIKAN, officer),
    ]

    found = {work.name: work.given_back for work in supervising.people(done)}

    assert found == {"SITI RAHMA": 1, "RINA": 1}
