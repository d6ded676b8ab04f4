"""Filling in a form from what the counter holds already, found by blind index."""

from __future__ import annotations

from collections.abc import Mapping

from edge_node.edge import Edge
from registration.catalogue import DATA
from registration.lifecycle import Status
from registration.prefill import Filled, Source, kk_in, niks_in, prefill
from registration.shapes import Case
from vault.engine import Connection, reading
from vault.read import Filter, Record, search

_MOST = 10
"""Requests looked at for one number: the newest tell it."""
_REFUSED = (Status.DITOLAK, Status.DIBATALKAN)


def fill_in(edge: Edge, case: Case, typed: Mapping[str, str]) -> Filled:
    """What earlier requests of the same people and of the same family answer of the form."""
    with reading(edge.vault.engine) as connection:
        sources: dict[bytes, Source] = {}
        for nik in dict.fromkeys(niks_in(case, typed).values()):
            sources |= _found(edge, connection, "nik", nik)
        kk = kk_in(typed) or prefill(case, typed, _newest_first(sources)).values.get("no_kk", "")
        if kk:
            sources |= _found(edge, connection, "kk", kk)
    return prefill(case, typed, _newest_first(sources))


def _newest_first(sources: Mapping[bytes, Source]) -> list[Source]:
    return [sources[record] for record in sorted(sources, reverse=True)]


def _found(edge: Edge, connection: Connection, kind: str, number: str) -> dict[bytes, Source]:
    only = Filter(stream=edge.stream)
    hits = search(connection, edge.vault, [(kind, number)], _stands, only, _MOST)
    return {one.id: Source(one.value("kode", ""), _decided(one)) for one in hits}


def _stands(record: Record) -> bool:
    return record.status not in _REFUSED


def _decided(record: Record) -> dict[str, str]:
    """What two sides say differently is not carried on."""
    return {
        name.removeprefix(DATA): str(found.value)
        for name, found in record.fields.items()
        if name.startswith(DATA) and not found.conflicted
    }
