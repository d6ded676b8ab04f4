"""What a form page needs, from the catalogue and from what was typed: no logic in templates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from flask import request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from edge_node.workflows.filing import Upload
from registration.catalogue import SCAN, Case, Document, Field, FieldKind
from registration.phone import pretty

_KINDS = {
    FieldKind.NIK: "numeric",
    FieldKind.KK: "numeric",
    FieldKind.RT_RW: "numeric",
    FieldKind.POSTCODE: "numeric",
    FieldKind.NUMBER: "numeric",
    FieldKind.TIME: "numeric",
    # Typed, not picked: a petugas types 12-05-1995 faster than a calendar opens.
    FieldKind.DATE: "numeric",
    FieldKind.PHONE: "tel",
    FieldKind.LONG_TEXT: "textarea",
    FieldKind.CHOICE: "choice",
}
CONFIRM = "konfirmasi"
ORIGINALS = "asli"
FILL = "isi"
"""The button that fills in what the counter holds already."""


class Option(NamedTuple):
    """A choice in the language of the page."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """A field as the component `field` shows it."""

    name: str
    label: str
    kind: str
    help: str
    example: str
    required: bool
    choices: tuple[Option, ...]
    max_length: int | None
    inputmode: str
    autocomplete: str
    width: str
    suggestions: tuple[str, ...] = ()
    undecided: str = ""
    """The provisional value, where Disdukcapil has to settle this field first."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A scan that is kept already, as the component `file_field` shows it."""

    id: str
    name: str
    note: str
    url: str
    thumb_url: str | None
    remove_url: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the form, with its scans."""

    name: str
    label: str
    help: str
    required: bool
    stored: tuple[Stored, ...]


def question(field: Field, undecided: str = "") -> Question:
    kind = _KINDS.get(field.kind, "text")
    return Question(
        field.name,
        gettext(field.label),
        kind,
        _hint(field),
        "",
        field.required,
        tuple(Option(one.value, gettext(one.label)) for one in field.choices),
        # A NIK with spaces is longer than 16; the gate says it in words.
        field.max_length if kind in ("text", "textarea") else None,
        field.inputmode,
        # Typed about others: the browser must not remember it.
        "off",
        field.width,
        field.suggestions,
        undecided,
    )


def _hint(field: Field) -> str:
    """One line at most: who does this forty times a day needs the form on one screen."""
    if field.help and field.kind is not FieldKind.DATE and not field.suggestions:
        return str(gettext(field.help))
    return str(gettext("Contoh: %(example)s", example=field.example)) if field.example else ""


def groups(case: Case, undecided: Mapping[str, str]) -> list[tuple[str, list[Question]]]:
    return [
        (gettext(group.title), [question(one, undecided.get(one.name, "")) for one in group.fields])
        for group in case.groups
    ]


def note_of(manifest: Mapping[str, Any]) -> str:
    """How large a scan is, in words that people use."""
    size = int(manifest["size"])
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f} MB".replace(".", ",")
    return f"{max(size // 1000, 1)} KB"


def paper(document: Document, stored: Iterable[Stored]) -> Paper:
    return Paper(
        SCAN + document.code,
        gettext(document.label),
        gettext(document.help) if document.help else "",
        document.required,
        tuple(stored),
    )


def typed_of(case: Case) -> dict[str, str]:
    """What was typed, for the questions that were on the page."""
    return {one.name: request.form[one.name] for one in case.fields if one.name in request.form}


def uploads_of(case: Case) -> list[Upload]:
    """The photos that came with the form; an empty file box sends a nameless empty file."""
    return [
        Upload(document.code, held.read())
        for document in case.documents
        for held in request.files.getlist(SCAN + document.code)
        if _is_chosen(held)
    ]


def _is_chosen(held: FileStorage) -> bool:
    return bool(held.filename)


def confirmed() -> frozenset[str]:
    return frozenset(request.form.getlist(CONFIRM))


def version_of() -> int:
    """The form's version, as the page carried it; a page without one is the first."""
    return request.form.get("versi", 1, type=int) or 1


def shown_value(field: Field, value: Any) -> str:
    """A record's value as a person would have typed it."""
    text = "" if value is None else str(value)
    if field.kind is FieldKind.DATE:
        try:
            return f"{date.fromisoformat(text):%d-%m-%Y}"
        except ValueError:
            return text
    if field.kind is FieldKind.PHONE:
        return pretty(text)
    return text


def ordered(
    case: Case, told: Mapping[str, list[str]], extra: Collection[str] = ()
) -> dict[str, list[str]]:
    """Refusals in the order of the page, those of the form as a whole first."""
    names = [*extra, *(one.name for one in case.fields)]
    names += [SCAN + one.code for one in case.documents]
    first = [name for name in told if name not in names]
    return {name: told[name] for name in [*first, *names] if name in told}
