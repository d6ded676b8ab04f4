"""Accounts of the counter on its own pages, in a browser without script."""

from __future__ import annotations

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from edge_node.app import create_portal_app, create_staff_app
from edge_node.edge import Edge
from edge_node.workflows import staff_accounts
from sync.body import Author
from tests.integration.edge_staff.conftest import PASSWORD, Browser

OWN = "kalimat rahasia saya"
LIA = Author("lia", "IBU LIA", "penyelia")
_CODE = re.compile(r'once-code code">([^<]+)<')


@pytest.fixture
def carried(edge: Edge) -> Edge:
    """As `serve` does it at its start."""
    staff_accounts.carry_over(edge)
    return edge


@pytest.fixture
def lia(carried: Edge) -> Browser:
    return Browser(create_staff_app(carried).test_client()).log_in("ibu.lia")


@pytest.fixture
def dewi(carried: Edge) -> Browser:
    """Somebody at another screen of the same counter."""
    return Browser(create_staff_app(carried).test_client())


def code_in(page: TestResponse) -> str:
    found = _CODE.search(page.text)
    assert page.status_code == 200, page.text
    assert found is not None
    return unescape(found[1])


def add(lia: Browser, username: str = "dewi.l", **more: str) -> TestResponse:
    typed = {"username": username, "nama": "Dewi Lestari", "peran": "petugas", **more}
    return lia.post("/akun/baru", typed)


def enter(browser: Browser, username: str, password: str) -> TestResponse:
    browser.get("/masuk")
    return browser.post("/masuk", {"pengguna": username, "sandi": password})


def choose(browser: Browser, old: str, new: str = OWN, again: str = OWN) -> TestResponse:
    return browser.post("/akun/sandi", {"lama": old, "baru": new, "ulang": again})


def account_of(edge: Edge, username: str) -> str:
    found = [one.login for one in staff_accounts.list_accounts(edge)]
    return next(one.account.id for one in found if one.username == username)


def test_accounts_from_before_are_listed_with_their_roles(lia: Browser) -> None:
    page = lia.get("/akun")

    assert page.status_code == 200
    for name in ("SITI", "PAK.RW", "IBU.LIA"):
        assert name in page.text
    assert 'href="/akun"' in lia.get("/pengawasan").text


def test_only_the_penyelia_manages_accounts(carried: Edge, siti: Browser) -> None:
    account = account_of(carried, "siti")

    for path in ("/akun", "/akun/baru", f"/akun/{account}"):
        assert siti.get(path).status_code == 403
    for path in (
        "/akun/baru",
        f"/akun/{account}",
        f"/akun/{account}/tutup",
        f"/akun/{account}/kode",
    ):
        assert siti.post(path, {"alasan": "Pindah tugas"}).status_code == 403


def test_who_enters_by_a_code_chooses_a_password_before_anything_else(
    lia: Browser, dewi: Browser
) -> None:
    code = code_in(add(lia))

    entered = enter(dewi, "dewi.l", code)
    kept_out = dewi.get("/")
    page = dewi.get("/akun/sandi")
    chosen = choose(dewi, code)

    assert entered.status_code == 303
    assert (kept_out.status_code, kept_out.headers["Location"]) == (303, "/akun/sandi")
    assert "Anda masuk dengan kode sekali pakai" in page.text
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/")
    assert dewi.get("/").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("salah", OWN, OWN, "Kata sandi yang sekarang tidak cocok"),
        (PASSWORD, "pendek", "pendek", "huruf atau lebih"),
        (PASSWORD, OWN, "lain sekali dari itu", "Tidak sama dengan yang di atas"),
        (PASSWORD, PASSWORD, PASSWORD, "Ini kata sandi yang sekarang"),
    ],
)
def test_a_password_that_will_not_do_is_refused_in_words(
    siti: Browser, old: str, new: str, again: str, said: str
) -> None:
    page = choose(siti, old, new, again)

    assert page.status_code == 422
    assert said in page.text
    assert enter(siti, "siti", PASSWORD).status_code == 303


def test_everybody_changes_the_own_password(carried: Edge, siti: Browser, dewi: Browser) -> None:
    assert 'href="/akun/sandi"' in siti.get("/").text

    choose(siti, PASSWORD)

    assert enter(dewi, "siti", PASSWORD).status_code == 422
    assert enter(dewi, "siti", OWN).status_code == 303


def test_a_closed_account_is_out_at_once_and_comes_back_by_a_new_code(
    carried: Edge, lia: Browser, siti: Browser, dewi: Browser
) -> None:
    account = account_of(carried, "siti")
    unsaid = lia.post(f"/akun/{account}/tutup", {"alasan": ""})

    lia.post(f"/akun/{account}/tutup", {"alasan": "Pindah ke kelurahan lain"})
    out = siti.get("/")
    told = lia.get(f"/akun/{account}").text
    code = code_in(lia.post(f"/akun/{account}/kode", {"alasan": "Kembali bertugas"}))

    assert unsaid.status_code == 422
    assert "Tulis alasannya" in unsaid.text
    assert (out.status_code, out.headers["Location"].split("?")[0]) == (303, "/masuk")
    assert "ditutup" in told
    assert "Pindah ke kelurahan lain" in told
    assert siti.get("/").headers["Location"] == "/akun/sandi", "an old session needs the code too"
    assert enter(dewi, "siti", PASSWORD).status_code == 422
    assert enter(dewi, "siti", code).status_code == 303


def test_a_name_and_a_role_are_changed(carried: Edge, lia: Browser, siti: Browser) -> None:
    account = account_of(carried, "siti")
    refused = lia.post(f"/akun/{account}", {"nama": "", "peran": "admin"})

    lia.post(f"/akun/{account}", {"nama": "Siti Rahma", "peran": "penyelia"})

    assert refused.status_code == 422
    assert siti.get("/akun").status_code == 200
    assert "Siti Rahma" in siti.get("/").text


def test_nobody_closes_or_changes_the_own_account(carried: Edge, lia: Browser) -> None:
    account = account_of(carried, "ibu.lia")

    page = lia.get(f"/akun/{account}")
    closed = lia.post(f"/akun/{account}/tutup", {"alasan": "Pindah tugas"})

    assert "Ini akun Anda sendiri" in page.text
    assert closed.status_code == 409
    assert "Akun sendiri" in closed.text
    assert lia.get("/akun").status_code == 200


def test_what_cannot_be_an_account_is_refused_and_stays_typed(lia: Browser) -> None:
    page = add(lia, "siti", nama="Dewi Lestari")
    nameless = add(lia, "x", nama="", peran="")

    assert page.status_code == nameless.status_code == 422
    assert "sudah dipakai di loket ini" in page.text
    assert 'value="Dewi Lestari"' in page.text
    assert "Pilih perannya" in nameless.text


def test_a_code_stands_on_its_page_and_nowhere_else(carried: Edge, lia: Browser) -> None:
    code = code_in(add(lia))
    account = account_of(carried, "dewi.l")

    pages = [lia.get(path).text for path in ("/akun", f"/akun/{account}", "/sinkron", "/")]

    assert not [page for page in pages if code in page or "$argon2id$" in page]
    assert lia.get(f"/akun/{account}/kode").status_code == 303
    assert code.encode() not in carried.settings.database.read_bytes()


def test_an_account_that_is_not_there_is_not_found(lia: Browser) -> None:
    assert lia.get("/akun/000000000000").status_code == 404
    assert lia.post("/akun/000000000000/tutup", {"alasan": "Pindah tugas"}).status_code == 404


def test_a_pamor_with_a_code_is_told_to_choose_a_password_first(
    carried: Edge, lia: Browser
) -> None:
    code = code_in(add(lia, "pak.budi", peran="pamor"))
    phone = create_portal_app(carried).test_client()

    answer = phone.post("/pamor/api/masuk", json={"pengguna": "pak.budi", "sandi": code})

    assert answer.status_code == 422
    assert "pilih kata sandi" in answer.text


def test_a_command_makes_an_account_and_gives_an_old_one_a_new_password(
    carried: Edge, dewi: Browser
) -> None:
    staff_accounts.set_by_command(carried, "dewi.l", "Dewi", "petugas", "sandi-pertama")
    first = enter(dewi, "dewi.l", "sandi-pertama").headers["Location"]
    staff_accounts.close(carried, LIA, account_of(carried, "dewi.l"), "Pindah tugas")

    staff_accounts.set_by_command(carried, "dewi.l", "Dewi Lestari", "penyelia", "sandi-kedua")

    assert first == "/"
    assert enter(dewi, "dewi.l", "sandi-pertama").status_code == 422
    assert enter(dewi, "dewi.l", "sandi-kedua").status_code == 303
    assert dewi.get("/akun").status_code == 200
