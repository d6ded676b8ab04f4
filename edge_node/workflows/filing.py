"""Filing a request: from a form and photos to a receipt, or back to the form with nothing lost."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crypto.chain import digest
from edge_node.edge import Edge
from edge_node.store import drafts
from edge_node.store.drafts import Draft
from edge_node.workflows.pictures import BadPicture, prepare
from edge_node.workflows.promising import promise_writes
from edge_node.workflows.room import NO_PHOTOS, NO_REQUESTS, Room, room
from registration.catalogue import KIND, SCAN, Case, service
from registration.codes import new_code
from registration.errors import FormInvalid
from registration.form import Form, load_form
from registration.lifecycle import Act, Role, apply
from registration.regions import kelurahan
from registration.texts import Sentence
from sync.body import Author, Body
from sync.ids import new_record_id
from vault import scans
from vault.core import Stamp
from vault.engine import Connection, reading, writing
from vault.errors import NoSuchRecord
from vault.read import Filter, Record, read_record, search
from vault.scans import ChunkState, ScanContent
from vault.write import write

RESIDENT = Author("", "", Role.PEMOHON)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of the form, for one of the case's documents."""

    jenis: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Filed:
    """A request that is durably here."""

    record: bytes
    code: str
    again: bool = False
    """It was filed before (a double click, a reload): the same receipt."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """Back to the form: what to mend or confirm, and what is kept already."""

    draft: Draft
    errors: Mapping[str, list[Sentence]] = field(default_factory=dict)
    warnings: Mapping[str, list[Sentence]] = field(default_factory=dict)


def channel(by: Author) -> str:
    """By which way a request of this person comes."""
    return drafts.PORTAL if by.role == Role.PEMOHON else drafts.LOKET


def new_record(edge: Edge) -> bytes:
    """The id of a request that somebody starts to fill in; it makes sending twice harmless."""
    return new_record_id(edge.stamp().now_ms)


def file_request(
    edge: Edge,
    record: bytes,
    service_code: str,
    case_code: str,
    typed: Mapping[str, str],
    uploads: Sequence[Upload],
    *,
    version: int,
    by: Author,
    confirmed: frozenset[str] = frozenset(),
    removed: Sequence[str] = (),
    originals_seen: bool = False,
    file_now: bool = True,
    consent: str = "",
) -> Filed | NotYet:
    """File a request, or keep everything as a draft and say what is missing.

    :param record: from `new_record`, carried by the form: one form gives one request.
    :param removed: ids of draft scans to drop.
    :param originals_seen: the petugas compared the papers: the request is verified at once where
        all documents are here.
    :param file_now: False keeps the draft only (a photo was added or removed).
    :param consent: which consent the resident gave (UU 27/2022 wants it on record), if one was
        asked for.
    :raises UnknownService, FormFromFuture: not a form of this counter.
    """
    known = service(service_code)
    case = known.case(case_code, version)
    already = filed_before(edge, record)
    if already is not None:
        return already
    space = room(edge)
    if space is Room.NO_REQUESTS:
        kept = read_draft(edge, record) or Draft(record, service_code, case_code)
        kept.typed = dict(typed)
        return NotYet(kept, {"_form": [NO_REQUESTS]})
    if space is Room.ENOUGH:
        prepared, refused = _prepare(edge, case, uploads)
    else:
        prepared, refused = [], {SCAN + one.jenis: [NO_PHOTOS] for one in uploads}
    form, errors, warnings = _check(edge, service_code, case_code, typed, version, confirmed)
    errors = {**errors, **refused}
    stamp = edge.stamp()
    with writing(edge.vault.engine) as connection:
        # A second click may have waited for the first one's commit.
        already = filed_in(edge, connection, record)
        if already is not None:
            return already
        kept = drafts.read_draft(connection, edge.vault, edge.stream, record) or Draft(
            record, service_code, case_code
        )
        kept.typed, kept.by = dict(typed), by.name
        # Given in the field, a consent stays with the form that is finished at the counter.
        kept.consent = consent or kept.consent
        kept.version = min(version, known.version)
        for scan in removed:
            drafts.remove_scan(connection, edge.stream, kept, scan)
        key = drafts.draft_key(connection, edge.vault, edge.stream, record)
        for content in unseen(prepared, kept.scans):
            add_draft_scan(connection, edge, kept, key, content)
        if form is None or errors or warnings or not file_now:
            drafts.save_draft(connection, key, kept, stamp.now_ms, channel(by))
            return NotYet(kept, errors, warnings)
        code = unused_code(edge, connection)
        _write_filed(edge, connection, record, form, kept, code, by, stamp)
        if originals_seen and not missing(case, kept.scans):
            role = Role(by.role)
            status = apply(Act.VERIFIKASI, role, apply(Act.AJUKAN, role, None))
            verified = Body(Act.VERIFIKASI, by, {"status": status})
            write(connection, edge.vault, edge.stream, record, KIND, verified, stamp)
        scans.file_drafts(connection, edge.stream, record)
        drafts.end_draft(connection, record)
    edge.ask_exchange()
    return Filed(record, code)


def read_draft(edge: Edge, record: bytes) -> Draft | None:
    with reading(edge.vault.engine) as connection:
        return drafts.read_draft(connection, edge.vault, edge.stream, record)


def missing(case: Case, manifests: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Codes of the required documents of which no scan is here."""
    shown = {manifest["jenis"] for manifest in manifests.values()}
    return [one.code for one in case.documents if one.required and one.code not in shown]


def filed_before(edge: Edge, record: bytes) -> Filed | None:
    """The receipt of a request that was filed already."""
    with reading(edge.vault.engine) as connection:
        return filed_in(edge, connection, record)


def filed_in(edge: Edge, connection: Connection, record: bytes) -> Filed | None:
    """The receipt of a request that was filed already."""
    try:
        found: Record = read_record(connection, edge.vault, edge.stream, record)
    except NoSuchRecord:
        return None
    return Filed(record, found.value("kode"), again=True)


def prepare_all(
    edge: Edge, uploads: Sequence[Upload], allowed: frozenset[str]
) -> tuple[list[ScanContent], dict[str, list[Sentence]]]:
    """Readable scans of the uploads, and what to say beside those that are none."""
    ready: list[ScanContent] = []
    refused: dict[str, list[Sentence]] = {}
    for upload in uploads:
        if upload.jenis not in allowed:
            continue
        try:
            with edge.pictures:
                ready.append(prepare(upload.jenis, upload.data))
        except BadPicture as bad:
            refused.setdefault(SCAN + upload.jenis, []).append(bad.sentence)
    return ready, refused


def unseen(
    ready: Sequence[ScanContent], held: Mapping[str, Mapping[str, Any]]
) -> list[ScanContent]:
    """Those that are not held yet: a form sent twice adds its photos once."""
    known = {(manifest["jenis"], manifest["sha256"]) for manifest in held.values()}
    fresh: list[ScanContent] = []
    for content in ready:
        mark = (content.jenis, digest(content.data))
        if mark not in known:
            known.add(mark)
            fresh.append(content)
    return fresh


def _prepare(
    edge: Edge, case: Case, uploads: Sequence[Upload]
) -> tuple[list[ScanContent], dict[str, list[Sentence]]]:
    return prepare_all(edge, uploads, frozenset(document.code for document in case.documents))


def _check(
    edge: Edge,
    service_code: str,
    case_code: str,
    typed: Mapping[str, str],
    version: int,
    confirmed: frozenset[str],
) -> tuple[Form | None, dict[str, list[Sentence]], dict[str, list[Sentence]]]:
    try:
        form = load_form(
            service_code,
            case_code,
            typed,
            version=version,
            today=edge.today(),
            confirmed=confirmed,
        )
    except FormInvalid as invalid:
        return None, dict(invalid.errors), {}
    warnings: dict[str, list[Sentence]] = {}
    for name, sentence in form.warnings:
        warnings.setdefault(name, []).append(sentence)
    return form, {}, warnings


def add_draft_scan(
    connection: Connection, edge: Edge, kept: Draft, key: bytes, content: ScanContent
) -> None:
    """Keep a scan with a draft; the caller saves the draft."""
    scan = scans.new_scan_id()
    kept.scans[scan] = scans.add_scan(
        connection, edge.stream, kept.record, key, scan, content, ChunkState.DRAFT
    )


def unused_code(edge: Edge, connection: Connection) -> str:
    """A code that nothing of this kelurahan has: neither a request nor a complaint."""
    abbr = kelurahan(edge.stream).abbr
    while True:
        code = new_code(abbr, secrets.randbelow)
        only = Filter(stream=edge.stream, kind=None)
        if not search(connection, edge.vault, [("kode", code)], lambda _: True, only, 1):
            return code


def _write_filed(
    edge: Edge,
    connection: Connection,
    record: bytes,
    form: Form,
    kept: Draft,
    code: str,
    by: Author,
    stamp: Stamp,
) -> None:
    writes: dict[str, Any] = {
        **form.record_fields(),
        **({"persetujuan": kept.consent} if kept.consent else {}),
        "kode": code,
        "kanal": channel(by),
        "status": apply(Act.AJUKAN, Role(by.role), None),
        **promise_writes(edge, kept.service),
        **{SCAN + scan: manifest for scan, manifest in kept.scans.items()},
    }
    write(
        connection,
        edge.vault,
        edge.stream,
        record,
        KIND,
        Body(Act.AJUKAN, by, writes),
        stamp,
        new=True,
    )
