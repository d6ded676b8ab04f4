"""The daily register: everything that was taken in on one day, in the order in which it came."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from edge_node.edge import JAKARTA, Edge
from registration.lifecycle import Role
from vault.engine import reading
from vault.read import Filter, Record, list_records

_MOST = 2_000
"""Requests of one day; a hundred times what a kelurahan takes in."""


@dataclass(frozen=True, slots=True)
class Line:
    """One request of the register."""

    record: Record
    at: datetime
    """When it was taken in, in Jakarta."""
    clerk: str
    """Who took it in; "" where the resident filed it alone."""


@dataclass(frozen=True, slots=True)
class Register:
    """A day of the counter."""

    day: date
    lines: tuple[Line, ...]
    by_service: dict[str, int]
    """{service code: requests}, the most first."""
    whole: bool
    """False: there are more than one page can show."""


def register_of(edge: Edge, day: date) -> Register:
    """The requests that this kelurahan took in on a day of Jakarta's calendar."""
    start = datetime.combine(day, time(), JAKARTA)
    span = (_ms(start), _ms(start + timedelta(days=1)))
    with reading(edge.vault.engine) as connection:
        only = Filter(stream=edge.stream, born=span)
        found, more = list_records(connection, edge.vault, only, 1, _MOST)
    lines = tuple(_line(one) for one in reversed(found))
    counted = Counter(str(one.value("layanan", "")) for one in found)
    return Register(day, lines, dict(counted.most_common()), not more)


def _line(record: Record) -> Line:
    at = datetime.fromtimestamp(record.opened_ms / 1000, UTC).astimezone(JAKARTA)
    first = record.told[0].body if record.told else None
    staffed = first is not None and first.by.role != Role.PEMOHON
    return Line(record, at, first.by.name if first is not None and staffed else "")


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
