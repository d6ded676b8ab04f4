"""The form of a service's case: from what was typed to the values of a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar

from marshmallow import ValidationError, validates_schema

from registration.catalogue import DATA, service
from registration.errors import FormFromFuture
from registration.gate import GateSchema, TextField, pass_gate
from registration.nik import kk_doubts, nik_mismatches, parse_kk, parse_nik
from registration.shapes import Case, Value
from registration.texts import Sentence


@dataclass(frozen=True, slots=True)
class Form:
    """Checked values, and what the person should look at once more before we keep them."""

    service: str
    case: str
    version: int
    values: dict[str, Value]
    warnings: list[tuple[str, Sentence]]

    def record_fields(self) -> dict[str, Value]:
        """The record fields that filing this form writes, besides code, channel and status."""
        return {
            "layanan": self.service,
            "varian": self.case,
            "versi": self.version,
            **{DATA + name: value for name, value in self.values.items()},
        }


class FormSchema(GateSchema):
    """The parent of every form's schema: adds the rules over several fields."""

    case: ClassVar[Case]

    @validates_schema(skip_on_field_errors=True)
    def keep_rules(self, data: Mapping[str, Value], **_: Any) -> None:
        """Rules run only on values that are right one by one."""
        refused: dict[str, list[Sentence]] = {}
        for rule in self.case.rules:
            for name, sentence in rule(data, self.today):
                refused.setdefault(name, []).append(sentence)
        if refused:
            raise ValidationError(refused)


@cache
def schema_class(service_code: str, case_code: str, version: int) -> type[FormSchema]:
    """The marshmallow schema of a case in one version, built once."""
    case = service(service_code).case(case_code, version)
    members: dict[str, Any] = {field.name: TextField(field) for field in case.fields}
    return type("FormSchema", (FormSchema,), {**members, "case": case})


def load_form(
    service_code: str,
    case_code: str,
    data: Mapping[str, str],
    *,
    version: int,
    today: date,
    confirmed: frozenset[str] = frozenset(),
) -> Form:
    """Check a filled form.

    `version` is the form's own, as the page or the record carries it: an older one is checked as
    it was asked, a newer one is refused. Doubts about fields in `confirmed` are not raised again;
    the caller keeps nothing while `warnings` is not empty.

    :raises FormInvalid, FormFromFuture, UnknownService: nothing can be kept.
    """
    version = max(version, 1)
    known = service(service_code)
    if known.is_newer(version):
        raise FormFromFuture(version)
    schema = schema_class(service_code, case_code, version)(today=today)
    values = pass_gate(schema, data)
    case = known.case(case_code, version)
    warnings = [doubt for doubt in doubts(case, values, today) if doubt[0] not in confirmed]
    return Form(service_code, case_code, version, values, warnings)


def doubts(case: Case, values: Mapping[str, Value], today: date) -> list[tuple[str, Sentence]]:
    """What looks odd in the values that are here; some may still be missing."""
    found = [doubt for rule in case.doubts for doubt in rule(values, today)]
    if {"nik", "tanggal_lahir", "jenis_kelamin"} <= values.keys():
        mismatches = nik_mismatches(
            parse_nik(str(values["nik"]), today=today),
            date.fromisoformat(str(values["tanggal_lahir"])),
            str(values["jenis_kelamin"]),
        )
        found += [("nik", sentence) for sentence in mismatches]
    if "no_kk" in values:
        found += [("no_kk", said) for said in kk_doubts(parse_kk(str(values["no_kk"])), today)]
    return found
