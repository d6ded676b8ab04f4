"""Settling what two people wrote without knowing of each other: a person chooses, with a reason.

A settle is a change whose context covers what it settles, so it converges like any other. It says
which values the officer saw; when something else has come meanwhile, nothing is decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from central.centre import Centre
from central.workflows.acting import acting
from registration.errors import IllegalAct
from registration.lifecycle import Act, Role, Status, apply
from registration.texts import N_, Sentence
from sync.body import Author, Body
from sync.record import Entry
from sync.resolve import base_of
from vault.core import Vault
from vault.engine import Connection, reading
from vault.fold import Told, lock_stream
from vault.read import Record, read_record
from vault.write import write

_STATUS, _REASON = "status", "alasan"


class Office(StrEnum):
    """Whose word is taken."""

    LOKET = "loket"
    PUSAT = "pusat"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values that stand against each other."""

    key: str
    """Names the value in the form: replica and position of its write."""
    value: Any
    told: Told
    """The change that wrote it: by whom, when."""
    entry: Entry


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that a person must decide."""

    field: str
    base: Any
    """What both had in front of them; None where there was nothing."""
    sides: tuple[Side, ...]
    provisional: Any


def side_key(entry: Entry) -> str:
    return f"{entry.dot.replica.hex()[:12]}-{entry.dot.seq}"


def conflicts_of(centre: Centre, stream: str, record: bytes) -> tuple[Record, list[Conflict]]:
    """A record and its undecided fields.

    :raises NoSuchRecord: not held.
    """
    with reading(centre.vault.engine) as connection:
        found = read_record(connection, centre.vault, stream, record)
    return found, conflicts_in(centre.vault, found)


def conflicts_in(vault: Vault, found: Record) -> list[Conflict]:
    """The undecided fields of a record."""
    writes = [one.write for one in found.told]
    listed: list[Conflict] = []
    for name, resolution in sorted(found.fields.items()):
        if resolution.conflicted:
            sides = sides_of(vault, resolution.entries, found.told)
            base = base_of(name, resolution.entries, writes)
            listed.append(Conflict(name, base, sides, resolution.value))
    return listed


def sides_of(vault: Vault, entries: Iterable[Entry], told: Iterable[Told]) -> tuple[Side, ...]:
    """Values with who wrote them: the counter on the left, Disdukcapil on the right, everywhere."""
    authority = vault.rules.authority
    by_dot = {one.write.dot: one for one in told}
    ordered = sorted(entries, key=lambda one: (authority(one.dot.replica), one.dot))
    return tuple(Side(side_key(one), one.value, by_dot[one.dot], one) for one in ordered)


def side_of(vault: Vault, conflict: Conflict, office: Office) -> Side | None:
    """The one value of an office; None where it has none, or several."""
    authority = vault.rules.authority
    of_office = [
        side
        for side in conflict.sides
        if (authority(side.entry.dot.replica) > 0) is (office is Office.PUSAT)
    ]
    return of_office[0] if len(of_office) == 1 else None


def settle(
    centre: Centre,
    stream: str,
    record: bytes,
    choices: Mapping[str, str],
    by: Author,
    reason: str,
    *,
    seen: Mapping[str, Collection[str]] | None = None,
) -> int:
    """Decide fields; returns how many conflicts are left.

    :param choices: field → key of the chosen side.
    :param seen: field → keys of all sides that the officer saw; a side that came since then is
        not decided over. None: only the chosen side must still stand.
    :raises IllegalAct: not this role, nothing chosen, or the sides are not those any more.
    """
    with acting(centre) as connection:
        return settle_in(connection, centre, stream, record, choices, by, reason, seen=seen)


def settle_in(
    connection: Connection,
    centre: Centre,
    stream: str,
    record: bytes,
    choices: Mapping[str, str],
    by: Author,
    reason: str,
    *,
    seen: Mapping[str, Collection[str]] | None = None,
) -> int:
    """As `settle`, in a transaction of `acting` that holds more than this."""
    lock_stream(connection, stream)
    found = read_record(connection, centre.vault, stream, record)
    apply(Act.PUTUSKAN, Role(by.role), Status(found.status))
    decided = [
        _chosen(found, name, key, None if seen is None else seen.get(name, ()))
        for name, key in choices.items()
    ]
    if not decided:
        raise IllegalAct(Sentence(N_("Pilih dulu salah satu isian.")))
    writes = {name: entry.value for name, entry in zip(choices, decided, strict=True)}
    if _STATUS in choices:
        writes |= reason_of(found, decided[list(choices).index(_STATUS)])
    body = Body(Act.PUTUSKAN, by, writes, reason)
    write(connection, centre.vault, stream, record, found.kind, body, centre.stamp())
    return found.conflicts - len(choices)


def reason_of(found: Record, chosen: Entry) -> dict[str, Any]:
    """The reason that came with a status goes with it, or the other one's would be read as its."""
    for one in found.told:
        if one.write.dot == chosen.dot and one.body is not None and _REASON in one.body.writes:
            return {_REASON: one.body.writes[_REASON]}
    return {}


def _chosen(found: Record, name: str, key: str, seen: Collection[str] | None) -> Entry:
    resolution = found.fields.get(name)
    if resolution is not None and resolution.conflicted:
        standing = {side_key(entry): entry for entry in resolution.entries}
        if key in standing and (seen is None or standing.keys() == set(seen)):
            return standing[key]
    raise IllegalAct(
        Sentence(N_("Perbedaan ini sudah berubah sejak halaman dibuka. Lihat lagi, lalu putuskan."))
    )
