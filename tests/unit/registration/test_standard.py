from __future__ import annotations

from datetime import date

import pytest

from registration.standard import (
    Standard,
    ceiling_date,
    expected_date,
    is_overdue,
    is_past_ceiling,
)

ONE_DAY = Standard(working_days=1, ceiling_days=14)
WEDNESDAY, FRIDAY, SATURDAY = date(2026, 11, 25), date(2026, 11, 27), date(2026, 11, 28)
MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("start", "expected"),
    [(WEDNESDAY, date(2026, 11, 26)), (FRIDAY, MONDAY), (SATURDAY, MONDAY)],
)
def test_a_promise_counts_working_days(start: date, expected: date) -> None:
    assert expected_date(ONE_DAY, start) == expected


def test_holidays_do_not_count() -> None:
    assert expected_date(ONE_DAY, FRIDAY, frozenset({MONDAY})) == date(2026, 12, 1)


def test_a_promise_for_the_same_day_waits_for_the_counter_to_open() -> None:
    same_day = Standard(working_days=0, ceiling_days=14)

    assert expected_date(same_day, WEDNESDAY) == WEDNESDAY
    assert expected_date(same_day, SATURDAY) == MONDAY


def test_overdue_begins_the_day_after() -> None:
    assert not is_overdue(ONE_DAY, FRIDAY, MONDAY)
    assert is_overdue(ONE_DAY, FRIDAY, date(2026, 12, 1))


def test_the_ceiling_counts_calendar_days() -> None:
    assert ceiling_date(ONE_DAY, WEDNESDAY) == date(2026, 12, 9)
    assert not is_past_ceiling(ONE_DAY, WEDNESDAY, date(2026, 12, 9))
    assert is_past_ceiling(ONE_DAY, WEDNESDAY, date(2026, 12, 10))


def test_a_standard_that_counts_backward_is_refused() -> None:
    with pytest.raises(ValueError):
        Standard(working_days=-1, ceiling_days=14)
