"""What every bundle of ours says beside what it brings, whoever carries it."""

from __future__ import annotations

from dataclasses import replace

from edge_node.edge import Edge
from edge_node.store.nodes import Standing
from sync.bundle import END_BYTES
from sync.exchange import Batch
from vault import log
from vault.engine import Connection
from vault.parking import lacking_records


def with_where_we_stand(
    edge: Edge, connection: Connection, batch: Batch, standing: Standing
) -> Batch:
    """Which branch of each log we hold, and how far a taking over has come."""
    held = log.log_ends(connection, edge.stream)
    ends = {replica: end.hash[:END_BYTES] for replica, end in held.items()}
    lacking = lacking_records(connection, edge.stream) if standing.excerpt is None else ()
    return replace(batch, excerpt=standing.excerpt, ends=ends, lacks_records=lacking)


def asking_behind(batch: Batch, own: bytes, after: int) -> Batch:
    """The same, that asks for our own log behind `after` as the centre holds it."""
    ends = {replica: end for replica, end in batch.ends.items() if replica != own}
    return replace(batch, have={**batch.have, own: after}, ends=ends)
