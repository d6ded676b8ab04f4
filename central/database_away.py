"""The database while it fails over: who asks meanwhile is told to come again, and nothing worse.

A counter takes a 4xx for a refusal of what it sent, and stops sending it for a while. A database
that moves to its standby, or gives way to another transaction, has judged nothing: what was asked
is right, and will be taken a moment later.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg
import structlog
from flask import request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from vault.errors import BlobsAway
from web.i18n import N_
from web.logs import places
from web.problems import Problem

_log = structlog.get_logger()
RETRY_S = 5
"""About what a promotion takes once it has begun; whoever comes too early is told once more."""
_START_PATIENCE_S = 300.0
_PAUSE_S = 1.0
_PASSING = (
    "08",  # connection exception; also what pgbouncer says
    "40",  # transaction rollback: serialization failure, deadlock
    "53",  # insufficient resources: too many connections, disk full
    "57P",  # operator intervention: shutdown, crash of another backend, cannot connect now
    "25006",  # read-only transaction: this one is a standby now
)
"""SQLSTATEs (PostgreSQL, appendix A) that say nothing about what was asked."""
_PASSING_SQLITE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL)

T = TypeVar("T")


def is_away(error: BaseException) -> bool:
    """Whether the same may be tried again, since it failed by the state of the database alone."""
    if isinstance(error, PoolTimeout):
        return True
    cause: object = error
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        cause = error.orig
    if isinstance(cause, psycopg.Error):
        if cause.sqlstate is None:
            # The client library's own: refused, timed out, closed in the middle.
            return isinstance(cause, psycopg.OperationalError)
        return cause.sqlstate.startswith(_PASSING)
    if isinstance(cause, sqlite3.OperationalError):
        # The low byte; what is above it says more of the same.
        return cause.sqlite_errorcode & 0xFF in _PASSING_SQLITE
    return False


def problem_of(error: Exception) -> Problem | None:
    """What to tell whoever asked, where a store was away; None where that was not it."""
    if isinstance(error, BlobsAway):
        slug, title = "scans-away", N_("Tempat berkas sedang tidak terhubung")
    elif is_away(error):
        slug, title = "database-away", N_("Basis data sedang berpindah")
    else:
        return None
    # The endpoint's name, never the path, the query or the form: those name people.
    _log.warning(slug, endpoint=request.endpoint, failure=places(error))
    return Problem(503, slug, title, headers={"Retry-After": str(RETRY_S)})


def once_there(
    act: Callable[[], T],
    *,
    patience_s: float = _START_PATIENCE_S,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """What `act` returns, as soon as the database is there.

    A process that starts while the database moves must not give up: gunicorn would end with it.

    :raises Exception: what `act` raised last, or what has nothing to do with that.
    """
    deadline = now() + patience_s
    while True:
        try:
            return act()
        except Exception as error:
            if not is_away(error) or now() >= deadline:
                raise
            _log.warning("waiting for the database", failure=places(error))
        sleep(_PAUSE_S)
