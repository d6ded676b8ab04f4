"""How many records stand where, kept with the view so that no page has to count them.

A queue of 50,000 requests is counted as quickly as one of five. The counts are derived: who writes
the view writes them in the same transaction, and `recount` makes them anew from the view.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, delete, func, insert, select
from sqlalchemy.sql.expression import ClauseElement

from vault.prepared import Prepared
from vault.sql import insert_for
from vault.tables import tally, view

Place = tuple[str, str, str, str]
"""What records are counted by: stream, kind, status, layanan."""

_COLUMNS = (tally.c.stream, tally.c.kind, tally.c.status, tally.c.layanan)
_NAMES = tuple(column.name for column in tally.columns)
_PLACE = (view.c.stream, view.c.kind, view.c.status, view.c.layanan)


def _add(dialect: str) -> ClauseElement:
    statement = insert_for(dialect, tally)
    return statement.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=[column.name for column in _COLUMNS],
        set_={"records": tally.c.records + statement.excluded.records},
    )


_ADD = Prepared(_add)
_WHERE_IT_STANDS = Prepared(
    select(*_PLACE).where(
        view.c.stream == bindparam("stream"), view.c.record == bindparam("record")
    )
)


def place_of(connection: Connection, stream: str, record: bytes) -> Place | None:
    """What a record is counted by now; None where it is not shown."""
    found = _WHERE_IT_STANDS.first(connection, {"stream": stream, "record": record})
    return None if found is None else (found[0], found[1], found[2], found[3])


def move(connection: Connection, moved: Mapping[Place, int]) -> None:
    """Add to the counts what came to each place, less what left it."""
    # In one order everywhere: two writers never wait for each other in a circle.
    rows = [(*place, by) for place, by in sorted(moved.items()) if by]
    _ADD.run_rows(connection, _NAMES, rows)


def leave(connection: Connection, stream: str, record: bytes) -> None:
    """A record is about to be taken out of the view."""
    place = place_of(connection, stream, record)
    if place is not None:
        move(connection, Counter({place: -1}))


def counted(connection: Connection) -> dict[Place, int]:
    """How many records stand at each place, as the view has it."""
    rows = connection.execute(select(*_PLACE, func.count()).group_by(*_PLACE)).tuples()
    return {(stream, kind, status, layanan): n for stream, kind, status, layanan, n in rows}


def kept(connection: Connection) -> dict[Place, int]:
    """How many records stand at each place, as the counts have it."""
    rows = connection.execute(select(*_COLUMNS, tally.c.records).where(tally.c.records != 0))
    return {
        (stream, kind, status, layanan): n for stream, kind, status, layanan, n in rows.tuples()
    }


def recount(connection: Connection) -> None:
    """Make the counts anew. The caller holds whatever keeps others from writing the view."""
    connection.execute(delete(tally))
    connection.execute(
        insert(tally).from_select(
            [column.name for column in tally.columns],
            select(*_PLACE, func.count()).group_by(*_PLACE),
        )
    )
