"""Numbers, names and dates: what is made right reads back, what is read stays the same."""

from __future__ import annotations

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from registration.errors import InvalidName, InvalidNik, InvalidPhone, InvalidValue
from registration.format import title_name
from registration.names import clean_name, name_words
from registration.nik import Sex, nik_mismatches, parse_kk, parse_nik
from registration.phone import pretty, to_e164
from registration.regions import PROVINCES
from registration.standard import Standard, expected_date
from registration.values import read_date, tidy

TODAY = date(2026, 11, 24)
DIGITS = st.text("0123456789", max_size=18)


@given(
    province=st.sampled_from(sorted(PROVINCES)),
    place=st.integers(0, 9999),
    born=st.dates(date(1926, 11, 25), TODAY),
    sex=st.sampled_from(Sex),
    serial=st.integers(1, 9999),
    separator=st.sampled_from(["", " ", ".", "-"]),
)
def test_a_nik_made_of_its_parts_reads_back(
    province: str, place: int, born: date, sex: Sex, serial: int, separator: str
) -> None:
    day = born.day + (40 if sex is Sex.P else 0)
    value = f"{province}{place:04}{day:02}{born:%m%y}{serial:04}"

    nik = parse_nik(separator.join(value[i : i + 4] for i in range(0, 16, 4)), today=TODAY)

    assert nik.value == value
    assert (nik.birth_date, nik.sex, int(nik.serial)) == (born, sex, serial)
    assert nik_mismatches(nik, born, sex) == []


@given(st.one_of(st.text(max_size=24), DIGITS, st.from_regex(r"3275[0-9]{12}", fullmatch=True)))
def test_any_text_is_a_nik_or_is_refused(text: str) -> None:
    try:
        nik = parse_nik(text, today=TODAY)
    except InvalidNik:
        return

    assert nik.birth_date <= TODAY
    assert TODAY.year - nik.birth_date.year <= 110
    assert parse_nik(nik.value, today=TODAY) == nik
    assert parse_kk(nik.value).value == nik.value


@given(
    st.one_of(st.text(max_size=20), st.from_regex(r"(08|\+62 ?8|628)[0-9]{8,11}", fullmatch=True))
)
def test_a_phone_number_is_stable_once_read(text: str) -> None:
    try:
        number = to_e164(text)
    except InvalidPhone:
        return

    assert to_e164(number) == number
    assert to_e164(pretty(number)) == number


@given(st.text(max_size=70))
@example("ŉ")
@example("ß" * 40)
def test_a_name_is_stable_once_read(text: str) -> None:
    try:
        name = clean_name(text)
    except InvalidName:
        return

    assert clean_name(name) == name
    assert len(name) <= 60
    assert name_words(name) == name_words(name.lower())


@given(st.text(max_size=70))
def test_search_words_and_shown_names_take_any_text(text: str) -> None:
    words = name_words(text)

    assert all(word and " " not in word for word in words)
    title_name(text)


@given(st.text(max_size=200), st.booleans())
def test_tidying_twice_changes_nothing(text: str, lines: bool) -> None:
    once = tidy(text, lines=lines)

    assert tidy(once, lines=lines) == once


@given(st.dates(date(1907, 1, 1), TODAY))
def test_a_date_reads_back_from_each_way_of_writing(day: date) -> None:
    assert read_date(day.isoformat(), TODAY) == day
    assert read_date(f"{day.day}/{day.month}/{day.year}", TODAY) == day


@given(
    st.one_of(
        st.text(max_size=12),
        st.from_regex(r"[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}", fullmatch=True),
        st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True),
    )
)
def test_any_text_is_a_date_or_is_refused(text: str) -> None:
    try:
        day = read_date(text, TODAY)
    except InvalidValue:
        return

    assert day <= TODAY


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 30),
    st.frozensets(st.dates(date(2020, 1, 1), date(2030, 3, 1)), max_size=10),
)
def test_a_promise_falls_on_a_working_day_and_never_before_the_filing(
    start: date, days: int, holidays: frozenset[date]
) -> None:
    promised = expected_date(Standard(days, 14), start, holidays)

    assert promised >= start
    assert promised.weekday() < 5
    assert promised not in holidays
    assert (promised - start).days >= days
