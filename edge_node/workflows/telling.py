"""What this node tells the centre about itself with each bundle."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from edge_node.edge import Edge
from sync.exchange import Batch
from sync.health import Health
from vault.backlog import backlog
from vault.engine import Connection


@cache
def _version() -> str:
    try:
        return version("loket")
    except PackageNotFoundError:
        return ""


def health(edge: Edge, connection: Connection, batch: Batch) -> Health:
    """How we are once `batch` has arrived."""
    own = edge.vault.replica
    brought = [run.last for run in batch.runs if run.replica == own]
    after = max(edge.standing.acked, *brought, 0)
    left = backlog(connection, edge.stream, own, after, batch.chunks)
    free, total = edge.disk(edge.settings.data)
    up_ms = edge.clock().up_ms
    if edge.began_up_ms is None:
        edge.began_up_ms = up_ms
    return Health(
        version=_version(),
        requests=left.records,
        waiting_bytes=left.bytes,
        oldest_ms=left.oldest_ms,
        free_bytes=free,
        total_bytes=total,
        up_s=max(up_ms - edge.began_up_ms, 0) // 1000,
    )
