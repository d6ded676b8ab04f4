"""Help for who decides between two values."""

from __future__ import annotations

from datetime import date

import pytest

from registration.deciding import Claim, Twin, consequence, suggest, suggest_of_two
from registration.lifecycle import Status

TODAY = date(2026, 11, 25)
BORN = {"data.tanggal_lahir": "1990-03-12", "data.jenis_kelamin": "P"}
WOMAN, MAN = "3275015203900001", "3275011203900001"


def claim(key: str, value: object, role: str = "petugas", evidence: bool = False) -> Claim:
    return Claim(key, value, role, evidence)


def test_the_nik_that_fits_birth_date_and_sex_speaks_for_itself() -> None:
    found = suggest("data.nik", [claim("a", MAN), claim("b", WOMAN)], BORN, TODAY)

    assert found is not None
    assert found.key == "b"
    assert "cocok satu sama lain" in str(found.reason)


def test_the_birth_date_that_fits_the_nik_speaks_for_itself() -> None:
    shown = {"data.nik": WOMAN, "data.jenis_kelamin": "P"}
    claims = [claim("a", "1990-03-12"), claim("b", "1990-12-03")]

    found = suggest("data.tanggal_lahir", claims, shown, TODAY)

    assert found is not None
    assert found.key == "a"


def test_a_photo_that_came_with_the_change_speaks_for_it() -> None:
    claims = [claim("a", "SITI"), claim("b", "SITI AMINAH", evidence=True)]

    found = suggest("data.nama", claims, {}, TODAY)

    assert found is not None
    assert found.key == "b"
    assert "difoto bersama perubahan ini" in str(found.reason)


def test_who_saw_the_paper_is_believed_before_who_typed_at_home() -> None:
    claims = [claim("a", "SITI", role="pemohon"), claim("b", "SITI AMINAH", role="verifikator")]

    found = suggest("data.nama", claims, {}, TODAY)

    assert found is not None
    assert found.key == "b"


def test_nothing_is_suggested_where_nothing_or_all_speaks() -> None:
    for claims in (
        [claim("a", "SITI"), claim("b", "SITI AMINAH")],
        [claim("a", "SITI", evidence=True), claim("b", "SITI AMINAH", evidence=True)],
        [claim("a", "rusak"), claim("b", "juga rusak")],
    ):
        assert suggest("data.nik", claims, {"data.tanggal_lahir": "?"}, TODAY) is None


def test_a_resident_who_cancelled_is_not_outvoted_by_an_office() -> None:
    claims = [claim("a", "dibatalkan", role="pemohon"), claim("b", "terbit", role="verifikator")]

    assert suggest("status", claims, {}, TODAY) is None


@pytest.mark.parametrize("status", Status)
def test_each_status_says_what_follows(status: Status) -> None:
    assert consequence("status", str(status)) != consequence("data.nama", "x")


def test_a_status_of_a_newer_version_is_only_a_value() -> None:
    assert consequence("status", "dilebur") == consequence("data.nama", "x")


def twin(name: str = "DEWI", status: str = "diverifikasi", lacking: int = 1) -> Twin:
    return Twin(name, status, lacking)


@pytest.mark.parametrize(
    ("first", "second", "goes_on", "why"),
    [
        (twin(), twin(status="diproses"), 1, "lebih jauh dikerjakan"),
        (twin(lacking=0), twin(), 0, "lebih lengkap berkasnya"),
        (twin(), twin(), 0, "diajukan lebih dulu"),
        (twin("DEWI"), twin("SITI", "terbit"), None, "Namanya berbeda"),
        (twin(status="dilebur"), twin(), 1, "lebih jauh dikerjakan"),
    ],
)
def test_of_two_requests_the_one_that_something_speaks_for_goes_on(
    first: Twin, second: Twin, goes_on: int | None, why: str
) -> None:
    found, reason = suggest_of_two(first, second)

    assert found == goes_on
    assert why in str(reason)
