"""What holds for every page: small, readable, private, and no staff page among them."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from edge_node.edge import Edge
from edge_node.portal.current import LIMITS
from registration.invented.people import Person
from tests.integration.edge_portal.conftest import Phone, picture, record_of, send_back

MOST = 60 * 1024


def weight(phone: Phone) -> int:
    """The page and all that it loads, besides the resident's own photos."""
    total = len(phone.page.encode())
    loaded = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', phone.page))
    for path in loaded:
        sent = phone.client.get(path)
        assert sent.status_code == 200
        total += len(sent.get_data())
        sent.close()
    return total


def test_every_page_is_small_and_in_plain_words(edge: Edge, phone: Phone, person: Person) -> None:
    seen: dict[str, int] = {}

    def note(name: str) -> None:
        assert phone.status in (200, 422), (name, phone.status)
        assert "style=" not in phone.page
        assert phone.headers["Cache-Control"] == "no-store"
        seen[name] = weight(phone)

    phone.open("/")
    note("home")
    phone.open("/antrean")
    note("ask for a number")
    phone.open("/layar")
    note("screen")
    phone.open("/ajukan/ktp-el/perubahan").press()
    note("start")
    phone.press(setuju="ya")
    base = phone.base
    for number in (1, 2, 3):
        phone.open(f"{base}/{number}").press()
        note(f"step {number}, all wrong")
    phone.open(base + "/foto").press()
    note("photos, none")
    phone.open(base + "/periksa").press()
    note("review, empty")
    phone.open(base + "/hapus")
    note("drop")
    phone.fill(person, "perubahan")
    phone.press(
        files={f"berkas.{code}": [picture()] * 3 for code in ("kk", "ktp_lama", "bukti_perubahan")},
        simpan="kk",
    )
    note("photos")
    phone.open(phone.base + "/periksa")
    note("review")
    phone.press()
    note("receipt")
    code = phone.code
    phone.open("/cek").press()
    note("ask")
    send_back(edge, record_of(edge, code), "Foto KK buram.")
    phone.look(code, person)
    note("result")
    phone.open("/cek/batal")
    note("withdraw")
    phone.open("/tidak-ada")
    seen["404"] = weight(phone)

    assert {name: size for name, size in seen.items() if size >= MOST} == {}


@pytest.mark.parametrize(
    "path",
    [
        "/masuk",
        "/permohonan",
        "/permohonan/baru",
        "/permohonan/0199",
        "/keluar",
        "/ajukan/kk/tidak-ada",
        "/urus/paspor",
        "/metrics",
    ],
)
def test_no_staff_page_is_here(phone: Phone, path: str) -> None:
    assert phone.open(path).status == 404
    assert "Halaman tidak ditemukan" in phone.text


def test_every_route_is_one_of_the_portal(app: Flask) -> None:
    paths = {str(rule) for rule in app.url_map.iter_rules()}

    known = (
        "/isi/",
        "/hp/",
        "/ttd/",
        "/urus/",
        "/ajukan/",
        "/cek",
        "/static/",
        "/bahasa/",
        "/healthz",
        "/readyz",
        "/antrean",
        "/pengaduan",
        "/survei",
        "/data-saya",
        "/pamor/",
    )
    assert {path for path in paths if not path.startswith(known)} == {"/", "/layar"}


def test_filing_too_often_is_refused_readably_and_the_form_is_kept(
    app: Flask, phone: Phone, person: Person
) -> None:
    phone.fill(person).press(bawa=["kk", "surat_kehilangan"])
    for _ in range(10):
        app.extensions[LIMITS].sent.take("127.0.0.1")

    phone.press()

    assert phone.status == 429
    assert "Isian tersimpan" in phone.text
    assert person.nama in phone.text


def test_opening_forms_without_end_is_refused_readably(phone: Phone) -> None:
    for _ in range(21):
        phone.begin()

    assert phone.status == 429
    assert "Tunggu sebentar, ya" in phone.text
    assert int(phone.headers["Retry-After"]) > 0


def test_a_form_without_its_token_is_refused(phone: Phone) -> None:
    assert phone.client.post("/ajukan/ktp-el/hilang", data={"setuju": "ya"}).status_code == 400


def test_the_cut_line_is_said_calmly(edge: Edge, phone: Phone) -> None:
    from sync import link as line

    assert "terputus" not in phone.open("/").text
    edge.line.link = line.cut(edge.line.link, 0.0, lambda low, high: low)

    assert "Internet kelurahan sedang terputus; data Ibu/Bapak aman" in phone.open("/").text


def test_no_personal_word_stands_in_an_address(phone: Phone, person: Person) -> None:
    phone.file(person)
    links = re.findall(r'(?:href|src|action)="([^"]+)"', phone.page)

    assert not [one for one in links if person.nik in one or person.nama.split()[0] in one]


def test_english_is_one_press_away(phone: Phone) -> None:
    phone.open("/").press("/bahasa/en", next="/")

    assert '<html lang="en">' in phone.page
