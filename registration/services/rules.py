"""Checks over several fields that several services share. On the filing day.

A rule refuses; a doubt asks the person to look once more and to confirm.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from registration.names import new_name_doubts
from registration.nik import Sex, nik_mismatches, parse_nik
from registration.shapes import Rule, Value
from registration.texts import N_, Sentence

Refusals = list[tuple[str, Sentence]]


def age_on(born: date, day: date) -> int:
    """Full years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def all_different(*names: str) -> Rule:
    """One person cannot stand in two of these places."""

    def rule(values: Mapping[str, Value], _today: date) -> Refusals:
        first: dict[Value, str] = {}
        found: Refusals = []
        for name in names:
            if name in values and first.setdefault(values[name], name) != name:
                found.append((name, Sentence(N_("NIK ini sudah diisi untuk orang lain di atas."))))
        return found

    return rule


def not_before(name: str, earlier: str, said: str) -> Rule:
    """One day does not come before another one. `said` is the sentence (a msgid)."""

    def rule(values: Mapping[str, Value], _today: date) -> Refusals:
        if name in values and earlier in values and str(values[name]) < str(values[earlier]):
            return [(name, Sentence(said))]
        return []

    return rule


def sex_in_nik(name: str, sex: Sex) -> Rule:
    """A doubt where the NIK of a mother says man, or of a father woman."""

    def rule(values: Mapping[str, Value], today: date) -> Refusals:
        if name not in values:
            return []
        nik = parse_nik(str(values[name]), today=today)
        return [(name, said) for said in nik_mismatches(nik, nik.birth_date, sex)]

    return rule


def two_words(name: str) -> Rule:
    """A doubt about a new name of one word (Permendagri 73/2022)."""

    def rule(values: Mapping[str, Value], _today: date) -> Refusals:
        if name not in values:
            return []
        return [(name, said) for said in new_name_doubts(str(values[name]))]

    return rule
