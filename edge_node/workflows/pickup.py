"""Documents that wait to be fetched, in the order in which people are called: by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from edge_node.edge import JAKARTA, Edge
from registration.lifecycle import Status
from sync.hlc import when
from vault.engine import reading
from vault.read import Filter, Record, list_records

_MOST = 1_000
"""Documents on one list; a kelurahan holds some tens."""
_STATUSES = (Status.SIAP_DIAMBIL, Status.TERBIT)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One document."""

    record: Record
    here: bool
    """At the counter; otherwise it is issued and on its way."""
    since: datetime
    """In Jakarta."""


@dataclass(frozen=True, slots=True)
class PickUp:
    """The list of a moment."""

    lines: tuple[Waiting, ...]
    whole: bool
    """False: there are more than one list can hold."""


def pick_up(edge: Edge) -> PickUp:
    """What is issued and not handed over yet."""
    only = Filter(stream=edge.stream, statuses=tuple(map(str, _STATUSES)))
    with reading(edge.vault.engine) as connection:
        found, more = list_records(connection, edge.vault, only, 1, _MOST)
    return PickUp(tuple(map(_waiting, sorted(found, key=_called))), not more)


def _called(record: Record) -> tuple[str, str]:
    return str(record.value("data.nama", "")).casefold(), str(record.value("kode", ""))


def _waiting(record: Record) -> Waiting:
    """Since the act that made it what it is; since its last change where that cannot be read."""
    acts = [
        one
        for one in record.told
        if one.body is not None and one.body.writes.get("status") == record.status
    ]
    at = (
        when(acts[-1].change.hlc) if acts else datetime.fromtimestamp(record.changed_ms / 1000, UTC)
    )
    return Waiting(record, record.status == Status.SIAP_DIAMBIL, at.astimezone(JAKARTA))
