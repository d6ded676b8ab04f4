"""What this node tells the centre about itself with each bundle."""

from __future__ import annotations

import shutil
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
    disk = shutil.disk_usage(edge.settings.data)
    return Health(
        version=_version(),
        requests=left.records,
        waiting_bytes=left.bytes,
        oldest_ms=left.oldest_ms,
        free_bytes=disk.free,
        total_bytes=disk.total,
        up_s=max(edge.clock().up_ms - edge.opened_up_ms, 0) // 1000,
    )
