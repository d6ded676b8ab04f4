"""Office hours in Jakarta, and the rules by which a server wants a person's eye."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from central.office_hours import JAKARTA, OfficeHours, open_ms
from central.rules import Finding, Limits, Rule, Seen, easier, findings, sentence

HOURS = OfficeHours(time(8), time(16))
HOUR = 3_600_000


def at(text: str) -> int:
    """Unix ms of a time in Jakarta."""
    return int(datetime.fromisoformat(text).replace(tzinfo=JAKARTA).timestamp() * 1000)


WELL = Seen(b"a", "32.75.02.1004", at("2026-11-25 09:00"), True, 0, False, 0)


@pytest.mark.parametrize(
    ("since", "now", "hours"),
    [
        ("2026-11-25 09:00", "2026-11-25 12:00", 3),
        ("2026-11-25 05:00", "2026-11-25 09:30", 1.5),
        ("2026-11-25 15:00", "2026-11-26 09:00", 2),
        # Over a weekend only Friday's last hour and Monday's first count.
        ("2026-11-27 15:00", "2026-11-30 09:00", 2),
        ("2026-11-28 00:00", "2026-11-29 23:59", 0),
        ("2026-11-25 12:00", "2026-11-25 11:00", 0),
        # 08.30 in Jakarta is 01.30 UTC: the day is Jakarta's, not the server's.
        ("2026-11-24 23:00", "2026-11-25 08:30", 0.5),
    ],
)
def test_only_the_time_in_which_counters_are_open_counts(
    since: str, now: str, hours: float
) -> None:
    assert open_ms(HOURS, at(since), at(now)) == hours * HOUR


def test_a_day_off_does_not_count() -> None:
    with_a_day_off = replace(HOURS, days_off=frozenset({date(2026, 12, 25)}))

    assert open_ms(HOURS, at("2026-12-24 15:00"), at("2026-12-28 09:00")) == 10 * HOUR
    assert open_ms(with_a_day_off, at("2026-12-24 15:00"), at("2026-12-28 09:00")) == 2 * HOUR


def test_years_of_silence_are_added_up_at_once() -> None:
    assert open_ms(HOURS, at("2009-01-01 00:00"), at("2026-11-25 12:00")) > 100 * HOUR


def test_a_silent_counter_speaks_up_only_after_so_many_office_hours() -> None:
    limits = Limits(silent_hours=4, hours=HOURS)

    assert findings([WELL], limits, at("2026-11-25 12:59")) == []
    assert findings([WELL], limits, at("2026-11-25 13:00")) == [
        Finding(Rule.SILENT, b"a", WELL.stream, 4)
    ]


def test_a_kelurahan_whose_other_box_calls_is_not_silent() -> None:
    limits, now = Limits(hours=HOURS), at("2026-11-25 15:00")
    other = replace(WELL, replica=b"b", last_contact_ms=now)

    assert findings([WELL, other], limits, now) == []
    assert findings([WELL], limits, now) != []


@pytest.mark.parametrize(
    ("change", "rule", "value"),
    [
        ({"growing": 20}, Rule.GROWING, 20),
        ({"branched": True}, Rule.FORKED, 1),
        ({"free_bytes": 9, "total_bytes": 100}, Rule.DISK, 9),
        ({"clock_drift_ms": -10 * 60_000}, Rule.CLOCK, 10),
        ({"refused_today": 20}, Rule.REFUSED, 20),
    ],
)
def test_each_rule_speaks_at_its_limit_and_can_be_switched_off(
    change: dict[str, int], rule: Rule, value: int
) -> None:
    bad, now = replace(WELL, **change), WELL.last_contact_ms  # type: ignore[arg-type]
    off = Limits(0, 0, 0, 0, 0, 0)

    assert findings([bad], Limits(), now) == [Finding(rule, b"a", WELL.stream, value)]
    assert findings([bad], off, now) == []
    assert str(value) in str(sentence(rule, "Bintara", value)) or rule is Rule.FORKED


def test_an_open_alert_ends_a_little_beyond_where_it_began() -> None:
    limits, now = Limits(), WELL.last_contact_ms
    on_the_edge = replace(WELL, free_bytes=11, total_bytes=100, clock_drift_ms=9 * 60_000)
    well_again = replace(WELL, free_bytes=12, total_bytes=100, clock_drift_ms=7 * 60_000)

    assert findings([on_the_edge], limits, now) == []
    assert {one.rule for one in findings([on_the_edge], easier(limits), now)} == {
        Rule.DISK,
        Rule.CLOCK,
    }
    assert findings([well_again], easier(limits), now) == []
    assert findings([on_the_edge], easier(Limits(0, 0, 0, 0, 0, 0)), now) == []


@pytest.mark.parametrize(
    "change",
    [
        {"growing": 19},
        {"free_bytes": 10, "total_bytes": 100},
        {"clock_drift_ms": 10 * 60_000 - 1},
        {"refused_today": 19},
        {"clock_drift_ms": 10**12, "called": False},
    ],
)
def test_below_its_limit_no_rule_speaks(change: dict[str, int]) -> None:
    fair = replace(WELL, **change)  # type: ignore[arg-type]

    assert findings([fair], Limits(), WELL.last_contact_ms) == []
