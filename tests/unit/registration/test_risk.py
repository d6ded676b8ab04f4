"""What asks an officer for care, and in which words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registration.risk import Care, Sign, care_for, explain, signs_in, weigh

FILED = date(2026, 11, 24)
BORN = {"nik": "3275025205950003", "tanggal_lahir": "1995-05-12", "jenis_kelamin": "P"}


def signs(values: dict[str, Any], service: str = "ktp-el", case: str = "baru") -> set[Sign]:
    return set(signs_in(service, case, 1, values, FILED))


def test_what_agrees_asks_for_no_more_care_than_usual() -> None:
    assert signs(BORN | {"no_kk": "3275020803170021"}) == set()
    assert care_for(weigh([])) is Care.BIASA


@pytest.mark.parametrize("other", [{"tanggal_lahir": "1995-05-13"}, {"jenis_kelamin": "L"}])
def test_a_number_that_says_otherwise_is_a_sign(other: dict[str, str]) -> None:
    assert signs(BORN | other) == {Sign.NIK}


def test_what_the_counter_confirmed_is_a_sign() -> None:
    assert signs(BORN | {"no_kk": "3275029913170021"}) == {Sign.RAGU}


@pytest.mark.parametrize(
    ("service", "name", "last"),
    [
        ("akta-kelahiran", "tanggal_lahir", date(2026, 9, 25)),
        ("akta-kematian", "tanggal_kematian", date(2026, 10, 25)),
    ],
)
def test_a_late_report_is_told_from_one_in_time(service: str, name: str, last: date) -> None:
    late = date.fromordinal(last.toordinal() - 1)

    assert signs({name: last.isoformat()}, service, "biasa") == set()
    assert signs({name: late.isoformat()}, service, "biasa") == {Sign.TERLAMBAT}


def test_what_cannot_be_read_asks_for_a_second_look_and_breaks_nothing() -> None:
    assert signs(BORN | {"nik": "12"}) == {Sign.RAGU}
    assert signs(BORN, "layanan-baru") == set()


def test_a_difference_or_a_double_asks_for_most_care() -> None:
    assert care_for(weigh([Sign.BEDA])) is Care.SANGAT
    assert care_for(weigh([Sign.GANDA])) is Care.SANGAT
    assert care_for(weigh([Sign.NIK, Sign.TERLAMBAT])) is Care.SANGAT
    assert care_for(weigh([Sign.RAGU])) is Care.TELITI
    assert weigh([Sign.NIK, Sign.NIK]) == weigh([Sign.NIK])


def test_signs_are_told_in_words_the_heaviest_first() -> None:
    told = [str(one) for one in explain({Sign.RAGU, Sign.GANDA, Sign.NIK})]

    assert told == [
        "mungkin ganda",
        "NIK tidak cocok dengan tanggal lahir atau jenis kelamin",
        "ada isian tidak biasa yang dipastikan loket",
    ]
    assert not any(letter.isdigit() for one in told for letter in one)
