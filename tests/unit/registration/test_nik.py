from __future__ import annotations

from datetime import date

import pytest

from registration.errors import InvalidKk, InvalidNik
from registration.nik import Sex, kk_doubts, mask, nik_mismatches, parse_kk, parse_nik
from tests.unit.registration.people import TODAY


def test_a_woman_s_nik_has_forty_added_to_the_day() -> None:
    nik = parse_nik("3275 0252-0595.0003", today=TODAY)

    assert nik.value == "3275025205950003"
    assert (nik.region, nik.birth_date, nik.sex, nik.serial) == (
        "327502",
        date(1995, 5, 12),
        Sex.P,
        "0003",
    )


@pytest.mark.parametrize(
    ("digits", "born"),
    [
        ("241126", date(2026, 11, 24)),
        ("251126", date(1926, 11, 25)),
        ("290200", date(2000, 2, 29)),
        ("010130", date(1930, 1, 1)),
        ("290228", date(1928, 2, 29)),
    ],
)
def test_the_century_is_the_latest_that_is_not_in_the_future(digits: str, born: date) -> None:
    assert parse_nik(f"327502{digits}0001", today=TODAY).birth_date == born


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("327502520595000", "NIK harus 16 angka; yang diketik 15 angka."),
        ("", "NIK harus 16 angka; yang diketik 0 angka."),
        ("32750252O5950003", "Isi NIK dengan angka saja; ada “O” di dalamnya."),
        ("٣٢٧٥٠٢٥٢٠٥٩٥٠٠٠٣", "Isi NIK dengan angka saja; ada “٣” di dalamnya."),
        ("9775025205950003", "tidak ada provinsi berkode 97"),
        ("3275027205950003", "720595 bukan tanggal yang mungkin"),
        ("3275024005950003", "400595 bukan tanggal yang mungkin"),
        ("3275023102950003", "310295 bukan tanggal yang mungkin"),
        ("3275022902270003", "290227 bukan tanggal yang mungkin"),
        ("3275025205950000", "tidak mungkin 0000"),
    ],
)
def test_an_impossible_nik_is_refused_with_the_reason(typed: str, said: str) -> None:
    with pytest.raises(InvalidNik) as refused:
        parse_nik(typed, today=TODAY)

    assert said in str(refused.value.sentence)


def test_a_nik_that_disagrees_is_a_warning_for_each_difference() -> None:
    nik = parse_nik("3275025205950003", today=TODAY)

    assert nik_mismatches(nik, date(1995, 5, 12), Sex.P) == []
    assert "12-05-1996" in str(nik_mismatches(nik, date(1996, 5, 12), "P")[0])
    assert "perempuan" in str(nik_mismatches(nik, date(1995, 5, 12), "L")[0]).lower()
    assert len(nik_mismatches(nik, date(1990, 1, 1), "L")) == 2


def test_a_person_over_a_hundred_gets_no_false_warning() -> None:
    nik = parse_nik("3275020101200001", today=TODAY)

    assert nik_mismatches(nik, date(1920, 1, 1), Sex.L) == []


def test_a_kk_number_is_checked_for_digits_and_province_only() -> None:
    kk = parse_kk("3275 0208 0317 0021")

    assert (kk.value, kk.region, kk.issued, kk.serial) == (
        "3275020803170021",
        "327502",
        date(2017, 3, 8),
        "0021",
    )
    assert kk_doubts(kk, TODAY) == []


@pytest.mark.parametrize("number", ["3275029903170021", "3275020803990021"])
def test_an_odd_date_in_a_kk_number_is_a_doubt_not_a_refusal(number: str) -> None:
    assert len(kk_doubts(parse_kk(number), TODAY)) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("123", "Nomor KK harus 16 angka; yang diketik 3 angka."),
        ("327502080317002x", "Isi nomor KK dengan angka saja; ada “x” di dalamnya."),
        ("0075020803170021", "tidak ada provinsi berkode 00"),
    ],
)
def test_a_wrong_kk_number_is_refused(typed: str, said: str) -> None:
    with pytest.raises(InvalidKk) as refused:
        parse_kk(typed)

    assert said in str(refused.value)


def test_a_mask_keeps_the_first_and_last_four() -> None:
    assert mask("3275025205950412") == "3275…0412"
    assert mask("1234") == "…"
