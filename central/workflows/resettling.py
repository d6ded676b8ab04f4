"""A decision between two values that was wrong: somebody decides again, and both stay in history.

Nothing is taken back: the new decision is one more change, whose context covers the first.
"""

from __future__ import annotations

from dataclasses import dataclass

from central.centre import Centre
from central.workflows.acting import acting
from central.workflows.settling import Side, reason_of, side_key, sides_of
from registration.errors import IllegalAct
from registration.lifecycle import Act, Role, Status, apply
from registration.texts import N_, Sentence
from sync.body import Author, Body
from sync.differences import differences
from vault.core import Vault
from vault.engine import reading
from vault.fold import Told, lock_stream, writes_of
from vault.read import Record, read_record
from vault.write import write

_STATUS = "status"


@dataclass(frozen=True, slots=True)
class Settled:
    """A field that was decided, and may be decided again while nobody wrote it since."""

    field: str
    sides: tuple[Side, ...]
    """What stood against each other then."""
    by: Told
    """The change that decided."""
    stands: bool
    """Whether its value is still the one of the field."""

    @property
    def key(self) -> str:
        """Names the decision in the form."""
        return f"{self.by.change.replica.hex()[:12]}-{self.by.change.seq}"

    @property
    def chosen(self) -> str | None:
        """The side that was chosen; None where something else was written."""
        value = self.by.body.writes.get(self.field) if self.by.body else None
        return next((side.key for side in self.sides if side.value == value), None)


def settled_in(vault: Vault, found: Record) -> list[Settled]:
    """What was decided in a record, the latest first."""
    by_dot = {one.write.dot: one for one in found.told}
    listed = []
    for one in differences(writes_of(found.told), vault.rules):
        if one.settled is not None and one.settled.dot in by_dot:
            entries = found.fields[one.field].entries
            stands = len(entries) == 1 and entries[0].dot == one.settled.dot
            sides = sides_of(vault, one.sides, found.told)
            listed.append(Settled(one.field, sides, by_dot[one.settled.dot], stands))
    return listed[::-1]


def settled_of(centre: Centre, stream: str, record: bytes) -> tuple[Record, list[Settled]]:
    """A record and what was decided in it, the latest first.

    :raises NoSuchRecord: not held.
    """
    with reading(centre.vault.engine) as connection:
        found = read_record(connection, centre.vault, stream, record)
    return found, settled_in(centre.vault, found)


def settle_again(
    centre: Centre,
    stream: str,
    record: bytes,
    field: str,
    decision: str,
    key: str,
    by: Author,
    reason: str,
) -> None:
    """Take another side than a decision did.

    :param decision: `Settled.key`; `key`: of the side that holds from now on.
    :raises IllegalAct: not this role; the field was written since; it is the side that holds.
    """
    with acting(centre) as connection:
        lock_stream(connection, stream)
        found = read_record(connection, centre.vault, stream, record)
        apply(Act.PUTUSKAN, Role(by.role), Status(found.status))
        one = _standing(settled_in(centre.vault, found), field, decision)
        side = next((side for side in one.sides if side_key(side.entry) == key), None)
        if side is None or key == one.chosen:
            raise IllegalAct(Sentence(N_("Pilih isian yang lain dari yang sekarang berlaku.")))
        writes = {field: side.value}
        if field == _STATUS:
            writes |= reason_of(found, side.entry)
        body = Body(Act.PUTUSKAN, by, writes, reason)
        write(connection, centre.vault, stream, record, found.kind, body, centre.stamp())


def _standing(settled: list[Settled], field: str, decision: str) -> Settled:
    for one in settled:
        if one.field == field and one.key == decision and one.stands:
            return one
    raise IllegalAct(
        Sentence(N_("Isian ini sudah ditulis lagi sejak diputuskan. Lihat riwayatnya dulu."))
    )
