"""What came after a decision that was made without it: the decision stands, or it is taken back."""

from __future__ import annotations

from typing import Any

from central.centre import Centre
from central.store.differences import deeds_of
from central.workflows.acting import acting
from central.workflows.seen import require_seen
from registration import late
from registration.errors import IllegalAct
from registration.late import Late
from registration.lifecycle import Act, Role, Status, apply
from registration.texts import N_, Sentence
from sync.body import Author, Body
from sync.change import Context
from vault.engine import reading
from vault.fold import lock_stream
from vault.read import Record, read_record
from vault.write import write


def late_in(centre: Centre, found: Record) -> Late | None:
    """What waits in a record."""
    return late.waiting(late.came_late(deeds_of(found.told, centre.vault)))


def late_of(centre: Centre, stream: str, record: bytes) -> tuple[Record, Late | None]:
    """A record, and what came late in it and waits.

    :raises NoSuchRecord: not held.
    """
    with reading(centre.vault.engine) as connection:
        found = read_record(connection, centre.vault, stream, record)
    return found, late_in(centre, found)


def confirm(
    centre: Centre, stream: str, record: bytes, by: Author, reason: str, *, seen: Context | None
) -> None:
    """The decision stands.

    :raises IllegalAct: not this role, or nothing waits (any more).
    :raises ChangedMeanwhile: there is more than the officer saw.
    """
    _act(centre, stream, record, Act.TINJAU_SUSULAN, by, reason, seen)


def take_back(
    centre: Centre, stream: str, record: bytes, by: Author, reason: str, *, seen: Context | None
) -> None:
    """The request is worked on again; the counter is told not to hand over what was made of it.

    :raises IllegalAct: not this role, or no decision can be taken back (any more).
    :raises ChangedMeanwhile: there is more than the officer saw.
    """
    _act(centre, stream, record, Act.BUKA_KEMBALI, by, reason, seen)


def _act(
    centre: Centre,
    stream: str,
    record: bytes,
    act: Act,
    by: Author,
    reason: str,
    seen: Context | None,
) -> None:
    with acting(centre) as connection:
        lock_stream(connection, stream)
        found = read_record(connection, centre.vault, stream, record)
        before = Status(found.status)
        after = apply(act, Role(by.role), before)
        if act is Act.TINJAU_SUSULAN and late_in(centre, found) is None:
            raise IllegalAct(
                Sentence(N_("Tidak ada perubahan susulan yang menunggu di permohonan ini."))
            )
        require_seen(found, seen)
        writes: dict[str, Any] = {}
        if after is not before:
            writes = {"status": after, "alasan": reason}
            if found.value("nomor_dokumen") is not None:
                # What is made next has a number of its own.
                writes["nomor_dokumen"] = None
        body = Body(act, by, writes, reason)
        write(connection, centre.vault, stream, record, found.kind, body, centre.stamp())
