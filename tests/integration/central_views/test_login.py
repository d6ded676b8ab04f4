"""Who gets in, and as what."""

from __future__ import annotations

import pytest

from tests.integration.central_views.conftest import Counter, Officer


@pytest.mark.parametrize("path", ["/", "/perbedaan", "/node", "/node/baru"])
def test_a_stranger_is_sent_to_the_login_page(visitor: Officer, path: str) -> None:
    response = visitor.get(path)

    assert response.status_code == 303
    assert response.headers["Location"].startswith("/masuk")


def test_scans_and_requests_are_for_officers_only(loket: Counter, visitor: Officer) -> None:
    record, who = loket.file()
    loket.exchange()
    scan = next(iter(loket.read(record).named("berkas")))

    page = visitor.get(loket.path(record))
    picture = visitor.get(loket.path(record, f"/berkas/{scan}"))

    assert page.status_code == picture.status_code == 303
    assert who.nama not in page.text


def test_a_wrong_password_keeps_the_name_and_says_what_to_do(visitor: Officer) -> None:
    response = visitor.log_in("rudi", "salah-salah")

    assert response.status_code == 422
    assert 'value="rudi"' in response.text
    assert "Nama pengguna atau kata sandi salah" in response.text


def test_guessing_is_slowed_down_by_name(visitor: Officer) -> None:
    answers = [visitor.log_in("rudi", "salah-salah").status_code for _ in range(7)]

    assert answers[-1] == 429


def test_after_login_she_is_where_she_wanted_to_go(visitor: Officer) -> None:
    inside = visitor.log_in("rudi", next="/perbedaan")
    outside = Officer(visitor.client.application.test_client()).log_in(
        "rudi", next="https://jahat.example"
    )

    assert inside.headers["Location"] == "/perbedaan"
    assert outside.headers["Location"] == "/"


def test_logging_out_ends_it(rudi: Officer) -> None:
    rudi.get("/")
    rudi.post("/keluar")

    assert rudi.get("/").status_code == 303


def test_a_verifier_cannot_make_codes(rudi: Officer) -> None:
    listing = rudi.get("/node")

    assert "Daftarkan loket baru" not in listing.text
    assert rudi.get("/node/baru").status_code == 403
    assert rudi.post("/node/baru", {"kelurahan": "32.75.02.1004"}).status_code == 403


def test_a_form_without_the_page_s_token_is_refused(loket: Counter, rudi: Officer) -> None:
    record, _ = loket.file()
    loket.exchange()

    response = rudi.client.post(loket.path(record, "/proses"))

    assert response.status_code == 400
    assert loket.read(record).status == "diverifikasi"
