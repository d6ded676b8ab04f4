"""Reports: over which time, and what the sums of it come to.

The three indicators are those of the study of e-Open in Bekasi (responsivitas, responsibilitas,
akuntabilitas); each is told by the measures that a counter can take of itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from registration.statistics import Voice, Work


class Span(StrEnum):
    """How long a period is."""

    MINGGU = "minggu"
    BULAN = "bulan"
    TAHUN = "tahun"


@dataclass(frozen=True, slots=True)
class Period:
    """A week (from Monday), a month or a year."""

    span: Span
    first: date
    last: date

    @property
    def before(self) -> Period:
        return period_of(self.span, self.first - timedelta(days=1))

    @property
    def after(self) -> Period:
        return period_of(self.span, self.last + timedelta(days=1))

    @property
    def parts(self) -> list[tuple[date, date]]:
        """(first, last day) of its parts: the months of a year, the days of anything shorter."""
        found: list[tuple[date, date]] = []
        day = self.first
        while day <= self.last:
            end = period_of(Span.BULAN, day).last if self.span is Span.TAHUN else day
            found.append((day, end))
            day = end + timedelta(days=1)
        return found


def period_of(span: Span, day: date) -> Period:
    """The period of this length that a day falls into."""
    if span is Span.MINGGU:
        first = day - timedelta(days=day.weekday())
        return Period(span, first, first + timedelta(days=6))
    first = day.replace(day=1) if span is Span.BULAN else day.replace(month=1, day=1)
    # 31 days after the first of a month is always in the next one.
    later = first + timedelta(days=31 if span is Span.BULAN else 366)
    return Period(span, first, later.replace(day=1) - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted of a time and a place."""

    work: Mapping[str, int] = field(default_factory=dict)
    voice: Mapping[str, int] = field(default_factory=dict)

    def of(self, what: Work) -> int:
        return self.work.get(what, 0)

    def said(self, what: Voice) -> int:
        return self.voice.get(what, 0)

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            Counter(self.work) + Counter(other.work), Counter(self.voice) + Counter(other.voice)
        )

    # Responsivitas

    @property
    def first_act(self) -> float | None:
        """Minutes from filing to the first act of staff, the mean; None where there was none."""
        return _mean(self.of(Work.FIRST_MINUTES), self.of(Work.FIRST_TIMED))

    @property
    def to_issue(self) -> float | None:
        """Minutes from complete papers to the document, the mean."""
        return _mean(self.of(Work.ISSUE_MINUTES), self.of(Work.ISSUE_TIMED))

    @property
    def to_return(self) -> float | None:
        """Minutes until the resident hears that something is missing, the mean."""
        return _mean(self.of(Work.RETURN_MINUTES), self.of(Work.RETURN_TIMED))

    @property
    def helped(self) -> float | None:
        """The share of those who were helped by a Pamor officer, in percent."""
        return _share(self.of(Work.BY_PAMOR), self.of(Work.FILED))

    # Responsibilitas

    @property
    def right_at_once(self) -> float | None:
        """Verified requests that were not returned, in percent."""
        verified = self.of(Work.VERIFIED)
        return _share(max(0, verified - self.of(Work.RETURNED)), verified)

    @property
    def checked_right(self) -> float | None:
        """Of those looked at once more, the ones found as they should be, in percent."""
        return _share(self.of(Work.CHECKED_RIGHT), self.of(Work.CHECKED))

    # Akuntabilitas

    @property
    def in_time(self) -> float | None:
        """Documents issued by the promised day, in percent."""
        return _share(self.of(Work.IN_TIME), self.of(Work.ISSUE_TIMED))

    @property
    def answered_in_time(self) -> float | None:
        """Complaints answered within the legal time, of those answered, in percent."""
        return _share(self.said(Voice.IN_TIME), self.said(Voice.ANSWERED))

    @property
    def to_answer(self) -> float | None:
        """Minutes from a complaint to its answer, the mean."""
        return _mean(self.said(Voice.ANSWER_MINUTES), self.said(Voice.ANSWERED))


def _mean(total: int, count: int) -> float | None:
    return total / count if count else None


def _share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None
