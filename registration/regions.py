"""Where things are: the kelurahan of Kota Bekasi and Indonesia's provinces.

Source: the Ministry of Home Affairs' public region codes (2026). The three-letter
abbreviations are ours: they open every receipt code (`BTJ-7Q4-K2M`), so they must stay unique
and may not hold O, V or Z (see `registration.codes`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

PROVINCES: Mapping[str, str] = MappingProxyType(
    {
        "11": "Aceh",
        "12": "Sumatera Utara",
        "13": "Sumatera Barat",
        "14": "Riau",
        "15": "Jambi",
        "16": "Sumatera Selatan",
        "17": "Bengkulu",
        "18": "Lampung",
        "19": "Kepulauan Bangka Belitung",
        "21": "Kepulauan Riau",
        "31": "DKI Jakarta",
        "32": "Jawa Barat",
        "33": "Jawa Tengah",
        "34": "DI Yogyakarta",
        "35": "Jawa Timur",
        "36": "Banten",
        "51": "Bali",
        "52": "Nusa Tenggara Barat",
        "53": "Nusa Tenggara Timur",
        "61": "Kalimantan Barat",
        "62": "Kalimantan Tengah",
        "63": "Kalimantan Selatan",
        "64": "Kalimantan Timur",
        "65": "Kalimantan Utara",
        "71": "Sulawesi Utara",
        "72": "Sulawesi Tengah",
        "73": "Sulawesi Selatan",
        "74": "Sulawesi Tenggara",
        "75": "Gorontalo",
        "76": "Sulawesi Barat",
        "81": "Maluku",
        "82": "Maluku Utara",
        "91": "Papua",
        "92": "Papua Barat",
        "93": "Papua Selatan",
        "94": "Papua Tengah",
        "95": "Papua Pegunungan",
        "96": "Papua Barat Daya",
    }
)
"""The first two digits of a NIK or KK number."""


@dataclass(frozen=True, slots=True)
class Kelurahan:
    """One kelurahan; its code names its stream."""

    code: str
    name: str
    kecamatan: str
    abbr: str


@cache
def _by_code() -> Mapping[str, Kelurahan]:
    table = resources.files("registration.data").joinpath("kelurahan.csv")
    with table.open(encoding="utf-8") as lines:
        found = [
            Kelurahan(row["kode_kelurahan"], row["kelurahan"], row["kecamatan"], row["singkatan"])
            for row in csv.DictReader(lines)
        ]
    return MappingProxyType({place.code: place for place in found})


@cache
def _by_abbr() -> Mapping[str, Kelurahan]:
    return MappingProxyType({place.abbr: place for place in _by_code().values()})


def all_kelurahan() -> tuple[Kelurahan, ...]:
    """All 56, in the order of their codes."""
    return tuple(_by_code().values())


def kelurahan(code: str) -> Kelurahan:
    """The kelurahan of this code ("32.75.02.1004"); KeyError when there is none."""
    return _by_code()[code]


def place_name(code: str) -> str:
    """The name of a kelurahan; its code where it is not one of ours (any more)."""
    found = _by_code().get(code)
    return found.name if found is not None else code


def by_abbr(abbr: str) -> Kelurahan:
    """The kelurahan of this abbreviation ("BTJ"); KeyError when there is none."""
    return _by_abbr()[abbr]
