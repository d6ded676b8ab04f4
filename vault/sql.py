"""Inserts that mind what is there already, for both databases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from vault.prepared import Params, Prepared

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@cache
def _upsert(table: Table) -> Prepared:
    keys = [column.name for column in table.primary_key.columns]
    statements = {}
    for dialect, insert in _INSERTS.items():
        statement = _bound(insert(table), table)
        changed = {
            column.name: statement.excluded[column.name]
            for column in table.columns
            if column.name not in keys
        }
        statements[dialect] = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return Prepared(statements)


@cache
def _insert_new(table: Table) -> Prepared:
    return Prepared(
        {
            dialect: _bound(insert(table), table).on_conflict_do_nothing()
            for dialect, insert in _INSERTS.items()
        }
    )


def _bound(statement: Any, table: Table) -> Any:
    return statement.values({c.name: bindparam(c.name, type_=c.type) for c in table.columns})


def upsert(connection: Connection, table: Table, rows: Sequence[Params] | Params) -> None:
    """Insert rows (all columns), replacing those of the same key."""
    _upsert(table).run_many(connection, _listed(rows))


def insert_new(connection: Connection, table: Table, rows: Sequence[Params] | Params) -> None:
    """Insert the rows (all columns) whose key is not there yet."""
    _insert_new(table).run_many(connection, _listed(rows))


def upsert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """As `upsert`, of values in the order of the table's columns."""
    _upsert(table).run_rows(connection, _names(table), rows)


def insert_new_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """As `insert_new`, of values in the order of the table's columns."""
    _insert_new(table).run_rows(connection, _names(table), rows)


@cache
def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def _listed(rows: Sequence[Params] | Params) -> Sequence[Params]:
    return rows if isinstance(rows, Sequence) else [rows]
