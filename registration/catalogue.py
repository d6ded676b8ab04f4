"""The services of the counter, and what is known of every field of a record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from types import MappingProxyType

from registration.errors import UnknownService
from registration.services.ktp_el import KTP_EL
from registration.shapes import (
    Case,
    Choice,
    Document,
    Field,
    FieldGroup,
    FieldKind,
    Rule,
    Service,
    Value,
)
from registration.standard import Standard
from registration.texts import N_
from sync.policy import Policy

__all__ = [
    "DATA",
    "SCAN",
    "SERVICES",
    "Case",
    "Choice",
    "Document",
    "Field",
    "FieldGroup",
    "FieldKind",
    "Rule",
    "Service",
    "Standard",
    "Value",
    "field_of",
    "label_of",
    "missing_documents",
    "policy_of",
    "service",
]

SERVICES: tuple[Service, ...] = (KTP_EL,)

DATA = "data."
"""Opens the record field of a form field: `data.nik`."""
SCAN = "berkas."
"""Opens the record field of a scan: `berkas.<scan id>`."""

_OWN_POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        "status": Policy.LIFECYCLE,
        "alasan": Policy.LATEST,
        "nomor_dokumen": Policy.LATEST,
        "penerima": Policy.LATEST,
    }
)
_OWN_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "layanan": N_("Layanan"),
        "varian": N_("Keperluan"),
        "versi": N_("Versi formulir"),
        "kode": N_("Kode"),
        "kanal": N_("Diajukan lewat"),
        "persetujuan": N_("Persetujuan pemohon"),
        "status": N_("Status"),
        "alasan": N_("Alasan"),
        "nomor_dokumen": N_("Nomor dokumen"),
        "penerima": N_("Penerima"),
    }
)
_SCAN_LABEL = N_("Berkas")


def service(code: str) -> Service:
    """The service of this code, or UnknownService."""
    for found in SERVICES:
        if found.code == code:
            return found
    raise UnknownService(code)


@cache
def _data_fields() -> Mapping[str, Field]:
    """Every form field by name. Where services disagree on the policy, the careful one holds."""
    fields: dict[str, Field] = {}
    for field in (f for s in SERVICES for c in s.cases for f in c.fields):
        if field.name not in fields or field.policy is Policy.REVIEW:
            fields[field.name] = field
    return MappingProxyType(fields)


def field_of(field_name: str) -> Field | None:
    """The question behind a record field (`data.nik`), None where there is none."""
    if not field_name.startswith(DATA):
        return None
    return _data_fields().get(field_name.removeprefix(DATA))


def policy_of(field_name: str) -> Policy:
    """How concurrent values of a record field merge; what we do not know, a person decides."""
    if field_name.startswith(SCAN):
        return Policy.ADD
    field = field_of(field_name)
    return field.policy if field else _OWN_POLICIES.get(field_name, Policy.REVIEW)


def label_of(field_name: str) -> str:
    """What a record field is called (a msgid), for history and conflict pages."""
    if field_name.startswith(SCAN):
        return _SCAN_LABEL
    if field := field_of(field_name):
        return field.label
    # A field of a newer version: its name is the best that we can say.
    bare = field_name.removeprefix(DATA).replace("_", " ")
    return _OWN_LABELS.get(field_name) or bare[:1].upper() + bare[1:]


def missing_documents(case: Case, present: Collection[str]) -> tuple[Document, ...]:
    """The required documents that no scan (`jenis` in `present`) shows yet."""
    return tuple(doc for doc in case.documents if doc.required and doc.code not in present)
