"""The day by a quota of the centre, as a resident is told it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from edge_node.edge import Edge
from edge_node.store.nodes import Quotas
from registration.format import long_date
from registration.invented.people import Person
from tests.integration.edge_portal.conftest import Phone, record_of, send_back

WHY = "Lebih lama dari biasanya: antrean di Disdukcapil sedang panjang"


def hears(edge: Edge, day: date) -> None:
    """The centre told this in an exchange."""
    edge.standing = replace(edge.standing, quotas=Quotas({"ktp-el": day}, 1))


@pytest.fixture
def day(edge: Edge) -> date:
    told = edge.today() + timedelta(days=40)
    hears(edge, told)
    return told


def test_a_resident_is_told_the_later_day_and_why(phone: Phone, person: Person, day: date) -> None:
    receipt = phone.file(person).text
    followed = phone.look(phone.code, person).text

    for page in (receipt, followed):
        assert long_date(day, "id") in page
        assert WHY in page


def test_what_a_resident_was_told_stays_when_the_queue_grows(
    edge: Edge, phone: Phone, person: Person, day: date
) -> None:
    code = phone.file(person).code

    hears(edge, day + timedelta(days=30))

    assert long_date(day, "id") in phone.look(code, person).text


def test_a_request_that_waits_for_its_owner_tells_no_day(
    edge: Edge, phone: Phone, person: Person, day: date
) -> None:
    code = phone.file(person).code
    send_back(edge, record_of(edge, code), "Foto KK buram.")

    page = phone.look(code, person).text

    assert long_date(day, "id") not in page
    assert WHY not in page
