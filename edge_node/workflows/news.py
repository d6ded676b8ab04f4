"""What Disdukcapil decided over words that stood here: a counter hears of it on its first page."""

from __future__ import annotations

from dataclasses import dataclass

from edge_node.edge import Edge
from registration.catalogue import KIND, policy_of
from registration.lifecycle import Act
from registration.texts import Sentence
from sync.hlc import ms_of
from vault.data_keys import keys_of
from vault.engine import reading
from vault.fold import Told, open_changes
from vault.log import log_ends, read_changes
from vault.read import Record, find_record
from vault.telling import timeline

DAYS = 3
_DAY_MS = 86_400_000
_LOOKED_AT = 60
"""Of each log of the centre the latest so many: nearly a week of a kelurahan."""
_TOLD = frozenset(
    {
        Act.PUTUSKAN,
        Act.BATALKAN_GANDA,
        Act.BUKA_KEMBALI,
        Act.TINJAU_SUSULAN,
    }
)
"""Each of these lets something stand, or fall, that was written here."""


@dataclass(frozen=True, slots=True)
class News:
    """One decision."""

    record: Record
    at_ms: int
    sentence: Sentence


def news(edge: Edge, most: int) -> list[News]:
    """The decisions of the last days, the latest first."""
    vault = edge.vault
    since = edge.stamp().now_ms - DAYS * _DAY_MS
    found: list[News] = []
    with reading(vault.engine) as connection:
        ends = log_ends(connection, edge.stream)
        recent = [
            change
            for replica, end in ends.items()
            if replica in vault.central_writers
            for change in read_changes(
                connection, edge.stream, replica, max(0, end.seq - _LOOKED_AT), _LOOKED_AT
            )
            if change.kind == KIND and ms_of(change.hlc) >= since
        ]
        held = keys_of(connection, edge.stream, {one.record for one in recent})
        keys = {record: vault.unwrap(connection, wrapped) for record, wrapped in held}
        for change in sorted(recent, key=lambda one: one.hlc, reverse=True):
            key = keys.get(change.record)
            for one in open_changes(vault, key, [change]) if key is not None else ():
                if one.body is None or one.body.act not in _TOLD:
                    continue
                record = find_record(connection, vault, edge.stream, change.record)
                if record is not None:
                    found.append(News(record, ms_of(change.hlc), _sentence(edge, one)))
            if len(found) == most:
                break
    return found


def _sentence(edge: Edge, one: Told) -> Sentence:
    return timeline([one], edge.place_of, policy_of, ())[0].sentence
