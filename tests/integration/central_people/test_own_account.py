"""What people do to their own account, and how they get in."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask

from central.app import create_central_app
from central.centre import Centre
from central.store.sessions import IDLE_MS
from tests.integration.central_people.conftest import (
    NEW,
    Clock,
    id_of,
    on_both,
    recovery_codes_on,
    set_up_codes,
)
from tests.integration.central_views.conftest import PASSWORD, Officer

Enter = Callable[..., Officer]
_STEP_MS = 30_000


@on_both
def test_another_password_ends_the_other_sessions_and_not_this_one(
    rudi: Officer, enter: Enter
) -> None:
    elsewhere = enter("rudi")

    answer = rudi.post("/akun/sandi", {"lama": PASSWORD, "baru": NEW, "ulang": NEW})

    assert answer.status_code == 303
    assert rudi.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303
    assert enter("rudi", NEW).get("/").status_code == 200


def test_a_password_is_refused_in_words(rudi: Officer) -> None:
    wrong = rudi.post("/akun/sandi", {"lama": "bukan", "baru": NEW, "ulang": NEW})
    short = rudi.post("/akun/sandi", {"lama": PASSWORD, "baru": "pendek", "ulang": "pendek"})
    own_name = rudi.post("/akun/sandi", {"lama": PASSWORD, "baru": "rudi-rudi-1", "ulang": "x"})
    unequal = rudi.post("/akun/sandi", {"lama": PASSWORD, "baru": NEW, "ulang": NEW + "!"})

    assert [one.status_code for one in (wrong, short, own_name, unequal)] == [422] * 4
    assert "tidak cocok" in wrong.text
    assert "10 huruf atau lebih" in short.text
    assert "mudah ditebak" in own_name.text
    assert "Tidak sama" in unequal.text
    assert NEW not in unequal.text


def test_the_phone_is_asked_after_the_password(rudi: Officer, app: Flask, clock: Clock) -> None:
    phone, _ = set_up_codes(rudi, clock)
    clock.ahead_ms += _STEP_MS
    visitor = Officer(app.test_client())

    first = visitor.log_in("rudi", next="/perbedaan")
    outside = visitor.get("/")
    page = visitor.get("/masuk/kode")
    answer = visitor.post("/masuk/kode", {"kode": phone.at(clock() // 1000)})

    assert first.headers["Location"] == "/masuk/kode"
    assert outside.status_code == 303
    assert "Kode 6 angka" in page.text
    assert answer.headers["Location"] == "/perbedaan"
    assert visitor.get("/").status_code == 200


@on_both
def test_a_code_is_good_once(rudi: Officer, app: Flask, clock: Clock) -> None:
    phone, _ = set_up_codes(rudi, clock)
    clock.ahead_ms += _STEP_MS
    code = phone.at(clock() // 1000)

    answers = []
    for _ in range(2):
        visitor = Officer(app.test_client())
        visitor.log_in("rudi")
        answers.append(visitor.post("/masuk/kode", {"kode": code}).status_code)

    assert answers == [303, 422]


def test_the_code_that_set_the_phone_up_signs_nobody_in(
    rudi: Officer, app: Flask, clock: Clock
) -> None:
    phone, _ = set_up_codes(rudi, clock)
    visitor = Officer(app.test_client())
    visitor.log_in("rudi")

    # The one before may still be on the screen of whoever looked over her shoulder.
    now = clock() // 1000
    codes = [phone.at(now), phone.at(now - 30)]

    assert [visitor.post("/masuk/kode", {"kode": one}).status_code for one in codes] == [422, 422]


def test_a_wrong_first_code_sets_nothing_up(rudi: Officer, app: Flask) -> None:
    page = rudi.get("/akun/kode-hp")
    refused = rudi.post("/akun/kode-hp", {"kode": "000000"})

    assert refused.status_code == 422
    secret = re.compile(r'class="code digits secret">([A-Z2-7 ]+)<')
    assert secret.findall(refused.text) == secret.findall(page.text) != []
    assert Officer(app.test_client()).log_in("rudi").headers["Location"] == "/"


@on_both
def test_a_recovery_code_stands_in_for_the_phone_once(
    rudi: Officer, app: Flask, clock: Clock
) -> None:
    _, page = set_up_codes(rudi, clock)
    codes = recovery_codes_on(page)
    typed = codes[0].replace("-", " ").lower()

    answers = []
    for _ in range(2):
        visitor = Officer(app.test_client())
        visitor.log_in("rudi")
        answers.append(visitor.post("/masuk/kode", {"kode": typed}).status_code)

    assert len(set(codes)) == 8
    assert answers == [303, 422]
    assert "Tersisa 7 kode cadangan" in rudi.get("/akun/").text
    assert codes[1] not in rudi.get("/akun/").text


@on_both
def test_guessing_codes_is_slowed_down_for_all_processes(
    rudi: Officer, app: Flask, centre: Centre, clock: Clock
) -> None:
    phone, _ = set_up_codes(rudi, clock)
    clock.ahead_ms += _STEP_MS
    here, there = (
        Officer(app.test_client()),
        Officer(create_central_app(centre, fold_here=False).test_client()),
    )
    for one in (here, there):
        one.log_in("rudi")
    wrong = [here.post("/masuk/kode", {"kode": "123"}).status_code for _ in range(6)]

    waits = there.post("/masuk/kode", {"kode": phone.at(clock() // 1000)})
    clock.ahead_ms += 2 * _STEP_MS + 1000
    later = there.post("/masuk/kode", {"kode": phone.at(clock() // 1000)})

    assert wrong == [422] * 6
    assert waits.status_code == 429
    assert later.status_code == 303


def test_turning_the_phone_off_asks_for_the_password(
    rudi: Officer, app: Flask, clock: Clock
) -> None:
    set_up_codes(rudi, clock)

    refused = rudi.post("/akun/kode-hp/lepas", {"sandi": "bukan ini"})
    still = Officer(app.test_client()).log_in("rudi").headers["Location"]
    rudi.post("/akun/kode-hp/lepas", {"sandi": PASSWORD})

    assert refused.status_code == 422
    assert still == "/masuk/kode"
    assert Officer(app.test_client()).log_in("rudi").headers["Location"] == "/"


@on_both
def test_a_role_that_needs_a_second_step_sets_it_up_before_anything_else(
    ani: Officer, rudi: Officer, clock: Clock
) -> None:
    ani.post("/petugas/wajib", {"peran": "verifikator"})

    led = rudi.get("/perbedaan")
    told = rudi.get("/akun/")
    set_up_codes(rudi, clock)

    assert led.headers["Location"] == "/akun/"
    assert "wajib memakai pengaman kedua" in told.text
    assert rudi.get("/perbedaan").status_code == 200
    assert ani.get("/petugas/").status_code == 200


def test_an_admin_takes_a_lost_phone_off(
    ani: Officer, rudi: Officer, app: Flask, centre: Centre, clock: Clock
) -> None:
    set_up_codes(rudi, clock)

    ani.post(f"/petugas/{id_of(centre, 'rudi')}/lepas-pengaman")

    assert Officer(app.test_client()).log_in("rudi").headers["Location"] == "/"


def test_sessions_are_listed_by_kind_of_browser_and_ended_one_by_one(
    rudi: Officer, app: Flask
) -> None:
    phone = Officer(app.test_client())
    phone.client.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"
    )
    phone.log_in("rudi")
    page = rudi.get("/akun/")
    (end,) = re.findall(r'action="(/akun/sesi/[0-9a-f]+/akhiri)"', page.text)

    rudi.post(end)

    assert "Chrome, Android" in page.text
    assert phone.get("/").status_code == 303
    assert rudi.get("/").status_code == 200


@on_both
def test_one_ends_all_others_but_nobody_else_s(rudi: Officer, ani: Officer, enter: Enter) -> None:
    others = [enter("rudi"), enter("rudi")]
    (foreign, *_) = re.findall(
        r'action="/akun/sesi/([0-9a-f]+)/akhiri"', enter("rudi").get("/akun/").text
    )

    ani.post(f"/akun/sesi/{foreign}/akhiri")
    before = [one.get("/").status_code for one in others]
    rudi.post("/akun/sesi/lain")

    assert before == [200, 200]
    assert [one.get("/").status_code for one in others] == [303, 303]
    assert rudi.get("/").status_code == ani.get("/").status_code == 200


def test_a_session_ends_when_nobody_was_there_for_an_hour(rudi: Officer, clock: Clock) -> None:
    clock.ahead_ms += IDLE_MS - 60_000
    busy = rudi.get("/").status_code
    clock.ahead_ms += IDLE_MS - 60_000
    again = rudi.get("/").status_code
    clock.ahead_ms += IDLE_MS + 1000

    assert (busy, again) == (200, 200)
    assert rudi.get("/").status_code == 303


def test_leaving_ends_the_session_for_a_copied_cookie_too(rudi: Officer, app: Flask) -> None:
    rudi.get("/")
    cookie = rudi.client.get_cookie("loket_pusat")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("loket_pusat", cookie.value)
    before = thief.get("/").status_code

    rudi.post("/keluar")

    assert before == 200
    assert thief.get("/").status_code == 303
