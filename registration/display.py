"""Showing what a record holds: choices by their labels, dates and phones as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from registration.acts_schema import RELATION
from registration.catalogue import PROMISED, field_of, service
from registration.errors import UnknownService
from registration.format import in_fours, plain_date
from registration.lifecycle import STATUS_LABELS, Status
from registration.phone import pretty
from registration.shapes import FieldKind
from registration.texts import N_, Sentence, Words, plain

_RELATIONS = {choice.value: choice.label for choice in RELATION.choices}
_RECEIVED = {
    "layar": N_("%(name)s (%(relation)s), ditandatangani di layar"),
    "kertas": N_("%(name)s (%(relation)s), ditandatangani di kertas"),
    "cap_jempol": N_("%(name)s (%(relation)s), dengan cap jempol di kertas"),
}
_CHANNELS = {"loket": N_("Loket kelurahan"), "portal": N_("Portal warga")}


def show(field_name: str, value: object, lang: str = "id") -> Sentence:
    """A record field's value for the eye; a value that we cannot read is shown as it is."""
    if field_name == "status" and value in tuple(Status):
        return Sentence(STATUS_LABELS[Status(str(value))])
    if field_name == "kanal" and value in _CHANNELS:
        return Sentence(_CHANNELS[str(value)])
    if field_name == "penerima" and isinstance(value, Mapping):
        return _receiver(value)
    if field_name == "layanan":
        return _service_title(value)
    if field_name == PROMISED and isinstance(value, str):
        return _date(value, lang)
    field = field_of(field_name)
    if field is None or not isinstance(value, str):
        return plain(value)
    if field.kind is FieldKind.CHOICE:
        labels = {choice.value: choice.label for choice in field.choices}
        return Sentence(labels[value]) if value in labels else plain(value)
    if field.kind is FieldKind.PHONE:
        return plain(pretty(value))
    if field.kind is FieldKind.DATE:
        return _date(value, lang)
    if field.kind is FieldKind.TIME:
        return plain(value.replace(":", "."))
    if field.kind in (FieldKind.NIK, FieldKind.KK):
        return plain(in_fours(value))
    return plain(value)


def _receiver(told: Mapping[str, object]) -> Sentence:
    """Who took the document: what is drawn is shown elsewhere, as a picture."""
    name, relation = told.get("nama", ""), _RELATIONS.get(str(told.get("hubungan", "")))
    if relation is None:
        return plain(name)
    told_how = _RECEIVED.get(str(told.get("cara", "")), "%(name)s (%(relation)s)")
    return Sentence(told_how, {"name": name, "relation": Words((relation,))})


def _service_title(value: object) -> Sentence:
    try:
        return Sentence(service(str(value)).short)
    except UnknownService:
        return plain(value)


def _date(value: str, lang: str) -> Sentence:
    try:
        return plain(plain_date(date.fromisoformat(value), lang))
    except ValueError:
        return plain(value)
