"""What somebody types is kept before anybody presses anything."""

from __future__ import annotations

import re

from edge_node.edge import Edge
from edge_node.workflows import drafting, portal
from registration.invented.people import Person
from tests.integration.edge_staff.conftest import _TOKEN as CSRF
from tests.integration.edge_staff.conftest import Browser, picture, record_in

KEEP = "/permohonan/draf/ktp-el/hilang"


def typed_so_far(siti: Browser, token: str, **typed: str) -> None:
    answer = siti.post(KEEP, {"token": token, "versi": "1", **typed})
    assert answer.status_code == 204, answer.text


def test_what_was_typed_is_gone_on_with_from_the_first_page(siti: Browser) -> None:
    token = siti.blank()
    typed_so_far(siti, token, nama="DEWI LESTARI", alamat="JL. KEN")
    typed_so_far(siti, token, nama="DEWI LESTARI", alamat="JL. KENANGA 5")

    page = siti.get("/").text

    assert page.count("Belum selesai diisi") == 1
    assert "Dewi Lestari" in page
    where = re.search(r'href="(/permohonan/baru/ktp-el/hilang\?lanjut=[^"]+)"', page)
    assert where is not None
    form = siti.get(where[1]).text
    assert 'value="DEWI LESTARI"' in form
    assert 'value="JL. KENANGA 5"' in form


def test_a_form_that_was_filed_is_not_unfinished_though_a_late_word_of_it_comes(
    siti: Browser, edge: Edge, people: list[Person]
) -> None:
    token = siti.blank()
    typed_so_far(siti, token, nama="DEWI")
    record = record_in(siti.file(people[0], token=token))

    typed_so_far(siti, token, nama="ORANG LAIN")

    assert drafting.unfinished(edge) == []
    assert "ORANG LAIN" not in siti.get(f"/permohonan/{record}").text.upper()


def test_photos_stay_with_the_draft_while_typing_goes_on(
    siti: Browser, people: list[Person]
) -> None:
    token = siti.blank()
    photo = {"kk": picture(900, 700, "JPEG")}
    siti.file(people[0], photos=photo, token=token, foto_dulu="1")

    typed_so_far(siti, token, nama="DEWI")

    page = siti.get(f"/permohonan/baru/ktp-el/hilang?lanjut={token}").text
    assert "Foto 1" in page
    assert 'value="DEWI"' in page


def test_residents_drafts_are_not_shown_to_the_counter(siti: Browser, edge: Edge) -> None:
    portal.begin(edge, "ktp-el", "hilang")

    assert drafting.unfinished(edge) == []
    assert "Belum selesai diisi" not in siti.get("/").text


def test_an_unfinished_form_is_thrown_away_by_a_person_who_was_asked(
    siti: Browser, edge: Edge
) -> None:
    token = siti.blank()
    typed_so_far(siti, token, nama="DEWI")
    asked = siti.get(f"/permohonan/draf/{token}/hapus")
    assert "Hapus isian ini?" in asked.text
    assert "Siti" in asked.text

    siti.post(f"/permohonan/draf/{token}/hapus")

    assert drafting.unfinished(edge) == []
    assert 'value="DEWI"' not in siti.get(f"/permohonan/baru/ktp-el/hilang?lanjut={token}").text


def test_throwing_away_what_was_filed_changes_nothing(siti: Browser, people: list[Person]) -> None:
    token = siti.blank()
    record = record_in(siti.file(people[0], token=token))

    siti.post(f"/permohonan/draf/{token}/hapus")

    assert siti.get(f"/permohonan/{record}").status_code == 200


def test_nobody_logged_in_keeps_nothing(visitor: Browser, edge: Edge) -> None:
    found = CSRF.search(visitor.get("/masuk").text)
    assert found is not None

    answer = visitor.client.post(KEEP, data={"csrf_token": found[1], "token": "x", "nama": "A"})

    assert answer.status_code in (302, 303, 401)
    assert drafting.unfinished(edge) == []
