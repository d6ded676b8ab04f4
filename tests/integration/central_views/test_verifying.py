"""The verification desk on its pages: lists, claims, reasons, two officers, quotas."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from central.centre import Centre
from central.workflows import desk_rules
from sync.body import Author
from tests.integration.central_views.conftest import PASSWORD, Counter, Officer, hidden, stored
from vault import accounts
from vault.engine import writing

DAY_MS = 86_400_000
ADMIN = Author("ani", "Ani", "admin")
BUDI = Author("b", "Budi Santoso", "verifikator")


@pytest.fixture
def budi(app: Flask, centre: Centre) -> Officer:
    """Another verifier."""
    with writing(centre.vault.engine) as connection:
        accounts.add_account(connection, centre.vault, "budi", BUDI.name, "verifikator", PASSWORD)
    officer = Officer(app.test_client())
    assert officer.log_in("budi").status_code == 303
    return officer


def two_officers(centre: Centre, *acts: str) -> None:
    desk_rules.save(centre, {(act, "ktp-el") for act in acts}, {}, ADMIN)


def verified(loket: Counter, count: int = 1) -> list[bytes]:
    records = [loket.file("baru")[0] for _ in range(count)]
    loket.exchange()
    return records


def propose(loket: Counter, officer: Officer, record: bytes, number: str = "KTP-001") -> None:
    seen = hidden(officer.get(loket.path(record)), "dilihat")
    done = officer.post(
        loket.path(record, "/terbitkan"), {"nomor_dokumen": number, "dilihat": seen}
    )
    assert done.status_code == 303


def test_the_next_one_is_somebody_s_and_others_read_whose(
    loket: Counter, rudi: Officer, budi: Officer
) -> None:
    first, second = verified(loket, 2)

    taken = rudi.post("/meja/berikutnya")
    other = budi.post("/meja/berikutnya")
    page = budi.get(loket.path(first))
    late = budi.post(loket.path(first, "/terbitkan"), {"nomor_dokumen": "KTP-1"})

    assert taken.location.endswith(loket.path(first))
    assert other.location.endswith(loket.path(second))
    assert "Rudi Hartono sedang mengerjakan permohonan ini." in page.text
    assert "Ambil alih" not in page.text
    assert 'data-letter="b"' not in page.text
    assert late.status_code == 409
    assert "KTP-1" in late.text
    assert "dikerjakan Rudi Hartono" in budi.get("/").text
    assert "Anda kerjakan" in budi.get("/?milik=saya").text
    assert first.hex() not in budi.get("/?milik=saya").text
    assert "sudah ada yang mengerjakan" in budi.get("/?milik=bebas").text


def test_one_after_the_other_until_the_list_is_empty(loket: Counter, rudi: Officer) -> None:
    first, second = verified(loket, 2)
    rudi.post("/meja/berikutnya")

    for record, after in ((first, loket.path(second)), (second, "/?urut=janji")):
        page = rudi.get(loket.path(record))
        assert 'name="lanjut" value="ya" checked' in page.text
        done = rudi.post(
            loket.path(record, "/terbitkan"),
            {"nomor_dokumen": "KTP-1", "dilihat": hidden(page, "dilihat"), "lanjut": "ya"},
        )
        assert done.location.endswith(after)

    assert "Tidak ada lagi yang menunggu di daftar ini" in rudi.get("/").text


def test_a_request_is_let_go_and_an_admin_takes_one_over(
    loket: Counter, rudi: Officer, ani: Officer, budi: Officer
) -> None:
    (record,) = verified(loket)
    rudi.get(loket.path(record))
    rudi.post(loket.path(record, "/proses"))

    assert budi.post(loket.path(record, "/lepas")).status_code == 409
    assert budi.post(loket.path(record, "/ambil-alih")).status_code == 403
    taken = ani.post(loket.path(record, "/ambil-alih"))
    told = ani.get(taken.location).text
    lost = rudi.post(loket.path(record, "/terbitkan"), {"nomor_dokumen": "KTP-1"})
    let_go = ani.post(loket.path(record, "/lepas"))

    assert "Anda ambil alih dari Rudi Hartono" in told
    assert lost.status_code == 409
    assert "Ani Suryani mengambil alih permohonan ini dari Anda." in lost.text
    assert "Ani Suryani sedang mengerjakan" in lost.text
    assert let_go.status_code == 303
    assert "mengambil alih permohonan dari rekan" in ani.get("/node/catatan").text
    assert 'data-letter="s"' in budi.get(loket.path(record)).text


def test_a_kept_reason_and_own_words_are_read_together(
    loket: Counter, rudi: Officer, ani: Officer
) -> None:
    (record,) = verified(loket)
    ani.post(
        "/meja/alasan",
        {"tindakan": "kembalikan", "layanan": "ktp-el", "teks": "Foto wajah terlalu gelap."},
    )
    page = rudi.get(loket.path(record))
    option = re.search(r'<option value="([^"]+)">Foto wajah terlalu gelap\.', page.text)
    assert option

    sent = {"alasan_siap": option[1], "alasan": "Datang lagi sebelum Jumat."}
    back = rudi.post(loket.path(record, "/kembalikan"), sent | {"dilihat": hidden(page, "dilihat")})
    loket.exchange()

    assert back.status_code == 303
    assert loket.read(record).value("alasan") == (
        "Foto wajah terlalu gelap. Datang lagi sebelum Jumat."
    )


def test_admins_keep_the_list_of_reasons(loket: Counter, rudi: Officer, ani: Officer) -> None:
    (record,) = verified(loket)
    one = {"tindakan": "tolak", "layanan": "kk", "teks": "Kepala keluarga belum setuju."}

    short = ani.post("/meja/alasan", one | {"teks": "Tidak."})
    ani.post("/meja/alasan", one)
    ani.post("/meja/alasan", one)
    listed = ani.get("/meja/alasan").text
    found = re.findall(r"Kepala keluarga belum setuju\.</p>", listed)
    retired = ani.post("/meja/alasan", {"id": "awal-kembalikan-1", "lakukan": "tarik"})
    page = rudi.get(loket.path(record)).text

    assert short.status_code == 422
    assert ">\nTidak.</textarea>" in short.text
    assert len(found) == 1
    assert retired.status_code == 303
    assert "tidak ditawarkan lagi" in ani.get("/meja/alasan").text
    assert "Foto KK buram atau terpotong" not in page
    assert "NIK di formulir tidak sama" in page
    assert "Kepala keluarga belum setuju" not in page
    assert rudi.get("/meja/alasan").status_code == 403


def test_two_officers_the_first_proposes_and_only_another_one_confirms(
    centre: Centre, loket: Counter, rudi: Officer, budi: Officer
) -> None:
    (record,) = verified(loket)
    two_officers(centre, "terbitkan")

    propose(loket, rudi, record)
    own = rudi.get(loket.path(record))
    number = hidden(own, "usulan")
    mine = rudi.post(loket.path(record, "/setujui"), {"usulan": number})
    listed = budi.get("/usulan").text
    page = budi.get(loket.path(record))
    confirmed = budi.post(loket.path(record, "/setujui"), {"usulan": number})
    again = budi.post(loket.path(record, "/setujui"), {"usulan": number})
    loket.exchange()

    assert "Anda tidak bisa menyetujui usulan sendiri" in own.text
    assert mine.status_code == 409
    assert record.hex() in listed
    assert "KTP-001" in page.text
    assert confirmed.status_code == 303
    assert again.status_code == 409
    assert loket.read(record).status == "terbit"
    assert loket.read(record).value("nomor_dokumen") == "KTP-001"
    story = budi.get(loket.path(record)).text
    assert "Disdukcapil (Budi Santoso) menerbitkan dokumen KTP-001. Diusulkan oleh Rudi" in story


def test_a_proposal_comes_back_with_a_note(
    centre: Centre, loket: Counter, rudi: Officer, budi: Officer
) -> None:
    (record,) = verified(loket)
    two_officers(centre, "terbitkan")
    propose(loket, rudi, record)
    number = hidden(budi.get(loket.path(record)), "usulan")

    empty = budi.post(loket.path(record, "/tolak-usulan"), {"usulan": number, "jawaban": "ya"})
    sent = budi.post(
        loket.path(record, "/tolak-usulan"),
        {"usulan": number, "jawaban": "Nomornya tertukar dengan yang kemarin."},
    )
    read = rudi.get(loket.path(record)).text

    assert empty.status_code == 422
    assert 'value="ya"' in empty.text
    assert sent.status_code == 303
    assert "Budi Santoso mengembalikan usulan ini:" in read
    assert "Nomornya tertukar dengan yang kemarin." in read
    assert "Nomornya tertukar" in rudi.get("/usulan").text
    assert loket.read(record).status == "diverifikasi"


def test_a_proposal_is_off_when_the_request_changes(
    centre: Centre, loket: Counter, rudi: Officer, budi: Officer
) -> None:
    (record,) = verified(loket)
    two_officers(centre, "terbitkan")
    propose(loket, rudi, record)
    number = hidden(budi.get(loket.path(record)), "usulan")
    loket.correct(record, alamat="JL. BARU NO. 1")
    loket.exchange()

    late = budi.post(loket.path(record, "/setujui"), {"usulan": number})

    assert late.status_code == 409
    assert "usulannya gugur" in late.text
    assert "Tidak ada yang menunggu petugas kedua" in budi.get("/usulan").text
    assert loket.read(record).status == "diverifikasi"


def test_who_somebody_is_changes_with_two_officers_an_address_with_one(
    centre: Centre, loket: Counter, rudi: Officer, budi: Officer
) -> None:
    (record,) = verified(loket)
    two_officers(centre, "perbaiki")
    page = rudi.get(loket.path(record, "/perbaiki"))
    form = {name: str(value) for name, value in loket.read(record).named("data").items()}
    form |= {"dilihat": hidden(page, "dilihat")}

    rudi.post(
        loket.path(record, "/perbaiki"),
        form | {"alamat": "JL. BARU NO. 1", "konfirmasi": "no_kk"},
    )
    plain = rudi.get(loket.path(record)).text
    form["dilihat"] = hidden(rudi.get(loket.path(record, "/perbaiki")), "dilihat")
    rudi.post(
        loket.path(record, "/perbaiki"),
        form | {"alamat": "JL. BARU NO. 1", "nama": "NAMA YANG BENAR", "konfirmasi": "no_kk"},
    )
    loket.exchange()
    before = loket.read(record).value("data.nama")
    number = hidden(budi.get(loket.path(record)), "usulan")
    budi.post(loket.path(record, "/setujui"), {"usulan": number})
    loket.exchange()

    assert "JL. BARU NO. 1" in plain
    assert "Usulan:" not in plain
    assert before != "NAMA YANG BENAR"
    assert loket.read(record).value("data.nama") == "NAMA YANG BENAR"


def test_nothing_of_a_proposal_stands_in_clear(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    (record,) = verified(loket)
    two_officers(centre, "terbitkan")

    propose(loket, rudi, record, "RAHASIA-77")

    held = stored(centre)
    assert record in held
    assert b"RAHASIA-77" not in held
    assert b"Rudi Hartono" not in held


def test_what_asks_for_care_stands_first_and_says_why(loket: Counter, rudi: Officer) -> None:
    now = loket.edge.clock()
    loket.edge.clock = lambda: now.later(-3 * DAY_MS)
    plain, _ = loket.file("baru")
    loket.edge.clock = lambda: now
    twice = loket.people.person()
    first, _ = loket.file("baru", twice)
    loket.file("baru", twice)
    loket.exchange()

    by_day = rudi.get("/").text
    by_care = rudi.get("/?urut=teliti").text

    assert by_day.index(plain.hex()) < by_day.index(first.hex())
    assert by_care.index(first.hex()) < by_care.index(plain.hex())
    assert "Perlu sangat teliti</strong>: mungkin ganda" in by_care
    assert "mungkin ganda" in rudi.get(loket.path(first)).text


def test_a_quota_moves_the_day_that_is_told_and_closes_no_door(
    centre: Centre, loket: Counter, rudi: Officer, ani: Officer
) -> None:
    records = verified(loket, 3)
    rules = ani.get("/meja/aturan")

    wrong = ani.post("/meja/aturan", {"jatah-ktp-el": "banyak"})
    saved = ani.post("/meja/aturan", {"jatah-ktp-el": "1"})
    page = rudi.get("/").text
    last = rudi.get(loket.path(records[-1])).text
    first = rudi.get(loket.path(records[0])).text
    issued = rudi.post(loket.path(records[-1], "/terbitkan"), {"nomor_dokumen": "KTP-3"})

    assert rules.status_code == 200
    assert wrong.status_code == 422
    assert 'value="banyak"' in wrong.text
    assert saved.status_code == 303
    assert "jatah 1 sehari, hari ini selesai 0, menunggu 3" in page
    assert "Menurut jatah harian: perkiraan" in last
    assert "Menurut jatah harian" not in first
    assert issued.status_code == 303
    assert "hari ini selesai 1, menunggu 2" in rudi.get("/").text


def test_an_answer_leads_to_the_paper_that_it_stands_on(loket: Counter, rudi: Officer) -> None:
    record, _ = loket.file()
    loket.exchange()
    scans = loket.read(record).scans
    by_kind = {manifest["jenis"]: scan for scan, manifest in scans.items()}

    page = rudi.get(loket.path(record)).text
    form = rudi.get(loket.path(record, "/perbaiki")).text

    for label, kind in (("Nomor KK", "kk"), ("Kantor polisi", "surat_kehilangan")):
        link = rf'data-proof="berkas-{by_kind[kind]}-pilih"[^>]*>{label}</a>'
        assert re.search(link, page)
    assert f'data-proof="berkas-{by_kind["kk"]}-pilih"' in form
    chosen = rudi.get(loket.path(record, f"?berkas={by_kind['surat_kehilangan']}")).text
    assert f'id="berkas-{by_kind["surat_kehilangan"]}-pilih" checked' in chosen
