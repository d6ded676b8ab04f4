"""Dates, times, numbers and names as people write them, in Indonesian and English."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

from registration.texts import N_

JAKARTA = timezone(timedelta(hours=7), "WIB")
"""Asia/Jakarta: UTC+7 all year, so no time zone table has to be read."""

MONTHS = (
    N_("Januari"),
    N_("Februari"),
    N_("Maret"),
    N_("April"),
    N_("Mei"),
    N_("Juni"),
    N_("Juli"),
    N_("Agustus"),
    N_("September"),
    N_("Oktober"),
    N_("November"),
    N_("Desember"),
)
_MONTHS = {
    "id": MONTHS,
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_SHORT_MONTHS = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_KEPT_LOW = frozenset({"BIN", "BINTI"})
_KEPT_HIGH = frozenset({"II", "III", "IV", "KTP", "RT", "RW"})


def _known(lang: str) -> str:
    """Indonesian for every language that we do not have."""
    return "en" if lang.startswith("en") else "id"


def long_date(day: date, lang: str = "id") -> str:
    """`Kamis, 26 November 2026`."""
    lang = _known(lang)
    return f"{_DAYS[lang][day.weekday()]}, {plain_date(day, lang)}"


def plain_date(day: date, lang: str = "id") -> str:
    """`26 November 2026`, as birth dates are written."""
    return f"{day.day} {_MONTHS[_known(lang)][day.month - 1]} {day.year}"


def short_when(at: datetime, lang: str = "id") -> str:
    """`24 Nov 09.12` in Bekasi's time; `at` must know its zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    lang = _known(lang)
    here = at.astimezone(JAKARTA)
    point = ":" if lang == "en" else "."
    return f"{here.day} {_SHORT_MONTHS[lang][here.month - 1]} {here:%H}{point}{here:%M}"


def title_name(name: str) -> str:
    """`DEWI LESTARI` → `Dewi Lestari`, for the eye only: what is stored stays as on the card."""
    return " ".join(_title_word(word) for word in name.split())


def _title_word(word: str) -> str:
    if word.upper() in _KEPT_LOW:
        return word.lower()
    if word.upper() in _KEPT_HIGH:
        return word.upper()
    # After an apostrophe only a single first letter (O'Neil) starts a new capital: Nur'aini.
    capital = re.sub(r"(^|[-./,])(\w)", lambda m: m[1] + m[2].upper(), word.lower())
    return re.sub(r"(^|[-./,])(\w')(\w)", lambda m: m[1] + m[2] + m[3].upper(), capital)


def in_fours(digits: str) -> str:
    """A NIK or KK number as eyes compare it; what is none stays as it is."""
    if len(digits) != 16 or not digits.isdecimal():
        return digits
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))
