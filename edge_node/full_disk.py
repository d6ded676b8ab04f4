"""A disk that is full to the last byte: what was sent is not kept, and whoever sent it is told so.

Long before, photos and new requests are refused (`edge_node.workflows.room`); other acts go on as
long as there is a byte.
"""

from __future__ import annotations

import errno
import sqlite3

import structlog
from flask import request
from sqlalchemy.exc import DBAPIError

from registration.texts import N_
from web.logs import places
from web.problems import Problem

_log = structlog.get_logger()


def _is_full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno == errno.ENOSPC
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, sqlite3.Error) and (
        getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
    )


def problem_of(error: Exception) -> Problem | None:
    """What to tell whoever asked; None where the disk was not it."""
    if not _is_full(error):
        return None
    _log.error("the disk is full", endpoint=request.endpoint, failure=places(error))
    return Problem(
        503,
        "penyimpanan-penuh",
        N_("Penyimpanan perangkat ini penuh"),
        N_(
            "Yang baru dikirim belum tersimpan semua. Yang sudah tersimpan tetap aman dan tetap "
            "dikirim. Hubungi admin sekarang."
        ),
    )
