"""What one history gives to the sums, worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from registration.reports import Figures, Period, Span, period_of
from registration.statistics import (
    Facts,
    Step,
    Voice,
    Work,
    day_of,
    of_answers,
    of_complaint,
    of_request,
)
from registration.survey import ELEMENTS, FEWEST, OTHERS, Sums, grouped_sums

MON, TUE, WED = (date(2026, 11, day) for day in (23, 24, 25))


def at(day: date, hour: int = 9, minute: int = 0) -> int:
    """Unix ms of a time in Bekasi."""
    noon = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    return int(noon + (hour - 7) * 3600 + minute * 60) * 1000


def step(when: int, act: str, role: str = "petugas", *, amiss: bool = False) -> Step:
    return Step(when, act, role, amiss)


def on(facts: Facts, day: date) -> dict[str, int]:
    return {what: n for (ordinal, what), n in facts.figures.items() if ordinal == day.toordinal()}


def test_a_request_from_the_portal_that_is_returned_once_and_issued_in_time() -> None:
    steps = [
        step(at(MON, 8), "ajukan", "pemohon"),
        step(at(MON, 9, 30), "verifikasi"),
        step(at(MON, 11), "kembalikan", "verifikator"),
        step(at(TUE, 9), "verifikasi"),
        step(at(WED, 9), "terbitkan", "verifikator"),
        step(at(WED, 15), "serahkan"),
    ]

    facts = of_request(steps, "ktp-el", "diserahkan", "portal", 0)

    assert on(facts, MON) == {
        Work.FILED: 1,
        Work.BY_PORTAL: 1,
        Work.FIRST_TIMED: 1,
        Work.FIRST_MINUTES: 90,
        Work.VERIFIED: 1,
        Work.RETURNED: 1,
        Work.RETURN_TIMED: 1,
        Work.RETURN_MINUTES: 90,
    }
    assert on(facts, TUE) == {Work.VERIFIED: 1}
    assert on(facts, WED) == {
        Work.ISSUED: 1,
        Work.ISSUE_TIMED: 1,
        Work.ISSUE_MINUTES: 24 * 60,
        Work.IN_TIME: 1,
        Work.HANDED_OVER: 1,
    }


def test_what_waits_stands_at_the_day_that_was_promised_and_late_is_not_in_time() -> None:
    friday, monday, thursday = date(2026, 11, 20), MON, date(2026, 11, 26)
    filed = [step(at(friday), "ajukan"), step(at(friday), "verifikasi")]

    waiting = of_request(filed, "ktp-el", "diproses", "loket", 2)
    late = of_request([*filed, step(at(thursday), "terbitkan", "admin")], "ktp-el", "terbit", "", 0)

    assert on(waiting, monday) == {Work.WAITING: 1}  # One working day for a card.
    assert on(waiting, friday)[Work.UNDECIDED] == 2
    assert Work.IN_TIME not in on(late, thursday)
    assert on(late, thursday)[Work.ISSUE_MINUTES] == 6 * 24 * 60


def test_what_two_did_unaware_of_each_other_is_issued_once() -> None:
    steps = [
        step(at(MON), "ajukan", "pamor"),
        step(at(MON, 10), "terbitkan", "admin"),
        step(at(TUE), "terbitkan", "admin"),
        step(at(TUE), "uji_petik", "penyelia"),
        step(at(WED), "uji_petik", "penyelia", amiss=True),
    ]

    facts = of_request(steps, "ktp-el", "terbit", "loket", 0)

    assert on(facts, MON)[Work.ISSUED] == 1
    assert on(facts, MON)[Work.BY_PAMOR] == 1
    assert Work.ISSUE_TIMED not in on(facts, MON)  # Nobody had said that the papers are complete.
    assert on(facts, TUE) == {Work.CHECKED: 1, Work.CHECKED_RIGHT: 1}
    assert on(facts, WED) == {Work.CHECKED: 1}


def test_a_service_of_a_newer_version_is_counted_without_a_promise() -> None:
    steps = [step(at(MON), "ajukan"), step(at(MON, 10), "verifikasi"), step(at(MON, 11), "ubah")]

    facts = of_request(steps, "paspor", "diverifikasi", "loket", 0)

    assert on(facts, MON)[Work.VERIFIED] == 1
    assert not any(what == Work.WAITING for _, what in facts.figures)


def test_a_complaint_is_answered_each_time_it_is_asked() -> None:
    asked, again = date(2026, 10, 1), date(2026, 10, 20)
    steps = [
        step(at(asked), "adukan", "pemohon"),
        step(at(date(2026, 10, 16)), "jawab"),  # A day too late.
        step(at(date(2026, 10, 17)), "jawab"),  # Two answered at once: one answer.
        step(at(again), "belum_puas", "pemohon"),
        step(at(date(2026, 10, 21)), "alihkan", "admin"),
        step(at(date(2026, 10, 22)), "jawab", "admin"),
    ]

    answered = of_complaint(steps, "waktu", "dijawab")
    waiting = of_complaint(steps[:4], "waktu", "ditangani")

    assert on(answered, asked) == {Voice.MADE: 1}
    assert on(answered, date(2026, 10, 16)) == {
        Voice.ANSWERED: 1,
        Voice.ANSWER_MINUTES: 15 * 24 * 60,
    }
    assert on(answered, date(2026, 10, 17)) == {}
    assert on(answered, date(2026, 10, 22)) == {
        Voice.ANSWERED: 1,
        Voice.IN_TIME: 1,
        Voice.BY_CENTRE: 1,
        Voice.ANSWER_MINUTES: 2 * 24 * 60,
    }
    assert on(waiting, date(2026, 11, 3)) == {Voice.WAITING: 1}


def test_the_day_is_bekasis_and_not_greenwichs() -> None:
    late_evening = int(datetime(2026, 11, 24, 18, 30, tzinfo=UTC).timestamp() * 1000)

    assert day_of(late_evening) == WED


def test_shares_and_means_are_of_what_they_say_and_none_where_there_was_nothing() -> None:
    figures = Figures({Work.VERIFIED: 8, Work.RETURNED: 2, Work.ISSUE_TIMED: 4, Work.IN_TIME: 3})
    more = Figures({Work.ISSUE_TIMED: 4, Work.ISSUE_MINUTES: 80, Work.IN_TIME: 4})

    both = figures + more

    assert figures.right_at_once == 75
    assert (figures.in_time, both.in_time) == (75, 87.5)
    assert both.to_issue == 10
    assert Figures().in_time is Figures().to_answer is None


@pytest.mark.parametrize(
    ("span", "first", "last", "before"),
    [
        (Span.MINGGU, date(2026, 11, 23), date(2026, 11, 29), date(2026, 11, 16)),
        (Span.BULAN, date(2026, 11, 1), date(2026, 11, 30), date(2026, 10, 1)),
        (Span.TAHUN, date(2026, 1, 1), date(2026, 12, 31), date(2025, 1, 1)),
    ],
)
def test_periods_and_their_parts_cover_every_day_once(
    span: Span, first: date, last: date, before: date
) -> None:
    period = period_of(span, WED)

    assert period == Period(span, first, last)
    assert period.before.first == before
    assert period.before.after == period
    days = [
        day for start, end in period.parts for day in range(start.toordinal(), end.toordinal() + 1)
    ]
    assert days == list(range(first.toordinal(), last.toordinal() + 1))


def test_leap_years_and_decembers_end_where_they_end() -> None:
    assert period_of(Span.BULAN, date(2028, 2, 1)).last == date(2028, 2, 29)
    assert period_of(Span.BULAN, date(2026, 12, 31)).last == date(2026, 12, 31)
    assert period_of(Span.TAHUN, date(2028, 12, 31)).last == date(2028, 12, 31)


def test_groups_that_are_too_small_are_hidden_with_another_so_that_nothing_is_the_difference() -> (
    None
):
    def sums(count: int) -> Sums:
        return Sums(count, dict.fromkeys(ELEMENTS, 3 * count))

    shown = grouped_sums({"a": sums(9), "b": sums(6), "c": sums(2)})

    assert {name: result.count for name, result in shown.items()} == {"a": 9, OTHERS: 8}
    assert grouped_sums({"a": sums(FEWEST - 1)}) == {}


def test_an_answer_counts_on_its_day() -> None:
    facts = of_answers(MON, "kk", dict.fromkeys(ELEMENTS, 4))

    assert on(facts, MON) == {"answers": 1, **dict.fromkeys(ELEMENTS, 4)}
