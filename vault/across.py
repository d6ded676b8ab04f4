"""Pages of lists over all streams, read from an index whatever the page and however many requests.

An index has one status and one service in order. A list of several is put together from them: the
kept counts say which there are (`vault.tally`), and the database merges them without reading more
than what stands before the page. Behind the middle it reads from the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, Subquery, select, union_all

from vault.tables import tally, view

if TYPE_CHECKING:
    from vault.read import Filter

Where = Callable[[Select[Any], "Filter"], Select[Any]]
_KEY = (view.c.stream, view.c.record)


def page_of_keys(
    connection: Connection, where: Where, only: Filter, first: int, count: int, total: int | None
) -> Subquery:
    """The keys of `count` records from the one at `first` (from 0) of a list of all streams.

    :param where: puts a filter to a query of the view.
    :param total: how long the list is, where that is known.
    """
    from_end = total is not None and 2 * first > total
    if total is not None and from_end:
        first, count = max(0, total - first - count), min(count, total - first)
    falling = (not only.oldest_verified_first and not only.oldest_first) != from_end

    def in_order(query: Select[Any], upto: int) -> Select[Any]:
        by = [query.selected_columns.record]
        if only.oldest_verified_first:
            by.insert(0, query.selected_columns.verified)
        order = [column.desc() if falling else column.asc() for column in by]
        return query.order_by(*order).limit(upto)

    # No more than the index has: the rows themselves are not touched then.
    read = (*_KEY, view.c.verified) if only.oldest_verified_first else _KEY
    # A limit on each: without, PostgreSQL may find it cheaper to sort all of them.
    parts = [
        in_order(where(select(*read), one), first + count).subquery()
        for one in _parts(connection, only)
    ]
    keys = union_all(*(select(part) for part in parts)).subquery() if len(parts) > 1 else parts[0]
    return in_order(select(keys), count).offset(first).subquery()


def _parts(connection: Connection, only: Filter) -> list[Filter]:
    """Filters that an index answers in order each, and that come to `only` together."""
    everything = only.statuses is None and only.layanan is None
    if (everything and not only.oldest_verified_first) or _is_narrow(only):
        return [only]
    if only.stream is not None:
        # No index has one stream by its papers; what is due in it is read whole.
        return [only]
    query = select(tally.c.status, tally.c.layanan).where(tally.c.kind == only.kind).distinct()
    if only.statuses is not None:
        query = query.where(tally.c.status.in_(only.statuses))
    if only.layanan is not None:
        query = query.where(tally.c.layanan == only.layanan)
    places = connection.execute(query.order_by(tally.c.status, tally.c.layanan)).tuples()
    return [replace(only, statuses=(status,), layanan=layanan) for status, layanan in places] or [
        only
    ]


def _is_narrow(only: Filter) -> bool:
    """Whether something else than its place says what of the view is wanted."""
    return only.kind is None or only != replace(
        only,
        variants=None,
        unsent=None,
        sent=None,
        conflicted=False,
        born=None,
        verified_before=None,
    )
