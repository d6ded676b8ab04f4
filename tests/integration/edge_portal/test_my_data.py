"""My data: what is said of it, all that is held of my request, and a copy to take along."""

from __future__ import annotations

import json

from flask import Flask

from edge_node.edge import Edge
from registration.invented.people import Person
from tests.integration.edge_portal.conftest import Phone, record_of, send_back


def test_the_page_says_what_is_kept_how_long_and_whom_to_ask(phone: Phone) -> None:
    phone.open("/data-saya")

    for said in ("Untuk apa", "Siapa yang bisa melihat", "Hak Ibu/Bapak", "penyelia", "UU 27/2022"):
        assert said in phone.text
    assert "Permohonan diserahkan: 5 tahun" in phone.text
    assert "Permohonan dibatalkan: 1 tahun" in phone.text
    assert "Pengaduan selesai: 2 tahun" in phone.text


def test_everything_that_is_held_is_shown_to_its_owner(
    edge: Edge, phone: Phone, person: Person
) -> None:
    code = phone.file(person).code
    send_back(edge, record_of(edge, code), "Foto KK buram.")

    phone.look(code, person).open("/cek/data")

    nik = " ".join(person.nik[at : at + 4] for at in range(0, 16, 4))
    for held in (person.nama, nik, "KTP hilang", code, "Portal warga", "Dikembalikan"):
        assert held in phone.text, held
    assert "Loket Bintarajaya memeriksa permohonan" in phone.text
    assert "Disdukcapil mengembalikan permohonan: Foto KK buram." in phone.text
    assert "Siti" not in phone.text
    assert phone.page.count("/kecil") == 2
    assert "Disimpan selama permohonan ini masih diurus." in phone.text


def test_a_copy_for_another_computer_holds_the_same(phone: Phone, person: Person) -> None:
    code = phone.file(person).code
    phone.look(code, person)

    copy = json.loads(phone.open("/cek/data/salinan.json").page)

    assert copy["kode"] == code
    assert copy["isian"]["data.nik"] == [person.nik]
    assert copy["isian"]["status"] == ["diajukan"]
    assert len(copy["foto"]) == 2
    assert copy["riwayat"][0]["keterangan"] == "Pemohon mengajukan lewat portal."
    assert "attachment" in phone.headers["Content-Disposition"]
    assert phone.headers["Cache-Control"] == "no-store"


def test_a_copy_on_paper_holds_the_photos_too(phone: Phone, person: Person) -> None:
    phone.look(phone.file(person).code, person)

    answer = phone.client.get("/cek/data/salinan.pdf")

    assert answer.data.startswith(b"%PDF-")
    assert answer.data.count(b"/DCTDecode") == 2
    assert answer.content_type == "application/pdf"


def test_photos_open_for_the_owner_and_for_nobody_else(
    app: Flask, edge: Edge, phone: Phone, person: Person
) -> None:
    code = phone.file(person).code
    phone.look(code, person).open("/cek/data")
    address = phone.page.split('href="/cek/data/foto/')[1].split('"')[0]
    stranger = Phone(app.test_client())

    assert phone.client.get(f"/cek/data/foto/{address}").mimetype == "image/jpeg"
    assert phone.client.get(f"/cek/data/foto/{address}/kecil").mimetype == "image/jpeg"
    assert phone.open("/cek/data/foto/ab12").status == 404
    assert stranger.open(f"/cek/data/foto/{address}").at == "/cek"
    for path in ("/cek/data", "/cek/data/salinan.pdf", "/cek/data/salinan.json"):
        assert stranger.open(path).at == "/cek"
