"""An officer's act: a transaction in which the centre's word goes to a log that may be written.

A database that was restored from a backup has forgotten what it wrote since, and the nodes have
not: writing on under the same name would give positions twice (ADR 13). So the centre begins a new
log with its first act in each *life* of its database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from central.centre import NAME, Centre
from sync.bundle import Writer
from vault import key_work, life
from vault.core import Vault
from vault.engine import Connection, reading, writing
from vault.keyring import new_writer
from vault.writers import add_writers


@contextmanager
def acting(centre: Centre) -> Iterator[Connection]:
    """A transaction for acts of the centre; durable at its end, or nothing of it."""
    vault = centre.vault
    with reading(vault.engine) as connection:
        begun = life.goes_on(connection, vault)
    if not begun:
        _begin_life(vault)
    with writing(vault.engine) as connection:
        yield connection


def _begin_life(vault: Vault) -> None:
    before = vault.keyring
    try:
        with writing(vault.engine) as connection:
            key_work.hold(connection)
            # Another process of the same life may have been faster.
            if not life.goes_on(connection, vault):
                begin_new_log(connection, vault)
                life.note(connection, vault)
    except BaseException:
        vault.keyring = before
        raise


def begin_new_log(connection: Connection, vault: Vault) -> None:
    """The centre's next changes go to a log of their own, in all streams."""
    vault.keyring = new_writer(connection, vault.keys_in(connection))
    vault.central_writers.add(vault.replica)
    add_writers(connection, {vault.replica: Writer(NAME, central=True)})
