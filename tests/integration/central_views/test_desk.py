"""The verifier's day: queue, request, start, return, reject, issue, correct."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from central.centre import Centre
from central.views.words import day_of
from edge_node.workflows import acts
from registration.acts_schema import HandOver
from registration.signature import pack
from tests.integration.central_views.conftest import (
    BINTARA,
    SITI,
    Counter,
    Officer,
    hidden,
)
from vault.engine import reading
from vault.read import Record, read_record

DAY_MS = 86_400_000


def at_centre(centre: Centre, loket: Counter, record: bytes) -> Record:
    with reading(centre.vault.engine) as connection:
        return read_record(connection, centre.vault, loket.edge.stream, record)


def form_of(record: Record) -> dict[str, str]:
    return {name: str(value) for name, value in record.named("data").items()}


def test_the_oldest_verified_stands_first_with_its_age_in_words(
    loket: Counter, rudi: Officer
) -> None:
    now = loket.edge.clock()
    loket.edge.clock = lambda: now.later(-9 * DAY_MS)
    old, _ = loket.file("baru")
    loket.edge.clock = lambda: now
    young, _ = loket.file("baru")
    loket.exchange()

    page = rudi.get("/").text

    assert page.index(old.hex()) < page.index(young.hex())
    assert "lewat" in page
    assert "1 dari 1 loket terhubung · 2 permohonan menunggu" in page


def test_the_queue_shows_what_she_asks_for(
    loket: Counter, open_counter: Callable[[str], Counter], rudi: Officer
) -> None:
    other = open_counter(BINTARA)
    here, _ = loket.file("baru")
    there, _ = other.file("baru")
    unverified, _ = loket.file("baru", seen=False)
    loket.exchange()
    other.exchange()
    rudi.get("/")
    rudi.post(loket.path(here, "/proses"))

    def shown(query: str) -> set[bytes]:
        page = rudi.get(f"/?{query}").text
        return {one for one in (here, there, unverified) if one.hex() in page}

    assert shown("") == {here, there}
    assert shown("kelompok=menunggu") == {there}
    assert shown("kelompok=dikerjakan") == {here}
    assert shown("kelompok=semua") == {here, there, unverified}
    assert shown(f"kelompok=semua&kelurahan={BINTARA}") == {there}
    assert shown("kelompok=terbit") == set()
    assert shown("kelompok=x&kelurahan=y&halaman=99&layanan=ktp-el") == {here, there}


def test_pages_of_the_queue_hold_each_request_once(
    loket: Counter, rudi: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.views.queue.PAGE_SIZE", 2)
    records = [loket.file("baru")[0] for _ in range(3)]
    loket.exchange()

    first, second = rudi.get("/").text, rudi.get("/?halaman=2").text

    assert "1–2 dari 3" in first
    assert "3–3 dari 3" in second
    assert all((one.hex() in first) != (one.hex() in second) for one in records)


def test_pages_far_from_both_ends_are_reached_by_the_day(
    loket: Counter, rudi: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.views.queue.PAGE_SIZE", 1)
    monkeypatch.setattr("central.workflows.lookup.MOST_PAGES", 2)
    now = loket.edge.clock()
    loket.edge.clock = lambda: now.later(-3 * DAY_MS)
    old, _ = loket.file("baru")
    loket.edge.clock = lambda: now
    records = sorted([old, *(loket.file("baru")[0] for _ in range(6))])
    loket.exchange()
    everything = "/?kelompok=semua"

    def shown(query: str) -> tuple[str, set[int]]:
        page = rudi.get(f"{everything}&{query}").text
        return page, {at for at, one in enumerate(reversed(records)) if one.hex() in page}

    assert shown("halaman=1")[1] == {0}
    for far, last in (("halaman=2", 1), ("halaman=3", 1), ("halaman=5", 5), ("halaman=6", 5)):
        page, found = shown(far)
        assert found == {last}
        assert "pilih tanggal masuknya" in page
    assert 'rel="next"' not in shown("halaman=2")[0]
    assert 'rel="prev"' not in shown("halaman=6")[0]
    assert 'rel="next"' in shown("halaman=6")[0]
    day = day_of(now.later(-3 * DAY_MS).wall_ms)
    page, found = shown(f"tanggal={day}")
    assert (found, "1–1 dari 1" in page) == ({6}, True)
    assert f'value="{day}"' in page
    assert shown("tanggal=2026-13-40")[1] == {0}


def test_search_finds_by_nik_name_and_code_and_leaves_no_trace_in_addresses(
    loket: Counter, rudi: Officer
) -> None:
    record, who = loket.file("baru")
    loket.file("baru")
    loket.exchange()
    code = loket.read(record).value("kode")

    for typed in (
        who.nik,
        f"{who.nik[:4]} {who.nik[4:]}",
        who.no_kk,
        who.nama,
        who.nama.split()[0][:4].lower(),
        code,
        code.lower().replace("-", " "),
    ):
        page = rudi.post("/cari", {"q": typed})
        assert page.status_code == 200
        assert loket.path(record) in page.text, typed
    assert "16 angka; yang diketik 5" in rudi.post("/cari", {"q": "32750"}).text
    assert "Tidak ada permohonan yang cocok" in rudi.post("/cari", {"q": "TIDAKADA"}).text
    assert rudi.get("/cari").status_code == 303


def test_the_request_stands_beside_its_scans(loket: Counter, rudi: Officer) -> None:
    record, who = loket.file()
    loket.exchange()
    scans = loket.read(record).named("berkas")

    page = rudi.get(loket.path(record))
    pictures = [rudi.get(loket.path(record, f"/berkas/{scan}")) for scan in scans]

    assert who.nama in page.text
    assert "Surat kehilangan" in page.text
    assert "menyatakannya lengkap" in page.text
    assert all(scan in page.text for scan in scans)
    assert all(one.mimetype.startswith("image/") for one in pictures)
    assert all(one.headers["X-Content-Type-Options"] == "nosniff" for one in pictures)
    assert all(one.headers["Cache-Control"] == "no-store" for one in pictures)
    assert pictures[0].headers["Content-Disposition"] == "inline; filename=berkas"


def test_a_scan_that_is_still_at_the_counter_is_said_to_follow(
    loket: Counter, rudi: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, _ = loket.file("baru")
    monkeypatch.setattr("vault.scans.chunks_to_send", lambda *_: [])
    loket.exchange()
    scan = next(iter(loket.read(record).named("berkas")))

    page = rudi.get(loket.path(record))
    picture = rudi.get(loket.path(record, f"/berkas/{scan}"))

    assert "menyusul" in page.text
    assert picture.status_code == 404
    assert "Foto ini belum sampai" in picture.text


def test_she_starts_and_issues_and_the_counter_sees_it(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record, _ = loket.file("baru")
    loket.exchange()

    rudi.get(loket.path(record))
    started = rudi.post(loket.path(record, "/proses"))
    page = rudi.get(loket.path(record))
    issued = rudi.post(
        loket.path(record, "/terbitkan"),
        {"nomor_dokumen": "ktp-001", "dilihat": hidden(page, "dilihat")},
    )
    loket.exchange()

    assert started.status_code == issued.status_code == 303
    assert "dikerjakan Rudi Hartono" in page.text
    assert "terbit" in rudi.get("/").text
    assert loket.read(record).status == "terbit"
    assert loket.read(record).value("nomor_dokumen") == "KTP-001"


def test_a_hand_over_comes_with_the_receiver_s_signature(
    loket: Counter, rudi: Officer, centre: Centre
) -> None:
    record, _ = loket.file("baru")
    loket.exchange()
    seen = hidden(rudi.get(loket.path(record)), "dilihat")
    rudi.post(loket.path(record, "/terbitkan"), {"dilihat": seen, "nomor_dokumen": "KTP-1"})
    loket.exchange()
    signed = HandOver("DEWI", "anak", "layar", pack((((10, 20), (300, 40)),)))

    acts.hand_over(loket.edge, record, SITI, signed)
    loket.exchange()

    page = rudi.get(loket.path(record)).text
    assert "DEWI (anak), ditandatangani di layar" in page
    assert '<path d="M10 20L300 40"/>' in page
    assert "menyerahkan dokumen kepada DEWI, ditandatangani di layar." in page


@pytest.mark.parametrize(("act", "status"), [("kembalikan", "dikembalikan"), ("tolak", "ditolak")])
def test_return_and_reject_want_a_reason(
    loket: Counter, rudi: Officer, act: str, status: str
) -> None:
    record, _ = loket.file("baru")
    loket.exchange()
    seen = hidden(rudi.get(loket.path(record)), "dilihat")

    empty = rudi.post(loket.path(record, f"/{act}"), {"alasan": "  ", "dilihat": seen})
    short = rudi.post(loket.path(record, f"/{act}"), {"alasan": "ah", "dilihat": seen})
    done = rudi.post(loket.path(record, f"/{act}"), {"alasan": "Foto KK buram.", "dilihat": seen})
    loket.exchange()

    assert empty.status_code == short.status_code == 422
    assert "Alasan belum diisi." in empty.text
    assert 'value="ah"' in short.text
    assert done.status_code == 303
    assert loket.read(record).status == status
    assert loket.read(record).value("alasan") == "Foto KK buram."


def test_an_act_that_is_not_possible_any_more_says_why_and_keeps_the_words(
    loket: Counter, rudi: Officer
) -> None:
    record, _ = loket.file("baru")
    loket.exchange()
    seen = hidden(rudi.get(loket.path(record)), "dilihat")
    acts.cancel(loket.edge, record, SITI, "Pemohon pindah.")
    loket.exchange()

    late = rudi.post(
        loket.path(record, "/kembalikan"), {"alasan": "Foto KK buram.", "dilihat": seen}
    )
    again = rudi.post(loket.path(record, "/proses"))

    assert late.status_code == again.status_code == 409
    assert "sekarang “Dibatalkan”" in late.text
    assert "Foto KK buram." in late.text
    assert "membatalkan permohonan: Pemohon pindah" in late.text


def test_she_does_not_decide_over_what_the_counter_changed_meanwhile(
    loket: Counter, rudi: Officer
) -> None:
    record, _ = loket.file("baru")
    loket.exchange()
    seen = hidden(rudi.get(loket.path(record)), "dilihat")
    loket.correct(record, alamat="JL. BARU NO. 1")
    loket.exchange()

    first = rudi.post(loket.path(record, "/terbitkan"), {"nomor_dokumen": "KTP-9", "dilihat": seen})
    second = rudi.post(
        loket.path(record, "/terbitkan"),
        {"nomor_dokumen": "KTP-9", "dilihat": hidden(first, "dilihat")},
    )

    assert first.status_code == 409
    assert "berubah sejak halaman dibuka" in first.text
    assert "mengubah alamat" in first.text
    assert 'value="KTP-9"' in first.text
    assert second.status_code == 303


def test_a_correction_says_what_is_wrong_beside_the_field_and_loses_nothing(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record, _ = loket.file("baru")
    loket.exchange()
    page = rudi.get(loket.path(record, "/perbaiki"))
    typed = form_of(loket.read(record)) | {"nik": "123", "alamat": "JL. MAWAR 2"}

    wrong = rudi.post(
        loket.path(record, "/perbaiki"), {**typed, "dilihat": hidden(page, "dilihat")}
    )
    stray = rudi.post(loket.path(record, "/perbaiki"), {**typed, "asing": "x"})

    assert wrong.status_code == stray.status_code == 422
    assert "NIK harus 16 angka; yang diketik 3 angka." in wrong.text
    assert 'value="123"' in wrong.text
    assert 'value="JL. MAWAR 2"' in wrong.text
    assert at_centre(centre, loket, record).value("data.alamat") != "JL. MAWAR 2"


def test_a_doubt_is_confirmed_before_it_is_kept(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record, who = loket.file("baru")
    loket.exchange()
    rudi.get(loket.path(record, "/perbaiki"))
    other = "perempuan" if who.form("baru")["jenis_kelamin"] == "laki-laki" else "laki-laki"
    choices = {"L": "P", "P": "L"}
    sex = who.form("baru")["jenis_kelamin"]
    typed = form_of(loket.read(record)) | {"jenis_kelamin": choices.get(sex, other)}

    doubtful = rudi.post(loket.path(record, "/perbaiki"), typed)
    kept = rudi.post(loket.path(record, "/perbaiki"), {**typed, "konfirmasi": "nik"})

    assert doubtful.status_code == 422
    assert 'name="konfirmasi" value="nik"' in doubtful.text
    assert kept.status_code == 303
    assert at_centre(centre, loket, record).value("data.jenis_kelamin") != sex


def test_a_stale_correction_does_not_put_old_values_back(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record, _ = loket.file("baru")
    loket.exchange()
    page = rudi.get(loket.path(record, "/perbaiki"))
    typed = form_of(loket.read(record)) | {"pekerjaan": "GURU BESAR"}
    loket.correct(record, alamat="JL. BARU NO. 1")
    loket.exchange()

    stale = rudi.post(
        loket.path(record, "/perbaiki"), {**typed, "dilihat": hidden(page, "dilihat")}
    )
    fresh = typed | {"alamat": "JL. BARU NO. 1", "dilihat": hidden(stale, "dilihat")}
    kept = rudi.post(loket.path(record, "/perbaiki"), fresh)

    assert stale.status_code == 409
    assert 'value="JL. BARU NO. 1"' in stale.text
    assert 'value="GURU BESAR"' in stale.text
    assert kept.status_code == 303
    after = at_centre(centre, loket, record)
    assert after.value("data.alamat") == "JL. BARU NO. 1"
    assert after.value("data.pekerjaan") == "GURU BESAR"


def test_what_is_done_cannot_be_corrected(loket: Counter, rudi: Officer) -> None:
    record, _ = loket.file("baru")
    loket.exchange()
    rudi.post(loket.path(record, "/terbitkan"), {"nomor_dokumen": "KTP-1"})

    response = rudi.get(loket.path(record, "/perbaiki"))
    page = rudi.get(loket.path(record))

    assert response.status_code == 303
    assert "tidak bisa dilakukan" in page.text
    assert "Perbaiki data</a>" not in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/permohonan/32.75.02.1004/x",
        "/permohonan/32.75.02.1004/" + "0" * 32,
        "/permohonan/32.75.02.1004/" + "0" * 32 + "/berkas/abc",
        "/permohonan/32.75.02.1004/" + "0" * 32 + "/perbaiki",
        "/perbedaan/32.75.02.1004/" + "0" * 32,
    ],
)
def test_what_is_not_there_is_said_plainly(rudi: Officer, path: str) -> None:
    response = rudi.get(path)

    assert response.status_code == 404
    assert "Permohonan tidak ditemukan" in response.text
