"""A quota moves the promised day, and never closes the door."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.quota import expected_with_quota, turn

TUESDAY = date(2026, 11, 24)
FRIDAY = date(2026, 11, 27)
SATURDAY = date(2026, 11, 28)
MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("ahead", "daily", "done", "today", "day"),
    [
        (0, 10, 0, TUESDAY, TUESDAY),
        (9, 10, 0, TUESDAY, TUESDAY),
        (10, 10, 0, TUESDAY, date(2026, 11, 25)),
        (4, 10, 6, TUESDAY, date(2026, 11, 25)),
        (3, 10, 6, TUESDAY, TUESDAY),
        (0, 10, 25, TUESDAY, date(2026, 11, 25)),
        (10, 10, 0, FRIDAY, MONDAY),
        (0, 10, 0, SATURDAY, MONDAY),
        (10, 10, 0, SATURDAY, date(2026, 12, 1)),
        (20, 10, 3, SATURDAY, date(2026, 12, 2)),
    ],
)
def test_the_turn_comes_on_a_working_day_after_those_before(
    ahead: int, daily: int, done: int, today: date, day: date
) -> None:
    assert turn(ahead, daily, done, today) == day


def test_a_holiday_is_nobody_s_turn() -> None:
    assert turn(10, 10, 0, TUESDAY, {date(2026, 11, 25)}) == date(2026, 11, 26)


def test_without_a_quota_the_promise_stands() -> None:
    assert expected_with_quota(TUESDAY, 9_999, None, 0, MONDAY) == TUESDAY


def test_a_quota_never_tells_an_earlier_day_than_the_promise() -> None:
    assert expected_with_quota(MONDAY, 0, 500, 0, TUESDAY) == MONDAY


def test_a_quota_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="close the door"):
        turn(1, 0, 0, TUESDAY)


@given(
    ahead=st.integers(0, 2000),
    daily=st.integers(1, 300),
    done=st.integers(0, 400),
    shift=st.integers(0, 30),
)
def test_who_comes_later_is_never_told_an_earlier_day(
    ahead: int, daily: int, done: int, shift: int
) -> None:
    today = TUESDAY + timedelta(days=shift)

    here, behind = (turn(number, daily, done, today) for number in (ahead, ahead + 1))

    assert today <= here <= behind
    assert here.weekday() < 5
