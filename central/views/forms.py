"""Form fields as the shared component wants them, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flask import request

from central.views.texts import gettext
from registration.shapes import Field, FieldKind

TRANSPORT = frozenset({"csrf_token", "dilihat", "konfirmasi"})
"""What a form carries besides answers."""

_KINDS = {
    FieldKind.NIK: "numeric",
    FieldKind.KK: "numeric",
    FieldKind.RT_RW: "numeric",
    FieldKind.POSTCODE: "numeric",
    FieldKind.NUMBER: "numeric",
    FieldKind.TIME: "numeric",
    FieldKind.DATE: "date",
    FieldKind.CHOICE: "choice",
    FieldKind.LONG_TEXT: "textarea",
    FieldKind.PHONE: "tel",
}


class Option(NamedTuple):
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the component `field` reads."""

    name: str
    label: str
    kind: str
    required: bool
    help: str
    example: str
    choices: tuple[Option, ...]
    suggestions: tuple[str, ...]
    max_length: int
    inputmode: str
    autocomplete: str
    width: str


def question(field: Field, note: str = "") -> Question:
    """A question for an officer: filled in already, so without the words for who fills it in."""
    return Question(
        field.name,
        gettext(field.label),
        _KINDS.get(field.kind, "text"),
        field.required,
        note,
        "",
        tuple(Option(one.value, gettext(one.label)) for one in field.choices),
        field.suggestions,
        field.max_length,
        field.inputmode,
        "off",
        field.width,
    )


def answers() -> dict[str, str]:
    """What was typed into the form that came."""
    return {name: value for name, value in request.form.items() if name not in TRANSPORT}


def confirmed() -> frozenset[str]:
    """Fields whose doubt the officer has confirmed."""
    return frozenset(request.form.getlist("konfirmasi"))


def as_typed(values: Mapping[str, object]) -> dict[str, str]:
    """A record's values as a form shows them."""
    return {name: str(value) for name, value in values.items()}
