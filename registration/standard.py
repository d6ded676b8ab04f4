"""The service standard: by when a request should be done, counted from complete documents."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Standard:
    """What is promised, and the legal ceiling (calendar days, UU 24/2013; unverified)."""

    working_days: int
    ceiling_days: int

    def __post_init__(self) -> None:
        if self.working_days < 0 or self.ceiling_days < 0:
            raise ValueError("a standard counts forward")


def expected_date(
    standard: Standard, start: date, holidays: Collection[date] = frozenset()
) -> date:
    """The promised day: `working_days` working days (Monday to Friday) after `start`.

    Never falls on a day when the counter is closed, even for a promise of zero days.
    """
    day = start
    left = standard.working_days
    while left > 0 or not _is_working_day(day, holidays):
        day += timedelta(days=1)
        if left > 0 and _is_working_day(day, holidays):
            left -= 1
    return day


def ceiling_date(standard: Standard, start: date) -> date:
    """The last day that the law allows."""
    return start + timedelta(days=standard.ceiling_days)


def is_overdue(
    standard: Standard, start: date, today: date, holidays: Collection[date] = frozenset()
) -> bool:
    """Whether the promised day is over."""
    return today > expected_date(standard, start, holidays)


def is_past_ceiling(standard: Standard, start: date, today: date) -> bool:
    """Whether the legal ceiling is passed."""
    return today > ceiling_date(standard, start)


def _is_working_day(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays
