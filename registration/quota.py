"""How many requests of a service are worked on a day, and what that means for the promised day.

A quota closes no door. It only tells the truth about when the turn of a request comes. The day
that a resident was told because of it is kept in the request, however the queue moves on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from registration.standard import Standard, expected_date

_SAME = Standard(working_days=0, ceiling_days=0)


@dataclass(frozen=True, slots=True)
class Promise:
    """By when a request is expected to be done."""

    day: date
    queued: bool
    """Whether its turn comes so late that the standard alone would tell an earlier day."""


def promise_from(
    standard: Standard,
    start: date,
    by_quota: date | None,
    holidays: Collection[date] = frozenset(),
) -> Promise:
    """The day of the standard, or that of a quota where it is later.

    :param by_quota: None: there is none. One that is past moves nothing.
    """
    day = expected_date(standard, start, holidays)
    if by_quota is not None and by_quota > day:
        return Promise(by_quota, queued=True)
    return Promise(day, queued=False)


def read_promised(written: object) -> date | None:
    """The day that a request's field `janji` holds; another version may write another thing."""
    try:
        return date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None


def turn(
    ahead: int,
    daily: int,
    done_today: int,
    today: date,
    holidays: Collection[date] = frozenset(),
) -> date:
    """The day on which the turn of a request comes that `ahead` others wait before.

    :param daily: how many a working day; at least one.
    :param done_today: those that are done already count against today's share.
    """
    if daily < 1:
        raise ValueError("a quota of nothing would close the door")
    day = expected_date(_SAME, today, holidays)
    left = max(0, daily - done_today) if day == today else daily
    if ahead < left:
        return day
    full_days = (ahead - left) // daily + 1
    return expected_date(Standard(full_days, full_days), day, holidays)


def expected_with_quota(
    promised: date,
    ahead: int,
    daily: int | None,
    done_today: int,
    today: date,
    holidays: Collection[date] = frozenset(),
) -> date:
    """The day to tell: the promised one, or the day of its turn where that is later.

    :param daily: None: no quota, the promise stands.
    """
    if daily is None:
        return promised
    return max(promised, turn(ahead, daily, done_today, today, holidays))
