"""Whether a SQLite file is what SQLite wrote: a bad card or a lost sector must not be served.

What stands in a page is sealed and chained, and would not open. But a broken page may also hide
rows: then a request would seem never to have been.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from vault.errors import StoreDamaged

_AGAIN_S = 0.01


def require_sound(database: Path, within_s: float) -> bool:
    """Read every page once; False: there were too many to read in that time.

    :raises StoreDamaged: a page is not what it should be.
    """
    connection = sqlite3.connect(database)
    done = threading.Event()
    patience = threading.Thread(target=_give_up, args=(connection, within_s, done), daemon=True)
    patience.start()
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        kind = error.sqlite_errorcode & 0xFF
        if kind == sqlite3.SQLITE_INTERRUPT:
            return False
        if kind in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise StoreDamaged(database.name, str(error)) from error
        raise
    finally:
        done.set()
        patience.join()
        connection.close()
    if found != "ok":
        raise StoreDamaged(database.name, found)
    return True


def _give_up(connection: sqlite3.Connection, after_s: float, done: threading.Event) -> None:
    """The check of a whole table is one step to SQLite: a progress handler would not be asked."""
    wait_s = after_s
    while not done.wait(wait_s):
        # Before the check has begun it would be forgotten.
        connection.interrupt()
        wait_s = _AGAIN_S
