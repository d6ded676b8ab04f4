"""Decisions are listed, counted by cause, and decided again when they were wrong."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

from central.centre import Centre
from edge_node.workflows.news import news
from tests.integration.central_views.conftest import Counter, Officer, hidden
from tests.integration.central_views.test_differences import differ, path, side


def settle(rudi: Officer, loket: Counter, record: bytes, value: str) -> None:
    page = rudi.get(path(loket, record))
    rudi.post(
        path(loket, record),
        {
            "pilih.data.nama": side(page, "data.nama", value),
            "terlihat.data.nama": hidden(page, "terlihat.data.nama"),
            "alasan": "Sesuai KK.",
        },
    )


def pressed_by_enter(page: TestResponse) -> str:
    """The first submit button of the page's form: Enter in one of its boxes presses it."""
    form = page.text[page.text.index('<form class="desk-form') :]
    found = re.search(r'<button[^>]*type="submit"[^>]*>', form)
    assert found is not None
    return found[0]


def again_url(rudi: Officer) -> str:
    found = re.search(r'href="(/perbedaan/[^"]+/ulang/[^"]+)"', rudi.get("/perbedaan/sudah").text)
    assert found, "no decision is listed"
    return found[1]


def test_a_wrong_decision_is_decided_again_and_both_stay_in_history(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"))
    settle(rudi, loket, record, "DEWI PUSAT")
    url = again_url(rudi)

    page = rudi.get(url)
    done = rudi.post(
        url,
        {
            "pilih.data.nama": side(page, "data.nama", "DEWI LOKET"),
            "alasan": "Salah lihat; KK-nya DEWI LOKET.",
        },
    )
    loket.exchange()

    held = loket.read(record)
    notes = [one.body.note for one in held.told if one.body is not None]
    assert "Diputuskan oleh Rudi Hartono" in page.text
    assert "Sesuai KK." in page.text
    assert done.status_code == 303
    assert held.value("data.nama") == "DEWI LOKET"
    assert notes[-2:] == ["Sesuai KK.", "Salah lihat; KK-nya DEWI LOKET."]


def test_what_was_written_since_is_not_decided_over(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"))
    settle(rudi, loket, record, "DEWI PUSAT")
    url = again_url(rudi)
    page = rudi.get(url)
    loket.exchange()
    loket.correct(record, nama="DEWI BETUL")
    loket.exchange()

    refused = rudi.post(
        url, {"pilih.data.nama": side(page, "data.nama", "DEWI LOKET"), "alasan": "Salah lihat."}
    )

    assert refused.status_code == 409
    assert "sudah ditulis lagi sejak diputuskan" in refused.text
    assert "Salah lihat." in refused.text
    assert loket.read(record).value("data.nama") == "DEWI BETUL"


def test_the_side_that_holds_already_is_no_decision(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"))
    settle(rudi, loket, record, "DEWI PUSAT")
    url = again_url(rudi)
    page = rudi.get(url)

    refused = rudi.post(
        url, {"pilih.data.nama": side(page, "data.nama", "DEWI PUSAT"), "alasan": "Begitu."}
    )

    assert refused.status_code == 409


def test_all_of_one_office_at_a_press(centre: Centre, loket: Counter, rudi: Officer) -> None:
    record = differ(
        centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"), tempat_lahir=("BEKASI", "BOGOR")
    )
    page = rudi.get(path(loket, record))

    done = rudi.post(
        path(loket, record),
        {
            "semua": "loket",
            "terlihat.data.nama": hidden(page, "terlihat.data.nama"),
            "terlihat.data.tempat_lahir": hidden(page, "terlihat.data.tempat_lahir"),
            "alasan": "Sesuai KK.",
        },
    )
    loket.exchange()

    held = loket.read(record)
    assert "Pakai semua isian loket" in page.text
    assert "semua" not in pressed_by_enter(page), "Enter in the reason decides for an office"
    assert done.status_code == 303
    assert held.value("data.nama") == "DEWI LOKET"
    assert held.value("data.tempat_lahir") == "BOGOR"
    assert held.conflicts == 0


def test_causes_are_counted_by_field_kelurahan_and_whose_word_held(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    settled = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"))
    differ(centre, loket, nama=("SITI PUSAT", "SITI LOKET"))
    settle(rudi, loket, settled, "DEWI LOKET")

    page = rudi.get("/perbedaan/sebab").text

    row = re.search(r"<tr><td[^>]*>Nama lengkap · Isian berbeda</td>(.*?)</tr>", page, re.DOTALL)
    assert row is not None
    assert re.findall(r">(\d+)</td>", row[1]) == ["2", "1", "1", "0"]
    assert "Bintarajaya" in page


def test_the_counter_hears_of_a_decision_on_its_first_page(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"))
    settle(rudi, loket, record, "DEWI LOKET")
    before = news(loket.edge, 5)

    loket.exchange()

    (told,) = news(loket.edge, 5)
    assert before == []
    assert told.record.id == record
    assert "memutuskan perbedaan" in str(told.sentence)
    assert "Sesuai KK" in str(told.sentence)


def test_news_of_last_week_is_only_in_the_history(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"))
    settle(rudi, loket, record, "DEWI LOKET")
    loket.exchange()
    now, week = loket.edge.clock(), 7 * 86_400_000

    loket.edge.clock = lambda: now.later(week)

    assert news(loket.edge, 5) == []
