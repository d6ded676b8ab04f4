"""When the counters are open: only then does a silent server mean something. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")
_SATURDAY = 5
_MOST_DAYS = 31
"""A server that is silent for longer is silent by any rule."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Monday to Friday, from `opens` to `closes` in Jakarta, but for the days off."""

    opens: time = time(8)
    closes: time = time(16)
    days_off: Collection[date] = field(default_factory=frozenset)

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """From when to when the counters are open on a day; None: closed."""
        if day.weekday() >= _SATURDAY or day in self.days_off or self.opens >= self.closes:
            return None
        return (
            datetime.combine(day, self.opens, JAKARTA),
            datetime.combine(day, self.closes, JAKARTA),
        )


def open_ms(hours: OfficeHours, since_ms: int, now_ms: int) -> int:
    """How much of the time between two moments (Unix ms) the counters were open, in ms."""
    start = datetime.fromtimestamp(since_ms / 1000, UTC).astimezone(JAKARTA)
    end = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(JAKARTA)
    day = max(start.date(), end.date() - timedelta(days=_MOST_DAYS))
    total = timedelta()
    while day <= end.date():
        times = hours.on(day)
        if times is not None:
            opens, closes = times
            total += max(min(closes, end) - max(opens, start), timedelta())
        day += timedelta(days=1)
    return int(total / timedelta(milliseconds=1))
