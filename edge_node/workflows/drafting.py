"""Unfinished forms of the counter: kept while somebody types, gone on with, thrown away."""

from __future__ import annotations

from collections.abc import Mapping

from edge_node.edge import Edge
from edge_node.store import drafts
from edge_node.store.drafts import Draft
from edge_node.workflows.filing import channel, filed_in
from edge_node.workflows.room import Room, room
from registration.catalogue import service
from sync.body import Author
from vault.engine import reading, writing

MOST_SHOWN = 20


def keep_typed(
    edge: Edge,
    record: bytes,
    service_code: str,
    case_code: str,
    typed: Mapping[str, str],
    *,
    version: int,
    by: Author,
) -> bool:
    """Keep what stands in the boxes now, right or wrong; False: the disk is full.

    What comes after the request was filed (it was still on its way) changes nothing.

    :raises UnknownService: not a form of this counter.
    """
    known = service(service_code)
    known.case(case_code)
    if room(edge) is Room.NO_REQUESTS:
        return False
    with writing(edge.vault.engine) as connection:
        if filed_in(edge, connection, record) is not None:
            return True
        kept = drafts.read_draft(connection, edge.vault, edge.stream, record) or Draft(
            record, service_code, case_code, version=min(version, known.version)
        )
        kept.typed, kept.by = {**kept.typed, **typed}, by.name
        key = drafts.draft_key(connection, edge.vault, edge.stream, record)
        drafts.save_draft(connection, key, kept, edge.stamp().now_ms, channel(by))
    return True


def unfinished(edge: Edge) -> list[Draft]:
    """The forms that the counter's staff began, the last touched first; residents' are not here."""
    with reading(edge.vault.engine) as connection:
        begun = drafts.list_drafts(connection, edge.vault, edge.stream, drafts.LOKET, MOST_SHOWN)
    return [one for one in begun if one.scans or any(map(str.strip, one.typed.values()))]


def throw_away(edge: Edge, record: bytes) -> None:
    """Destroy an unfinished form. What was filed meanwhile stays."""
    with writing(edge.vault.engine) as connection:
        if filed_in(edge, connection, record) is None:
            drafts.forget_draft(connection, edge.stream, record)
