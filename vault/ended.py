"""Records that nothing more is to be done about, for the retention schedule."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, not_, select

from sync.hlc import TRUSTED_DOUBT_S
from vault.tables import log as log_table
from vault.tables import view


@dataclass(frozen=True, slots=True)
class Ended:
    """A record that nothing more is to be done about."""

    stream: str
    record: bytes
    changed_ms: int
    certain: bool
    """Whether every clock that stamped it was to be trusted."""


def ended_before(
    connection: Connection, kind: str, status: str, before_ms: int, limit: int = 10_000
) -> list[Ended]:
    """Records of a kind and status last changed before a time, without conflicts; oldest first,
    those of uncertain age last."""
    doubtful = (
        select(log_table.c.seq)
        .where(
            log_table.c.stream == view.c.stream,
            log_table.c.record == view.c.record,
            log_table.c.doubt > TRUSTED_DOUBT_S,
        )
        .exists()
    )
    rows = connection.execute(
        select(view.c.stream, view.c.record, view.c.changed, not_(doubtful))
        .where(
            view.c.kind == kind,
            view.c.status == status,
            view.c.changed < before_ms,
            view.c.conflicts == 0,
        )
        .order_by(doubtful, view.c.changed)
        .limit(limit)
    )
    return [Ended(stream, record, at, bool(sure)) for stream, record, at, sure in rows.tuples()]
