"""What waits for a decision and what was decided: worklists, and what the causes are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from central.centre import Centre
from central.store import differences
from central.store.differences import Cause, Kind, Row, Wanted, Won
from vault.engine import reading
from vault.read import Record, read_many

__all__ = [
    "Cause",
    "Decided",
    "Kind",
    "Queue",
    "Row",
    "Waiting",
    "Wanted",
    "Won",
    "causes",
    "counts",
    "decided",
    "waiting",
]
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for a decision, and since when (Unix ms)."""

    record: Record
    since_ms: int


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of what waits."""

    requests: list[Waiting]
    page: int
    more: bool


def waiting(centre: Centre, wanted: Wanted, page: int, page_size: int) -> Queue:
    """A page (from 1) of the requests that wait, the longest first."""
    vault = centre.vault
    page = max(1, page)
    with reading(vault.engine) as connection:
        rows = differences.list_waiting(connection, wanted, page, page_size + 1)
        shown = {(stream, which): since for stream, which, since in rows[:page_size]}
        records = read_many(connection, vault, list(shown))
        found = [Waiting(one, shown[one.stream, one.id]) for one in records]
    return Queue(found, page, len(rows) > page_size)


def counts(centre: Centre) -> Mapping[Kind, int]:
    """How many requests of each kind wait."""
    with reading(centre.vault.engine) as connection:
        return differences.count_waiting(connection)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision of the last days."""

    record: Record
    row: Row


def decided(centre: Centre, days: int, most: int) -> list[Decided]:
    """The decisions of so many days, the latest first."""
    vault = centre.vault
    with reading(vault.engine) as connection:
        rows = differences.list_settled(connection, centre.clock() - days * _DAY_MS, most)
        wanted = list(dict.fromkeys((row.stream, row.record) for row in rows))
        held = {(one.stream, one.id): one for one in read_many(connection, vault, wanted)}
    return [
        Decided(held[row.stream, row.record], row)
        for row in rows
        if (row.stream, row.record) in held
    ]


def causes(centre: Centre, days: int) -> list[Cause]:
    """What began in the last days, by field, kelurahan and service."""
    now = centre.clock()
    with reading(centre.vault.engine) as connection:
        return differences.causes(connection, now - days * _DAY_MS, now + 1)
