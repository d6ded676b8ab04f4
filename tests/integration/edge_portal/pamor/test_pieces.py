"""What is sealed travels in pieces, and each may be cut off."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from sqlalchemy import update

from edge_node.edge import Edge
from edge_node.store.tables import field_draft
from edge_node.workflows import field_upload
from edge_node.workflows.drafting import unfinished
from registration.invented.people import Person
from tests.integration.edge_portal.pamor.kit import (
    FieldPhone,
    seal,
)
from vault.engine import writing


@pytest.mark.parametrize("cut_at", [1, 80, 81, 400, 800])
def test_sending_goes_on_at_every_place_where_it_was_cut(
    edge: Edge, rw: FieldPhone, person: Person, cut_at: int
) -> None:
    one = seal(edge, person, photos=0)
    sha, size = hashlib.sha256(one.answers).hexdigest(), len(one.answers)
    rw.piece(sha, 0, size, one.answers[:cut_at])

    at = rw.held(sha)
    rw.piece(sha, at, size, one.answers[at:])

    assert at == cut_at
    told = rw.hand_over(one.draft, one.key.id, sha).json
    assert told is not None
    assert told["hasil"] == "diajukan"


def test_a_piece_whose_answer_was_lost_is_not_kept_twice(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)
    sha, size = hashlib.sha256(one.answers).hexdigest(), len(one.answers)
    rw.piece(sha, 0, size, one.answers[:100])

    again = rw.piece(sha, 0, size, one.answers[:100])

    assert again.status_code == 409
    assert again.headers["Upload-Offset"] == "100"


def test_pieces_of_any_size_come_together(edge: Edge, rw: FieldPhone, person: Person) -> None:
    one = seal(edge, person, photos=0)
    sha, size = hashlib.sha256(one.answers).hexdigest(), len(one.answers)

    for at in range(0, size, 97):
        rw.piece(sha, at, size, one.answers[at : at + 97])
        rw.piece(sha, at, size, one.answers[at : at + 97])

    told = rw.hand_over(one.draft, one.key.id, sha).json
    assert told is not None
    assert told["hasil"] == "diajukan"


def test_a_server_that_died_after_filing_gives_the_same_receipt(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person)
    first = one.send(rw).json
    with writing(edge.vault.engine) as connection:
        connection.execute(update(field_draft).values(done=False))

    again = one.send(rw).json

    assert again == first
    assert len(rw.client.get("/pamor/api/diserahkan", headers=rw.headers).json or []) == 1


def test_a_form_of_a_newer_version_stays_on_the_phone(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    answer = seal(edge, person, photos=0, versi=99).send(rw)

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["title"].startswith("Formulir ini lebih baru")
    assert unfinished(edge) == []


def test_a_photo_that_is_still_on_its_way_is_asked_for(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person)

    answer = rw.hand_over(one.draft, one.key.id, rw.send(one.answers))

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["kurang"] == [hashlib.sha256(one.photos[0]).hexdigest()]
    assert unfinished(edge) == []


def test_bytes_that_are_not_what_they_are_named_by_are_thrown_away(rw: FieldPhone) -> None:
    sha = hashlib.sha256(b"what was meant").hexdigest()

    answer = rw.piece(sha, 0, 4, b"else")

    assert answer.status_code == 409
    assert "Upload-Offset" not in answer.headers
    assert rw.held(sha) == 0


def test_what_is_too_large_is_refused_before_it_is_sent(rw: FieldPhone) -> None:
    sha = "0" * 64

    one = rw.piece(sha, 0, field_upload.MOST_ITEM + 1, b"begins")
    piece = rw.piece(sha, 0, field_upload.MOST_ITEM, bytes(field_upload.MOST_PIECE + 1))

    assert (one.status_code, piece.status_code) == (413, 413)


def test_one_account_cannot_fill_the_disk(rw: FieldPhone) -> None:
    most = field_upload.MOST_OF_ACCOUNT // field_upload.MOST_ITEM
    sizes = [
        rw.piece(f"{number:064x}", 0, field_upload.MOST_ITEM, b"begins").status_code
        for number in range(most + 1)
    ]

    assert sizes == [204] * most + [413]


def test_a_full_disk_leaves_the_draft_on_the_phone(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)
    sha = rw.send(one.answers)
    edge.settings = replace(edge.settings, free_mib_photos=1e9)

    piece, opened = rw.piece("0" * 64, 0, 9, b"x"), rw.hand_over(one.draft, one.key.id, sha)

    assert (piece.status_code, opened.status_code) == (507, 507)
    edge.settings = replace(edge.settings, free_mib_photos=1.0)
    told = rw.hand_over(one.draft, one.key.id, sha).json
    assert told is not None
    assert told["hasil"] == "diajukan"
