"""The requests in the order in which they changed last, for whoever follows them by a cursor.

A request that is shown anew is unnumbered (0) until a reader numbers it. Numbers are given by one
reader at a time and only to what is committed, so a cursor never passes over anything: a sequence
drawn by the writers would be overtaken by whoever commits first.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update

from central.store.interface_tables import api_feed, api_feed_end
from registration.catalogue import KIND
from vault.core import Shown
from vault.sql import upsert_rows
from vault.tables import view

_AT_ONCE = 1_000


def note(connection: Connection, shown: Sequence[Shown]) -> None:
    """These records have changed."""
    # Always in this order, so that two who write some of the same wait for each other in turn.
    rows = sorted((one.stream, one.record, 0) for one in shown)
    upsert_rows(connection, api_feed, rows)


def number(connection: Connection) -> None:
    """Give numbers to what has changed; the caller commits before it reads a page."""
    end = select(api_feed_end.c.number).with_for_update()
    last = int(connection.execute(end).scalar_one())
    # Who holds a row is about to change it once more: it gets its number then.
    waiting = (
        select(api_feed.c.stream, api_feed.c.record)
        .where(api_feed.c.number == 0)
        .order_by(api_feed.c.stream, api_feed.c.record)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = connection.execute(waiting).tuples().all()
    if not found:
        return
    connection.execute(
        update(api_feed)
        .where(api_feed.c.stream == bindparam("s"), api_feed.c.record == bindparam("r"))
        .values(number=bindparam("n")),
        [
            {"s": stream, "r": record, "n": last + place}
            for place, (stream, record) in enumerate(found, 1)
        ],
    )
    connection.execute(update(api_feed_end).values(number=last + len(found)))


def page(connection: Connection, after: int, limit: int) -> list[tuple[int, str, bytes]]:
    """(number, stream, record) of the requests that changed after a number."""
    rows = connection.execute(
        select(api_feed.c.number, api_feed.c.stream, api_feed.c.record)
        .join(view, (view.c.stream == api_feed.c.stream) & (view.c.record == api_feed.c.record))
        .where(api_feed.c.number > after, view.c.kind == KIND)
        .order_by(api_feed.c.number)
        .limit(limit)
    )
    return [(number_, stream, record) for number_, stream, record in rows.tuples()]
