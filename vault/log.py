"""The logs on disk: append, tips, runs to send, one record's changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from crypto.chain import GENESIS, digest
from sync.bundle import LogSeal, Run
from sync.change import Change, context_bytes, context_from
from sync.log import HashAt, Tip
from vault import arrivals
from vault.prepared import Prepared
from vault.sql import insert_new, upsert
from vault.tables import log, tip

_LOG_COLUMNS = tuple(column.name for column in log.columns)
_MANY = 400
"""Records looked up by one statement."""
_ENTRY_OVERHEAD = 48
"""About what a change costs in a bundle beside its body, in bytes."""


class LogEnd(NamedTuple):
    """The end of a log and the stamp of its last change."""

    seq: int
    hash: bytes
    hlc: int
    closed: bool = False
    """This side writes it no more."""
    seal: bytes | None = None
    """Its writer's signature over this end."""

    @property
    def tip(self) -> Tip:
        return Tip(self.seq, self.hash)


NO_LOG = LogEnd(0, GENESIS, 0)
"""Where a log ends of which nothing is held."""
_END_COLUMNS = (tip.c.seq, tip.c.hash, tip.c.hlc, tip.c.closed, tip.c.seal)
_END_QUERY = select(*_END_COLUMNS).where(
    tip.c.stream == bindparam("stream"), tip.c.replica == bindparam("replica")
)
_END = Prepared(_END_QUERY)
_END_LOCKED = Prepared(_END_QUERY.with_for_update())


def log_end(connection: Connection, stream: str, replica: bytes, *, lock: bool = False) -> LogEnd:
    """Where a log ends here. `lock` holds its row, so that one writer at a time appends."""
    query = _END_LOCKED if lock else _END
    row = query.first(connection, {"stream": stream, "replica": replica})
    return LogEnd(*row) if row else NO_LOG


def watermarks(connection: Connection, stream: str) -> dict[bytes, int]:
    """{replica: seq} of all logs of a stream that are held here."""
    rows = connection.execute(select(tip.c.replica, tip.c.seq).where(tip.c.stream == stream))
    return dict(rows.tuples().all())


_ENDS = Prepared(select(tip.c.replica, *_END_COLUMNS).where(tip.c.stream == bindparam("stream")))


def log_ends(connection: Connection, stream: str) -> dict[bytes, LogEnd]:
    """Where each log of the stream ends here."""
    return {row[0]: LogEnd(*row[1:]) for row in _ENDS.rows(connection, {"stream": stream})}


_HASH = Prepared(
    select(log.c.hash).where(
        log.c.stream == bindparam("stream"),
        log.c.replica == bindparam("replica"),
        log.c.seq == bindparam("seq"),
    )
)


def hash_reader(connection: Connection, stream: str, replica: bytes) -> HashAt:
    """Position → header hash, of what is laid out and of what is not yet.

    :raises LookupError: when asked for a position that is not held.
    """
    arrived: tuple[int, list[bytes]] = 0, []

    def hash_at(seq: int) -> bytes:
        nonlocal arrived
        place = {"stream": stream, "replica": replica, "seq": seq}
        row = _HASH.first(connection, place)
        if row is not None:
            return bytes(row[0])
        first, hashes = arrived
        if not first <= seq < first + len(hashes):
            found = arrivals.hashes_at(connection, stream, replica, seq)
            if found is None:
                # On PostgreSQL it may have been laid out between the two looks.
                row = _HASH.first(connection, place)
                if row is None:
                    raise LookupError(f"log {replica.hex()} is not held at {seq}")
                return bytes(row[0])
            first, hashes = arrived = found
        return hashes[seq - first]

    return hash_at


def holds(connection: Connection, stream: str, replica: bytes, seq: int) -> bool:
    """Whether a log's change at `seq` is held; not all are where the log is an excerpt."""
    query = select(log.c.seq).where(
        log.c.stream == stream, log.c.replica == replica, log.c.seq == seq
    )
    return connection.execute(query).first() is not None


_INSERT = Prepared(
    insert(log).values({c.name: bindparam(c.name, type_=c.type) for c in log.columns})
)


def _row(change: Change) -> dict[str, Any]:
    return {
        "stream": change.stream,
        "replica": change.replica,
        "seq": change.seq,
        "hlc": change.hlc,
        "doubt": change.doubt,
        "record": change.record,
        "kind": change.kind,
        "context": context_bytes(change.context),
        "body": change.body,
        "body_sha": change.body_sha if change.body is None else None,
        "hash": change.hash,
        "prev": None,
    }


def append(
    connection: Connection,
    changes: Sequence[Change],
    *,
    closed: bool = False,
    after_gap: bool = False,
) -> None:
    """Append consecutive changes of one log and move its tip.

    A collision of positions is an error of the database: nothing is ever overwritten.

    :param closed: the log is one that this side wrote before and writes no more.
    :param after_gap: the change before the first is not held.
    """
    if not changes:
        return
    insert_changes(connection, changes, after_gap=after_gap)
    last = changes[-1]
    set_end(connection, last.stream, last.replica, LogEnd(last.seq, last.hash, last.hlc, closed))


def insert_changes(
    connection: Connection, changes: Sequence[Change], *, after_gap: bool = False
) -> None:
    """Put changes into a log whose tip counts them, or is about to."""
    rows = [_row(change) for change in changes]
    if after_gap:
        rows[0]["prev"] = changes[0].prev
    if connection.dialect.name == "postgresql" and len(rows) > 1:
        _copy(connection, rows)
    else:
        _INSERT.run_many(connection, rows)


def set_end(connection: Connection, stream: str, replica: bytes, end: LogEnd) -> None:
    row = {"stream": stream, "replica": replica, **end._asdict()}
    upsert(connection, tip, row)


def close_log(connection: Connection, stream: str, replica: bytes) -> None:
    """This side writes a log no more: what stands in it is another's word from now on."""
    connection.execute(
        update(tip).where(tip.c.stream == stream, tip.c.replica == replica).values(closed=True)
    )


def keep_seal(connection: Connection, stream: str, seal: LogSeal) -> None:
    """Keep a writer's signature over the end of its log, if that is the end held here."""
    connection.execute(
        update(tip)
        .where(
            tip.c.stream == stream,
            tip.c.replica == seal.replica,
            tip.c.seq == seal.seq,
            tip.c.hash == seal.hash,
        )
        .values(seal=seal.signature)
    )


def insert_excerpt(connection: Connection, changes: Sequence[Change]) -> None:
    """Keep changes of another's log whose neighbours may not be held; one held already stays."""
    insert_new(connection, log, [{**_row(change), "prev": change.prev} for change in changes])


def cut_off(connection: Connection, stream: str, replica: bytes, after: int) -> None:
    """Take the changes behind `after` out of a log; its tip is then there.

    Only for changes that are written again elsewhere in the same transaction.
    """
    query = select(log.c.hash, log.c.hlc).where(
        log.c.stream == stream, log.c.replica == replica, log.c.seq == after
    )
    row = connection.execute(query).first() if after else None
    connection.execute(
        delete(log).where(log.c.stream == stream, log.c.replica == replica, log.c.seq > after)
    )
    end = LogEnd(after, row.hash, row.hlc) if row else NO_LOG
    set_end(connection, stream, replica, end._replace(closed=True))


def _copy(connection: Connection, rows: list[dict[str, Any]]) -> None:
    driver: Any = connection.connection.driver_connection
    types = ["text", "bytea", "int8", "int8", "int8", "bytea", "text"]
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY log ({', '.join(_LOG_COLUMNS)}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types([*types, "bytea", "bytea", "bytea", "bytea", "bytea"])
        for row in rows:
            copy.write_row(tuple(row.values()))


_RUN = select(
    log.c.seq,
    log.c.hlc,
    log.c.doubt,
    log.c.record,
    log.c.kind,
    log.c.context,
    log.c.body,
    log.c.body_sha,
    log.c.hash,
    log.c.prev,
)


_RUN_AFTER = Prepared(
    _RUN.where(
        log.c.stream == bindparam("stream"),
        log.c.replica == bindparam("replica"),
        log.c.seq > bindparam("after"),
    )
    .order_by(log.c.seq)
    .limit(bindparam("limit"))
)


class _RunRow(NamedTuple):
    """A row of `_RUN`."""

    seq: int
    hlc: int
    doubt: int
    record: bytes
    kind: str
    context: bytes
    body: bytes | None
    body_sha: bytes | None
    hash: bytes
    prev: bytes | None


def _rows_after(
    connection: Connection, stream: str, replica: bytes, after: int, limit: int
) -> list[_RunRow]:
    span = {"stream": stream, "replica": replica, "after": after, "limit": limit}
    return list(map(_RunRow._make, _RUN_AFTER.rows(connection, span)))


def read_run(
    connection: Connection,
    stream: str,
    replica: bytes,
    after: int,
    max_bytes: int,
    max_changes: int = 4000,
) -> tuple[Run | None, bool]:
    """The changes behind `after` that fit, and whether there are more. At least one fits.

    Of a log that is held as an excerpt only what follows without a gap.
    """
    rows = _rows_after(connection, stream, replica, after, max_changes + 1)
    fitting, size = 0, 0
    for row in rows[:max_changes]:
        size += len(row.body or b"") + _ENTRY_OVERHEAD
        if (size > max_bytes and fitting) or row.seq != after + 1 + fitting:
            break
        fitting += 1
    more = fitting < len(rows)
    rows = rows[:fitting]
    if not rows:
        return None, False
    prev = _prev_of(connection, stream, replica, rows[0])
    seqs, hlcs, doubts, records, kinds, contexts, bodies, shas, *_ = map(
        list, zip(*rows, strict=True)
    )
    run = Run(
        replica,
        seqs[0],
        prev,
        hlcs,
        doubts,
        records,
        kinds,
        [context_from(context) for context in contexts],
        bodies,
        {offset: sha for offset, sha in enumerate(shas) if sha is not None},
    )
    return run, more


def read_changes(
    connection: Connection, stream: str, replica: bytes, after: int, limit: int
) -> list[Change]:
    """Up to `limit` changes of one log behind `after`, in order."""
    rows = _rows_after(connection, stream, replica, after, limit)
    if not rows:
        return []
    changes: list[Change] = []
    for row in rows:
        follows = changes and row.seq == changes[-1].seq + 1
        prev = changes[-1].hash if follows else _prev_of(connection, stream, replica, row)
        changes.append(change_of(stream, replica, prev, row))
    return changes


def _prev_of(connection: Connection, stream: str, replica: bytes, row: Any) -> bytes:
    """The hash that a row's header holds of the one before."""
    if row.prev is not None or row.seq == 1:
        return row.prev or GENESIS
    return hash_reader(connection, stream, replica)(row.seq - 1)


def change_of(stream: str, replica: bytes, prev: bytes, row: Any) -> Change:
    return Change(
        stream,
        replica,
        row.seq,
        prev,
        row.hlc,
        row.doubt,
        row.record,
        row.kind,
        context_from(row.context),
        row.body,
        row.body_sha or digest(row.body),
        row.hash,
    )


def records_after(connection: Connection, stream: str, replica: bytes, after: int) -> list[bytes]:
    """The records that a log's changes behind `after` are about."""
    query = (
        select(log.c.record)
        .where(log.c.stream == stream, log.c.replica == replica, log.c.seq > after)
        # Not DISTINCT: SQLite would read the whole log by the index of its records.
        .order_by(log.c.seq)
    )
    return list(dict.fromkeys(connection.execute(query).scalars()))
