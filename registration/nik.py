"""NIK and family card (KK) numbers.

A NIK is 16 digits: 6 for the region of first registration, 6 for the birth date DDMMYY with
40 added to the day for women, 4 for the serial. People keep their NIK when they move, so any
region of Indonesia is right; only a province that does not exist is refused.

**Century.** The year has two digits: it is read as 20yy unless that day is still to come (or
is no day at all), else as 19yy. No one read this way is older than 100; for the rare person
over 100 the century comes out wrong, which is why `nik_mismatches` compares two digits only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registration.errors import InvalidKk, InvalidNik, InvalidValue
from registration.regions import PROVINCES
from registration.texts import N_, Sentence, Words

_LENGTH = 16
_WOMAN = 40
_SEPARATORS = re.compile(r"[\s.\-–]+")
_OTHER = re.compile(r"[^0-9]")


class Sex(StrEnum):
    """As on the card: laki-laki, perempuan."""

    L = "L"
    P = "P"


SEX_LABELS = {Sex.L: N_("Laki-laki"), Sex.P: N_("Perempuan")}


@dataclass(frozen=True, slots=True)
class Nik:
    """A NIK taken apart."""

    value: str
    region: str
    birth_date: date
    sex: Sex
    serial: str

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Kk:
    """A family card number taken apart; `issued` is None where its date is no date."""

    value: str
    region: str
    issued: date | None
    serial: str

    def __str__(self) -> str:
        return self.value


def parse_nik(text: str, *, today: date) -> Nik:
    """Read a NIK, with or without spaces, dots or dashes; InvalidNik says what is wrong."""
    value = _sixteen_digits(text, N_("NIK"), InvalidNik)
    day, month, year = int(value[6:8]), int(value[8:10]), int(value[10:12])
    sex = Sex.P if day > _WOMAN else Sex.L
    born = _birth_date(day - _WOMAN if sex is Sex.P else day, month, year, today)
    if born is None:
        raise InvalidNik(
            Sentence(
                N_(
                    "Angka ke-7 sampai ke-12 NIK adalah tanggal lahir; %(digits)s bukan tanggal "
                    "yang mungkin. Periksa lagi angkanya."
                ),
                {"digits": value[6:12]},
            )
        )
    serial = value[12:]
    if serial == "0000":
        raise InvalidNik(Sentence(N_("Empat angka terakhir NIK tidak mungkin 0000.")))
    return Nik(value, value[:6], born, sex, serial)


def nik_mismatches(nik: Nik, birth_date: date, sex: Sex | str) -> list[Sentence]:
    """Where the NIK disagrees with the birth date or sex beside it.

    To be confirmed by the person who types, never a refusal: real cards carry wrong NIKs.
    """
    found = []
    inside = (nik.birth_date.day, nik.birth_date.month, nik.birth_date.year % 100)
    if inside != (birth_date.day, birth_date.month, birth_date.year % 100):
        found.append(
            Sentence(
                N_(
                    "Tanggal lahir di dalam NIK (%(digits)s) berbeda dari %(typed)s. "
                    "Cocokkan dengan KTP atau KK-nya."
                ),
                {"digits": nik.value[6:12], "typed": f"{birth_date:%d-%m-%Y}"},
            )
        )
    if nik.sex != sex:
        found.append(
            Sentence(
                N_(
                    "Menurut NIK pemiliknya %(sex)s, berbeda dari yang diisi. "
                    "Cocokkan dengan KTP atau KK-nya."
                ),
                {"sex": Sentence(SEX_LABELS[nik.sex])},
            )
        )
    return found


def parse_kk(text: str) -> Kk:
    """Read a family card number: 16 digits and a province that exists, no more.

    The date inside is not vouched for by a source that we know, so it refuses nothing:
    see `kk_doubts`.
    """
    value = _sixteen_digits(text, N_("Nomor KK"), InvalidKk)
    try:
        issued = date(2000 + int(value[10:12]), int(value[8:10]), int(value[6:8]))
    except ValueError:
        issued = None
    return Kk(value, value[:6], issued, value[12:])


def kk_doubts(kk: Kk, today: date) -> list[Sentence]:
    """What looks odd in a family card number; to be confirmed, never a refusal."""
    if kk.issued is not None and kk.issued <= today:
        return []
    return [
        Sentence(
            N_("Angka ke-7 sampai ke-12 nomor KK biasanya tanggal; %(digits)s bukan. Cek KK-nya."),
            {"digits": kk.value[6:12]},
        )
    ]


def mask(number: str) -> str:
    """`3275…0412`: enough to tell two people apart, too little to use."""
    return f"{number[:4]}…{number[-4:]}" if len(number) > 8 else "…"


def _sixteen_digits(text: str, label: str, error: type[InvalidValue]) -> str:
    value = _SEPARATORS.sub("", text)
    if stray := _OTHER.search(value):
        raise error(
            Sentence(
                N_("Isi %(what)s dengan angka saja; ada “%(stray)s” di dalamnya."),
                {"what": Words((label,)), "stray": stray[0]},
            )
        )
    if len(value) != _LENGTH:
        raise error(
            Sentence(
                N_("%(what)s harus 16 angka; yang diketik %(count)s angka."),
                {"what": Sentence(label), "count": len(value)},
            )
        )
    if value[:2] not in PROVINCES:
        raise error(
            Sentence(
                N_(
                    "%(what)s diawali kode provinsi; tidak ada provinsi berkode %(code)s. "
                    "Periksa dua angka pertama."
                ),
                {"what": Sentence(label), "code": value[:2]},
            )
        )
    return value


def _birth_date(day: int, month: int, year: int, today: date) -> date | None:
    for century in (2000, 1900):
        try:
            born = date(century + year, month, day)
        except ValueError:
            continue
        if born <= today:
            return born
    return None
