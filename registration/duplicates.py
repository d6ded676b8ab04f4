"""Requests that are probably about the same matter, and what a person said of them. Pure.

What makes two requests alike is data of each service (`Service.same`). Nothing is decided by
machine: alike requests are candidates, an officer looks at both, and the verdict is a field
(`ganda.<other record>`) of each of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import islice, product

from registration.catalogue import DATA, VERDICT, field_of, service
from registration.errors import UnknownService
from registration.lifecycle import Act, Role, Status, may
from registration.names import name_words
from registration.regions import place_name
from registration.shapes import FieldKind, SameMatter
from registration.texts import N_, Sentence

_MOST_READINGS = 8
"""Of a request with undecided fields: so many combinations of their values are looked for."""
_GONE = frozenset({Status.DITOLAK, Status.DIBATALKAN})

Answers = Mapping[str, Collection[object]]
"""Record field → all values that stand for it: an undecided field has several."""


class Outcome(StrEnum):
    """What was said of a request that looked like another one."""

    BUKAN = "bukan"
    """They are two matters."""
    BATAL = "batal"
    """The same: this one was cancelled, the other goes on."""
    LANJUT = "lanjut"
    """The same: this one goes on, the other was cancelled."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An officer's word on one pair, as each of the two requests carries it."""

    other: bytes
    """The other record."""
    outcome: Outcome
    stream: str
    """The other's kelurahan."""
    code: str = ""
    """The other's code. Left out of two different matters: it is a stranger's."""

    def written(self) -> tuple[str, dict[str, str]]:
        """The record field and its value."""
        value = {"hasil": str(self.outcome), "loket": self.stream}
        if self.code:
            value["kode"] = self.code
        return VERDICT + self.other.hex(), value


def verdict_of(field_name: str, value: object) -> Verdict | None:
    """The verdict that a record field holds; None where it is none that this version reads."""
    if not field_name.startswith(VERDICT) or not isinstance(value, Mapping):
        return None
    try:
        other = bytes.fromhex(field_name.removeprefix(VERDICT))
        outcome = Outcome(value["hasil"])
        return Verdict(other, outcome, str(value["loket"]), str(value.get("kode", "")))
    except (KeyError, ValueError):
        return None


def verdicts(fields: Mapping[str, object]) -> Iterator[Verdict]:
    """All verdicts among the shown values of a record."""
    for name, value in fields.items():
        found = verdict_of(name, value)
        if found is not None:
            yield found


def goes_on_as(fields: Mapping[str, object]) -> Verdict | None:
    """The request that goes on in place of this one, where this one was cancelled for it."""
    return next((one for one in verdicts(fields) if one.outcome is Outcome.BATAL), None)


def replaced_sentence(fields: Mapping[str, object]) -> Sentence | None:
    """Where to follow a request that was cancelled for another one; None where it was not."""
    other = goes_on_as(fields)
    if other is None or not other.code:
        return None
    return Sentence(
        N_(
            "Sama dengan permohonan %(code)s di Loket %(place)s. "
            "Yang itu dilanjutkan; ikuti dengan kode itu."
        ),
        {"code": other.code, "place": place_name(other.stream)},
    )


@lru_cache(64)
def can_be_cancelled(status: str) -> bool:
    """Whether a request can still be cancelled for another: no document was made of it."""
    return status in tuple(Status) and may(Act.BATALKAN_GANDA, Role.VERIFIKATOR, Status(status))


@cache
def asked_for(service_code: str) -> tuple[str, ...]:
    """The record fields that the rules of a service look at."""
    try:
        rules = service(service_code).same
    except UnknownService:
        return ()
    return tuple(dict.fromkeys(DATA + name for rule in rules for name in rule.fields))


def matters(service_code: str, status: str, answers: Answers) -> frozenset[str]:
    """What a request is about: requests that share a text here are candidates.

    Empty where it is over (cancelled, rejected; by the rule also handed over), or where its
    service has no rule here.
    """
    try:
        rules = service(service_code).same
    except UnknownService:
        return frozenset()
    return frozenset(
        f"{service_code}|{number}|{reading}"
        for number, rule in enumerate(rules)
        if _counts(rule, status)
        for reading in islice(_readings(rule, answers), _MOST_READINGS)
    )


def _counts(rule: SameMatter, status: str) -> bool:
    return status not in _GONE and not (rule.while_open and status == Status.DISERAHKAN)


def _readings(rule: SameMatter, answers: Answers) -> Iterator[str]:
    columns = [
        sorted({_plain(DATA + name, value) for value in answers.get(DATA + name, ())} - {""})
        for name in rule.fields
    ]
    for combination in product(*columns):
        yield "|".join(combination)


def _plain(name: str, value: object) -> str:
    """As it is compared: a name without the marks that people write or leave out."""
    field = field_of(name)
    if field is not None and field.kind is FieldKind.NAME:
        return " ".join(name_words(str(value)))
    return str(value)
