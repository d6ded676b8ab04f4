"""Reading one typed value: from what a person wrote to what a record keeps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from marshmallow import ValidationError, validate

from registration.errors import InvalidDate, InvalidValue
from registration.format import MONTHS
from registration.names import clean_name
from registration.nik import parse_kk, parse_nik
from registration.phone import to_e164
from registration.shapes import Field, FieldKind, Value
from registration.texts import N_, Sentence

_LONGEST_INPUT = 4000
"""No field comes near it; what is longer is not looked at."""
_OLDEST = 120
"""Years that a date may lie back."""
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_WRITTEN = re.compile(r"([0-9]{1,2})[-/. ]+([0-9]{1,2}|[a-z]+)[-/. ]+([0-9]{4})", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[-/. ]+([0-9]{1,2}|[a-z]+)[-/. ]+[0-9]{1,2}", re.IGNORECASE)
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
_MONTH_NUMBERS |= {name[:3]: number for name, number in _MONTH_NUMBERS.items()}
_RT_RW = re.compile(r"(?:r\.?[tw]\.?\s*)?0*([1-9][0-9]{0,2})", re.IGNORECASE)
_EMAIL = validate.Email()


def tidy(text: str, *, lines: bool = False) -> str:
    """One spelling for one text: NFC, single spaces, nothing invisible."""
    shown = "".join(char for char in text if unicodedata.category(char) != "Cf")
    shown = unicodedata.normalize("NFC", shown)
    if not lines:
        return " ".join(shown.split())
    kept = [" ".join(line.split()) for line in shown.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def read_value(field: Field, text: str, today: date) -> Value:
    """The value to keep, or InvalidValue with the sentence to show beside the field."""
    if len(text) > _LONGEST_INPUT:
        raise InvalidValue(_too_long(_LONGEST_INPUT, len(text)))
    text = tidy(text, lines=field.kind is FieldKind.LONG_TEXT)
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in text.replace("\n", "")):
        raise InvalidValue(
            Sentence(N_("Ada tanda yang tidak bisa dibaca di isian ini. Hapus lalu ketik ulang."))
        )
    return _READERS[field.kind](field, text, today)


def read_date(text: str, today: date) -> date:
    """A day that has been: `2026-11-24`, `24-11-2026`, `24/11/2026`, `24 November 2026`."""
    text = text.strip()
    if found := _ISO.fullmatch(text):
        year, month, day = found[1], found[2], found[3]
    elif found := _WRITTEN.fullmatch(text):
        day, month, year = found[1], found[2], found[3]
    elif _SHORT_YEAR.fullmatch(text):
        raise InvalidDate(Sentence(N_("Tulis tahunnya dengan empat angka, misalnya 12-05-1995.")))
    else:
        raise InvalidDate(
            Sentence(N_("Tulis tanggal, bulan dan tahun dengan angka, misalnya 12-05-1995."))
        )
    read = _day(int(day), _month(month), int(year))
    if read > today:
        raise InvalidDate(Sentence(N_("Tanggal ini belum terjadi. Periksa tahunnya.")))
    if read.year < today.year - _OLDEST:
        raise InvalidDate(
            Sentence(
                N_("Tanggal ini lebih dari %(years)s tahun yang lalu. Periksa tahunnya."),
                {"years": _OLDEST},
            )
        )
    return read


def _month(text: str) -> int:
    number = int(text) if text.isdecimal() else _MONTH_NUMBERS.get(text.lower(), 0)
    if not 1 <= number <= 12:
        raise InvalidDate(Sentence(N_("Bulan “%(month)s” tidak ada."), {"month": text}))
    return number


def _day(day: int, month: int, year: int) -> date:
    name = Sentence(MONTHS[month - 1])
    try:
        date(2000, month, day)  # a leap year: is there such a day in any year?
    except ValueError:
        raise InvalidDate(
            Sentence(N_("Tanggal %(day)s %(month)s tidak ada."), {"day": day, "month": name})
        ) from None
    try:
        return date(year, month, day)
    except ValueError:
        raise InvalidDate(
            Sentence(
                N_("Tanggal %(day)s %(month)s %(year)s tidak ada."),
                {"day": day, "month": name, "year": f"{year:04}"},
            )
        ) from None


def _text(field: Field, text: str, _today: date) -> str:
    kept = text.upper() if field.capitals else text
    if len(kept) > field.max_length:
        raise InvalidValue(_too_long(field.max_length, len(kept)))
    if len(kept) < field.min_length:
        raise InvalidValue(
            Sentence(
                N_("Terlalu pendek: tulis paling sedikit %(least)s huruf."),
                {"least": field.min_length},
            )
        )
    return kept


def _choice(field: Field, text: str, _today: date) -> str:
    if all(text != choice.value for choice in field.choices):
        raise InvalidValue(Sentence(N_("Pilih salah satu dari daftar.")))
    return text


def _email(field: Field, text: str, _today: date) -> str:
    local, _, domain = text.rpartition("@")
    try:
        address = str(_EMAIL(f"{local}@{domain.lower()}"))
    except ValidationError:
        raise InvalidValue(
            Sentence(N_("Alamat email belum lengkap, misalnya dewi@contoh.id."))
        ) from None
    return _text(field, address, _today)


def _rt_rw(_field: Field, text: str, _today: date) -> str:
    if not (found := _RT_RW.fullmatch(text)):
        raise InvalidValue(Sentence(N_("Isi dengan angka 1 sampai 999, misalnya 003.")))
    return found[1].zfill(3)


def _postcode(_field: Field, text: str, _today: date) -> str:
    if not re.fullmatch(r"[1-9][0-9]{4}", text):
        raise InvalidValue(Sentence(N_("Kode pos terdiri dari 5 angka, misalnya 17136.")))
    return text


def _time(_field: Field, text: str, _today: date) -> str:
    """A time of day as `07.30`, `7:30` or `0730`; kept as `07:30`."""
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[.: ]?([0-5][0-9])", text)
    if not found:
        raise InvalidValue(Sentence(N_("Tulis jam dan menit, misalnya 07.30.")))
    return f"{int(found[1]):02d}:{found[2]}"


def _number(_field: Field, text: str, _today: date) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise InvalidValue(Sentence(N_("Isi dengan angka saja.")))
    return int(text)


_READERS: dict[FieldKind, Callable[[Field, str, date], Value]] = {
    FieldKind.NIK: lambda _field, text, today: parse_nik(text, today=today).value,
    FieldKind.KK: lambda _field, text, _today: parse_kk(text).value,
    FieldKind.NAME: lambda _field, text, _today: clean_name(text),
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.DATE: lambda _field, text, today: read_date(text, today).isoformat(),
    FieldKind.CHOICE: _choice,
    FieldKind.PHONE: lambda _field, text, _today: to_e164(text),
    FieldKind.EMAIL: _email,
    FieldKind.RT_RW: _rt_rw,
    FieldKind.POSTCODE: _postcode,
    FieldKind.NUMBER: _number,
    FieldKind.TIME: _time,
}


def _too_long(most: int, count: int) -> Sentence:
    return Sentence(
        N_("Terlalu panjang: paling banyak %(most)s huruf, yang diketik %(count)s."),
        {"most": most, "count": count},
    )
