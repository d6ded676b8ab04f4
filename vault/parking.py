"""Records that cannot be shown yet: their key, or their beginning, has not come."""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, delete, literal_column, select

from vault.core import Vault
from vault.fold import fold_records
from vault.prepared import Prepared
from vault.tables import data_key, parked

_PARKED_KEY = and_(data_key.c.stream == parked.c.stream, data_key.c.record == parked.c.record)
_MANY = 400
_ASKED_AT_ONCE = 64


_LACKING = Prepared(
    select(parked.c.record)
    .outerjoin(data_key, _PARKED_KEY)
    .where(parked.c.stream == bindparam("stream"), data_key.c.record.is_(None))
    .limit(literal_column(str(_ASKED_AT_ONCE)))
)


def lacking_keys(connection: Connection, stream: str) -> tuple[bytes, ...]:
    """Some of the records whose changes wait for a key."""
    return tuple(record for (record,) in _LACKING.rows(connection, {"stream": stream}))


def lacking_records(connection: Connection, stream: str) -> tuple[bytes, ...]:
    """Some of the records whose key is held and whose first change is not."""
    rows = connection.execute(
        select(parked.c.record)
        .join(data_key, _PARKED_KEY)
        .where(parked.c.stream == stream)
        .limit(_ASKED_AT_ONCE)
    )
    return tuple(rows.scalars())


def streams_with_keys_come(connection: Connection) -> list[str]:
    """Streams that hold parked records whose key has come meanwhile."""
    query = select(parked.c.stream).distinct().join(data_key, _PARKED_KEY)
    return list(connection.execute(query).scalars())


def fold_parked(connection: Connection, vault: Vault, stream: str) -> int:
    """Show parked records that can be shown now; returns how many. Needs the fold lock."""
    ready = list(
        connection.execute(
            select(parked.c.record)
            .join(data_key, _PARKED_KEY)
            .where(parked.c.stream == stream)
            .limit(_MANY)
        ).scalars()
    )
    if ready:
        waiting = fold_records(connection, vault, stream, ready)
        ready = [record for record in ready if record not in waiting]
        connection.execute(
            delete(parked).where(parked.c.stream == stream, parked.c.record.in_(ready))
        )
    return len(ready)
