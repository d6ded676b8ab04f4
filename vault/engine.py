"""Connections: SQLite with full durability, or PostgreSQL."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InvalidatePoolError

__all__ = [
    "Connection",
    "Engine",
    "later_durable",
    "make_engine",
    "reading",
    "sqlite_url",
    "writing",
]

_BUSY_MS = 15_000
POOL = 32
"""Connections of a process to PostgreSQL at most."""
DURABILITY = "FULL"
"""With NORMAL, a power cut may lose commits that a receipt was given for."""
_READ_ONLY = "25006"
"""SQLSTATE of who would write where nothing may be written."""
_USED = "loket_used"
_SURELY_LIVES_S = 2.0
"""A connection that served so lately is handed out unasked."""
_THRESHOLD = "prepare_threshold"
_WRITE = "loket_write"
_WRITER_KIB = 8192
"""The writer's own page cache: tokens fall all over their index, and their pages come again."""


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def make_engine(url: str) -> Engine:
    """An engine for `url`; SQLite is set up so that a commit survives a power cut."""
    if url.startswith("sqlite"):
        return _sqlite(url)
    return _postgresql(url)


def _postgresql(url: str) -> Engine:
    parsed, arguments = _with_prepare_threshold(make_url(url))
    engine = create_engine(
        parsed,
        pool_size=8,
        max_overflow=POOL - 8,
        connect_args=arguments,
    )

    @event.listens_for(engine, "checkout")
    def _see_that_it_lives(connection: Any, record: Any, _handed_out: object) -> None:
        # Asked each time (`pool_pre_ping`), it would be a seventh of a small exchange.
        if time.monotonic() - record.info.get(_USED, -math.inf) < _SURELY_LIVES_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            # The pool lets it go and gives another.
            raise InvalidatePoolError from error

    @event.listens_for(engine, "checkin")
    def _note_use(_connection: Any, record: Any) -> None:
        record.info[_USED] = time.monotonic()

    @event.listens_for(engine, "handle_error")
    def _leave_standbys(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
            # Those of the pool all lead there. New ones find the primary.
            context.is_disconnect = True

    return engine


def _with_prepare_threshold(url: URL) -> tuple[URL, dict[str, Any]]:
    """psycopg takes `prepare_threshold` as an argument only; here it may stand in the URL.

    `none` behind a pooler that hands each transaction to another connection: what was prepared on
    one is unknown to the next.
    """
    said = url.query.get(_THRESHOLD)
    if said is None:
        return url, {}
    return url.difference_update_query([_THRESHOLD]), {
        _THRESHOLD: None if said == "none" else int(str(said))
    }


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, pool_size=12, max_overflow=8, connect_args={"timeout": 15, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={DURABILITY}")
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        # A checkpoint writes each page once, however often it changed: fewer of them, less wear.
        cursor.execute("PRAGMA wal_autocheckpoint=4000")
        # The pool holds a dozen connections; the system's page cache serves them all.
        cursor.execute("PRAGMA cache_size=-1024")
        # Sorting must not spill to a file, nor deleted bytes stay readable.
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get(_WRITE, False)
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")

    @event.listens_for(engine, "engine_disposed")
    def _forget(disposed: Engine) -> None:
        writer = _writers.pop(id(disposed), None)
        if writer is not None:
            writer.close()

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction to read in: on SQLite one snapshot, on PostgreSQL one per statement."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that commits at the end, or leaves nothing.

    SQLite takes its write lock at the start: a deferred one could fail half-way.
    """
    if engine.dialect.name == "sqlite":
        with _writer(engine).transaction() as connection:
            yield connection
    else:
        with engine.begin() as connection:
            yield connection


def later_durable(connection: Connection) -> None:
    """This transaction is on disk soon after it commits, or leaves nothing: for what is made anew
    from the log, which nobody was told of. Where SQLite is, it is like any other."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")


def scrub(engine: Engine, tables: Sequence[str]) -> bool:
    """Wipe deleted rows from the database's own files; False: somebody reads, try again later.

    SQLite zeroes what is deleted (`secure_delete`), but its write-ahead log keeps the pages from
    before until it is emptied. PostgreSQL writes the named small tables anew; its own write-ahead
    log is recycled in time, and archives of it are backups.
    """
    if engine.dialect.name == "sqlite":
        with _writer(engine).alone() as connection:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.exec_driver_sql(f'VACUUM (FULL) "{table}"')
    return True


class _Writer:
    """The one connection of this process that writes to a SQLite file.

    SQLite has one writer at a time anyway: threads wait here for each other without polling the
    file's lock, and a commit costs no check-out from a pool.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(**{_WRITE: True})
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                if not self._connection.closed:
                    # Its pool is gone: given back there, it would keep the file open.
                    self._connection.detach()
                self._connection.close()
                self._connection = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self._lock:
            if self._connection is None or self._connection.closed:
                self._connection = self._engine.connect()
                driver: Any = self._connection.connection.driver_connection
                driver.execute(f"PRAGMA cache_size=-{_WRITER_KIB}")
            with self._connection.begin():
                yield self._connection

    @contextmanager
    def alone(self) -> Iterator[Any]:
        """The driver's connection, outside any transaction, while nobody here writes."""
        with self._lock, self._engine.connect() as connection:
            yield connection.connection.driver_connection


_writers: dict[int, _Writer] = {}


def _writer(engine: Engine) -> _Writer:
    found = _writers.get(id(engine))
    if found is None:
        found = _writers.setdefault(id(engine), _Writer(engine))
    return found
