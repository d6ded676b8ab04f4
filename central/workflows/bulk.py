"""Many differences of one kind at once: the same side, for the same reason.

Each request still gets a change of its own, as if it were settled alone; what is not any more as
the page showed it is left for a person, and told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from central.centre import Centre
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
from vault.read import Filter, Record, list_records

_LOOKED_AT = 500
"""Requests with differences that are opened to sort them: more than an officer settles in a day."""


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
    """{record field: requests whose plain difference about it waits}, the most frequent first."""
    counted = Counter(one.conflict.field for one in _plain(centre))
    return dict(counted.most_common())


def candidates(centre: Centre, field: str, most: int) -> list[Candidate]:
    """The requests whose plain difference about a field waits, the oldest first."""
    found = [one for one in _plain(centre) if one.conflict.field == field]
    found.sort(key=lambda one: one.record.id)
    return found[:most]


def _plain(centre: Centre) -> Iterator[Candidate]:
    with reading(centre.vault.engine) as connection:
        records, _ = list_records(connection, centre.vault, Filter(conflicted=True), 1, _LOOKED_AT)
    for record in records:
        for conflict in conflicts_in(centre.vault, record):
            sides = [side_of(centre.vault, conflict, office) for office in Office]
            if sides[0] is not None and sides[1] is not None:
                yield Candidate(record, conflict, sides[0], sides[1])


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
