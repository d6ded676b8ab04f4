"""Generated residents: valid by the project's own rules, repeatable, and findable in bytes."""

from __future__ import annotations

from datetime import date

import pytest

from registration.catalogue import service
from registration.form import load_form
from registration.invented.people import CASES, DOCUMENTS, MIN_NAME, REFERENCE_DAY, People, make_nik
from registration.nik import nik_mismatches, parse_nik


def test_the_same_seed_gives_the_same_people() -> None:
    assert People(11).take(40) == People(11).take(40)
    assert People(11).take(40) != People(12).take(40)


def test_every_nik_says_the_birth_date_and_sex_of_its_person() -> None:
    for person in People(1).take(300):
        nik = parse_nik(person.nik, today=REFERENCE_DAY)

        assert nik_mismatches(nik, person.tanggal_lahir, person.jenis_kelamin) == []


@pytest.mark.parametrize(
    ("sex", "expected"), [("L", "3275021205950003"), ("P", "3275025205950003")]
)
def test_a_nik_adds_40_to_the_day_of_a_woman(sex: str, expected: str) -> None:
    assert make_nik("327502", date(1995, 5, 12), sex, 3) == expected


def test_a_nik_has_no_serial_0000() -> None:
    with pytest.raises(ValueError):
        make_nik("327502", date(1995, 5, 12), "L", 0)


def test_names_and_niks_are_distinct_and_long_enough_to_search_for() -> None:
    people = People(2).take(500)

    assert len({person.nama for person in people}) == len(people)
    assert len({person.nik for person in people}) == len(people)
    assert min(len(person.nama) for person in people) >= MIN_NAME
    assert all(person.nama == person.nama.upper() for person in people)


def test_there_are_single_word_names_and_niks_from_elsewhere() -> None:
    people = People(3).take(200)

    alone = [person for person in people if " " not in person.nama]
    elsewhere = [person for person in people if not person.nik.startswith("3275")]

    assert 5 < len(alone) < 60
    assert 20 < len(elsewhere) < 90


@pytest.mark.parametrize("case", CASES)
def test_the_form_of_each_case_passes_the_gate_without_a_doubt(case: str) -> None:
    for person in People(4).take(80):
        form = load_form("ktp-el", case, person.form(case), version=1, today=REFERENCE_DAY)

        assert form.warnings == []
        assert form.values["nama"] == person.nama
        assert form.values["nik"] == person.nik


@pytest.mark.parametrize("case", CASES)
def test_the_scans_of_each_case_are_those_the_service_requires(case: str) -> None:
    documents = service("ktp-el").case(case).documents

    assert DOCUMENTS[case] == tuple(each.code for each in documents if each.required)


def test_a_first_card_can_be_asked_for_by_someone_who_is_17() -> None:
    people = People(5)

    for _ in range(50):
        born = people.person(ages=(17, 18)).tanggal_lahir
        assert 2007 <= born.year <= 2009
