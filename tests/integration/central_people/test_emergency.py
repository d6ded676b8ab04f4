"""The way in when no admin can sign in, and that it cannot be used unseen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from central.centre import Centre
from central.workflows import emergency, record
from central.workflows.people import NotPossible
from tests.integration.central_people.conftest import NEW, Clock, on_both, set_up_codes
from tests.integration.central_views.conftest import Officer

Enter = Callable[..., Officer]


def _enter(app: Flask, username: str, code: str) -> tuple[Officer, int]:
    visitor = Officer(app.test_client())
    answer = visitor.post("/masuk/darurat", {"username": username, "kode": code})
    visitor.token = ""
    return visitor, answer.status_code


@on_both
def test_who_lost_everything_comes_in_once_and_sets_it_right(
    ani: Officer, app: Flask, centre: Centre, clock: Clock, enter: Enter
) -> None:
    set_up_codes(ani, clock)
    code = emergency.issue(centre, "ani")

    lost, status = _enter(app, "Ani ", code)
    _, again = _enter(app, "ani", code)
    lost.post("/akun/kode-hp/lepas")
    lost.post("/akun/sandi", {"baru": NEW, "ulang": NEW})

    assert (status, again) == (303, 422)
    assert lost.get("/petugas/").status_code == 200
    assert enter("ani", NEW).get("/").status_code == 200


@on_both
def test_every_admin_is_told_until_he_has_read_it(
    app: Flask, centre: Centre, enter: Enter, rudi: Officer
) -> None:
    budi = enter("budi")
    before = budi.get("/").text
    lost, _ = _enter(app, "ani", emergency.issue(centre, "ani"))
    told = budi.get("/perbedaan").text
    hidden_by_her = lost.post("/petugas/darurat/dibaca", {"sampai": str(centre.clock() + 1000)})
    still = budi.get("/").text

    budi.post("/petugas/darurat/dibaca", {"sampai": str(centre.clock() + 1000)})

    said = "Ani Suryani masuk lewat akses darurat"
    assert hidden_by_her.status_code == 303
    assert said not in before
    assert said in told
    assert said in still
    assert said not in budi.get("/").text
    assert said not in rudi.get("/").text


def test_what_came_after_the_page_was_shown_is_not_read_yet(
    app: Flask, centre: Centre, enter: Enter
) -> None:
    budi = enter("budi")
    shown = centre.clock() - 1
    _enter(app, "ani", emergency.issue(centre, "ani"))

    budi.post("/petugas/darurat/dibaca", {"sampai": str(shown)})

    assert "masuk lewat akses darurat" in budi.get("/").text


def test_a_code_is_short_lived_and_for_one_account(
    app: Flask, centre: Centre, clock: Clock
) -> None:
    code = emergency.issue(centre, "ani")
    _, other = _enter(app, "budi", code)
    clock.ahead_ms += emergency.LIFETIME_MS + 1000
    _, late = _enter(app, "ani", code)

    assert (other, late) == (422, 422)


@pytest.mark.parametrize("username", ["rudi", "tidak-ada"])
def test_it_is_for_admins_only(centre: Centre, username: str) -> None:
    with pytest.raises(NotPossible):
        emergency.issue(centre, username)


def test_making_and_using_it_are_written_down(app: Flask, centre: Centre) -> None:
    _enter(app, "ani", emergency.issue(centre, "ani"))

    acts, _ = record.record_of_acts(centre)

    told = sorted((one.act, one.by[0].name) for one in acts)
    assert told == [("emergency-code", "perintah di server"), ("emergency-enter", "Ani Suryani")]


def test_guessing_is_slowed_down(app: Flask) -> None:
    answers = [_enter(app, "ani", "AAAA-AAAA-AAAA-AAAA")[1] for _ in range(7)]

    assert answers[-1] == 429
