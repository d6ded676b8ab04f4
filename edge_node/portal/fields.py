"""Questions of the catalogue as the portal's pages ask them, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from edge_node.portal.current import t
from registration.catalogue import Field, FieldKind
from registration.format import MONTHS

_KINDS = {
    FieldKind.NIK: "numeric",
    FieldKind.KK: "numeric",
    FieldKind.RT_RW: "numeric",
    FieldKind.POSTCODE: "numeric",
    FieldKind.NUMBER: "numeric",
    FieldKind.TIME: "numeric",
    FieldKind.LONG_TEXT: "textarea",
    FieldKind.DATE: "date",
    FieldKind.CHOICE: "choice",
    FieldKind.PHONE: "tel",
}
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DAY, _MONTH, _YEAR = ".hari", ".bulan", ".tahun"


@dataclass(frozen=True, slots=True)
class ViewField:
    """One question in the reader's language, shaped for the field macros."""

    name: str
    label: str
    kind: str
    required: bool
    help: str
    example: str
    choices: tuple[tuple[str, str], ...]
    suggestions: tuple[str, ...]
    max_length: int
    inputmode: str
    autocomplete: str


def view_field(field: Field) -> ViewField:
    is_date = field.kind is FieldKind.DATE
    return ViewField(
        field.name,
        t(field.label),
        _KINDS.get(field.kind, "text"),
        field.required,
        # Three boxes that carry their names need neither.
        "" if is_date else t(field.help),
        "" if is_date else field.example,
        tuple((one.value, t(one.label)) for one in field.choices),
        field.suggestions,
        field.max_length,
        field.inputmode,
        field.autocomplete,
    )


def read_typed(fields: Iterable[Field], form: MultiDict[str, str]) -> dict[str, str]:
    """What was typed, exactly, by field. The three boxes of a date become `12-5-1995`."""
    typed = {}
    for field in fields:
        if field.kind is FieldKind.DATE and field.name + _DAY in form:
            parts = [form.get(field.name + part, "").strip() for part in (_DAY, _MONTH, _YEAR)]
            typed[field.name] = "-".join(parts) if any(parts) else ""
        else:
            typed[field.name] = form.get(field.name, "")
    return typed


def date_parts(text: str) -> tuple[str, str, str]:
    """Day, month, year for the three boxes, from what was typed or what a record keeps."""
    if iso := _ISO.fullmatch(text):
        return str(int(iso[3])), str(int(iso[2])), iso[1]
    parts = [*text.split("-", 2), "", ""]
    return parts[0], parts[1], parts[2]


def months() -> list[tuple[str, str]]:
    return [(str(number), t(name)) for number, name in enumerate(MONTHS, start=1)]
