"""What officers do with a request: each act is one change in the centre's log of its stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from central.centre import Centre
from central.workflows.acting import acting
from central.workflows.seen import require_seen
from registration.form import load_form
from registration.lifecycle import Act, Role, Status, apply
from registration.texts import Sentence
from sync.body import Author, Body
from sync.change import Context
from vault.corrections import corrections, require_decided_status
from vault.engine import Connection
from vault.fold import lock_stream
from vault.read import Record, read_record
from vault.write import write


def _open_locked(centre: Centre, connection: Connection, stream: str, record: bytes) -> Record:
    lock_stream(connection, stream)
    return read_record(connection, centre.vault, stream, record)


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
    found = _open_locked(centre, connection, stream, record)
    require_decided_status(found)
    after = apply(act, Role(by.role), Status(found.status))
    require_seen(found, seen)
    body = Body(act, by, {"status": after, **writes}, note)
    write(connection, centre.vault, stream, record, found.kind, body, centre.stamp())
    return after


def start(centre: Centre, stream: str, record: bytes, by: Author) -> Status:
    """An officer works on it now."""
    return _act(centre, stream, record, Act.PROSES, by)


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
        found = _open_locked(centre, connection, stream, record)
        require_decided_status(found)
        after = apply(Act.PERBAIKI, Role(by.role), Status(found.status))
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
        if changed:
            body = Body(Act.PERBAIKI, by, changed, note)
            write(connection, centre.vault, stream, record, found.kind, body, centre.stamp())
    return after, []
