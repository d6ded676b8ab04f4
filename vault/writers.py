"""Whose word a log is: told by the centre, kept where the history is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from sync.bundle import Writer
from vault.sql import insert_new
from vault.tables import writer


def add_writers(connection: Connection, told: Mapping[bytes, Writer]) -> None:
    rows = [
        {"replica": replica, "name": who.name, "central": who.central}
        for replica, who in told.items()
    ]
    insert_new(connection, writer, rows)


def writers(connection: Connection) -> dict[bytes, Writer]:
    rows = connection.execute(select(writer.c.replica, writer.c.name, writer.c.central))
    return {replica: Writer(name, central) for replica, name, central in rows.tuples()}


def central_writers(connection: Connection) -> Iterable[bytes]:
    """Logs of the centre beside the one it was enrolled with."""
    return connection.execute(select(writer.c.replica).where(writer.c.central)).scalars().all()
