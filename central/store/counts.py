"""Keeping the sums beside the records: what each record gave is taken out before it gives anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import cbor2
from sqlalchemy import Connection, Table, delete, func, select
from sqlalchemy.sql.expression import ClauseElement

from central.store.count_tables import (
    counted,
    fact,
    survey_day,
    uncounted,
    voice_day,
    work_day,
)
from registration.kinds import COMPLAINT, REQUEST, SURVEY
from registration.statistics import ANSWERS, Facts, Voice, Work
from registration.survey import ELEMENTS
from vault import key_work, orders
from vault.engine import Engine, reading, scrub, writing
from vault.keyring import Keyring
from vault.prepared import Prepared
from vault.sql import insert_for, insert_new, upsert
from vault.tables import data_key, log, shred_order, tip, view

_LOCK = b""
_WIPE = "wipe-facts"
_FACT, _ANSWERS = "fact", "survey_day"
_MANY = 400

Place = tuple[str, str, int]
"""Stream, service or subject, day."""


@dataclass(frozen=True, slots=True)
class News:
    """What of a stream is to be counted next."""

    stream: str
    before: Mapping[bytes, int]
    """How far it was counted when this was read."""
    after: Mapping[bytes, int]
    records: Sequence[bytes]
    """Changed since, or readable only now."""
    more: bool


_READABLE = (
    select(uncounted.c.record)
    .join(view, (view.c.stream == uncounted.c.stream) & (view.c.record == uncounted.c.record))
    .join(
        data_key,
        (data_key.c.stream == uncounted.c.stream) & (data_key.c.record == uncounted.c.record),
    )
)
"""Of those that were passed, the ones whose key and beginning have come."""


def behind(connection: Connection) -> list[str]:
    """The streams that are not counted to their end."""
    marks = {
        (stream, replica): seq
        for stream, replica, seq in connection.execute(select(counted)).tuples()
    }
    ends = connection.execute(select(tip.c.stream, tip.c.replica, tip.c.seq)).tuples()
    found = {stream for stream, replica, seq in ends if seq > marks.get((stream, replica), 0)}
    ordered = connection.execute(
        select(shred_order.c.stream, func.count()).group_by(shred_order.c.stream)
    ).tuples()
    found |= {stream for stream, count in ordered if count != marks.get((stream, _LOCK), 0)}
    late = _READABLE.with_only_columns(uncounted.c.stream).distinct()
    found.update(connection.execute(late).scalars())
    return sorted(found)


def _marks(connection: Connection, stream: str) -> dict[bytes, int]:
    rows = connection.execute(
        select(counted.c.replica, counted.c.seq).where(counted.c.stream == stream)
    )
    return dict(iter(rows.tuples()))


def news(connection: Connection, stream: str, limit: int) -> News:
    """The next records of a stream to be counted, of so many changes at most."""
    before = _marks(connection, stream)
    after, found, left = dict(before), set[bytes](), limit
    logs = connection.execute(select(tip.c.replica).where(tip.c.stream == stream)).scalars()
    for replica in sorted(logs):
        rows = connection.execute(
            select(log.c.seq, log.c.record)
            .where(
                log.c.stream == stream,
                log.c.replica == replica,
                log.c.seq > before.get(replica, 0),
            )
            .order_by(log.c.seq)
            .limit(left)
        ).all()
        if rows:
            after[replica] = rows[-1].seq
            found.update(row.record for row in rows)
            left -= len(rows)
        if not left:
            break
    late = _READABLE.where(uncounted.c.stream == stream).limit(limit)
    found.update(connection.execute(late).scalars())
    after[_LOCK] = connection.execute(
        select(func.count()).where(shred_order.c.stream == stream)
    ).scalar_one()
    return News(stream, before, after, sorted(found), not left)


def hold(connection: Connection, found: News) -> bool:
    """Lock the stream's sums; False: another process counts it, or has counted on since."""
    insert_new(connection, counted, {"stream": found.stream, "replica": _LOCK, "seq": 0})
    lock = select(counted.c.seq).where(counted.c.stream == found.stream, counted.c.replica == _LOCK)
    if connection.execute(lock.with_for_update(skip_locked=True)).first() is None:
        return False
    return _marks(connection, found.stream) == {_LOCK: 0, **found.before}


def keep(
    connection: Connection, keyring: Keyring, found: News, facts: Mapping[bytes, Facts]
) -> None:
    """Bring the sums up to date; the caller holds them.

    :param facts: of those of `found.records` that can be read.
    """
    stream = found.stream
    gone = _shredded_facts(connection, found)
    waiting = [one for one in found.records if one not in facts]
    shredded = orders.shredded(connection, stream, found.records)
    fresh = {record: one for record, one in facts.items() if record not in shredded}
    touched = [*fresh, *gone]
    old = _facts(connection, keyring, stream, touched)
    sums = _Moved(stream)
    for record in touched:
        if record in old:
            sums.add(old[record], -1)
        if record in fresh:
            sums.add(fresh[record], 1)
    sums.save(connection, keyring)
    upsert(connection, fact, [_sealed(keyring, stream, r, one) for r, one in fresh.items()])
    _remove(connection, fact, stream, gone)
    if gone:
        key_work.save(connection, key_work.Work(_WIPE, 0, "due"))
    _remove(connection, uncounted, stream, [*fresh, *shredded, *gone])
    late = [{"stream": stream, "record": one} for one in waiting if one not in shredded]
    insert_new(connection, uncounted, late)
    moved = [(r, seq) for r, seq in found.after.items() if seq != found.before.get(r)]
    upsert(connection, counted, [{"stream": stream, "replica": r, "seq": s} for r, s in moved])


def _shredded_facts(connection: Connection, found: News) -> list[bytes]:
    if found.after[_LOCK] == found.before.get(_LOCK, 0):
        return []
    query = (
        select(fact.c.record)
        .join(
            shred_order,
            (shred_order.c.stream == fact.c.stream) & (shred_order.c.record == fact.c.record),
        )
        .where(fact.c.stream == found.stream)
    )
    return list(connection.execute(query).scalars())


def _sealed(keyring: Keyring, stream: str, record: bytes, one: Facts) -> dict[str, object]:
    figures = [(day, what, count) for (day, what), count in one.figures.items()]
    plain = cbor2.dumps((one.kind, one.about, figures))
    return {"stream": stream, "record": record, "sealed": keyring.seal_row(_FACT, plain)}


def _facts(
    connection: Connection, keyring: Keyring, stream: str, records: Sequence[bytes]
) -> dict[bytes, Facts]:
    found: dict[bytes, Facts] = {}
    for some in _parts(records):
        rows = connection.execute(
            select(fact.c.record, fact.c.sealed).where(
                fact.c.stream == stream, fact.c.record.in_(some)
            )
        )
        for record, sealed in rows.tuples():
            kind, about, figures = cbor2.loads(keyring.unseal_row(_FACT, sealed))
            found[record] = Facts(kind, about, {(day, what): n for day, what, n in figures})
    return found


def _remove(connection: Connection, table: Table, stream: str, records: Collection[bytes]) -> None:
    for some in _parts(sorted(records)):
        connection.execute(delete(table).where(table.c.stream == stream, table.c.record.in_(some)))


def _parts(records: Sequence[bytes]) -> Iterable[list[bytes]]:
    for start in range(0, len(records), _MANY):
        yield list(records[start : start + _MANY])


_TABLES: Mapping[str, tuple[Table, type[Work] | type[Voice]]] = {
    REQUEST: (work_day, Work),
    COMPLAINT: (voice_day, Voice),
}


def _adding(table: Table) -> Prepared:
    keys = [column.name for column in table.primary_key.columns]

    def statement_for(dialect: str) -> ClauseElement:
        statement = insert_for(dialect, table)
        added = {
            column.name: column + statement.excluded[column.name]
            for column in table.columns
            if column.name not in keys
        }
        return statement.on_conflict_do_update(  # type: ignore[no-any-return]
            index_elements=keys, set_=added
        )

    return Prepared(statement_for)


_ADD = {kind: _adding(table) for kind, (table, _) in _TABLES.items()}


class _Moved:
    """What is added to the sums, and what is taken out of them."""

    def __init__(self, stream: str) -> None:
        self._stream = stream
        self._figures: dict[str, dict[Place, Counter[str]]] = {}

    def add(self, one: Facts, sign: int) -> None:
        places = self._figures.setdefault(one.kind, {})
        for (day, what), count in one.figures.items():
            places.setdefault((self._stream, one.about, day), Counter())[what] += sign * count

    def save(self, connection: Connection, keyring: Keyring) -> None:
        for kind, (table, names) in _TABLES.items():
            # In one order everywhere: two writers never wait for each other in a circle.
            rows = [
                (*place, *(figures[one] for one in names))
                for place, figures in sorted(self._figures.get(kind, {}).items())
                if any(figures.values())
            ]
            _ADD[kind].run_rows(connection, [column.name for column in table.columns], rows)
        _save_answers(connection, keyring, self._figures.get(SURVEY, {}))


def _save_answers(
    connection: Connection, keyring: Keyring, moved: Mapping[Place, Counter[str]]
) -> None:
    for (stream, about, day), figures in sorted(moved.items()):
        here = (
            survey_day.c.stream == stream,
            survey_day.c.about == about,
            survey_day.c.day == day,
        )
        sealed = connection.execute(select(survey_day.c.sealed).where(*here)).scalar()
        sums = Counter(open_answers(keyring, sealed) if sealed else {})
        sums.update(figures)
        if any(sums.values()):
            plain = cbor2.dumps([sums[one] for one in (ANSWERS, *ELEMENTS)])
            row = {"stream": stream, "about": about, "day": day}
            kept = keyring.seal_row(_ANSWERS, plain)
            upsert(connection, survey_day, {**row, "sealed": kept})
        elif sealed:
            connection.execute(delete(survey_day).where(*here))


def open_answers(keyring: Keyring, sealed: bytes) -> dict[str, int]:
    """How many answers, and per element what they add up to."""
    return dict(zip((ANSWERS, *ELEMENTS), open_figures(keyring, sealed), strict=True))


def open_figures(keyring: Keyring, sealed: bytes) -> list[int]:
    """The same as a list, for who adds up a year of them."""
    figures: list[int] = cbor2.loads(keyring.unseal_row(_ANSWERS, sealed))
    return figures


def wipe(engine: Engine) -> None:
    """Wipe from the database's files what shredded records had given, if any is left there.

    What a record gave is sealed under the store's key and not its own: it must be subtracted when
    the record's own is gone. Where somebody reads just now, the next call tries again.
    """
    with reading(engine) as connection:
        if key_work.read(connection, _WIPE) is None:
            return
    if scrub(engine, [fact.name, survey_day.name]):
        with writing(engine) as connection:
            key_work.end(connection, _WIPE)


def forget(connection: Connection, stream: str) -> None:
    """Take all that was counted of a stream out, so that it is counted anew."""
    insert_new(connection, counted, {"stream": stream, "replica": _LOCK, "seq": 0})
    lock = select(counted.c.seq).where(counted.c.stream == stream, counted.c.replica == _LOCK)
    connection.execute(lock.with_for_update())
    for table in (fact, uncounted, work_day, voice_day, survey_day, counted):
        connection.execute(delete(table).where(table.c.stream == stream))


def streams(connection: Connection) -> list[str]:
    """All of which something is or was counted."""
    logs = connection.execute(select(tip.c.stream).distinct()).scalars().all()
    marked = connection.execute(select(counted.c.stream).distinct()).scalars().all()
    return sorted({*logs, *marked})


def kept(connection: Connection, keyring: Keyring) -> Counter[tuple[str, Place, str]]:
    """(kind, place, what) → how many, of all sums that are not nought."""
    found: Counter[tuple[str, Place, str]] = Counter()
    for kind, (table, names) in _TABLES.items():
        for row in connection.execute(select(table)).mappings():
            place = row["stream"], row["about"], row["day"]
            found.update({(kind, place, str(one)): row[one] for one in names if row[one]})
    for stream, about, day, sealed in connection.execute(select(survey_day)).tuples():
        sums = open_answers(keyring, sealed)
        found.update({(SURVEY, (stream, about, day), what): n for what, n in sums.items() if n})
    return found
