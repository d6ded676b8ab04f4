"""The key that phones seal to comes and goes."""

from __future__ import annotations

import hashlib

from edge_node.edge import Edge
from edge_node.workflows import field_keys
from registration.invented.people import Person
from tests.integration.edge_portal.pamor.kit import (
    HOUR,
    MONTH,
    FieldPhone,
    later,
    seal,
)


def test_a_key_is_used_for_a_month_and_opens_for_some_more(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)

    later(edge, MONTH)
    field_keys.forget_old(edge)
    after = field_keys.present_key(edge)

    assert after.id != one.key.id
    told = one.send(rw).json
    assert told is not None
    assert told["hasil"] == "diajukan"


def test_a_key_is_destroyed_in_the_end_and_its_drafts_open_for_nobody(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)
    later(edge, MONTH)
    field_keys.present_key(edge)

    later(edge, field_keys.KEPT + HOUR)
    field_keys.forget_old(edge)
    rw.sign_in()
    answer = one.send(rw)

    assert answer.status_code == 422
    assert answer.json is not None
    assert "terlalu lama disimpan di HP" in answer.json["title"]


def test_a_clock_that_nobody_vouches_for_destroys_no_key(edge: Edge, person: Person) -> None:
    one = seal(edge, person)
    far = edge.clock().later(10**12)
    edge.clock = lambda: far

    field_keys.forget_old(edge)

    assert field_keys.present_key(edge).id == one.key.id


def test_the_key_stands_on_the_disk_for_nobody(edge: Edge) -> None:
    key = field_keys.present_key(edge)

    files = [one.read_bytes() for one in edge.settings.data.iterdir() if one.is_file()]
    assert any(key.id in one for one in files)
    assert not any(key.secret in one for one in files)


def test_what_nobody_goes_on_with_is_dropped_after_a_week(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)
    sha, size = hashlib.sha256(one.answers).hexdigest(), len(one.answers)
    rw.piece(sha, 0, size, one.answers[:100])

    later(edge, field_keys.ITEM_LIFE + HOUR)
    field_keys.forget_old(edge)
    rw.sign_in()

    assert rw.held(sha) == 0


# The app itself
