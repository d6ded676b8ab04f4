"""Statements of the hot paths: written in SQLAlchemy Core, compiled once, run by the driver.

Filing a request runs eight statements and a whole backlog runs tens of thousands; Core's own
execution costs more than SQLite does. Only for statements whose values are text, integers, bools
and bytes, which need no conversion on either database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.expression import ClauseElement

Params = Mapping[str, Any]


class Prepared:
    """One statement, compiled at first use for each database."""

    def __init__(self, statement: ClauseElement | Mapping[str, ClauseElement]) -> None:
        """:param statement: a statement, or one per dialect name where they differ."""
        self._statement = statement
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None, dict[str, Any]]] = {}

    def _for(self, connection: Connection) -> tuple[str, tuple[str, ...] | None, dict[str, Any]]:
        name = connection.dialect.name
        found = self._compiled.get(name)
        if found is None:
            statement = self._statement
            if isinstance(statement, Mapping):
                statement = statement[name]
            compiled: Any = statement.compile(dialect=connection.dialect)
            order = tuple(compiled.positiontup) if compiled.positional else None
            fixed = {key: value for key, value in compiled.params.items() if value is not None}
            found = self._compiled[name] = (str(compiled), order, fixed)
        return found

    def _arguments(
        self, order: tuple[str, ...] | None, fixed: dict[str, Any], params: Params
    ) -> Any:
        values = {**fixed, **params} if fixed else params
        return values if order is None else tuple([values[name] for name in order])

    def rows(self, connection: Connection, params: Params) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        sql, order, fixed = self._for(connection)
        cursor = _cursor(connection)
        try:
            cursor.execute(sql, self._arguments(order, fixed, params))
            return cursor.fetchall()  # type: ignore[no-any-return]
        finally:
            cursor.close()

    def first(self, connection: Connection, params: Params) -> tuple[Any, ...] | None:
        """The first row of a query, if there is one."""
        found = self.rows(connection, params)
        return found[0] if found else None

    def run(self, connection: Connection, params: Params) -> None:
        """A statement that writes."""
        sql, order, fixed = self._for(connection)
        cursor = _cursor(connection)
        try:
            cursor.execute(sql, self._arguments(order, fixed, params))
        finally:
            cursor.close()

    def run_many(self, connection: Connection, many: Sequence[Params]) -> None:
        """A statement that writes, once per set of values."""
        if not many:
            return
        if len(many) == 1:
            self.run(connection, many[0])
            return
        sql, order, fixed = self._for(connection)
        cursor = _cursor(connection)
        try:
            cursor.executemany(sql, [self._arguments(order, fixed, params) for params in many])
        finally:
            cursor.close()


def _cursor(connection: Connection) -> Any:
    # SQLAlchemy begins the transaction with the first statement it sees; ours go past it.
    if not connection.in_transaction():
        raise RuntimeError("a prepared statement runs in a transaction")
    driver: Any = connection.connection.driver_connection
    return driver.cursor()
