"""A quota moves the promised day, and never closes the door."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.quota import (
    Promise,
    expected_with_quota,
    promise_from,
    read_promised,
    turn,
)
from registration.standard import Standard

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


@pytest.mark.parametrize(
    ("by_quota", "promise"),
    [
        (None, Promise(FRIDAY, queued=False)),
        (MONDAY, Promise(MONDAY, queued=True)),
        (FRIDAY, Promise(FRIDAY, queued=False)),
        (date(2026, 10, 1), Promise(FRIDAY, queued=False)),
    ],
    ids=["no quota", "later", "the same day", "told long ago"],
)
def test_the_later_of_standard_and_quota_is_told(by_quota: date | None, promise: Promise) -> None:
    assert promise_from(Standard(3, 14), TUESDAY, by_quota) == promise


@pytest.mark.parametrize("written", [None, "", "besok", 20_000, {"hari": "2026-12-18"}])
def test_what_another_version_writes_as_promised_day_moves_nothing(written: object) -> None:
    assert read_promised("2026-12-18") == date(2026, 12, 18)
    assert read_promised(written) is None


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
