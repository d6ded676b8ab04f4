"""What earlier requests tell of the people of a form: offered to the petugas, never decided. Pure.

Only a NIK or a KK number that somebody typed brings anything, and only questions that are still
empty are answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from registration.shapes import Case, FieldKind

_ABOUT_PERSON = (
    "nama",
    "tempat_lahir",
    "tanggal_lahir",
    "jenis_kelamin",
    "golongan_darah",
    "agama",
    "status_perkawinan",
    "pekerjaan",
)
_ABOUT_HOME = ("alamat", "rt", "rw", "kode_pos")
_ABOUT_CONTACT = ("telepon", "email")
_PARENTS = ("nik_ayah", "nama_ayah", "nik_ibu", "nama_ibu")
_OF_FAMILY = ("nik", "nik_ibu", "nik_ayah")
"""Whose own earlier request tells the family's KK number, home and contact."""
_NIK, _NAME, _KK = "nik", "nama", "no_kk"


@dataclass(frozen=True, slots=True)
class Source:
    """An earlier request: its code, and {question: value} of what is decided in it."""

    code: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Filled:
    """What can be answered. `values`: {question: value as a record holds it}."""

    values: Mapping[str, str]
    codes: tuple[str, ...]
    """Of the requests that it comes from."""


def niks_in(case: Case, typed: Mapping[str, str]) -> dict[str, str]:
    """{question: digits} of the NIK that were typed, whole or not."""
    return {
        field.name: bare
        for field in case.fields
        if field.kind is FieldKind.NIK and (bare := _digits(typed.get(field.name, "")))
    }


def kk_in(typed: Mapping[str, str]) -> str:
    return _digits(typed.get(_KK, ""))


def prefill(case: Case, typed: Mapping[str, str], sources: Sequence[Source]) -> Filled:
    """Answers to the questions of `case` that are empty in `typed`; an earlier source goes first.

    What is said of a NIK goes before what is said of a family.
    """
    niks, kk = niks_in(case, typed), kk_in(typed)
    asked = {field.name for field in case.fields}
    empty = {name for name in asked if not typed.get(name, "").strip()}
    values: dict[str, str] = {}
    codes: list[str] = []

    def take(source: Source, offers: Iterator[tuple[str, str]]) -> None:
        for name, value in offers:
            if name in empty and name not in values and value:
                values[name] = value
                codes.append(source.code)

    for source in sources:
        take(source, _of_people(source.values, niks))
    kk = kk or values.get(_KK, "")
    for source in sources:
        if kk and source.values.get(_KK) == kk:
            take(source, _of(source.values, _ABOUT_HOME))
            take(source, _of(source.values, _PARENTS))
    return Filled(values, tuple(dict.fromkeys(codes)))


def _of_people(said: Mapping[str, str], niks: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What a request says of the people whose NIK was typed."""
    about = said.get(_NIK, "")
    if about and about == niks.get(_NIK):
        yield from _of(said, _ABOUT_PERSON)
    if about and about in (niks.get(name) for name in _OF_FAMILY):
        yield from _of(said, (_KK, *_ABOUT_HOME, *_ABOUT_CONTACT))
    names = {nik: said.get(_name_beside(name), "") for name, nik in said.items() if _is_nik(name)}
    for question, nik in niks.items():
        if names.get(nik):
            yield _name_beside(question), names[nik]


def _of(said: Mapping[str, str], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((name, said[name]) for name in names if name in said)


def _is_nik(name: str) -> bool:
    return name == _NIK or name.startswith(_NIK + "_")


def _name_beside(nik_question: str) -> str:
    """The question for the name of the person whose NIK is asked: `nik_ibu` → `nama_ibu`."""
    return _NAME + nik_question.removeprefix(_NIK)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isdecimal())
