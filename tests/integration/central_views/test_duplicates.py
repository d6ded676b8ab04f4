"""The officer's pages for requests that look like the same."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from central.workflows import duplicates
from sync.body import Author
from tests.integration.central_views.conftest import (
    BINTARA,
    BINTARAJAYA,
    Counter,
    Officer,
    hidden,
)


@pytest.fixture
def pair(open_counter: Callable[[str], Counter]) -> tuple[Counter, Counter, bytes, bytes]:
    """One person at two counters."""
    here, there = open_counter(BINTARAJAYA), open_counter(BINTARA)
    first, person = here.file()
    second, _ = there.file("baru", person)
    here.exchange()
    there.exchange()
    return here, there, first, second


def path(first: bytes, second: bytes) -> str:
    return f"/ganda/{first.hex()}/{second.hex()}"


def verdict(page: object, first: bytes, second: bytes, said: str) -> dict[str, object]:
    names = [f"dilihat.{one.hex()}" for one in (first, second)]
    return {
        **{name: hidden(page, name) for name in names},  # type: ignore[arg-type]
        "putusan": said,
        "alasan": "NIK dan fotonya sama.",
    }


def test_the_list_and_the_menu_show_what_waits(
    pair: tuple[Counter, Counter, bytes, bytes], rudi: Officer
) -> None:
    here, there, first, second = pair

    listing = rudi.get("/ganda").text

    assert "1 pasang menunggu keputusan" in listing
    assert path(first, second) in listing
    for counter, record in ((here, first), (there, second)):
        assert str(counter.read(record).value("kode")) in listing
        assert (
            path(first, second) in rudi.get(counter.path(record)).text
            or path(second, first) in rudi.get(counter.path(record)).text
        )


def test_both_stand_side_by_side_and_what_differs_is_marked(
    pair: tuple[Counter, Counter, bytes, bytes], rudi: Officer
) -> None:
    here, _, first, second = pair

    page = rudi.get(path(first, second))

    rows = re.findall(r"<tr( class=\"undecided\")?>\s*<th scope=\"row\">([^<]+)", page.text)
    marked = {name.strip() for mark, name in rows if mark}
    assert "Nomor surat kehilangan" in marked
    assert "NIK" not in marked
    assert {"Keperluan", "Status", "Berkas", "Riwayat"} <= {name.strip() for _, name in rows}
    assert {"<dt>NIK</dt>", "<dt>Nama lengkap</dt>"} <= set(re.findall("<dt>.*?</dt>", page.text))
    assert "isian lain sama" in page.text
    assert f"Sama. Batalkan {here.read(first).value('kode')} di Loket Bintarajaya" in page.text
    assert "Bukan permohonan yang sama" in page.text
    assert "Saran: Yang dilanjutkan diajukan lebih dulu." in " ".join(page.text.split())


def test_an_officer_cancels_one_and_both_counters_see_it(
    pair: tuple[Counter, Counter, bytes, bytes], rudi: Officer
) -> None:
    here, there, first, second = pair
    page = rudi.get(path(first, second))

    done = rudi.post(path(first, second), verdict(page, first, second, f"batal-{second.hex()}"))
    here.exchange()
    there.exchange()
    listing = rudi.get("/ganda").text

    assert done.status_code == 303
    assert "Satu dibatalkan" in listing
    assert "Tidak ada permohonan yang tampak ganda" in listing
    assert there.read(second).status == "dibatalkan"
    assert here.read(first).status == "diverifikasi"
    assert "sama dengan" in rudi.get(there.path(second)).text


def test_two_matters_are_left_alone(
    pair: tuple[Counter, Counter, bytes, bytes], ani: Officer
) -> None:
    here, there, first, second = pair
    page = ani.get(path(first, second))

    done = ani.post(path(first, second), verdict(page, first, second, "bukan"))
    here.exchange()
    there.exchange()

    assert done.status_code == 303
    assert "Keduanya dilanjutkan" in ani.get("/ganda").text
    assert {here.read(first).status, there.read(second).status} == {"diverifikasi"}


def test_without_verdict_or_reason_nothing_is_done_and_nothing_typed_is_lost(
    pair: tuple[Counter, Counter, bytes, bytes], rudi: Officer
) -> None:
    here, there, first, second = pair

    unsaid = rudi.post(path(first, second), {"alasan": "NIK sama."})
    unreasoned = rudi.post(path(first, second), {"putusan": "bukan", "alasan": ""})
    made_up = rudi.post(path(first, second), {"putusan": "hapus", "alasan": "NIK sama."})

    assert unsaid.status_code == unreasoned.status_code == made_up.status_code == 422
    assert "Pilih dulu: Keputusan." in unsaid.text
    assert 'value="NIK sama."' in unsaid.text
    assert "Alasan belum diisi." in unreasoned.text
    assert re.search(r'value="bukan"[^>]* checked', unreasoned.text)
    assert {here.read(first).status, there.read(second).status} == {"diverifikasi"}


def test_a_stale_page_decides_nothing_and_says_so(
    pair: tuple[Counter, Counter, bytes, bytes], rudi: Officer
) -> None:
    here, _, first, second = pair
    page = rudi.get(path(first, second))
    here.correct(first, pekerjaan="GURU")
    here.exchange()

    stale = rudi.post(path(first, second), verdict(page, first, second, f"batal-{second.hex()}"))

    assert stale.status_code == 409
    assert "berubah sejak halaman dibuka" in stale.text
    assert 'value="NIK dan fotonya sama."' in stale.text


def test_what_a_colleague_has_judged_is_told(
    pair: tuple[Counter, Counter, bytes, bytes], rudi: Officer
) -> None:
    here, _, first, second = pair
    page = rudi.get(path(first, second))
    ani = Author("a", "Ani", "admin")
    duplicates.not_the_same(here.centre, first, second, ani, "Orangnya berbeda.", seen={})

    late = rudi.post(path(first, second), verdict(page, first, second, "bukan"))

    assert late.status_code == 409
    assert "sudah diputuskan" in late.text
    assert "NIK dan fotonya sama." in late.text
    assert "tidak menunggu keputusan" in rudi.get(path(first, second)).text


def test_a_made_up_address_is_not_found(rudi: Officer) -> None:
    assert "tidak menunggu keputusan" in rudi.get(path(bytes(16), bytes(16))).text
    assert rudi.get("/ganda/zz/zz").status_code == 404
