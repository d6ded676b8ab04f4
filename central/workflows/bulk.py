"""Many differences of one kind at once: the same side, for the same reason.

Each request still gets a change of its own, as if it were settled alone; what is not any more as
the page showed it is left for a person, and told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from central.centre import Centre
from central.store import differences
from central.store.differences import Wanted
from central.workflows.settling import (
    Conflict,
    Office,
    Side,
    conflicts_in,
    conflicts_of,
    settle,
    side_of,
)
from registration.errors import IllegalAct
from sync.body import Author
from vault.engine import reading
from vault.errors import NoSuchRecord
from vault.read import Record, read_many

_NOT_PLAIN = 2
"""So many times as many are opened as fit on the page: a few have several values of one office."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A request whose difference is of the plain kind: one value of each office."""

    record: Record
    conflict: Conflict
    counter: Side
    centre: Side


@dataclass(frozen=True, slots=True)
class Chosen:
    """A request as an officer ticked it."""

    stream: str
    record: bytes
    seen: Collection[str]
    """Keys of all sides that the page showed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    settled: int
    skipped: tuple[Chosen, ...]
    """What had changed since the page was opened; nothing was decided there."""


def kinds(centre: Centre) -> dict[str, int]:
    """{record field: requests in which it waits for a person}, the most frequent first."""
    with reading(centre.vault.engine) as connection:
        return differences.count_fields(connection)


def candidates(centre: Centre, field: str, most: int) -> list[Candidate]:
    """The requests whose plain difference about a field waits, the longest first."""
    vault = centre.vault
    wanted = Wanted(field=field)
    with reading(vault.engine) as connection:
        waiting = differences.list_waiting(connection, wanted, 1, most * _NOT_PLAIN)
        records = read_many(connection, vault, [(stream, one) for stream, one, _ in waiting])
    found = []
    for record in records:
        for conflict in conflicts_in(vault, record):
            counter, ours = (side_of(vault, conflict, office) for office in Office)
            if conflict.field == field and counter is not None and ours is not None:
                found.append(Candidate(record, conflict, counter, ours))
    return found[:most]


def settle_many(
    centre: Centre, field: str, office: Office, chosen: Sequence[Chosen], by: Author, reason: str
) -> Outcome:
    """Decide a field of many requests for one office, each in a transaction of its own."""
    skipped = [one for one in chosen if not _settle(centre, field, office, one, by, reason)]
    return Outcome(len(chosen) - len(skipped), tuple(skipped))


def _settle(
    centre: Centre, field: str, office: Office, one: Chosen, by: Author, reason: str
) -> bool:
    try:
        _, conflicts = conflicts_of(centre, one.stream, one.record)
        waiting = [conflict for conflict in conflicts if conflict.field == field]
        side = side_of(centre.vault, waiting[0], office) if waiting else None
        if side is None:
            return False
        settle(
            centre,
            one.stream,
            one.record,
            {field: side.key},
            by,
            reason,
            seen={field: one.seen},
        )
    except (IllegalAct, NoSuchRecord):
        return False
    return True
