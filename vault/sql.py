"""Inserts that mind what is there already, for both databases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@cache
def _upsert_statement(dialect: str, table: Table, keep: frozenset[str]) -> Any:
    statement = _INSERTS[dialect](table)
    keys = [column.name for column in table.primary_key.columns]
    changed = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in keys and column.name not in keep
    }
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


@cache
def _ignore_statement(dialect: str, table: Table) -> Any:
    return _INSERTS[dialect](table).on_conflict_do_nothing()


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]] | dict[str, Any],
    keep: frozenset[str] = frozenset(),
) -> None:
    """Insert rows, replacing those of the same key but for the columns in `keep`."""
    if rows:
        connection.execute(_upsert_statement(connection.dialect.name, table, keep), rows)


def insert_new(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]] | dict[str, Any]
) -> None:
    """Insert the rows whose key is not there yet."""
    if rows:
        connection.execute(_ignore_statement(connection.dialect.name, table), rows)
