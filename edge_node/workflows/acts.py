"""What staff and residents do with a request after it was filed: each act is one change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from edge_node.edge import Edge
from edge_node.workflows import phone_signature
from edge_node.workflows.filing import Upload, missing, prepare_all, unseen
from edge_node.workflows.promising import promise_writes
from edge_node.workflows.room import NO_PHOTOS, Room, room
from registration.acts_schema import SAMPLE, HandOver
from registration.catalogue import (
    DATA,
    DROPPED,
    KIND,
    PROMISED,
    SCAN,
    SPOT_CHECK,
    label_of,
    service,
)
from registration.errors import FormInvalid, IllegalAct
from registration.form import Form, load_form
from registration.lifecycle import Act, Role, Status, apply
from registration.texts import N_, Sentence, Words
from sync.body import Author, Body
from vault import scans
from vault.corrections import corrections, require_decided_status
from vault.data_keys import key_of
from vault.engine import writing
from vault.errors import KeyMissing
from vault.read import Record, read_record
from vault.scans import ChunkState
from vault.write import write


def _act(edge: Edge, record: bytes, act: Act, by: Author, note: str = "", **writes: Any) -> Status:
    with writing(edge.vault.engine) as connection:
        found = read_record(connection, edge.vault, edge.stream, record)
        require_decided_status(found)
        after = apply(act, Role(by.role), Status(found.status))
        body = Body(act, by, {"status": after, **writes}, note)
        write(connection, edge.vault, edge.stream, record, KIND, body, edge.stamp())
    edge.ask_exchange()
    return after


def verify(edge: Edge, record: bytes, by: Author) -> Status:
    """The petugas has seen the papers; the request may go to Disdukcapil.

    :raises IllegalAct: not now, not this role, or documents are missing.
    """
    with writing(edge.vault.engine) as connection:
        found = read_record(connection, edge.vault, edge.stream, record)
        require_decided_status(found)
        after = apply(Act.VERIFIKASI, Role(by.role), Status(found.status))
        case = service(found.value("layanan")).case(found.value("varian"), found.value("versi"))
        lacking = missing(case, found.scans)
        if lacking:
            raise IllegalAct(
                Sentence(
                    N_("Berkas yang belum ada: %(documents)s. Tambahkan fotonya dulu."),
                    {"documents": Words(tuple(case.document(code).label for code in lacking))},
                )
            )
        told = promise_writes(edge, found.value("layanan"), found.value(PROMISED))
        body = Body(Act.VERIFIKASI, by, {"status": after, **told})
        write(connection, edge.vault, edge.stream, record, KIND, body, edge.stamp())
    edge.ask_exchange()
    return after


def document_arrived(edge: Edge, record: bytes, by: Author) -> Status:
    """The finished document is at the counter."""
    return _act(edge, record, Act.TERIMA_DOKUMEN, by)


def hand_over(edge: Edge, record: bytes, by: Author, to: HandOver) -> Status:
    """The document is in somebody's hands."""
    after = _act(edge, record, Act.SERAHKAN, by, note=to.penerima, penerima=to.written())
    phone_signature.clear(edge, record)
    return after


def drop_scan(edge: Edge, record: bytes, scan: str, by: Author, reason: str) -> Status:
    """Take a photo away that does not belong here; it is shown no more, and the history tells.

    The field that added it stays, so nothing is overwritten and older versions still show it.

    :raises IllegalAct: not now, not this role, or it is not here (any more).
    """
    with writing(edge.vault.engine) as connection:
        found = read_record(connection, edge.vault, edge.stream, record)
        after = apply(Act.LEPAS_BERKAS, Role(by.role), Status(found.status))
        if scan not in found.scans:
            raise IllegalAct(Sentence(N_("Foto ini sudah tidak ada di permohonan.")))
        body = Body(Act.LEPAS_BERKAS, by, {DROPPED + scan: True}, reason)
        write(connection, edge.vault, edge.stream, record, KIND, body, edge.stamp())
    edge.ask_exchange()
    return after


def documents_arrived(
    edge: Edge, records: Sequence[bytes], by: Author
) -> tuple[int, list[tuple[bytes, Sentence]]]:
    """A box of finished documents came: (how many were noted, those that were not, and why)."""
    refused: list[tuple[bytes, Sentence]] = []
    done = 0
    for record in dict.fromkeys(records):
        try:
            document_arrived(edge, record, by)
            done += 1
        except IllegalAct as illegal:
            refused.append((record, illegal.sentence))
    return done, refused


def spot_check(edge: Edge, record: bytes, by: Author, found: str, remark: str) -> None:
    """The penyelia looked at it once more, as a sample; the history tells what that came to.

    :param found: one of the choices of `acts_schema.SAMPLE`.
    :raises IllegalAct: not this role.
    """
    with writing(edge.vault.engine) as connection:
        held = read_record(connection, edge.vault, edge.stream, record)
        apply(Act.UJI_PETIK, Role(by.role), Status(held.status))
        label = next(one.label for one in SAMPLE.choices if one.value == found)
        # The words are kept: who reads the history later may have another version's choices.
        note = f"{label.lower()}: {remark}" if remark else label.lower()
        body = Body(Act.UJI_PETIK, by, {SPOT_CHECK: found}, note)
        write(connection, edge.vault, edge.stream, record, KIND, body, edge.stamp())
    edge.ask_exchange()


def cancel(edge: Edge, record: bytes, by: Author, reason: str) -> Status:
    """The resident does not want it any more."""
    return _act(edge, record, Act.BATALKAN, by, note=reason, alasan=reason)


def correct(
    edge: Edge,
    record: bytes,
    typed: Mapping[str, str],
    uploads: Sequence[Upload],
    by: Author,
    *,
    confirmed: frozenset[str] = frozenset(),
    note: str = "",
) -> Status:
    """Change what was typed, add photos, or both; writes only what differs.

    :raises FormInvalid: with a sentence beside each field; nothing is written.
    :raises IllegalAct: not now, or not this role.
    """
    with writing(edge.vault.engine) as connection:
        found = read_record(connection, edge.vault, edge.stream, record)
        case = service(found.value("layanan")).case(found.value("varian"), found.value("versi"))
        apply(Act.PERBAIKI, Role(by.role), Status(found.status))
    if uploads and room(edge) is not Room.ENOUGH:
        raise FormInvalid({SCAN + one.jenis: [NO_PHOTOS] for one in uploads})
    ready, refused = prepare_all(edge, uploads, frozenset(d.code for d in case.documents))
    if refused:
        raise FormInvalid(refused)
    form = _checked(edge, found, typed, confirmed) if typed else None
    with writing(edge.vault.engine) as connection:
        found = read_record(connection, edge.vault, edge.stream, record)
        require_decided_status(found)
        before = Status(found.status)
        changed = corrections(found, form, typed) if form else {}
        after = apply(Act.PERBAIKI, Role(by.role), before)
        only_photos = ready and not changed and after is before
        act = Act.TAMBAH_BERKAS if only_photos else Act.PERBAIKI
        key = key_of(connection, edge.vault, edge.stream, record)
        if key is None:
            raise KeyMissing(record.hex())
        writes: dict[str, Any] = dict(changed)
        for content in unseen(ready, found.scans):
            scan = scans.new_scan_id()
            writes[SCAN + scan] = scans.add_scan(
                connection, edge.stream, record, key, scan, content, ChunkState.WAITING
            )
        if after is not before:
            writes["status"] = after
        if not writes:
            return after
        body = Body(act, by, writes, note)
        write(connection, edge.vault, edge.stream, record, KIND, body, edge.stamp())
    edge.ask_exchange()
    return after


def _checked(
    edge: Edge, found: Record, typed: Mapping[str, str], confirmed: frozenset[str]
) -> Form:
    form = load_form(
        found.value("layanan"),
        found.value("varian"),
        typed,
        version=found.value("versi"),
        today=edge.today(),
        confirmed=confirmed,
    )
    if form.warnings:
        raise FormDoubtful(dict(_grouped(form.warnings)))
    return form


class FormDoubtful(Exception):
    """The form is well filled but something wants to be confirmed."""

    def __init__(self, warnings: Mapping[str, list[Sentence]]) -> None:
        super().__init__(", ".join(label_of(DATA + name) for name in warnings))
        self.warnings = warnings


def _grouped(warnings: list[tuple[str, Sentence]]) -> dict[str, list[Sentence]]:
    grouped: dict[str, list[Sentence]] = {}
    for name, sentence in warnings:
        grouped.setdefault(name, []).append(sentence)
    return grouped
