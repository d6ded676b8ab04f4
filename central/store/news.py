"""What residents are to hear of: noted with the change itself, put into words by a job."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, select

from central.store.interface_tables import news
from vault.core import Shown
from vault.sql import upsert_rows


def note(connection: Connection, shown: Sequence[Shown], statuses: Collection[str]) -> None:
    """Some requests stand at a status now that somebody waits to hear of."""
    rows = sorted(
        (one.stream, one.record, one.projection.status)
        for one in shown
        if one.projection.status in statuses
    )
    if rows:
        upsert_rows(connection, news, rows)


def waiting(connection: Connection, limit: int) -> list[tuple[str, bytes, str]]:
    """(stream, record, status) of news that nobody else is at."""
    query = (
        select(news.c.stream, news.c.record, news.c.status)
        .order_by(news.c.stream, news.c.record)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [
        (stream, record, status) for stream, record, status in connection.execute(query).tuples()
    ]


def told(connection: Connection, stream: str, record: bytes) -> None:
    connection.execute(delete(news).where(news.c.stream == stream, news.c.record == record))
