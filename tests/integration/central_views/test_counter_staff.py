"""Accounts of counters on the centre's pages, and what the counter makes of them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from central.centre import Centre
from central.store import people
from central.workflows import counter_staff
from edge_node.workflows import staff, staff_accounts
from sync.body import Author
from tests.integration.central_views.conftest import (
    BINTARA,
    BINTARAJAYA,
    PASSWORD,
    Counter,
    Officer,
    stored,
)
from vault import accounts
from vault.engine import writing

HERE = f"/akun-loket/{BINTARAJAYA}"
LIA = Author("lia", "Ibu Lia", "penyelia")
_CODE = re.compile(r'once-code code">([^<]+)<')


@pytest.fixture
def tuti(app: Flask, centre: Centre) -> Officer:
    """A penyelia of one kelurahan."""
    with writing(centre.vault.engine) as connection:
        made = accounts.add_account(
            connection, centre.vault, "tuti", "Tuti Handayani", "penyelia", PASSWORD
        )
        people.save_kept(connection, made.id, stream=BINTARAJAYA)
    officer = Officer(app.test_client())
    assert officer.log_in("tuti").status_code == 303
    return officer


def add(ani: Officer, username: str = "siti", **more: str) -> TestResponse:
    typed = {"username": username, "nama": "Siti Rahma", "peran": "petugas", "alasan": "Baru"}
    return ani.post(f"{HERE}/baru", {**typed, **more})


def code_in(page: TestResponse) -> str:
    found = _CODE.search(page.text)
    assert page.status_code == 200, page.text
    assert found is not None
    return unescape(found[1])


def path_of(centre: Centre, username: str = "siti") -> str:
    listed = [one.login for one in counter_staff.list_accounts(centre, BINTARAJAYA)]
    account = next(one.account.id for one in listed if one.username == username)
    return f"{HERE}/{account}"


def test_an_admin_adds_an_account_and_sees_when_the_counter_has_it(
    centre: Centre, loket: Counter, ani: Officer
) -> None:
    code = code_in(add(ani))
    waits = ani.get(HERE).text

    loket.exchange()
    loket.exchange()

    there = ani.get(HERE).text
    assert "Siti Rahma" in waits
    assert "Menunggu kontak berikutnya" in waits
    assert re.search(r"Sampai di loket hari ini \d\d\.\d\d", there)
    assert "menunggu masuk pertama" in there
    assert staff.log_in(loket.edge, "siti", code) is not None
    assert code.encode() not in stored(centre)


def test_an_account_for_a_kelurahan_without_a_server_says_so(ani: Officer) -> None:
    add(ani)

    assert "Menunggu server loket didaftarkan" in ani.get(HERE).text


def test_closing_and_reopening_reach_the_counter_and_are_written_down(
    centre: Centre, loket: Counter, ani: Officer
) -> None:
    first = code_in(add(ani))
    loket.exchange()
    path = path_of(centre)

    closed = ani.post(f"{path}/tutup", {"alasan": "Pindah ke kecamatan lain"})
    loket.exchange()
    out = staff.log_in(loket.edge, "siti", first)
    second = code_in(ani.post(f"{path}/kode", {"alasan": "Kembali bertugas"}))
    loket.exchange()

    assert closed.status_code == 303
    assert out is None
    assert staff.log_in(loket.edge, "siti", first) is None
    assert staff.log_in(loket.edge, "siti", second) is not None
    record = ani.get("/node/catatan").text
    for said in ("menambah akun loket", "menutup akun loket", "membuka lagi akun loket"):
        assert said in record
    assert "Pindah ke kecamatan lain" in record
    assert "Pindah ke kecamatan lain" in ani.get(path).text


def test_what_the_counter_does_is_seen_at_the_centre(
    centre: Centre, loket: Counter, ani: Officer
) -> None:
    staff_accounts.add(loket.edge, LIA, "dewi", "Dewi Lestari", "pamor")
    loket.exchange()

    page = ani.get(HERE).text
    told = ani.get(path_of(centre, "dewi")).text

    assert "Dewi Lestari" in page
    assert "Dari loket" in page
    assert "Ibu Lia membuat akun ini." in told
    assert "1 akun aktif" in ani.get("/akun-loket").text


def test_a_name_and_a_role_are_changed(centre: Centre, loket: Counter, ani: Officer) -> None:
    code = code_in(add(ani))
    path = path_of(centre)

    ani.post(path, {"nama": "Siti R. Hasan", "peran": "penyelia"})
    loket.exchange()

    entered = staff.log_in(loket.edge, "siti", code)
    assert entered is not None
    assert (entered.account.name, entered.account.role) == ("Siti R. Hasan", "penyelia")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"username": "si ti"}, "Pakai 3 sampai 40 huruf kecil"),
        ({"nama": ""}, "Tulis namanya"),
        ({"peran": "admin"}, "Pilih perannya"),
        ({"alasan": ""}, "Tulis alasannya"),
    ],
)
def test_what_cannot_be_an_account_is_refused_in_words(
    centre: Centre, ani: Officer, more: dict[str, str], said: str
) -> None:
    page = add(ani, **{"username": "siti", **more})

    assert page.status_code == 422
    assert said in page.text
    assert counter_staff.list_accounts(centre, BINTARAJAYA) == []


def test_a_taken_username_and_a_missing_reason_change_nothing(centre: Centre, ani: Officer) -> None:
    add(ani)
    path = path_of(centre)

    twice = add(ani)
    unsaid = ani.post(f"{path}/tutup", {"alasan": " "})

    assert twice.status_code == unsaid.status_code == 422
    assert "sudah dipakai di loket ini" in twice.text
    (one,) = counter_staff.list_accounts(centre, BINTARAJAYA)
    assert one.login.account.active


def test_a_penyelia_reads_the_accounts_of_the_own_kelurahan_and_changes_none(
    centre: Centre, ani: Officer, tuti: Officer
) -> None:
    add(ani)
    path = path_of(centre)

    home = tuti.get("/akun-loket")
    page, one = tuti.get(HERE), tuti.get(path)

    assert (home.status_code, home.headers["Location"]) == (303, HERE)
    assert "Siti Rahma" in page.text
    assert "Tambah akun" not in page.text
    assert "Tutup akun" not in one.text
    assert tuti.get(f"/akun-loket/{BINTARA}").status_code == 404
    for target in (f"{HERE}/baru", path, f"{path}/tutup", f"{path}/kode"):
        assert tuti.post(target, {"alasan": "Pindah tugas"}).status_code == 403


def test_others_see_no_accounts_of_counters(rudi: Officer) -> None:
    assert rudi.get("/akun-loket").status_code == 403
    assert rudi.get(HERE).status_code == 403


def test_what_is_not_there_is_not_found(ani: Officer) -> None:
    assert ani.get("/akun-loket/99.99").status_code == 404
    assert ani.get(f"{HERE}/000000000000").status_code == 404
    assert ani.post(f"{HERE}/000000000000/tutup", {"alasan": "Pindah"}).status_code == 404


def test_nobody_of_a_counter_gets_in_at_the_centre(
    app: Flask, ani: Officer, loket: Counter
) -> None:
    code = code_in(add(ani))
    loket.exchange()

    assert Officer(app.test_client()).log_in("siti", code).status_code == 422
