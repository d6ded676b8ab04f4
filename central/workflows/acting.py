"""An officer's act: a transaction in which the centre's word goes to a log that may be written.

A database that was restored from a backup has forgotten what it wrote since, and the nodes have
not: writing on under the same name would give positions twice (ADR 13). So the centre begins a new
log with its first act in each *life* of its database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from central.centre import NAME, Centre
from sync.bundle import Writer
from vault import key_work
from vault.core import Vault
from vault.engine import Connection, reading, writing
from vault.key_work import Work
from vault.keyring import new_writer
from vault.writers import add_writers

_LIFE = "life"
_LIFE_OF_POSTGRES = text(
    "SELECT concat_ws(' ', pg_postmaster_start_time(), d.oid, 'log'::regclass::oid)"
    " FROM pg_database d WHERE d.datname = current_database()"
)


@contextmanager
def acting(centre: Centre) -> Iterator[Connection]:
    """A transaction for acts of the centre; durable at its end, or nothing of it."""
    vault = centre.vault
    with reading(vault.engine) as connection:
        begun = _is_begun(connection, vault)
    if not begun:
        with writing(vault.engine) as connection:
            key_work.hold(connection)
            # Another process of the same life may have been faster.
            if not _is_begun(connection, vault):
                begin_new_log(connection, vault)
                key_work.save(connection, Work(_LIFE, 0, _life(connection, vault)))
    with writing(vault.engine) as connection:
        yield connection


def begin_new_log(connection: Connection, vault: Vault) -> None:
    """The centre's next changes go to a log of their own, in all streams."""
    vault.keyring = new_writer(connection, vault.keys_in(connection))
    vault.central_writers.add(vault.replica)
    add_writers(connection, {vault.replica: Writer(NAME, central=True)})


def _is_begun(connection: Connection, vault: Vault) -> bool:
    work = key_work.read(connection, _LIFE)
    return work is not None and work.phase == _life(connection, vault)


def _life(connection: Connection, vault: Vault) -> str:
    """What is another whenever this database may be an older one than it was.

    SQLite: this process, as no file is exchanged under a running one. PostgreSQL: the start of the
    server process, which every recovery and failover needs, and the oids of the database and of the
    table, which copying a database and reading a dump make anew.
    """
    if connection.dialect.name == "postgresql":
        return str(connection.execute(_LIFE_OF_POSTGRES).scalar_one())
    return vault.opening.hex()
