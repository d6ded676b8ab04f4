"""What a report says: read from the kept sums alone, never from records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from central.centre import Centre
from central.store import counts, sums
from central.store.sums import Wanted
from registration.reports import Figures, Period
from registration.survey import Result, Sums, grouped_sums, result_of_sums
from vault.engine import Connection, reading

STEPS = 5
"""Parts in which a report is made, for who waits for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is about. "": all."""

    period: Period
    stream: str = ""
    layanan: str = ""

    def wanted(self, first: date, last: date) -> Wanted:
        return Wanted(first, last, self.stream or None, self.layanan or None)

    def compared(self, today: date) -> tuple[date, date]:
        """(first, last day) of the period before; as much of it as has passed of this one."""
        before = self.period.before
        if today >= self.period.last:
            return before.first, before.last
        passed = max(today - self.period.first, timedelta())
        return before.first, min(before.last, before.first + passed)


@dataclass(frozen=True, slots=True)
class Survey:
    """Satisfaction; nothing of fewer than five answers."""

    count: int
    whole: Result | None
    by_place: Mapping[str, Result]
    by_service: Mapping[str, Result]


@dataclass(frozen=True, slots=True)
class Report:
    """All that stands in a report."""

    asked: Asked
    today: date
    now: Figures
    before: Figures
    """Of the period before, or as much of it as has passed of this one."""
    compared: tuple[date, date]
    by_place: Mapping[str, Figures]
    by_service: Mapping[str, Figures]
    by_part: Sequence[tuple[date, date, Figures]]
    by_subject: Mapping[str, Figures]
    """Complaints by what they are about."""
    standing: Mapping[str, int]
    survey: Survey
    survey_before: Survey
    complete: bool
    """Whether all that has come is counted."""


def report(
    centre: Centre, asked: Asked, told: Callable[[int], object] = lambda _step: None
) -> Report:
    """:param told: called with how many of `STEPS` are done."""
    period, vault = asked.period, centre.vault
    today = centre.today()
    compared = asked.compared(today)
    wanted, earlier = asked.wanted(period.first, period.last), asked.wanted(*compared)
    with reading(vault.engine) as connection:
        by_place = _by(connection, "stream", wanted)
        told(1)
        by_service = {
            str(key): Figures(work=figures)
            for key, figures in sums.work_by(connection, "about", wanted).items()
        }
        by_subject = {
            str(key): Figures(voice=figures)
            for key, figures in sums.voice_by(connection, "about", wanted).items()
        }
        told(2)
        by_day = {int(key): one for key, one in _by(connection, "day", wanted).items()}
        before = _whole(_by(connection, "stream", earlier))
        told(3)
        survey = _survey(connection, centre, wanted)
        told(4)
        survey_before = _survey(connection, centre, earlier)
        standing = sums.standing(connection, today, wanted)
        complete = not counts.behind(connection)
        told(5)
    return Report(
        asked,
        today,
        _whole(by_place),
        before,
        compared,
        by_place,
        by_service,
        [(first, last, _between(by_day, first, last)) for first, last in period.parts],
        by_subject,
        standing,
        survey,
        survey_before,
        complete,
    )


def _by(connection: Connection, by: str, wanted: Wanted) -> dict[str, Figures]:
    work, voice = sums.work_by(connection, by, wanted), sums.voice_by(connection, by, wanted)
    return {
        str(key): Figures(work.get(key, {}), voice.get(key, {}))
        for key in sorted({*work, *voice}, key=str)
    }


def _whole(parts: Mapping[str, Figures]) -> Figures:
    return sum(parts.values(), Figures())


def _between(by_day: Mapping[int, Figures], first: date, last: date) -> Figures:
    days = range(first.toordinal(), last.toordinal() + 1)
    return sum((by_day[day] for day in days if day in by_day), Figures())


def _survey(connection: Connection, centre: Centre, wanted: Wanted) -> Survey:
    found = sums.answers(connection, centre.vault.keys_in(connection), wanted)
    places: dict[str, Sums] = {}
    services: dict[str, Sums] = {}
    for (stream, about), one in found.items():
        places[stream] = places.get(stream, Sums()) + one
        services[about] = services.get(about, Sums()) + one
    whole = sum(services.values(), Sums())
    return Survey(whole.count, result_of_sums(whole), grouped_sums(places), grouped_sums(services))
