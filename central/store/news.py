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


def waiting(
    connection: Connection, statuses: Collection[str], limit: int
) -> list[tuple[str, bytes, str]]:
    """(stream, record, status) of what nobody has put into words yet."""
    query = (
        select(news.c.stream, news.c.record, news.c.status)
        .where(news.c.status.in_(list(statuses)))
        .order_by(news.c.stream, news.c.record)
        .limit(limit)
    )
    return [(stream, record, now) for stream, record, now in connection.execute(query).tuples()]


def told(connection: Connection, stream: str, record: bytes, status: str) -> None:
    """That much is done; a status that came meanwhile stays news."""
    connection.execute(
        delete(news).where(
            news.c.stream == stream, news.c.record == record, news.c.status == status
        )
    )
