"""Who may hand over, and what they see of it."""

from __future__ import annotations

from flask import Flask

from edge_node.edge import Edge
from registration.invented.people import Person
from tests.integration.edge_portal.conftest import SITI, record_of, say
from tests.integration.edge_portal.pamor.kit import (
    FieldPhone,
    seal,
)


def test_nothing_is_taken_from_who_is_not_signed_in(edge: Edge, app: Flask, person: Person) -> None:
    stranger = FieldPhone(app.test_client())
    one = seal(edge, person, photos=0)

    statuses = [
        stranger.piece("0" * 64, 0, 1, b"x").status_code,
        stranger.client.head(f"/pamor/api/potongan/{'0' * 64}").status_code,
        stranger.hand_over(one.draft, one.key.id, "0" * 64).status_code,
        stranger.client.get("/pamor/api/diserahkan", headers=stranger.headers).status_code,
    ]
    stranger.headers["Authorization"] = "Bearer made-up"
    statuses.append(stranger.piece("0" * 64, 0, 1, b"x").status_code)

    assert statuses == [401] * 5


def test_passwords_cannot_be_tried_for_long(app: Flask) -> None:
    thief = FieldPhone(app.test_client())

    statuses = [thief.sign_in("joko", f"tebak-{number}").status_code for number in range(6)]

    assert statuses == [422] * 5 + [429]


def test_signing_in_leaves_a_residents_session_on_the_same_phone_alone(app: Flask) -> None:
    phone = FieldPhone(app.test_client())

    answer = phone.sign_in()

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_an_account_sees_what_it_handed_over_and_nobody_elses(
    edge: Edge, app: Flask, rw: FieldPhone, person: Person
) -> None:
    told = seal(edge, person, photos=0).send(rw).json
    colleague = FieldPhone(app.test_client())
    colleague.sign_in("asep")

    mine = rw.client.get("/pamor/api/diserahkan", headers=rw.headers)
    theirs = colleague.client.get("/pamor/api/diserahkan", headers=colleague.headers)

    assert told is not None
    assert [one["kode"] for one in mine.json or []] == [told["kode"]]
    assert person.nama not in mine.text
    assert theirs.json == []


def test_the_list_says_how_it_stands_now(edge: Edge, rw: FieldPhone, person: Person) -> None:
    told = seal(edge, person, photos=0).send(rw).json
    assert told is not None
    record = record_of(edge, told["kode"])
    say(edge, record, "verifikasi", SITI, status="diverifikasi")

    (one,) = rw.client.get("/pamor/api/diserahkan", headers=rw.headers).json or []

    assert one["keadaan"].startswith("Berkas lengkap.")


# Keys and time
