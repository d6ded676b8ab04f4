from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from registration.display import show
from registration.format import long_date, plain_date, short_when, title_name


def test_dates_are_written_out_in_both_languages() -> None:
    day = date(2026, 11, 26)

    assert long_date(day) == "Kamis, 26 November 2026"
    assert long_date(day, "en") == "Thursday, 26 November 2026"
    assert plain_date(date(1995, 5, 2)) == "2 Mei 1995"
    assert long_date(day, "fr") == long_date(day)


def test_times_are_shown_in_bekasi_s_hour() -> None:
    at = datetime(2026, 8, 23, 17, 5, tzinfo=UTC)

    assert short_when(at) == "24 Agu 00.05"
    assert short_when(at, "en_GB") == "24 Aug 00:05"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        short_when(datetime(2026, 8, 23, 17, 5))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("DEWI LESTARI", "Dewi Lestari"),
        ("NUR'AINI BINTI HASAN", "Nur'aini binti Hasan"),
        ("SHANE O'NEIL, S.KOM", "Shane O'Neil, S.Kom"),
        ("ALI-AKBAR III", "Ali-Akbar III"),
        ("", ""),
    ],
)
def test_names_are_shown_with_capitals_where_people_put_them(name: str, shown: str) -> None:
    assert title_name(name) == shown


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("status", "siap_diambil", "Siap diambil"),
        ("status", "dari_masa_depan", "dari_masa_depan"),
        ("kanal", "portal", "Portal warga"),
        ("layanan", "ktp-el", "KTP-el"),
        ("layanan", "paspor", "paspor"),
        ("data.agama", "kepercayaan", "Kepercayaan terhadap Tuhan YME"),
        ("data.agama", "?", "?"),
        ("data.telepon", "+6281234567890", "0812-3456-7890"),
        ("data.tanggal_lahir", "1995-05-12", "12 Mei 1995"),
        ("data.tanggal_lahir", "12/5", "12/5"),
        ("data.nama", "DEWI", "DEWI"),
        ("data.baru", 3, "3"),
    ],
)
def test_a_record_s_value_is_shown_as_people_write_it(
    field: str, value: object, shown: str
) -> None:
    assert str(show(field, value)) == shown
