"""What the counter tells of a day that a quota of the centre moves, and that it stays told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from edge_node.edge import Edge
from edge_node.practice.centre import Centre
from edge_node.store.nodes import Quotas
from edge_node.workflows import supervising
from registration.catalogue import PROMISED, service
from registration.format import long_date
from registration.lifecycle import Act
from registration.standard import expected_date
from tests.integration.edge_staff.conftest import Browser
from vault.engine import reading
from vault.read import Record, read_record

WHY = "antrean di Disdukcapil sedang panjang"
DAY_MS = 24 * 3_600_000


def hears(edge: Edge, **days: date) -> None:
    """The centre told this in an exchange."""
    named = {layanan.replace("_", "-"): day for layanan, day in days.items()}
    edge.standing = replace(edge.standing, quotas=Quotas(named, 1))


def in_days(edge: Edge, days: int) -> date:
    return edge.today() + timedelta(days=days)


def days_pass(edge: Edge, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before, ms = edge.clock, days * DAY_MS

    def later() -> Any:
        now = before()
        return replace(now, wall_ms=now.wall_ms + ms, up_ms=now.up_ms + ms)

    monkeypatch.setattr(edge, "clock", later)


def read(edge: Edge, record: str) -> Record:
    with reading(edge.vault.engine) as connection:
        return read_record(connection, edge.vault, edge.stream, bytes.fromhex(record))


def receipt(siti: Browser, record: str) -> str:
    """What is printed."""
    page = siti.get(f"/permohonan/{record}/tanda-terima").text
    return page[page.index("<article") : page.index("</article>")]


def test_a_receipt_tells_the_later_day_of_a_quota_and_why(
    edge: Edge, siti: Browser, filed: Any
) -> None:
    day = in_days(edge, 40)
    hears(edge, ktp_el=day)

    page = receipt(siti, filed(1))

    assert long_date(day, "id") in page
    assert WHY in page


def test_the_sentence_is_there_in_english(edge: Edge, siti: Browser, filed: Any) -> None:
    hears(edge, ktp_el=in_days(edge, 40))
    record = filed(1)
    siti.post("/bahasa/en")

    page = receipt(siti, record)

    assert "the queue at Disdukcapil is long" in page


@pytest.mark.parametrize(
    "told", [{}, {"kia": 40}, {"ktp_el": -20}], ids=["nothing", "another service", "long ago"]
)
def test_without_a_quota_that_delays_the_standard_alone_is_told(
    edge: Edge, siti: Browser, filed: Any, told: dict[str, int]
) -> None:
    hears(edge, **{layanan: in_days(edge, days) for layanan, days in told.items()})
    promised = expected_date(service("ktp-el").standard, edge.today())

    record = filed(1)
    page = receipt(siti, record)

    assert long_date(promised, "id") in page
    assert WHY not in page
    assert PROMISED not in read(edge, record).fields


def test_a_receipt_that_is_printed_again_tells_the_same_day_whatever_the_centre_told_since(
    edge: Edge, siti: Browser, filed: Any
) -> None:
    hears(edge, ktp_el=in_days(edge, 40))
    delayed = filed(1)
    hears(edge)
    usual = filed(2)
    before = receipt(siti, delayed), receipt(siti, usual)

    hears(edge, ktp_el=in_days(edge, 90))

    assert (receipt(siti, delayed), receipt(siti, usual)) == before
    assert WHY in before[0]
    assert WHY not in before[1]


def test_before_the_papers_were_looked_at_the_soonest_day_is_told(
    edge: Edge, siti: Browser, filed: Any
) -> None:
    day = in_days(edge, 40)
    hears(edge, ktp_el=day)

    page = receipt(siti, filed(1, verified=False))

    assert "setelah diverifikasi petugas" in page
    assert f"paling cepat {long_date(day, 'id')}" in page
    assert WHY in page


def test_verifying_tells_the_day_by_what_the_centre_told_last(
    edge: Edge, siti: Browser, filed: Any
) -> None:
    first, last = in_days(edge, 40), in_days(edge, 60)
    hears(edge, ktp_el=first)
    longer, usual = filed(1, verified=False), filed(2, verified=False)

    hears(edge, ktp_el=last)
    siti.post(f"/permohonan/{longer}/verifikasi")
    hears(edge)
    siti.post(f"/permohonan/{usual}/verifikasi")

    assert long_date(last, "id") in receipt(siti, longer)
    assert long_date(first, "id") not in receipt(siti, usual)
    assert WHY not in receipt(siti, usual)


def test_a_request_that_came_back_is_promised_anew_and_tells_no_day_meanwhile(
    edge: Edge, siti: Browser, filed: Any
) -> None:
    hears(edge, ktp_el=in_days(edge, 40))
    record = filed(1)
    Centre(edge, edge.centre_replica).act(bytes.fromhex(record), Act.KEMBALIKAN, "Foto KK buram.")
    returned = receipt(siti, record)
    hears(edge, ktp_el=in_days(edge, 70))

    siti.post(f"/permohonan/{record}/verifikasi")

    assert WHY not in returned
    assert long_date(in_days(edge, 70), "id") in receipt(siti, record)


def test_a_request_is_late_only_after_the_day_that_was_told(
    edge: Edge, siti: Browser, filed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hears(edge, ktp_el=in_days(edge, 40))
    delayed = filed(1)
    hears(edge)
    usual = filed(2)
    days_pass(edge, 30, monkeypatch)

    early, _ = supervising.overdue(edge)
    page = siti.get("/menunggu").text
    days_pass(edge, 20, monkeypatch)
    late, _ = supervising.overdue(edge)

    assert [one.id.hex() for one in early] == [usual]
    assert page.count("Lewat janji") == 1
    assert [one.id.hex() for one in late] == [delayed, usual]
