"""Inserts that mind what is there already, for both databases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Table, bindparam
from sqlalchemy.sql.expression import ClauseElement

from vault.prepared import Params, Prepared


def insert_for(dialect: str, table: Table) -> Any:
    """An insert of all columns, in a database's own words. Only its dialect is loaded: a box at a
    counter never needs PostgreSQL's, which takes a while."""
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert
    bound = {c.name: bindparam(c.name, type_=c.type) for c in table.columns}
    return insert(table).values(bound)


@cache
def _upsert(table: Table) -> Prepared:
    keys = [column.name for column in table.primary_key.columns]

    def statement_for(dialect: str) -> ClauseElement:
        statement = insert_for(dialect, table)
        changed = {
            column.name: statement.excluded[column.name]
            for column in table.columns
            if column.name not in keys
        }
        return statement.on_conflict_do_update(  # type: ignore[no-any-return]
            index_elements=keys, set_=changed
        )

    return Prepared(statement_for)


@cache
def _insert_new(table: Table) -> Prepared:
    return Prepared(lambda dialect: insert_for(dialect, table).on_conflict_do_nothing())


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
