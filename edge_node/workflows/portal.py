"""What a resident does alone: fill in step by step, follow, correct, withdraw."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from PIL import Image

from edge_node.edge import Edge
from edge_node.store import drafts
from edge_node.store.drafts import Draft
from edge_node.workflows.filing import (
    RESIDENT,
    Filed,
    NotYet,
    Upload,
    file_request,
    missing,
    new_record,
)
from edge_node.workflows.lookup import scan_of
from edge_node.workflows.promising import promise
from registration.acts_schema import Track
from registration.catalogue import DATA, KIND, SCAN, Case, policy_of, service
from registration.errors import FormInvalid
from registration.form import doubts, load_form
from registration.lifecycle import Act, Role, Status, apply, may
from registration.phone import pretty
from registration.shapes import FieldKind, Value
from registration.texts import N_, Sentence
from registration.values import read_value, tidy
from sync.body import Author, Body
from vault import log, scans
from vault.corrections import corrections, require_decided_status
from vault.data_keys import key_of
from vault.engine import Connection, reading, writing
from vault.errors import KeyMissing, NoSuchRecord
from vault.fold import Told
from vault.read import Filter, Record, read_record, search
from vault.scans import ChunkState, ScanContent
from vault.telling import Line, timeline
from vault.write import write

MOST_PHOTOS = 5
"""Of one document. A resident's phone must not fill the counter's disk."""
_THUMB = 216
"""Pixels: 72 on a screen of triple density."""
_PUBLIC_NOTES: frozenset[str] = frozenset(
    {Act.KEMBALIKAN, Act.TOLAK, Act.TERBITKAN, Act.SERAHKAN, Act.BATALKAN}
)
"""Acts whose note is written for the resident; notes of others are the staff's own."""
_OPEN = frozenset(
    {Status.DIAJUKAN, Status.DIKEMBALIKAN, Status.DIVERIFIKASI, Status.DIPROSES, Status.TERBIT}
)


@dataclass(frozen=True, slots=True)
class Checked:
    """Some answers of a form: what could be read, what must be mended, what looks odd."""

    values: Mapping[str, Value] = field(default_factory=dict)
    errors: Mapping[str, list[Sentence]] = field(default_factory=dict)
    warnings: Mapping[str, list[Sentence]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """A filed request as its owner sees it."""

    record: Record
    status: Status
    case: Case
    waits_for_line: bool
    """The centre has not acknowledged the last act of this counter."""
    lacking: tuple[str, ...]
    """Codes of the required documents without a photo."""
    expected: date | None
    """The promised day; None when there is nothing to wait for."""
    overdue: bool
    queued: bool = False
    """Whether a quota makes it later than usual."""
    lines: Sequence[Line] = ()
    """The history, oldest first, without names of staff."""
    newer_form: bool = False
    """Whether its form is of a newer version, which this one cannot check."""

    @property
    def can_correct(self) -> bool:
        """Whether its owner may put it right here, now."""
        return may(Act.PERBAIKI, Role.PEMOHON, self.status) and not self.newer_form


class NothingChanged(Exception):
    """A correction that corrects nothing."""


def begin(edge: Edge, service_code: str, case_code: str, version: int | None = None) -> bytes:
    """Open an empty draft of a form, of its newest version unless said otherwise; its record id."""
    record = new_record(edge)
    version = version or service(service_code).version
    _keep(edge, Draft(record, service_code, case_code, version=version), {})
    return record


CONSENT = "portal-1"
"""The text on the first page of a request, by number: rises whenever its words change."""


def keep(
    edge: Edge,
    kept: Draft,
    typed: Mapping[str, str],
    uploads: Sequence[Upload] = (),
    removed: Sequence[str] = (),
) -> Filed | NotYet:
    """Keep what was typed, right or wrong, and the photos that can be read."""
    return _keep(edge, kept, {**kept.typed, **typed}, uploads, removed)


def _keep(
    edge: Edge,
    kept: Draft,
    typed: Mapping[str, str],
    uploads: Sequence[Upload] = (),
    removed: Sequence[str] = (),
) -> Filed | NotYet:
    return file_request(
        edge,
        kept.record,
        kept.service,
        kept.case,
        typed,
        uploads,
        version=kept.version,
        by=RESIDENT,
        removed=removed,
        file_now=False,
    )


def send(edge: Edge, kept: Draft, confirmed: frozenset[str]) -> Filed | NotYet:
    """File the draft. Once more gives the same receipt."""
    return file_request(
        edge,
        kept.record,
        kept.service,
        kept.case,
        kept.typed,
        (),
        version=kept.version,
        by=RESIDENT,
        confirmed=confirmed,
        consent=CONSENT,
    )


def discard(edge: Edge, record: bytes) -> None:
    """The resident does not go on: nothing is left of the draft. A filed request stays."""
    with writing(edge.vault.engine) as connection:
        if drafts.read_draft(connection, edge.vault, edge.stream, record) is not None:
            drafts.forget_draft(connection, edge.stream, record)


def check(edge: Edge, kept: Draft, typed: Mapping[str, str], names: Collection[str]) -> Checked:
    """Check the answers to `names` alone; the others may still be empty.

    Rules over several fields and doubts speak as soon as all that they look at is here.
    """
    case = service(kept.service).case(kept.case, kept.version)
    today = edge.today()
    errors: dict[str, list[Sentence]] = {}
    try:
        load_form(
            kept.service,
            kept.case,
            typed,
            version=kept.version,
            today=today,
        )
    except FormInvalid as invalid:
        errors = invalid.errors
    values = {
        one.name: read_value(one, typed[one.name], today)
        for one in case.fields
        if one.name not in errors and tidy(typed.get(one.name, ""))
    }
    found = {name: said for name, said in errors.items() if name in names}
    for rule in case.rules:
        try:
            refused = rule(values, today)
        except KeyError:
            continue
        for name, sentence in refused:
            if name in names:
                found.setdefault(name, []).append(sentence)
    odd: dict[str, list[Sentence]] = {}
    for name, sentence in doubts(case, values, today):
        if name in names:
            odd.setdefault(name, []).append(sentence)
    return Checked(values, found, odd)


def find(edge: Edge, track: Track) -> bytes | None:
    """The request of this code and birth date; None tells nothing about which of them is wrong."""

    def is_owner(found: Record) -> bool:
        born = found.fields.get(DATA + "tanggal_lahir")
        # While two dates wait for a decision, the owner may type either.
        return born is not None and any(e.value == track.tanggal_lahir for e in born.entries)

    with reading(edge.vault.engine) as connection:
        hits = search(
            connection,
            edge.vault,
            [("kode", track.kode)],
            is_owner,
            Filter(stream=edge.stream),
            1,
        )
    return hits[0].id if hits else None


def progress(edge: Edge, record: bytes) -> Progress | None:
    """How a request stands; None when it is not here (any more)."""
    with reading(edge.vault.engine) as connection:
        try:
            found = read_record(connection, edge.vault, edge.stream, record)
            unsent = log.records_after(
                connection, edge.stream, edge.vault.replica, edge.standing.acked
            )
        except NoSuchRecord:
            return None
    known = service(found.value("layanan"))
    case = known.case(found.value("varian"), found.value("versi"))
    status = Status(found.status)
    told = promise(found) if status in _OPEN else None
    lacking = missing(case, found.scans) if status in _OPEN else []
    return Progress(
        found,
        status,
        case,
        record in unsent,
        tuple(lacking),
        told.day if told else None,
        told is not None and edge.today() > told.day,
        told is not None and told.queued,
        timeline([_nameless(one) for one in found.told], edge.place_of, policy_of, ()),
        known.is_newer(found.value("versi")),
    )


def _nameless(one: Told) -> Told:
    """A change as a resident may read it: the office, not the person; no notes among staff."""
    if one.body is None:
        return one
    body = one.body
    note = body.note if body.act in _PUBLIC_NOTES else ""
    return replace(one, body=replace(body, by=Author("", "", body.by.role), note=note))


def answers(found: Record) -> dict[str, str]:
    """What a record holds, as it would be typed: the start of a correction."""
    case = service(found.value("layanan")).case(found.value("varian"), found.value("versi"))
    typed = {}
    for one in case.fields:
        value = found.value(DATA + one.name)
        if value not in (None, ""):
            typed[one.name] = pretty(value) if one.kind is FieldKind.PHONE else str(value)
    return typed


def resubmit(
    edge: Edge,
    draft: bytes,
    target: bytes,
    touched: Collection[str],
    confirmed: frozenset[str],
) -> Status:
    """Put the corrections of a draft into the request, which then wants a new look.

    Only the answers in `touched` are taken from the draft: what a petugas changed meanwhile in
    other fields stays. New photos join the old ones.

    :raises FormInvalid: something must be mended or (`FormInvalid` too) still be confirmed.
    :raises NothingChanged: neither an answer nor a photo is new.
    :raises IllegalAct: it is not the resident's turn any more.
    """
    with writing(edge.vault.engine) as connection:
        found = read_record(connection, edge.vault, edge.stream, target)
        kept = drafts.read_draft(connection, edge.vault, edge.stream, draft)
        if kept is None:
            # Sent before: a double click.
            return Status(found.status)
        before = Status(found.status)
        after = apply(Act.PERBAIKI, Role.PEMOHON, before)
        typed = merged(found, kept, touched)
        form = load_form(
            kept.service,
            kept.case,
            typed,
            version=found.value("versi"),
            today=edge.today(),
            confirmed=confirmed,
        )
        if form.warnings:
            raise FormInvalid({name: [said] for name, said in form.warnings})
        require_decided_status(found)
        writes = corrections(found, form, touched)
        writes |= _move_scans(connection, edge, kept, target)
        if not writes:
            raise NothingChanged
        if after is not before:
            writes["status"] = after
        body = Body(Act.PERBAIKI, RESIDENT, writes)
        write(connection, edge.vault, edge.stream, target, KIND, body, edge.stamp())
        drafts.forget_draft(connection, edge.stream, draft)
    edge.ask_exchange()
    return after


def merged(found: Record, kept: Draft, touched: Collection[str]) -> dict[str, str]:
    """The request's answers with the resident's own corrections over them."""
    return {**answers(found), **{name: kept.typed.get(name, "") for name in touched}}


def _move_scans(
    connection: Connection, edge: Edge, kept: Draft, target: bytes
) -> dict[str, dict[str, Any]]:
    own = key_of(connection, edge.vault, edge.stream, kept.record)
    key = key_of(connection, edge.vault, edge.stream, target)
    if own is None or key is None:
        raise KeyMissing(target.hex())
    moved = {}
    for scan, manifest in kept.scans.items():
        data = scans.read_scan(connection, edge.stream, kept.record, own, scan, manifest)
        content = ScanContent(
            manifest["jenis"], manifest["mime"], data, manifest["width"], manifest["height"]
        )
        fresh = scans.new_scan_id()
        moved[SCAN + fresh] = scans.add_scan(
            connection, edge.stream, target, key, fresh, content, ChunkState.WAITING
        )
    return moved


def withdraw(edge: Edge, record: bytes, reason: str) -> Status:
    """The resident does not want it any more; once more changes nothing."""
    with writing(edge.vault.engine) as connection:
        found = read_record(connection, edge.vault, edge.stream, record)
        if found.status == Status.DIBATALKAN:
            return Status.DIBATALKAN
        require_decided_status(found)
        after = apply(Act.BATALKAN, Role.PEMOHON, Status(found.status))
        body = Body(Act.BATALKAN, RESIDENT, {"status": after, "alasan": reason}, reason)
        write(connection, edge.vault, edge.stream, record, KIND, body, edge.stamp())
    edge.ask_exchange()
    return after


def photo(edge: Edge, record: bytes, scan: str, *, small: bool) -> tuple[str, bytes] | None:
    """(type, bytes) of a kept photo, or of its small picture; None when there is none."""
    found = scan_of(edge, record, scan)
    if found is None or not small:
        return found
    mime, data = found
    if mime != "image/jpeg":
        return None
    with edge.pictures, Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
        opened.draft("RGB", (_THUMB, _THUMB))
        opened.thumbnail((_THUMB, _THUMB))
        out = io.BytesIO()
        opened.save(out, "JPEG", quality=60)
    return mime, out.getvalue()


def too_many(kept: Mapping[str, Mapping[str, Any]], jenis: str, more: int) -> Sentence | None:
    """The refusal of more photos than a document needs."""
    have = sum(manifest["jenis"] == jenis for manifest in kept.values())
    if have + more <= MOST_PHOTOS:
        return None
    return Sentence(
        N_("Paling banyak %(most)s foto untuk satu berkas. Hapus dulu yang tidak perlu."),
        {"most": MOST_PHOTOS},
    )


def can_withdraw(status: Status) -> bool:
    return may(Act.BATALKAN, Role.PEMOHON, status)
