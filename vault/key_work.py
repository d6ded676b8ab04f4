"""What is being done to the keys of a running server, and how everybody hears of it.

A server is several threads, and at the centre several processes on several machines; a command
beside them changes the keys. So the store counts changes of keys (the *generation*), and whoever
wraps a key, blinds a token or searches compares in its own transaction (`keyring.keys_in`). A
change of keys waits for those transactions, and those that come after see it: nobody can write
under keys that were given up.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from vault.prepared import Prepared
from vault.sql import upsert
from vault.tables import key_work

_LOCK = 0x10CE8
_GENERATION = "generation"
_SHARE = Prepared(select(func.pg_advisory_xact_lock_shared(_LOCK)))
_NUMBER = Prepared(select(key_work.c.number).where(key_work.c.name == _GENERATION))


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work on the keys that goes on over many transactions."""

    name: str
    number: int
    phase: str
    cursor: bytes = b""
    """How far it has come; its form is the work's own."""
    at_ms: int = 0
    """When it began, Unix ms."""


def share(connection: Connection) -> None:
    """Let no change of keys commit until this transaction ends (SQLite: its snapshot holds)."""
    if connection.dialect.name == "postgresql":
        _SHARE.rows(connection, {})


def hold(connection: Connection) -> None:
    """Wait for all who share, and keep others out until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def generation(connection: Connection) -> int:
    """How often the keys of this store have been changed."""
    row = _NUMBER.first(connection, {})
    return int(row[0]) if row else 0


def bump(connection: Connection) -> None:
    """The keys are others now: tell everybody who compares."""
    save(connection, Work(_GENERATION, generation(connection) + 1, ""))


def read(connection: Connection, name: str, *, lock: bool = False) -> Work | None:
    """The work of this name, if it is known. `lock`: nobody else goes on with it meanwhile.

    Who locks it shares or holds the keys already: locks are taken in this order only.
    """
    query = select(key_work).where(key_work.c.name == name)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return Work(*row) if row else None


def save(connection: Connection, work: Work) -> None:
    upsert(
        connection,
        key_work,
        {
            "name": work.name,
            "number": work.number,
            "phase": work.phase,
            "cursor": work.cursor,
            "at_ms": work.at_ms,
        },
    )


def end(connection: Connection, name: str) -> None:
    connection.execute(delete(key_work).where(key_work.c.name == name))
