"""Who did what, and when: read back from the logs, which hold every act anyway."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from edge_node.edge import JAKARTA, Edge
from registration.acts_schema import AS_IT_SHOULD
from registration.catalogue import KIND, SPOT_CHECK
from registration.lifecycle import Act
from sync.body import Author, Body
from sync.change import Change
from sync.hlc import ms_of
from vault.data_keys import keys_of
from vault.engine import reading
from vault.fold import open_changes
from vault.history import changes_between


@dataclass(frozen=True, slots=True)
class Deed:
    """One act on a request."""

    record: bytes
    at_ms: int
    """Unix ms, as the change is stamped."""
    act: str
    """May be of a newer version."""
    by: Author
    amiss: bool = False
    """A spot check that found something wrong."""


def span_of(first: date, last: date) -> tuple[int, int]:
    """From the beginning of one day of Jakarta's calendar to the end of another, Unix ms."""
    start = datetime.combine(first, time(), JAKARTA)
    end = datetime.combine(last + timedelta(days=1), time(), JAKARTA)
    return int(start.timestamp() * 1000), int(end.timestamp() * 1000)


def deeds(edge: Edge, first: date, last: date) -> list[Deed]:
    """All acts on this kelurahan's requests on these days, here and at the centre, by time.

    What was shredded, or does not open, is not there.
    """
    vault = edge.vault
    with reading(vault.engine) as connection:
        found = [
            one
            for one in changes_between(connection, edge.stream, *span_of(first, last))
            if one.kind == KIND
        ]
        held = keys_of(connection, edge.stream, {one.record for one in found})
        keys = {record: vault.unwrap(connection, wrapped) for record, wrapped in held}
    told: list[Deed] = []
    for change in found:
        key = keys.get(change.record)
        for one in open_changes(vault, key, [change]) if key is not None else ():
            if one.body is not None:
                told.append(_deed(change, one.body))
    return told


def _deed(change: Change, body: Body) -> Deed:
    amiss = body.act == Act.UJI_PETIK and body.writes.get(SPOT_CHECK) != AS_IT_SHOULD
    return Deed(change.record, ms_of(change.hlc), body.act, body.by, amiss)


def of_account(found: Iterable[Deed], account_id: str) -> list[Deed]:
    """What one member of staff did."""
    return [one for one in found if one.by.id == account_id]
