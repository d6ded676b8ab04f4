"""Filled-in forms of every case of every service, about people who do not exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Final

from registration.catalogue import service
from registration.invented.people import People, Person
from registration.shapes import FieldKind

_AGES: Final[Mapping[tuple[str, str], tuple[int, int]]] = {
    ("kia", "balita"): (0, 4),
    ("kia", "anak"): (6, 15),
    ("kia", "hilang"): (1, 15),
    ("kia", "rusak"): (1, 15),
}
_NEWBORN: Final = (0, 0)


@dataclass
class _Family:
    """The person whom a request is about, and those around them, each made when asked for."""

    people: People
    subject: Person

    @cached_property
    def mother(self) -> Person:
        return self.people.person((20, 40), "P")

    @cached_property
    def father(self) -> Person:
        return self.people.person((22, 50), "L")

    @cached_property
    def witnesses(self) -> tuple[Person, Person]:
        return self.people.person((30, 60)), self.people.person((30, 60))

    @cached_property
    def member(self) -> Person:
        return self.people.person((18, 70))


def _ago(people: People, days: int) -> str:
    return (people.today - timedelta(days=days)).isoformat()


_ANSWERS: Final[Mapping[str, Callable[[_Family], str]]] = {
    "nik_ibu": lambda family: family.mother.nik,
    "nama_ibu": lambda family: family.mother.nama,
    "nik_ayah": lambda family: family.father.nik,
    "nama_ayah": lambda family: family.father.nama,
    "nik_pelapor": lambda family: family.member.nik,
    "nama_pelapor": lambda family: family.member.nama,
    "hubungan_pelapor": lambda _: "saudara",
    "nik_saksi_1": lambda family: family.witnesses[0].nik,
    "nama_saksi_1": lambda family: family.witnesses[0].nama,
    "nik_saksi_2": lambda family: family.witnesses[1].nik,
    "nama_saksi_2": lambda family: family.witnesses[1].nama,
    "nik_pasangan": lambda family: family.member.nik,
    "nama_pasangan": lambda family: family.member.nama,
    "nik_anggota": lambda family: family.member.nik,
    "nama_anggota": lambda family: family.member.nama,
    "anggota": lambda family: f"{family.member.nik}, {family.member.nama}, SAUDARA",
    "kelahiran_ke": lambda _: "2",
    "berat_lahir": lambda _: "3150",
    "panjang_lahir": lambda _: "49",
    "jam_lahir": lambda _: "04.15",
    "jam_kematian": lambda _: "21.40",
}


def filled(people: People, service_code: str, case_code: str) -> dict[str, str]:
    """What somebody types into the form of a case: the next resident's answers.

    What is said about nobody in particular is the form's own example.
    """
    newborn = service_code == "akta-kelahiran"
    ages = _NEWBORN if newborn else _AGES.get((service_code, case_code), (17, 77))
    subject = people.person(ages)
    if service_code == "ktp-el":
        return subject.form(case_code)
    family, own = _Family(people, subject), subject.fields()
    typed: dict[str, str] = {}
    for field in service(service_code).case(case_code).fields:
        if field.name in own:
            typed[field.name] = own[field.name]
        elif field.name in _ANSWERS:
            typed[field.name] = _ANSWERS[field.name](family)
        elif field.kind is FieldKind.DATE:
            typed[field.name] = _ago(people, 0 if newborn else 9)
        elif field.kind is FieldKind.CHOICE:
            typed[field.name] = field.choices[0].value
        else:
            typed[field.name] = field.example
    if newborn and "tanggal_nikah" in typed:
        typed["tanggal_nikah"] = _ago(people, 900)
    return typed
