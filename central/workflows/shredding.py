"""Destroying records for good: two persons order it, or the schedule that two persons approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from central.centre import Centre
from central.store import audit, differences, nodes, worklist
from central.workflows.consent import Consent
from vault import key_work, shredding
from vault.engine import Connection, reading, writing
from vault.errors import NoSuchRecord
from vault.fold import lock_stream
from vault.read import find_record

ACT = "shred"
PERSONS = 2


@dataclass(frozen=True, slots=True)
class Shredded:
    """What was ordered."""

    number: int
    """Of the last order."""
    count: int


def shred(centre: Centre, stream: str, record: bytes, consent: Consent) -> Shredded:
    """Destroy one record here, and order all nodes of its stream to do the same.

    :raises NotAllowed: the consent does not suffice.
    :raises NoSuchRecord: it is not held, or was destroyed before.
    """
    consent.require(PERSONS)
    with reading(centre.vault.engine) as connection:
        if find_record(connection, centre.vault, stream, record) is None:
            raise NoSuchRecord(f"no record {record.hex()} is held of {stream}")
    with writing(centre.vault.engine) as connection:
        done = _order(centre, connection, stream, [record])
        subject = f"{stream} {record.hex()}"
        audit.note_act(
            connection,
            centre.vault,
            centre.clock(),
            ACT,
            subject,
            consent.by,
            consent.reason,
        )
    shredding.sweep(centre.vault, centre.blobs)
    return done


def shred_many(
    centre: Centre, connection: Connection, stream: str, records: Sequence[bytes]
) -> int:
    """Order the shredding of several records of one stream, in the caller's transaction; how many.

    The caller has asked for consent, writes the audit, and sweeps after the commit.
    """
    return _order(centre, connection, stream, records).count


def _order(
    centre: Centre, connection: Connection, stream: str, records: Sequence[bytes]
) -> Shredded:
    vault = centre.vault
    lock_stream(connection, stream)
    key_work.hold(connection)
    identity = vault.keys_in(connection).identity
    made = shredding.issue(connection, identity, stream, records, centre.clock())
    shredding.carry_out(connection, vault, stream, made)
    worklist.forget(connection, [(stream, record) for record in records])
    differences.forget(connection, stream, records)
    return Shredded(made[-1].number if made else 0, len(made))


def owing(centre: Centre, stream: str, number: int) -> list[str]:
    """The nodes of a stream that have not carried out an order yet."""
    with reading(centre.vault.engine) as connection:
        return nodes.owing_orders(connection, stream, number)
