from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from flask import Flask

from edge_node.edge import Edge
from edge_node.workflows import portal
from registration.invented.people import Person
from tests.integration.edge_portal.conftest import (
    Phone,
    boxes,
    picture,
    record_of,
    scan,
)
from vault.engine import reading
from vault.read import Filter, count_records


def requests_here(edge: Edge) -> int:
    with reading(edge.vault.engine) as connection:
        return count_records(connection, Filter(stream=edge.stream))


@pytest.mark.parametrize("case", ["hilang", "rusak", "perubahan", "baru"])
def test_a_resident_files_each_case_without_script(
    edge: Edge, phone: Phone, person: Person, case: str
) -> None:
    phone.file(person, case)

    found = portal.progress(edge, record_of(edge, phone.code))
    assert phone.status == 200
    assert "Foto layar ini." in phone.text
    assert found is not None
    assert (found.status, found.record.value("kanal")) == ("diajukan", "portal")
    assert found.record.value("varian") == case
    assert found.record.value("data.nik") == person.nik
    assert found.lacking == ()


def test_the_form_opens_only_after_consent(phone: Phone) -> None:
    phone.open("/ajukan/ktp-el/hilang").press()

    assert phone.status == 422
    assert "Centang kotak ini dulu" in phone.text


def test_a_wrong_nik_is_told_beside_it_and_all_that_was_typed_stays(
    phone: Phone, person: Person
) -> None:
    typed = boxes("baru", person.form("baru") | {"nik": "3275 0252", "email": "x"})

    phone.begin("baru").press(**typed)

    assert phone.status == 422
    assert "NIK harus 16 angka; yang diketik 8 angka." in phone.text
    assert 'value="3275 0252"' in phone.page
    assert f'value="{person.nama}"' in phone.page
    assert "Email" not in phone.text, "this page does not ask for it"
    assert 'value="3275 0252"' in phone.open(phone.at).page, "and after a reload"


def test_a_nik_that_does_not_fit_the_birth_date_is_confirmed_on_its_page(
    phone: Phone, person: Person
) -> None:
    other_day = replace(person, tanggal_lahir=person.tanggal_lahir.replace(day=27, month=3))
    typed = boxes("baru", other_day.form("baru"))

    phone.begin("baru").press(**typed)
    assert phone.status == 422
    assert "Tanggal lahir di dalam NIK" in phone.text

    phone.press(**typed, konfirmasi="nik")
    assert phone.at.endswith("/2")


def test_a_tick_does_not_answer_another_doubt(phone: Phone, person: Person) -> None:
    def typed(day: int) -> dict[str, str]:
        moved = replace(person, tanggal_lahir=person.tanggal_lahir.replace(day=day, month=3))
        return boxes("baru", moved.form("baru"))

    phone.begin("baru").press(**typed(27)).press(**typed(26), konfirmasi="nik")

    assert phone.status == 422
    assert "26-03-" in phone.text


def test_who_is_too_young_learns_it_on_the_page_of_the_birth_date(
    phone: Phone, person: Person
) -> None:
    young = person.form("baru") | {
        "tanggal_lahir": "2015-05-12",
        "status_perkawinan": "belum_kawin",
        "nik": "3275020000000000"[:6]
        + ("520515" if person.jenis_kelamin == "P" else "120515")
        + "0003",
    }

    phone.begin("baru").press(**boxes("baru", young))

    assert phone.status == 422
    assert "belum 17 tahun" in phone.text


def test_sending_twice_gives_the_same_receipt(edge: Edge, phone: Phone, person: Person) -> None:
    phone.fill(person).press(
        files={"berkas.kk": [picture()], "berkas.surat_kehilangan": [picture()]}
    )
    review, at = phone.page, phone.at

    first = phone.press().code
    phone.page, phone.at = review, at
    again = phone.press().code

    assert first == again
    assert requests_here(edge) == 1


def test_a_draft_opens_on_no_other_phone(app: Flask, phone: Phone, person: Person) -> None:
    phone.fill(person)
    stranger = Phone(app.test_client())
    photo = phone.press(files={"berkas.kk": [picture()]}, simpan="kk").page
    address = photo.split('src="/isi/')[1].split('"')[0]

    for path in ("/2", "/foto", "/periksa", "/tanda-terima", "", "/hapus"):
        assert stranger.open(phone.base + path).status == 404
        assert person.nama not in stranger.page
    assert stranger.open(f"/isi/{address}").status == 404
    assert phone.client.get(f"/isi/{address}").mimetype == "image/jpeg"
    assert phone.client.get(f"/isi/{address}x").status_code == 404


def test_a_receipt_opens_on_no_other_phone(app: Flask, phone: Phone, person: Person) -> None:
    phone.file(person)

    assert Phone(app.test_client()).open(phone.at).status == 404


def test_a_forged_address_opens_nothing(phone: Phone, person: Person) -> None:
    phone.fill(person)
    token = phone.base.split("/")[2]

    assert phone.open(f"/isi/{token[:-2]}xx/1").status == 404
    assert phone.open(f"/isi/{token}/99").status == 404


def test_photos_are_kept_as_soon_as_sent_and_can_be_taken_away(
    phone: Phone, person: Person
) -> None:
    phone.fill(person)

    phone.press(files={"berkas.kk": [picture(), picture()]}, simpan="kk")
    assert "Foto 2" in phone.text
    away = re.search(r'formaction="(/isi/[^"]+)"', phone.page)
    assert away is not None
    phone.press(away[1])

    assert phone.at.endswith("/foto")
    assert "Foto 1" in phone.text
    assert "Foto 2" not in phone.text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"MZ\x90\x00 this is a program" * 40, "Ini bukan foto."),
        (picture()[:4000], "rusak atau terpotong"),
        (b"", "Berkas ini kosong."),
        (b"%PDF-1.7 cut off here", "PDF ini terpotong."),
        (picture((120, 90)), "terlalu kecil"),
    ],
)
def test_what_is_no_readable_photo_is_told_beside_it_and_the_good_one_is_kept(
    phone: Phone, person: Person, data: bytes, sentence: str
) -> None:
    phone.fill(person)

    phone.press(files={"berkas.kk": [data], "berkas.surat_kehilangan": [picture()]})

    assert phone.status == 422
    assert sentence in phone.text
    assert "Tersimpan" in phone.text
    assert phone.page.count("/kecil") == 1


def test_an_upload_that_is_cut_off_stores_nothing_and_says_so(
    app: Flask, phone: Phone, person: Person
) -> None:
    phone.fill(person)
    token = phone.page.split('name="csrf_token" value="')[1].split('"')[0]
    body = (
        b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
        + token.encode()
        + b'\r\n--x\r\nContent-Disposition: form-data; name="berkas.kk"; filename="a.jpg"\r\n\r\n'
        + picture()
    )

    answer = phone.client.post(
        phone.base + "/foto",
        input_stream=io.BytesIO(body[:-2000]),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
        environ_overrides={"CONTENT_LENGTH": str(len(body) + 9)},
    )

    assert answer.status_code == 400
    assert "kirim sekali lagi" in answer.get_data(as_text=True)
    assert "/kecil" not in phone.open(phone.base + "/foto").page


def test_one_document_takes_no_more_than_five_photos(phone: Phone, person: Person) -> None:
    phone.fill(person).press(files={"berkas.kk": [picture()] * 6}, simpan="kk")

    assert phone.status == 422
    assert "Paling banyak 5 foto" in phone.text


def test_a_missing_paper_may_be_brought_and_the_receipt_says_which(
    edge: Edge, phone: Phone, person: Person
) -> None:
    phone.fill(person)

    phone.press(files={"berkas.kk": [picture()]})
    assert phone.status == 422
    assert "Foto belum ada." in phone.text

    phone.press(bawa="surat_kehilangan").press()
    assert "Bawa ke loket kelurahan: Surat kehilangan, yang asli" in phone.text
    found = portal.progress(edge, record_of(edge, phone.code))
    assert found is not None
    assert found.lacking == ("surat_kehilangan",)


def test_the_review_shows_everything_and_leads_back_to_what_is_wrong(
    phone: Phone, person: Person
) -> None:
    phone.fill(person).press(bawa=["kk", "surat_kehilangan"])
    assert person.nama in phone.text
    assert "dibawa ke loket" in phone.text

    phone.open(phone.base + "/2?kembali=periksa")
    token = phone.base
    phone.press(**boxes("hilang", person.form("hilang") | {"nama": "NAMA LAIN"}), kembali="periksa")

    assert phone.at == token + "/periksa"
    assert "NAMA LAIN" in phone.text


def test_an_unfinished_form_is_not_sent(edge: Edge, phone: Phone) -> None:
    phone.begin().open(phone.base + "/periksa").press()

    assert phone.status == 422
    assert "Belum bisa dikirim" in phone.text
    assert requests_here(edge) == 0


def test_the_first_page_leads_back_to_an_unfinished_form(phone: Phone, person: Person) -> None:
    phone.fill(person)
    base = phone.base

    assert "belum selesai diisi" in phone.open("/").text
    assert phone.open(base).at == base + "/foto"


def test_a_discarded_form_is_gone(edge: Edge, phone: Phone, person: Person) -> None:
    phone.fill(person)
    base = phone.base

    phone.open(base + "/hapus").press()

    assert phone.at == "/"
    assert "belum selesai" not in phone.text
    assert phone.open(base + "/1").status == 404


def test_discarding_never_touches_a_filed_request(edge: Edge, phone: Phone, person: Person) -> None:
    record = record_of(edge, phone.file(person).code)

    portal.discard(edge, record)

    assert portal.progress(edge, record) is not None


def test_real_scans_pass(phone: Phone, person: Person) -> None:
    phone.fill(person)

    phone.press(
        files={
            "berkas.kk": [scan(person, "kk")],
            "berkas.surat_kehilangan": [scan(person, "surat_kehilangan")],
        }
    )

    assert phone.at.endswith("/periksa")
    assert phone.press().code
