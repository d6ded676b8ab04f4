"""Reading the folded view: one record, its history, a queue, a search."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    func,
    intersect,
    literal_column,
    select,
    tuple_,
    union_all,
)

from registration.catalogue import DROPPED, KIND
from sync.change import Change
from sync.record import RecordState, encode, state_hash
from sync.resolve import Resolution, resolve_all
from vault.across import page_of_keys
from vault.core import Vault
from vault.errors import NoSuchRecord
from vault.fold import Told, once, open_changes, state_of
from vault.history import changes_of_all, changes_of_many
from vault.tables import blind, data_key, tally, view
from vault.tables import log as log_table


@dataclass(frozen=True, slots=True)
class Record:
    """A folded record, opened."""

    stream: str
    id: bytes
    kind: str
    status: str
    conflicts: int
    changed_ms: int
    verified_ms: int
    state: RecordState
    fields: Mapping[str, Resolution]
    told: Sequence[Told]
    """Its history, by stamp."""

    @property
    def opened_ms(self) -> int:
        """When the record was born: the time in its UUIDv7."""
        return int.from_bytes(self.id[:6], "big")

    def value(self, name: str, default: Any = None) -> Any:
        """The shown value of a field."""
        found = self.fields.get(name)
        return default if found is None else found.value

    @property
    def shown(self) -> dict[str, Any]:
        """{field: the shown value}."""
        return {name: found.value for name, found in self.fields.items()}

    @property
    def scans(self) -> dict[str, Any]:
        """{scan id: manifest} of those that nobody has taken away."""
        return {
            scan: manifest
            for scan, manifest in self.named("berkas").items()
            if DROPPED + scan not in self.fields
        }

    def named(self, prefix: str) -> dict[str, Any]:
        """The shown values of all fields below `prefix.`, without it."""
        start = len(prefix) + 1
        return {
            name[start:]: resolution.value
            for name, resolution in self.fields.items()
            if name.startswith(prefix + ".")
        }


_VIEW = select(view, data_key.c.wrapped).join(
    data_key, (data_key.c.stream == view.c.stream) & (data_key.c.record == view.c.record)
)


def _open_all(connection: Connection, vault: Vault, rows: Sequence[Any]) -> Iterator[Record]:
    """The records of rows of `_VIEW`, in their order."""
    logged = _changes_of(connection, [(row.stream, row.record) for row in rows])
    for row in rows:
        key = vault.unwrap(connection, row.wrapped)
        told = open_changes(vault, key, logged[row.stream, row.record])
        state = state_of(told)
        yield Record(
            row.stream,
            row.record,
            row.kind,
            row.status,
            row.conflicts,
            row.changed,
            row.verified,
            state,
            resolve_all(state, vault.rules),
            once(told),
        )


def _changes_of(
    connection: Connection, keys: Sequence[tuple[str, bytes]]
) -> dict[tuple[str, bytes], list[Change]]:
    streams = {stream for stream, _ in keys}
    if len(streams) != 1:
        return changes_of_all(connection, keys)
    (stream,) = streams
    found = changes_of_many(connection, stream, [record for _, record in keys])
    return {(stream, record): changes for record, changes in found.items()}


def find_record(connection: Connection, vault: Vault, stream: str, record: bytes) -> Record | None:
    """The record, if it is held and can be read."""
    row = connection.execute(_VIEW.where(view.c.stream == stream, view.c.record == record)).first()
    return next(_open_all(connection, vault, [row])) if row is not None else None


def read_record(
    connection: Connection, vault: Vault, stream: str, record: bytes, kind: str | None = KIND
) -> Record:
    """The record of this kind; None: of any.

    :raises NoSuchRecord: not held, its key was destroyed, or it is of another kind.
    """
    found = find_record(connection, vault, stream, record)
    if found is None or kind not in (None, found.kind):
        raise NoSuchRecord(record.hex())
    return found


def read_many(
    connection: Connection, vault: Vault, wanted: Sequence[tuple[str, bytes]]
) -> list[Record]:
    """The records of these (stream, id), in this order; those that are not held are left out."""
    found: list[Record] = []
    for start in range(0, len(wanted), _AT_ONCE):
        some = list(wanted[start : start + _AT_ONCE])
        query = _VIEW.where(tuple_(view.c.stream, view.c.record).in_(some))
        rows = {(row.stream, row.record): row for row in connection.execute(query)}
        found += _open_all(connection, vault, [rows[one] for one in some if one in rows])
    return found


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records a queue shows. None: no limit."""

    stream: str | None = None
    statuses: tuple[str, ...] | None = None
    layanan: str | None = None
    variants: tuple[str, ...] | None = None
    unsent: tuple[bytes, int] | None = None
    """(own replica, position): only those that a change of the own log behind it is about."""
    sent: tuple[bytes, int] | None = None
    """The others."""
    conflicted: bool = False
    kind: str | None = KIND
    """Newer versions keep other things here too: they are no requests, and stand in no queue."""
    born: tuple[int, int] | None = None
    """Only those born from the first to before the second time (Unix ms)."""
    verified_before: int | None = None
    """Only those with complete papers since before this time (Unix ms)."""
    oldest_verified_first: bool = False
    oldest_first: bool = False


_NONE: ColumnElement[int] = literal_column("0")
"""Written out: with a bound value no partial index is known to hold all that is asked for."""


def _where(query: Select[Any], only: Filter) -> Select[Any]:
    if only.kind is not None:
        query = query.where(view.c.kind == only.kind)
    if only.stream is not None:
        query = query.where(view.c.stream == only.stream)
    if only.statuses is not None:
        query = query.where(view.c.status.in_(only.statuses))
    if only.layanan is not None:
        query = query.where(view.c.layanan == only.layanan)
    if only.variants is not None:
        query = query.where(view.c.varian.in_(only.variants))
    if only.unsent is not None:
        query = query.where(view.c.record.in_(_behind(only, *only.unsent)))
    if only.sent is not None:
        query = query.where(view.c.record.not_in(_behind(only, *only.sent)))
    if only.born is not None:
        # A UUIDv7 begins with its time.
        start, end = (ms.to_bytes(6, "big") for ms in only.born)
        query = query.where(view.c.record >= start, view.c.record < end)
    if only.verified_before is not None:
        query = query.where(view.c.verified > _NONE, view.c.verified < only.verified_before)
    if only.conflicted:
        query = query.where(view.c.conflicts > _NONE)
    return query


def _behind(only: Filter, replica: bytes, after: int) -> Select[Any]:
    """The outbox is the log behind a watermark: there is no second list that could differ."""
    return select(log_table.c.record).where(
        log_table.c.stream == only.stream,
        log_table.c.replica == replica,
        log_table.c.seq > after,
    )


def list_records(
    connection: Connection,
    vault: Vault,
    only: Filter,
    page: int,
    page_size: int,
    total: int | None = None,
) -> tuple[list[Record], bool]:
    """One page (from 1) of a queue, newest first unless asked otherwise; whether more follow.

    :param total: how many there are, where it is known: the last pages are as quick then.
    """
    upto = page * page_size + 1
    by_birth = view.c.record.asc() if only.oldest_first else view.c.record.desc()
    if only.stream is None or only.oldest_verified_first:
        first = upto - 1 - page_size
        keys = page_of_keys(connection, _where, only, first, page_size + 1, total)
        order = (view.c.verified, view.c.record) if only.oldest_verified_first else (by_birth,)
        query = _VIEW.join(
            keys, (keys.c.stream == view.c.stream) & (keys.c.record == view.c.record)
        ).order_by(*order)
    else:
        query = _where(_VIEW, only)
        if only.statuses:
            query = _VIEW.where(view.c.stream == only.stream, view.c.record.in_(_first(only, upto)))
        query = query.order_by(by_birth).offset(upto - 1 - page_size).limit(page_size + 1)
    rows = connection.execute(query).all()
    return list(_open_all(connection, vault, rows[:page_size])), len(rows) > page_size


def _first(only: Filter, count: int) -> Select[Any]:
    """The first `count` of each status, which an index has in order: of several together it would
    have to read and sort all."""
    by_birth = view.c.record.asc() if only.oldest_first else view.c.record.desc()
    each = [
        _where(select(view.c.record), replace(only, statuses=(status,)))
        .order_by(by_birth)
        .limit(count)
        .subquery()
        for status in only.statuses or ()
    ]
    return select(union_all(*(select(one.c.record) for one in each)).subquery().c.record)


def count_records(connection: Connection, only: Filter) -> int:
    if only.sent is not None and only.unsent is None:
        # The unsent ones are few, and those are counted quickly.
        both = replace(only, sent=None)
        unsent = count_records(connection, replace(both, unsent=only.sent))
        return count_records(connection, both) - unsent
    if only == _tallied(only):
        query = _where_tallied(select(func.coalesce(func.sum(tally.c.records), 0)), only)
    else:
        query = _where(select(func.count()).select_from(view), only)
    return int(connection.execute(query).scalar_one())


def _tallied(only: Filter) -> Filter:
    """What of a filter the kept counts can answer."""
    return Filter(
        stream=only.stream,
        statuses=only.statuses,
        layanan=only.layanan,
        kind=only.kind,
        oldest_verified_first=only.oldest_verified_first,
        oldest_first=only.oldest_first,
    )


def _where_tallied(query: Select[Any], only: Filter) -> Select[Any]:
    if only.stream is not None:
        query = query.where(tally.c.stream == only.stream)
    if only.kind is not None:
        query = query.where(tally.c.kind == only.kind)
    if only.statuses is not None:
        query = query.where(tally.c.status.in_(only.statuses))
    if only.layanan is not None:
        query = query.where(tally.c.layanan == only.layanan)
    return query


def count_by_status(
    connection: Connection, stream: str | None = None, layanan: str | None = None
) -> dict[str, int]:
    query = _where_tallied(
        select(tally.c.status, func.sum(tally.c.records)), Filter(stream=stream, layanan=layanan)
    ).group_by(tally.c.status)
    # PostgreSQL sums to a decimal.
    return {status: int(n) for status, n in connection.execute(query).tuples() if n}


def oldest(connection: Connection, only: Filter) -> int | None:
    """Birth time (Unix ms) of the oldest record that `only` lets through."""
    record = connection.execute(
        _where(select(view.c.record), only).order_by(view.c.record).limit(1)
    ).scalar()
    return None if record is None else int.from_bytes(record[:6], "big")


MOST_OPENED = 500
"""Candidates opened for one search at most: a vague search tells so instead of taking long."""
_FIRST_OPENED = 100
_AT_ONCE = 50
_LOOKED_UP = 2
"""Times as many are looked up in a store of many streams: other kinds carry the same tokens."""


def search(
    connection: Connection,
    vault: Vault,
    tokens: Sequence[tuple[str, str]],
    matches: Callable[[Record], bool],
    only: Filter,
    limit: int,
    most_opened: int = MOST_OPENED,
) -> list[Record]:
    """Records that carry all `tokens` and pass `matches`, newest first.

    :param tokens: (kind, normalised value) as the projection makes them.
    :param matches: a check on the opened record, where tokens say less than was asked.
    :param most_opened: candidates looked at; what lies behind them is not found.
    """
    blind_index = vault.keys_in(connection).blind
    blinded = [blind_index.token(kind, value) for kind, value in tokens]
    if not blinded:
        return []
    hits: list[Record] = []
    before = None
    # In parts: a search that has enough looks no further.
    for count in (min(_FIRST_OPENED, most_opened), max(most_opened - _FIRST_OPENED, 0)):
        rows = _newest_with(connection, blinded, only, count, before)
        for start in range(0, len(rows), _AT_ONCE):
            for record in _open_all(connection, vault, rows[start : start + _AT_ONCE]):
                if matches(record):
                    hits.append(record)
                    if len(hits) == limit:
                        return hits
        if len(rows) < count and only.stream is not None:
            return hits
        before = rows[-1].record if rows else before
    return hits


def _newest_with(
    connection: Connection,
    blinded: Sequence[bytes],
    only: Filter,
    count: int,
    before: bytes | None,
) -> Sequence[Any]:
    """Rows of `_VIEW` that carry all tokens, newest first, of those older than `before`."""
    candidates = intersect(
        *(select(blind.c.stream, blind.c.record).where(blind.c.token == t) for t in blinded)
    ).subquery()
    if before is not None:
        candidates = select(candidates).where(candidates.c.record < before).subquery()
    if only.stream is None:
        # The database cannot know how many they are: it would rather read all requests of a city.
        newest = select(candidates).order_by(candidates.c.record.desc())
        candidates = newest.limit(_LOOKED_UP * count).subquery()
    query = _where(
        _VIEW.join(
            candidates,
            (candidates.c.stream == view.c.stream) & (candidates.c.record == view.c.record),
        ),
        only,
    )
    return connection.execute(query.order_by(view.c.record.desc()).limit(count)).all()


def stream_hash(connection: Connection, vault: Vault, stream: str) -> bytes:
    """One hash over all records of a stream: equal where both sides hold the same.

    Folds every record afresh, so it proves the logs and not a copy; some 4,000 records a second.
    """
    records = list(
        connection.execute(
            select(view.c.record).where(view.c.stream == stream).order_by(view.c.record)
        ).scalars()
    )
    whole = hashlib.sha256()
    for start in range(0, len(records), _AT_ONCE):
        some = records[start : start + _AT_ONCE]
        rows = connection.execute(
            _VIEW.where(view.c.stream == stream, view.c.record.in_(some)).order_by(view.c.record)
        ).all()
        for record in _open_all(connection, vault, rows):
            whole.update(record.id + state_hash(encode(record.state)))
    return whole.digest()
