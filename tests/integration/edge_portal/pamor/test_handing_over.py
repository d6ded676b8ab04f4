"""Drafts from the field become requests, once, in every wrong order."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from crypto.browser_recipient import BrowserRecipient, seal_as_browser
from edge_node.edge import Edge
from edge_node.store.nodes import Quotas
from edge_node.workflows.drafting import keep_typed, throw_away, unfinished
from edge_node.workflows.field_drafts import info_of
from registration.format import long_date
from registration.invented.people import Person
from registration.lifecycle import Role
from sync.ids import new_record_id
from tests.integration.edge_portal.conftest import SITI, record_of
from tests.integration.edge_portal.pamor.kit import (
    FieldPhone,
    filed,
    seal,
)


def test_a_draft_is_filed_in_the_pamors_name_with_the_residents_consent(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    answer = seal(edge, person).send(rw).json

    assert answer is not None
    assert answer["hasil"] == "diajukan"
    found = filed(edge, answer["kode"])
    assert found.value("data.nik") == person.nik
    assert found.value("persetujuan") == "pamor-1 dibacakan 2026-11-25T03:00:00Z"
    assert found.value("kanal") == "loket"
    assert [one["jenis"] for one in found.scans.values()] == ["kk"]
    assert found.told[0].body.by.role == Role.PAMOR


def test_what_was_handed_over_is_gone_from_the_place_where_it_arrived(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person)

    one.send(rw)

    assert rw.held(hashlib.sha256(one.answers).hexdigest()) == 0
    assert rw.held(hashlib.sha256(one.photos[0]).hexdigest()) == 0


def test_handing_over_twice_gives_one_request_and_the_same_receipt(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person)

    first, again = one.send(rw).json, one.send(rw).json

    assert first == again


def test_a_colleague_may_hand_over_what_was_cut_off(
    edge: Edge, app: Flask, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person)
    colleague = FieldPhone(app.test_client())
    colleague.sign_in("asep")

    first, again = one.send(rw).json, one.send(colleague).json

    assert first == again


def test_a_draft_that_is_sealed_to_another_server_does_not_open(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)
    other = BrowserRecipient.generate()
    theirs = seal_as_browser(other.public, b"{}", info_of(one.draft, "isian"))

    unknown = rw.hand_over(one.draft, other.id, rw.send(theirs))
    wrong = rw.hand_over(one.draft, one.key.id, rw.send(theirs))

    assert (unknown.status_code, wrong.status_code) == (422, 422)
    assert unfinished(edge) == []


def test_what_was_sealed_for_one_draft_opens_in_no_other(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)

    answer = rw.hand_over(secrets.token_bytes(16), one.key.id, rw.send(one.answers))

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "broken", [{"isian": 3}, {"foto": ["x"]}, {"versi": "satu"}, {"isian": {"nik": 1}}]
)
def test_a_draft_that_no_app_would_write_is_refused(
    edge: Edge, rw: FieldPhone, person: Person, broken: dict[str, Any]
) -> None:
    answer = seal(edge, person, photos=0, **broken).send(rw)

    assert answer.status_code == 422


def test_what_is_not_finished_stands_at_the_counter_with_its_consent(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    some = {"nama": person.nama, "nik": "3275"}

    told = seal(edge, person, isian=some, selesai=False).send(rw).json

    assert told is not None
    assert (told["hasil"], told["alasan"]) == ("loket", ["Isian ini belum selesai diisi."])
    (kept,) = unfinished(edge)
    assert kept.typed["nama"] == person.nama
    assert kept.by == "joko"
    assert kept.consent.startswith("pamor-1 dibacakan")
    assert len(kept.scans) == 1


def test_what_the_rules_refuse_is_finished_at_the_counter_and_the_reason_is_told(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    wrong = person.form("hilang") | {"nik": "123"}

    told = seal(edge, person, photos=0, isian=wrong).send(rw).json

    assert told is not None
    assert told["hasil"] == "loket"
    assert told["alasan"][0].startswith("NIK:")
    assert "123" in [one.typed["nik"] for one in unfinished(edge)]


def test_without_consent_nothing_is_filed(edge: Edge, rw: FieldPhone, person: Person) -> None:
    told = seal(edge, person, photos=0, setuju=None).send(rw).json

    assert told is not None
    assert told["alasan"] == ["Persetujuan warga belum dicatat."]


def test_handing_over_again_does_not_overwrite_what_the_counter_typed(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0, selesai=False)
    one.send(rw)
    (kept,) = unfinished(edge)
    keep_typed(edge, kept.record, "ktp-el", "hilang", {"nama": "DEWI LESTARI"}, version=1, by=SITI)

    told = one.send(rw).json

    assert told is not None
    assert told["alasan"] == ["Sudah diserahkan dan menunggu dilengkapi di loket."]
    assert unfinished(edge)[0].typed["nama"] == "DEWI LESTARI"


def test_what_the_counter_threw_away_does_not_come_back(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0, selesai=False)
    one.send(rw)
    throw_away(edge, unfinished(edge)[0].record)

    told = one.send(rw).json

    assert told is not None
    assert told["alasan"] == ["Sudah diserahkan, lalu dihapus di loket."]
    assert unfinished(edge) == []


def test_a_records_id_is_of_this_servers_time_whatever_the_phone_says(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    long_ago = new_record_id(0)

    told = seal(edge, person, photos=0, draft=long_ago).send(rw).json

    assert told is not None
    born = int.from_bytes(record_of(edge, told["kode"])[:6], "big")
    assert abs(born - edge.stamp().now_ms) < 60_000


# Who may


def test_the_later_day_of_a_quota_is_told_with_its_reason_and_stays_told(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    day = edge.today() + timedelta(days=40)
    edge.standing = replace(edge.standing, quotas=Quotas({"ktp-el": day}, 1))
    one = seal(edge, person)
    first = one.send(rw).json
    edge.standing = replace(edge.standing, quotas=Quotas())

    again = one.send(rw).json

    assert first is not None
    assert first["perkiraan"] == long_date(day, "id")
    assert "antrean di Disdukcapil sedang panjang" in first["sebab"]
    assert again == first
