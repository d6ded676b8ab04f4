"""Everything that is not done, by what it waits for: the longest waiting first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from edge_node.edge import Edge
from edge_node.workflows.lookup import Group, Row, filter_of, rows_of, unsent_records
from registration.lifecycle import Status
from vault.engine import reading
from vault.read import count_records, list_records

SHOWN = 10
"""Requests of each reason on the page; the queue itself has them all."""


class Reason(StrEnum):
    """What a request waits for, in the order in which somebody here can do something about it."""

    PERBAIKAN = "perbaikan"
    PEMERIKSAAN = "pemeriksaan"
    PENGAMBILAN = "pengambilan"
    JARINGAN = "jaringan"
    PUSAT = "pusat"
    PUTUSAN = "putusan"
    PERJALANAN = "perjalanan"


_QUEUES: dict[Reason, tuple[Group, Status | None]] = {
    Reason.PERBAIKAN: (Group.DIKEMBALIKAN, None),
    Reason.PEMERIKSAAN: (Group.PERIKSA, None),
    Reason.PENGAMBILAN: (Group.SIAP, Status.SIAP_DIAMBIL),
    Reason.JARINGAN: (Group.MENUNGGU, None),
    Reason.PUSAT: (Group.PUSAT, None),
    Reason.PUTUSAN: (Group.BEDA, None),
    Reason.PERJALANAN: (Group.SIAP, Status.TERBIT),
}


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits for one thing."""

    reason: Reason
    group: Group
    """The queue in which they all stand."""
    count: int
    rows: Sequence[Row]
    """The longest waiting ones."""


def pending(edge: Edge) -> list[Pending]:
    """Every reason for which something waits."""
    found: list[Pending] = []
    with reading(edge.vault.engine) as connection:
        unsent = unsent_records(edge, connection)
        for reason, (group, status) in _QUEUES.items():
            only = replace(filter_of(edge, group), oldest_first=True)
            if status is not None:
                only = replace(only, statuses=(str(status),))
            count = count_records(connection, only)
            if count:
                records, _ = list_records(connection, edge.vault, only, 1, SHOWN)
                found.append(Pending(reason, group, count, rows_of(records, unsent)))
    return found
