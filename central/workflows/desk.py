"""What officers do with a request: each act is one change in the centre's log of its stream.

An act on what a colleague has in hand is refused. Where the office wants two officers for an act,
it is only proposed here, and the status stays (`central.workflows.proposing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from central.centre import Centre
from central.store import claims, desk_settings, proposals
from central.store.worklist import day_number
from central.workflows.acting import acting
from central.workflows.holding import hold, hold_longer, require_free
from central.workflows.seen import require_seen
from registration.catalogue import field_of
from registration.form import load_form
from registration.lifecycle import Act, Role, Status, apply
from registration.shapes import FieldKind
from registration.texts import Sentence
from sync.body import Author, Body
from sync.change import Context
from vault.corrections import corrections, require_decided_status
from vault.engine import Connection
from vault.fold import lock_stream
from vault.read import Record, read_record
from vault.write import write

DECIDING = (Act.KEMBALIKAN, Act.TOLAK, Act.TERBITKAN)
"""With these a request leaves the desk."""
_IDENTITY = frozenset({FieldKind.NIK, FieldKind.KK, FieldKind.NAME})
_BIRTH = frozenset({"data.tempat_lahir", "data.tanggal_lahir", "data.jenis_kelamin"})


def is_identity(name: str) -> bool:
    """Whether a record field says who somebody is."""
    field = field_of(name)
    return name in _BIRTH or (field is not None and field.kind in _IDENTITY)


def open_locked(centre: Centre, connection: Connection, stream: str, record: bytes) -> Record:
    """A request that nobody else changes until the transaction ends."""
    lock_stream(connection, stream)
    return read_record(connection, centre.vault, stream, record)


def carry_out(
    centre: Centre,
    connection: Connection,
    found: Record,
    act: Act,
    by: Author,
    writes: Mapping[str, Any],
    note: str,
) -> Status:
    """Write an act, whose conditions the caller has checked."""
    after = apply(act, Role(by.role), Status(found.status))
    status = {"status": after} if after != found.status else {}
    body = Body(act, by, {**status, **writes}, note)
    write(connection, centre.vault, found.stream, found.id, found.kind, body, centre.stamp())
    proposals.drop(connection, found.stream, found.id)
    if act in DECIDING:
        today = day_number(centre.today())
        desk_settings.count_done(connection, today, str(found.value("layanan", "")))
    return after


def _do_or_propose(
    centre: Centre,
    connection: Connection,
    found: Record,
    act: Act,
    by: Author,
    writes: Mapping[str, Any],
    note: str,
) -> Status:
    layanan = str(found.value("layanan", ""))
    if not desk_settings.needs_second(connection, act, layanan):
        return carry_out(centre, connection, found, act, by, writes, note)
    made = proposals.new_proposal(
        found.stream, found.id, act, centre.clock(), by, writes, note, found.state.context
    )
    proposals.keep(connection, centre.vault, made)
    # The second officer takes it from here.
    claims.release(connection, found.stream, found.id)
    return Status(found.status)


def _act(
    centre: Centre,
    stream: str,
    record: bytes,
    act: Act,
    by: Author,
    note: str = "",
    *,
    seen: Context | None = None,
    **writes: Any,
) -> Status:
    with acting(centre) as connection:
        return act_in(connection, centre, stream, record, act, by, note, seen=seen, **writes)


def act_in(
    connection: Connection,
    centre: Centre,
    stream: str,
    record: bytes,
    act: Act,
    by: Author,
    note: str = "",
    *,
    seen: Context | None = None,
    **writes: Any,
) -> Status:
    """An act in a transaction of `acting`, with which more may commit.

    An act that is not legal any more says so first: that is the plainer word.

    :raises ChangedMeanwhile: there is more than `seen`, what the officer had on the screen.
    """
    found = open_locked(centre, connection, stream, record)
    require_decided_status(found)
    apply(act, Role(by.role), Status(found.status))
    require_free(centre, connection, stream, record, by)
    require_seen(found, seen)
    return _do_or_propose(centre, connection, found, act, by, writes, note)


def start(centre: Centre, stream: str, record: bytes, by: Author) -> Status:
    """An officer works on it now, and nobody else does; the counter is told once.

    :raises IllegalAct: somebody else has it, or it is not Disdukcapil's to work on.
    """
    with acting(centre) as connection:
        found = open_locked(centre, connection, stream, record)
        require_decided_status(found)
        if found.status != Status.DIPROSES:
            apply(Act.PROSES, Role(by.role), Status(found.status))
        hold(centre, connection, stream, record, by)
        # Who looks at a proposal changes nothing of what was proposed.
        proposed = proposals.waits_among(connection, [(stream, record)])
        if found.status == Status.DIPROSES or proposed:
            return Status(found.status)
        return carry_out(centre, connection, found, Act.PROSES, by, {}, "")


def give_back(
    centre: Centre,
    stream: str,
    record: bytes,
    by: Author,
    reason: str,
    *,
    seen: Context | None = None,
) -> Status:
    """Something must be mended at the counter; the resident reads `reason`."""
    return _act(centre, stream, record, Act.KEMBALIKAN, by, note=reason, seen=seen, alasan=reason)


def reject(
    centre: Centre,
    stream: str,
    record: bytes,
    by: Author,
    reason: str,
    *,
    seen: Context | None = None,
) -> Status:
    """It cannot be granted; the resident reads `reason`."""
    return _act(centre, stream, record, Act.TOLAK, by, note=reason, seen=seen, alasan=reason)


def issue(
    centre: Centre,
    stream: str,
    record: bytes,
    by: Author,
    number: str,
    *,
    seen: Context | None = None,
) -> Status:
    """The document is made."""
    return _act(
        centre, stream, record, Act.TERBITKAN, by, note=number, seen=seen, nomor_dokumen=number
    )


def correct(
    centre: Centre,
    stream: str,
    record: bytes,
    typed: Mapping[str, str],
    by: Author,
    *,
    confirmed: frozenset[str] = frozenset(),
    note: str = "",
    seen: Context | None = None,
) -> tuple[Status, list[tuple[str, Sentence]]]:
    """Change what stands in the form; writes only what differs.

    Returns the status, and what wants to be confirmed first (then nothing was written).

    :raises FormInvalid: with a sentence beside each field; nothing is written.
    :raises ChangedMeanwhile: there is more than `seen`, what the officer had on the screen.
    """
    with acting(centre) as connection:
        found = open_locked(centre, connection, stream, record)
        require_decided_status(found)
        after = apply(Act.PERBAIKI, Role(by.role), Status(found.status))
        require_free(centre, connection, stream, record, by)
        require_seen(found, seen)
        form = load_form(
            found.value("layanan"),
            found.value("varian"),
            typed,
            version=found.value("versi"),
            today=centre.today(),
            confirmed=confirmed,
        )
        if form.warnings:
            return after, form.warnings
        changed = corrections(found, form, typed)
        if any(is_identity(name) for name in changed):
            _do_or_propose(centre, connection, found, Act.PERBAIKI, by, changed, note)
        elif changed:
            carry_out(centre, connection, found, Act.PERBAIKI, by, changed, note)
        hold_longer(centre, connection, stream, record, by)
    return after, []
