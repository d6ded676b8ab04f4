"""One request: its acts, its corrections, its photos, its receipt."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.datastructures import FileStorage

from edge_node.edge import Edge
from edge_node.workflows import acts, lookup
from registration.duplicates import Outcome, Verdict
from registration.invented.people import Person
from registration.signature import drawn_in
from sync.body import Author, Body
from tests.integration.edge_staff.conftest import SITI, Browser, picture, record_in
from vault.engine import writing
from vault.write import write

RUDI = Author("rudi", "RUDI", "verifikator")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def filed(siti: Browser, people: list[Person], pictures: dict[str, bytes]) -> str:
    """A complete request that is not verified yet."""
    photos = {"kk": pictures["kk"], "surat_kehilangan": pictures["surat_kehilangan"]}
    return record_in(siti.file(people[1], photos=photos, konfirmasi=["nik", "no_kk"]))


def centre_writes(edge: Edge, record: str, act: str, note: str = "", **writes: object) -> None:
    """What the centre's change would do to the folded view, without a centre."""
    with writing(edge.vault.engine) as connection:
        body = Body(act, RUDI, dict(writes), note)
        one = bytes.fromhex(record)
        write(connection, edge.vault, edge.stream, one, "permohonan", body, edge.stamp())


def status(edge: Edge, record: str) -> str:
    return lookup.read(edge, bytes.fromhex(record)).status


def form_of(siti: Browser, record: str, person: Person, **more: object) -> dict[str, object]:
    """What the browser would send back from the correction page."""
    page = siti.get(f"/permohonan/{record}/perbaiki").text
    before = {
        part.split('"')[0]: part.split('value="')[1].split('"')[0]
        for part in page.split('type="hidden" name="semula.')[1:]
    }
    data: dict[str, object] = {f"semula.{name}": value for name, value in before.items()}
    return data | before | {"konfirmasi": ["nik", "no_kk"]} | more


def test_verified_with_one_button_and_told_as_waiting_then_sent(
    siti: Browser, edge: Edge, filed: str
) -> None:
    before = siti.get(f"/permohonan/{filed}").text
    answer = siti.post(f"/permohonan/{filed}/verifikasi")
    waiting = siti.get(f"/permohonan/{filed}").text
    edge.standing = replace(edge.standing, acked=99)
    sent = siti.get(f"/permohonan/{filed}").text

    assert "Berkas cocok, verifikasi" in before
    assert answer.status_code == 303
    assert "Sudah diverifikasi." in waiting
    assert "Menunggu kirim" in waiting
    assert "Dikirim ke Disdukcapil" in sent
    assert "menyatakannya lengkap" in sent


def test_an_act_that_is_not_possible_now_comes_back_with_the_reason(
    siti: Browser, filed: str
) -> None:
    answer = siti.post(
        f"/permohonan/{filed}/serahkan",
        {"penerima": "DEWI", "hubungan": "diri_sendiri", "cara": "kertas"},
    )

    assert answer.status_code == 409
    assert "jadi “Serahkan” tidak bisa dilakukan" in answer.text
    assert 'role="alert"' in answer.text


def test_verifying_without_the_papers_names_them(siti: Browser, people: list[Person]) -> None:
    record = record_in(siti.file(people[1], konfirmasi=["nik", "no_kk"]))

    page = siti.get(f"/permohonan/{record}").text
    answer = siti.post(f"/permohonan/{record}/verifikasi")

    assert "Belum ada: Kartu Keluarga, Surat kehilangan." in page
    assert answer.status_code == 409
    assert "Berkas yang belum ada" in answer.text


def test_a_pamor_cannot_verify(rw: Browser, edge: Edge, filed: str) -> None:
    answer = rw.post(f"/permohonan/{filed}/verifikasi")

    assert answer.status_code == 409
    assert status(edge, filed) == "diajukan"


@pytest.fixture
def ready(siti: Browser, edge: Edge, filed: str) -> str:
    """A document that waits at the counter."""
    siti.post(f"/permohonan/{filed}/verifikasi")
    centre_writes(edge, filed, "terbitkan", "KTP/1", status="terbit", nomor_dokumen="KTP/1")
    siti.post(f"/permohonan/{filed}/dokumen-tiba")
    return filed


def test_issued_brought_and_handed_over(siti: Browser, edge: Edge, ready: str) -> None:
    to = {"penerima": "Dewi", "hubungan": "suami_istri", "cara": "cap_jempol"}

    nobody = siti.post(f"/permohonan/{ready}/serahkan", {**to, "penerima": ""})
    siti.post(f"/permohonan/{ready}/serahkan", to)
    page = siti.get(f"/permohonan/{ready}").text
    proof = siti.get(f"/permohonan/{ready}/bukti-penyerahan").text

    assert nobody.status_code == 422
    assert 'id="f-penerima-error"' in nobody.text
    assert status(edge, ready) == "diserahkan"
    assert "DEWI (suami atau istri), dengan cap jempol di kertas" in page
    assert "menyerahkan dokumen kepada DEWI, dengan cap jempol di kertas." in page
    assert "<svg class" not in page
    assert "DEWI (suami atau istri), dengan cap jempol di kertas" in proof
    assert "KTP/1" in proof
    assert "cap jempol di kertas ini" in proof, "the paper is where the thumb goes"


SIGNED = " ".join(f"{100 + 5 * n},{150 + 9 * n % 70}" for n in range(100))


def test_signed_on_the_screen_and_shown_again(siti: Browser, edge: Edge, ready: str) -> None:
    to = {"penerima": "Dewi", "hubungan": "anak", "cara": "layar"}

    empty = siti.post(f"/permohonan/{ready}/serahkan", to)
    nameless = siti.post(f"/permohonan/{ready}/serahkan", {**to, "penerima": "", "garis": SIGNED})
    done = siti.post(f"/permohonan/{ready}/serahkan", {**to, "garis": SIGNED})
    page = siti.get(f"/permohonan/{ready}").text
    proof = siti.get(f"/permohonan/{ready}/bukti-penyerahan?kertas=58").text

    assert (empty.status_code, nameless.status_code, done.status_code) == (422, 422, 303)
    assert 'id="f-garis-error"' in empty.text
    assert f'name="garis" value="{SIGNED}"' in nameless.text, "nobody signs twice for a typing slip"
    receiver = lookup.read(edge, bytes.fromhex(ready)).value("penerima")
    assert receiver["nama"] == "DEWI"
    assert len(receiver["garis"]) < 1536
    for shown in (page, proof):
        assert f'<path d="{drawn_in(receiver)}"/>' in shown
        assert "DEWI (anak), ditandatangani di layar" in shown
    assert "receipt-58" in proof


def test_there_is_no_proof_before_the_hand_over(siti: Browser, ready: str) -> None:
    assert siti.get(f"/permohonan/{ready}/bukti-penyerahan").status_code == 404
    assert "bukti-penyerahan" not in siti.get(f"/permohonan/{ready}").text


def test_the_signature_lies_on_the_disk_only_sealed(
    siti: Browser, edge: Edge, ready: str, tmp_path: Path
) -> None:
    to = {"penerima": "Dewi", "hubungan": "anak", "cara": "layar", "garis": SIGNED}

    siti.post(f"/permohonan/{ready}/serahkan", to)

    drawn = lookup.read(edge, bytes.fromhex(ready)).value("penerima")["garis"]
    held = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    assert drawn[:12] not in held
    assert SIGNED[:24].encode() not in held


def test_cancelled_with_a_reason(siti: Browser, edge: Edge, filed: str) -> None:
    bare = siti.post(f"/permohonan/{filed}/batalkan", {"alasan": ""})
    done = siti.post(f"/permohonan/{filed}/batalkan", {"alasan": "Pemohon pindah kota."})

    assert bare.status_code == 422
    assert done.status_code == 303
    assert status(edge, filed) == "dibatalkan"
    assert "Pemohon pindah kota." in siti.get(f"/permohonan/{filed}").text


def test_returned_corrected_and_handed_in_again_in_one_go(
    siti: Browser, edge: Edge, filed: str, people: list[Person]
) -> None:
    siti.post(f"/permohonan/{filed}/verifikasi")
    reason = "Alamat belum lengkap."
    centre_writes(edge, filed, "kembalikan", reason, status="dikembalikan", alasan=reason)

    page = siti.get(f"/permohonan/{filed}").text
    form = form_of(siti, filed, people[1], alamat="JL. BARU 1", ajukan_kembali="ya")
    answer = siti.post(f"/permohonan/{filed}/perbaiki", form)

    assert f"Dikembalikan Disdukcapil: {reason}" in page
    assert answer.status_code == 303
    record = lookup.read(edge, bytes.fromhex(filed))
    assert (record.status, record.value("data.alamat")) == ("diverifikasi", "JL. BARU 1")
    assert "Diajukan kembali ke Disdukcapil." in siti.get(f"/permohonan/{filed}").text


def test_what_the_centre_changed_meanwhile_is_not_put_back(
    siti: Browser, edge: Edge, filed: str, people: list[Person]
) -> None:
    form = form_of(siti, filed, people[1], pekerjaan="GURU")
    centre_writes(edge, filed, "perbaiki", **{"data.alamat": "DARI PUSAT"})

    answer = siti.post(f"/permohonan/{filed}/perbaiki", form)

    assert answer.status_code == 303
    record = lookup.read(edge, bytes.fromhex(filed))
    assert record.value("data.alamat") == "DARI PUSAT"
    assert record.value("data.pekerjaan") == "GURU"


def test_a_field_changed_on_both_sides_is_shown_before_it_is_overwritten(
    siti: Browser, edge: Edge, filed: str, people: list[Person]
) -> None:
    form = form_of(siti, filed, people[1], alamat="DARI LOKET")
    centre_writes(edge, filed, "perbaiki", **{"data.alamat": "DARI PUSAT"})

    crossed = siti.post(f"/permohonan/{filed}/perbaiki", form)

    assert crossed.status_code == 409
    assert "mengubahnya menjadi “DARI PUSAT”" in crossed.text
    assert 'value="DARI LOKET"' in crossed.text
    assert lookup.read(edge, bytes.fromhex(filed)).value("data.alamat") == "DARI PUSAT"


def test_a_wrong_correction_keeps_the_words_and_the_good_photo(
    siti: Browser, edge: Edge, filed: str, people: list[Person], pictures: dict[str, bytes]
) -> None:
    form = form_of(siti, filed, people[1], nik="12", alamat="JL. BARU 1")
    form["berkas.f102"] = FileStorage(io.BytesIO(pictures["f102"]), filename="a.jpg")

    answer = siti.post(f"/permohonan/{filed}/perbaiki", form)

    assert answer.status_code == 422
    assert 'id="f-nik-error"' in answer.text
    assert 'value="JL. BARU 1"' in answer.text
    assert "1 foto sudah tersimpan" in answer.text
    assert len(lookup.read(edge, bytes.fromhex(filed)).named("berkas")) == 3


def test_photos_are_added_once_and_bad_ones_refused(
    siti: Browser, edge: Edge, filed: str, pictures: dict[str, bytes]
) -> None:
    def send(content: bytes) -> int:
        data = {"berkas.f102": FileStorage(io.BytesIO(content), filename="a")}
        return siti.post(f"/permohonan/{filed}/berkas", data).status_code

    sent = [send(pictures["f102"]), send(pictures["f102"]), send(picture(10, 10)), send(b"")]

    assert sent == [303, 303, 422, 422]
    assert len(lookup.read(edge, bytes.fromhex(filed)).named("berkas")) == 3


def test_scans_open_only_for_staff_and_a_pdf_has_no_rights(
    siti: Browser, visitor: Browser, edge: Edge, filed: str
) -> None:
    data = {"berkas.f102": FileStorage(io.BytesIO(PDF), filename="a.pdf")}
    siti.post(f"/permohonan/{filed}/berkas", data)
    held = lookup.read(edge, bytes.fromhex(filed)).named("berkas")
    scan = next(one for one, manifest in held.items() if manifest["jenis"] == "f102")

    opened = siti.get(f"/permohonan/{filed}/berkas/{scan}")
    missing = siti.get(f"/permohonan/{filed}/berkas/{'0' * 16}")
    siti.post("/keluar")
    closed = siti.get(f"/permohonan/{filed}/berkas/{scan}")

    assert opened.data == PDF
    assert opened.headers["Content-Security-Policy"] == "sandbox"
    assert opened.headers["Content-Disposition"] == "inline; filename=berkas"
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    assert opened.headers["Cache-Control"] == "no-store"
    assert missing.status_code == 404
    assert closed.status_code == 303


def test_the_receipt_says_what_is_missing_and_from_when_the_days_count(
    siti: Browser, edge: Edge, people: list[Person], pictures: dict[str, bytes]
) -> None:
    record = record_in(
        siti.file(people[1], photos={"kk": pictures["kk"]}, konfirmasi=["nik", "no_kk"])
    )

    page = siti.get(f"/permohonan/{record}/tanda-terima").text

    assert "Surat kehilangan" in page
    assert "1 hari kerja setelah berkas lengkap" in page
    assert "Tersimpan aman di kelurahan" in page


def test_a_reload_after_a_refused_act_shows_the_request(siti: Browser, filed: str) -> None:
    for act in ("verifikasi", "dokumen-tiba", "serahkan", "batalkan", "berkas"):
        assert record_in(siti.get(f"/permohonan/{filed}/{act}")) == filed

    assert siti.get("/cari").headers["Location"] == "/"


def test_every_page_of_a_request_that_acts_know(edge: Edge, siti: Browser, filed: str) -> None:
    acts.correct(edge, bytes.fromhex(filed), {}, [], SITI)

    for tail in ("", "/perbaiki", "/tanda-terima"):
        answer = siti.get(f"/permohonan/{filed}{tail}")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_photo_that_does_not_belong_here_is_taken_away_and_told(
    siti: Browser, edge: Edge, filed: str, pictures: dict[str, bytes]
) -> None:
    record = bytes.fromhex(filed)
    before = lookup.read(edge, record).scans
    scan = next(one for one, held in before.items() if held["jenis"] == "kk")

    silent = siti.post(f"/permohonan/{filed}/berkas/{scan}/tarik", {"alasan": ""})
    done = siti.post(f"/permohonan/{filed}/berkas/{scan}/tarik", {"alasan": "KK orang lain."})
    again = siti.post(f"/permohonan/{filed}/berkas/{scan}/tarik", {"alasan": "KK orang lain."})
    page = siti.get(f"/permohonan/{filed}").text

    assert (silent.status_code, done.status_code, again.status_code) == (422, 303, 409)
    assert "Alasan belum diisi." in silent.text
    assert lookup.read(edge, record).scans.keys() == before.keys() - {scan}
    assert f"berkas.{scan}" in lookup.read(edge, record).fields
    assert siti.get(f"/permohonan/{filed}/berkas/{scan}").status_code == 404
    assert "menarik 1 foto: KK orang lain." in page
    assert "Belum ada: Kartu Keluarga." in page
    assert siti.post(f"/permohonan/{filed}/verifikasi").status_code == 409

    # The same picture may come back: it is a new one then.
    data = {"berkas.kk": FileStorage(io.BytesIO(pictures["kk"]), filename="a")}
    assert siti.post(f"/permohonan/{filed}/berkas", data).status_code == 303
    assert len(lookup.read(edge, record).scans) == len(before)


def test_a_request_cancelled_for_another_says_where_to_follow_it(
    siti: Browser, edge: Edge, filed: str
) -> None:
    verdict = Verdict(bytes(16), Outcome.BATAL, "32.75.02.1004", "BTJ-7Q4-K2M")
    name, value = verdict.written()
    centre_writes(
        edge, filed, "batalkan_ganda", status="dibatalkan", alasan="NIK sama.", **{name: value}
    )

    page = siti.get(f"/permohonan/{filed}").text

    assert "Sama dengan permohonan BTJ-7Q4-K2M di Loket Bintarajaya." in page
    assert "buat permohonan baru" not in page


def test_only_pages_that_take_photos_may_open_the_camera(siti: Browser, filed: str) -> None:
    def may_open(path: str) -> bool:
        return "camera=(self)" in siti.get(path).headers["Permissions-Policy"]

    one = f"/permohonan/{filed}"

    assert [may_open(path) for path in (one, f"{one}/perbaiki", "/permohonan/baru/kk/lahir")] == [
        True,
        True,
        True,
    ]
    assert not any(map(may_open, ("/", "/sinkron", "/register", f"{one}/tanda-terima")))
