"""What a correction writes: only what a person really changed, and nothing that is undecided."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from registration.catalogue import DATA
from registration.errors import IllegalAct
from registration.form import Form
from registration.texts import N_, Sentence
from vault.read import Record


def corrections(found: Record, form: Form, names: Collection[str]) -> dict[str, Any]:
    """Record fields to write so that `found` says what `form` says in the fields `names`.

    An optional field that was emptied becomes "". A field in conflict is left out: a write here
    would settle it unseen, and settling needs a reason.
    """
    written: dict[str, Any] = {}
    for name in names:
        field = DATA + name
        value = form.values.get(name, "")
        if found.value(field, "") != value and not _undecided(found, field):
            written[field] = value
    return written


def require_decided_status(found: Record) -> None:
    """An act moves the status on, which would settle a conflict about it unseen.

    :raises IllegalAct: the status itself waits for a person.
    """
    if _undecided(found, "status"):
        raise IllegalAct(
            Sentence(
                N_(
                    "Status permohonan ini berbeda antara loket dan Disdukcapil. "
                    "Putuskan dulu perbedaannya."
                )
            )
        )


def _undecided(found: Record, field: str) -> bool:
    resolution = found.fields.get(field)
    return resolution is not None and resolution.conflicted
