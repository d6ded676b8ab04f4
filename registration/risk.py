"""How much care a request asks of an officer, and why. Pure: what is known goes in, words come out.

The sum is only for putting requests in order; people are told the signs, never a number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import IntEnum, StrEnum
from functools import lru_cache
from types import MappingProxyType

from registration.catalogue import service
from registration.errors import InvalidValue, UnknownService
from registration.form import doubts
from registration.services.akta_kelahiran import IN_TIME_DAYS
from registration.shapes import Case, Value
from registration.texts import N_, Sentence

DEATH_IN_TIME_DAYS = 30
"""A death is reported within so many days (UU 24/2013; unverified)."""


class Sign(StrEnum):
    """Something that an officer should look at before deciding."""

    BEDA = "beda"
    GANDA = "ganda"
    NIK = "nik"
    TERLAMBAT = "terlambat"
    RAGU = "ragu"


SIGNS: Mapping[Sign, str] = MappingProxyType(
    {
        Sign.BEDA: N_("ada isian yang berbeda antara loket dan Disdukcapil"),
        Sign.GANDA: N_("mungkin ganda"),
        Sign.NIK: N_("NIK tidak cocok dengan tanggal lahir atau jenis kelamin"),
        Sign.TERLAMBAT: N_("laporan terlambat"),
        Sign.RAGU: N_("ada isian tidak biasa yang dipastikan loket"),
    }
)
_WEIGHTS: Mapping[Sign, int] = MappingProxyType(
    {Sign.BEDA: 4, Sign.GANDA: 4, Sign.NIK: 2, Sign.TERLAMBAT: 2, Sign.RAGU: 1}
)


class Care(IntEnum):
    """How much, in the order of the list."""

    BIASA = 0
    TELITI = 1
    SANGAT = 2


CARE_LABELS: Mapping[Care, str] = MappingProxyType(
    {
        Care.BIASA: N_("Biasa"),
        Care.TELITI: N_("Perlu teliti"),
        Care.SANGAT: N_("Perlu sangat teliti"),
    }
)
_SANGAT_FROM = 4


def weigh(signs: Collection[Sign]) -> int:
    """The sum of what weighs on a request."""
    return sum(_WEIGHTS[sign] for sign in set(signs))


def care_for(weight: int) -> Care:
    """How much care a sum asks for."""
    if weight >= _SANGAT_FROM:
        return Care.SANGAT
    return Care.TELITI if weight else Care.BIASA


def signs_in(
    service_code: str, case_code: str, version: object, values: Mapping[str, Value], filed: date
) -> frozenset[Sign]:
    """What the answers themselves show, as on the day of filing.

    A doubt that is still in a filed form was confirmed at the counter: without that it is not kept.
    """
    case = _case(service_code, case_code, version if isinstance(version, int) else None)
    if case is None:
        return frozenset()
    found: set[Sign] = set()
    try:
        doubtful = {name for name, _ in doubts(case, values, filed)}
    except (InvalidValue, ValueError, KeyError, TypeError):
        # Values of another version, or of a counter that checks less: worth a second look.
        doubtful = {""}
    late = _late(service_code, values, filed)
    if late:
        found.add(Sign.TERLAMBAT)
        doubtful.discard("tanggal_lahir")
    niks = {name for name in doubtful if name.startswith("nik")}
    if niks:
        found.add(Sign.NIK)
    if doubtful - niks:
        found.add(Sign.RAGU)
    return frozenset(found)


@lru_cache(256)
def _case(service_code: str, case_code: str, version: int | None) -> Case | None:
    """The form, put together once: every request that comes in is weighed."""
    try:
        return service(service_code).case(case_code, version)
    except UnknownService:
        return None


def _late(service_code: str, values: Mapping[str, Value], filed: date) -> bool:
    name, most = {
        "akta-kelahiran": ("tanggal_lahir", IN_TIME_DAYS),
        "akta-kematian": ("tanggal_kematian", DEATH_IN_TIME_DAYS),
    }.get(service_code, ("", 0))
    try:
        return bool(name) and (filed - date.fromisoformat(str(values[name]))).days > most
    except (KeyError, ValueError):
        return False


def explain(signs: Collection[Sign]) -> list[Sentence]:
    """The signs in words, the heaviest first."""
    ordered = sorted(set(signs), key=lambda sign: (-_WEIGHTS[sign], list(Sign).index(sign)))
    return [Sentence(SIGNS[sign]) for sign in ordered]
