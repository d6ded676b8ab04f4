"""The services of the counter, and what is known of every field of a record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from registration.errors import UnknownService
from registration.services.akta_kelahiran import AKTA_KELAHIRAN
from registration.services.akta_kematian import AKTA_KEMATIAN
from registration.services.kia import KIA
from registration.services.kk import KARTU_KELUARGA
from registration.services.ktp_el import KTP_EL
from registration.shapes import (
    Case,
    Choice,
    Document,
    Field,
    FieldGroup,
    FieldKind,
    Rule,
    SameMatter,
    Service,
    Value,
)
from registration.standard import Standard
from registration.texts import N_
from sync.policy import Policy

__all__ = [
    "DATA",
    "DROPPED",
    "KIND",
    "PROMISED",
    "PROPOSED_BY",
    "RECORD_FIELDS",
    "SCAN",
    "SERVICES",
    "VERDICT",
    "Case",
    "Choice",
    "Document",
    "Field",
    "FieldGroup",
    "FieldKind",
    "Rule",
    "SameMatter",
    "Service",
    "Standard",
    "Value",
    "field_of",
    "label_of",
    "missing_documents",
    "policy_of",
    "record_field_of",
    "service",
]

SERVICES: tuple[Service, ...] = (KTP_EL, KARTU_KELUARGA, KIA, AKTA_KELAHIRAN, AKTA_KEMATIAN)

KIND = "permohonan"
"""What kind of record a request is."""

DATA = "data."
"""Opens the record field of a form field: `data.nik`."""
SCAN = "berkas."
"""Opens the record field of a scan: `berkas.<scan id>`."""
DROPPED = "lepas."
"""Opens the record field that takes a scan away: `lepas.<scan id>`. The scan's own field stays:
versions that do not know this one still show it, and nothing is overwritten."""
SPOT_CHECK = "uji_petik"
"""What the last spot check of a request came to."""
PROMISED = "janji"
"""The day that was told because of a quota (ISO date); left out where the standard alone tells."""
PROPOSED_BY = "pengusul"
"""Who proposed the act that a second officer confirmed: {id, nama, peran}."""
VERDICT = "ganda."
"""Opens the record field that says how this request stands to one that looked like the same:
`ganda.<record id>`."""
COMPLAINT = "aduan."
"""Opens the record fields of a complaint (`registration.complaints`)."""
SURVEY = "skm."
"""Opens the record fields of an answer to the survey (`registration.survey`)."""
STAFF = "staf."
"""Opens the record fields of an account of staff (`registration.staff`)."""


@dataclass(frozen=True, slots=True)
class RecordField:
    """A field that every request has, whatever its service. The label is a msgid."""

    label: str
    policy: Policy


RECORD_FIELDS: Mapping[str, RecordField] = MappingProxyType(
    {
        "layanan": RecordField(N_("Layanan"), Policy.REVIEW),
        "varian": RecordField(N_("Keperluan"), Policy.REVIEW),
        "versi": RecordField(N_("Versi formulir"), Policy.REVIEW),
        "kode": RecordField(N_("Kode"), Policy.REVIEW),
        "kanal": RecordField(N_("Diajukan lewat"), Policy.REVIEW),
        "persetujuan": RecordField(N_("Persetujuan pemohon"), Policy.REVIEW),
        "status": RecordField(N_("Status"), Policy.LIFECYCLE),
        # The reason of another act than the one that holds would be read as this one's.
        "alasan": RecordField(N_("Alasan"), Policy.WITH_STATUS),
        # Two numbers, or two receivers, mean that two documents are in the world.
        "nomor_dokumen": RecordField(N_("Nomor dokumen"), Policy.REVIEW),
        "penerima": RecordField(N_("Penerima"), Policy.REVIEW),
        SPOT_CHECK: RecordField(N_("Hasil uji petik"), Policy.LATEST),
        PROPOSED_BY: RecordField(N_("Diusulkan oleh"), Policy.LATEST),
        PROMISED: RecordField(N_("Perkiraan selesai"), Policy.LATEST),
    }
)
"""What stands in a record beside the answers of its form."""
_FAMILIES: Mapping[str, RecordField] = MappingProxyType(
    {
        SCAN: RecordField(N_("Berkas"), Policy.ADD),
        DROPPED: RecordField(N_("Berkas yang ditarik"), Policy.ADD),
        VERDICT: RecordField(N_("Permohonan yang mirip"), Policy.LATEST),
        # Written once, but for `aduan.ulang` and `aduan.pusat`, which are never taken back.
        COMPLAINT: RecordField(N_("Pengaduan"), Policy.LATEST),
        SURVEY: RecordField(N_("Survei"), Policy.LATEST),
        # Role and password have rules of their own, by which the safer of several values holds.
        STAFF: RecordField(N_("Akun loket"), Policy.LATEST),
    }
)
"""Fields of which a record has any number, by how their names open."""


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


def record_field_of(field_name: str) -> RecordField | None:
    """A record field that is no answer of a form; None: it is of a newer version."""
    for opening, family in _FAMILIES.items():
        if field_name.startswith(opening):
            return family
    return RECORD_FIELDS.get(field_name)


def policy_of(field_name: str) -> Policy:
    """How concurrent values of a record field merge; what we do not know, a person decides."""
    known = field_of(field_name) or record_field_of(field_name)
    return (known.policy if known else None) or Policy.REVIEW


def label_of(field_name: str) -> str:
    """What a record field is called (a msgid), for history and conflict pages."""
    if known := field_of(field_name) or record_field_of(field_name):
        return known.label
    # A field of a newer version: its name is the best that we can say.
    bare = field_name.removeprefix(DATA).replace("_", " ")
    return bare[:1].upper() + bare[1:]


def missing_documents(case: Case, present: Collection[str]) -> tuple[Document, ...]:
    """The required documents that no scan (`jenis` in `present`) shows yet."""
    return tuple(doc for doc in case.documents if doc.required and doc.code not in present)
