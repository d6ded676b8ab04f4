"""A photo that can hardly be read: said at once, kept all the same, and never a closed door."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from edge_node.edge import Edge
from registration.invented.people import Person
from tests.integration.edge_portal.conftest import (
    Phone,
    picture,
    record_of,
    scan,
    send_back,
)
from tests.worse import dim, flare, unfocus

DARK = "Foto kurang terang. Coba di dekat jendela."
BLURRED = "Foto kabur. Pegang HP dengan dua tangan, lalu foto lagi."
GLARING = "Foto terlalu terang. Matikan lampu kilat, lalu foto lagi."
SOME = "Ada foto yang kurang jelas."


def both(first: bytes) -> dict[str, list[bytes]]:
    return {"berkas.kk": [first], "berkas.surat_kehilangan": [picture()]}


def test_each_flaw_has_its_advice_beside_the_photo(phone: Phone, person: Person) -> None:
    paper = scan(person, "kk")
    phone.fill(person)

    phone.press(
        files={"berkas.kk": [dim(paper, 0.2), unfocus(paper, 4), flare(paper, 140), paper]},
        simpan="kk",
    )

    assert phone.status == 200
    assert phone.page.count("scan-advice") == 3
    assert all(one in phone.text for one in (SOME, DARK, BLURRED, GLARING))


def test_going_on_stops_once_to_say_it_and_then_goes_on(phone: Phone, person: Person) -> None:
    phone.fill(person)

    phone.press(files=both(dim(scan(person, "kk"), 0.2)))
    assert phone.at.endswith("/foto")
    assert DARK in phone.text

    phone.press()
    assert phone.at.endswith("/periksa")
    phone.press()
    assert "Foto layar ini." in phone.text


def test_a_photo_taken_again_ends_the_matter(phone: Phone, person: Person) -> None:
    phone.fill(person)
    phone.press(files=both(unfocus(scan(person, "kk"), 4)))
    away = re.search(r'formaction="(/isi/[^"]+)"', phone.page)
    assert away is not None

    phone.press(away[1], files={"berkas.kk": [scan(person, "kk")]})

    assert SOME not in phone.text
    assert "scan-advice" not in phone.page
    assert phone.press().at.endswith("/periksa")


def test_good_photos_are_not_spoken_of(phone: Phone, person: Person) -> None:
    phone.fill(person).press(files=both(scan(person, "kk")))

    assert phone.at.endswith("/periksa")
    assert SOME not in phone.open(phone.base + "/foto").text


def test_a_missing_paper_is_told_before_an_unclear_one(phone: Phone, person: Person) -> None:
    phone.fill(person).press(files={"berkas.kk": [dim(scan(person, "kk"), 0.2)]})

    assert phone.status == 422
    assert "Foto belum ada." in phone.text
    assert SOME not in phone.text
    assert DARK in phone.text


def test_a_pdf_is_not_judged(phone: Phone, person: Person) -> None:
    phone.fill(person).press(files=both(b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"))

    assert phone.at.endswith("/periksa")


def test_a_form_begun_before_photos_were_judged_goes_on(phone: Phone, person: Person) -> None:
    phone.fill(person)
    _forget_flaws(phone.client)

    phone.open(phone.base + "/foto").press(files=both(scan(person, "kk")))

    assert phone.at.endswith("/periksa")


def _forget_flaws(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["isi"] = {
            record: {name: one for name, one in kept.items() if name != "f"}
            for record, kept in session["isi"].items()
        }


def test_in_a_correction_only_new_photos_are_judged(
    edge: Edge, phone: Phone, person: Person
) -> None:
    phone.file(person)
    code = phone.code
    send_back(edge, record_of(edge, code), "Foto KK buram.")
    phone.look(code, person).press("/cek/perbaiki")

    phone.open(phone.base + "/foto").press(
        files={"berkas.kk": [unfocus(scan(person, "kk"), 4)]}, simpan="kk"
    )

    assert phone.page.count("scan-advice") == 1
    assert "sudah terkirim" in phone.text
