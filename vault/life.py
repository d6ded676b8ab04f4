"""The lives of a store: whether its database may be an older one than the last time it wrote.

SQLite: a life is this process's, as no file is exchanged under a running one. PostgreSQL: it is
told by the start of the server process, which every recovery and failover needs, and by the oids
of the database and the log's table, which copying a database and reading a dump make anew.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from vault import key_work
from vault.core import Vault
from vault.key_work import Work

_NAME = "life"
_OF_POSTGRES = text(
    "SELECT concat_ws(' ', pg_postmaster_start_time(), d.oid, 'log'::regclass::oid)"
    " FROM pg_database d WHERE d.datname = current_database()"
)


def goes_on(connection: Connection, vault: Vault) -> bool:
    """Whether the life that was noted last is the present one."""
    work = key_work.read(connection, _NAME)
    return work is not None and work.phase == _present(connection, vault)


def note(connection: Connection, vault: Vault) -> None:
    """The present life is the one that writes."""
    key_work.save(connection, Work(_NAME, 0, _present(connection, vault)))


def _present(connection: Connection, vault: Vault) -> str:
    if connection.dialect.name == "postgresql":
        return str(connection.execute(_OF_POSTGRES).scalar_one())
    return vault.opening.hex()
