"""Admins and the accounts of others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from central.centre import Centre
from central.store.tables import metadata
from central.workflows import people, record
from central.workflows.people import NotPossible
from sync.body import Author
from tests.integration.central_people.conftest import NEW, Clock, code_on, id_of, on_both
from tests.integration.central_views.conftest import PASSWORD, Officer
from vault.engine import reading
from vault.tables import account as account_table

Enter = Callable[..., Officer]


def _add(ani: Officer, **typed: str) -> str:
    form = {"nama": "Dewi Lestari", "username": "dewi", "peran": "verifikator", **typed}
    page = ani.post("/petugas/baru", form)
    assert page.status_code == 200, page.text
    return code_on(page)


@on_both
def test_a_new_person_enters_with_the_code_and_makes_a_password_first(
    ani: Officer, enter: Enter
) -> None:
    code = _add(ani)

    dewi = enter("dewi", code)
    led = dewi.get("/")
    dewi.get("/akun/sandi")
    dewi.post("/akun/sandi", {"lama": code, "baru": NEW, "ulang": NEW})

    assert led.headers["Location"] == "/akun/sandi"
    assert dewi.get("/").status_code == 200
    assert enter("dewi", NEW).get("/").status_code == 200


def test_a_code_is_good_for_three_days(ani: Officer, centre: Centre, clock: Clock) -> None:
    code = _add(ani)
    clock.ahead_ms = people.CODE_MS + 60_000

    late = Officer(ani.client.application.test_client()).log_in("dewi", code)

    assert late.status_code == 422
    assert "lewat waktunya" in late.text


def test_what_was_typed_stays_and_each_mistake_has_a_sentence(ani: Officer) -> None:
    page = ani.post("/petugas/baru", {"nama": "Siti Aminah", "username": "x", "peran": "penyelia"})
    taken = ani.post(
        "/petugas/baru", {"nama": "Rudi Lain", "username": "Rudi", "peran": "verifikator"}
    )

    assert page.status_code == taken.status_code == 422
    assert 'value="Siti Aminah"' in page.text
    assert "3 sampai 40 huruf" in page.text
    assert "Pilih kelurahan" in page.text
    assert "sudah dipakai" in taken.text


@on_both
def test_deactivating_ends_everything_at_once(
    ani: Officer, rudi: Officer, centre: Centre, enter: Enter
) -> None:
    account = id_of(centre, "rudi")

    ani.post(f"/petugas/{account}/nonaktif")

    assert rudi.get("/").status_code == 303
    assert Officer(ani.client.application.test_client()).log_in("rudi").status_code == 422
    ani.post(f"/petugas/{account}/aktif")
    assert rudi.get("/").status_code == 303
    assert enter("rudi").get("/").status_code == 200


@on_both
def test_another_role_ends_the_sessions_of_the_former_one(
    ani: Officer, rudi: Officer, centre: Centre, enter: Enter
) -> None:
    form = {"nama": "Rudi Hartono", "peran": "auditor", "kelurahan": ""}

    ani.post(f"/petugas/{id_of(centre, 'rudi')}", form)

    assert rudi.get("/").status_code == 303
    assert enter("rudi").get("/perbedaan").status_code == 403


def test_a_reset_ends_sessions_and_the_password(
    ani: Officer, rudi: Officer, centre: Centre, enter: Enter
) -> None:
    code = code_on(ani.post(f"/petugas/{id_of(centre, 'rudi')}/kode"))

    assert rudi.get("/").status_code == 303
    assert Officer(ani.client.application.test_client()).log_in("rudi").status_code == 422
    assert enter("rudi", code).get("/").headers["Location"] == "/akun/sandi"


def test_nobody_takes_their_own_admin_role_away(ani: Officer, centre: Centre) -> None:
    own = id_of(centre, "ani")

    as_verifier = ani.post(f"/petugas/{own}", {"nama": "Ani Suryani", "peran": "verifikator"})
    off = ani.post(f"/petugas/{own}/nonaktif")
    reset = ani.post(f"/petugas/{own}/kode")

    assert as_verifier.status_code == off.status_code == reset.status_code == 409
    assert "Minta admin lain" in as_verifier.text
    assert ani.get("/petugas/").status_code == 200


@on_both
def test_the_last_admin_stays(centre: Centre) -> None:
    ani, budi = id_of(centre, "ani"), id_of(centre, "budi")
    by_ani = Author(ani, "Ani", "admin")
    by_server = Author("", "perintah", "admin")
    people.set_active(centre, by_ani, budi, active=False)

    with pytest.raises(NotPossible):
        people.change(centre, by_server, ani, "Ani Suryani", "auditor", "")
    with pytest.raises(NotPossible):
        people.set_active(centre, by_server, ani, active=False)

    assert people.one_of(centre, ani).account.role == "admin"


def test_only_admins_manage_accounts(rudi: Officer, centre: Centre) -> None:
    account = id_of(centre, "ani")

    answers = [
        rudi.get("/petugas/"),
        rudi.get(f"/petugas/{account}"),
        rudi.post("/petugas/baru", {"nama": "A B", "username": "abc", "peran": "admin"}),
        rudi.post(f"/petugas/{account}/kode"),
        rudi.post("/petugas/wajib", {}),
    ]

    assert {one.status_code for one in answers} == {403}


def test_each_act_is_written_down_with_who_did_it(ani: Officer, centre: Centre) -> None:
    _add(ani)
    account = id_of(centre, "dewi")
    ani.post(f"/petugas/{account}", {"nama": "Dewi L", "peran": "auditor"})
    ani.post(f"/petugas/{account}/kode")
    ani.post(f"/petugas/{account}/nonaktif")

    acts, _ = record.record_of_acts(centre)

    told = [(one.act, one.by[0].name) for one in acts if one.subject == account]
    assert sorted(told) == [
        ("account-add", "Ani Suryani"),
        ("account-change", "Ani Suryani"),
        ("account-deactivate", "Ani Suryani"),
        ("account-reset", "Ani Suryani"),
    ]
    assert "menambah akun" in ani.get("/node/catatan").text


def test_the_command_line_ends_sessions_too(rudi: Officer, centre: Centre) -> None:
    _by_command(centre)

    assert rudi.get("/").status_code == 303


def test_a_password_from_the_command_line_takes_the_place_of_an_old_code(
    ani: Officer, centre: Centre, clock: Clock, enter: Enter
) -> None:
    ani.post(f"/petugas/{id_of(centre, 'rudi')}/kode")
    clock.ahead_ms = people.CODE_MS + 60_000

    _by_command(centre)

    assert enter("rudi", "sandi-dari-server").get("/").status_code == 200


def _by_command(centre: Centre) -> None:
    """As `loket central account add` does."""
    people.add_on_server(centre, "rudi", "Rudi Hartono", "verifikator", "sandi-dari-server")


def test_an_unknown_account_is_a_page_with_words(ani: Officer) -> None:
    assert ani.get("/petugas/0123456789ab").status_code == 404
    assert ani.post("/petugas/0123456789ab/nonaktif").status_code == 404


@on_both
def test_names_stand_nowhere_in_clear(ani: Officer, centre: Centre) -> None:
    _add(ani, nama="Zubaidah Istimewa", username="zubaidah.unik")
    with reading(centre.vault.engine) as connection:
        rows = [
            str(tuple(row))
            for table in (*metadata.tables.values(), account_table)
            for row in connection.execute(table.select())
        ]

    assert len(rows) > 4
    assert not any("zubaidah" in row.casefold() for row in rows)
    assert PASSWORD not in " ".join(rows)
