"""Statements of the hot paths: written in SQLAlchemy Core, compiled once, run by the driver.

Filing a request runs eight statements and a whole backlog runs tens of thousands; Core's own
execution costs more than SQLite does. Only for statements whose values are text, integers, bools
and bytes, which need no conversion on either database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam
from sqlalchemy.sql.expression import ClauseElement

Params = Mapping[str, Any]


class Prepared:
    """One statement, compiled at first use for each database."""

    def __init__(self, statement: ClauseElement | Callable[[str], ClauseElement]) -> None:
        """:param statement: a statement, or what makes it for a dialect where they differ."""
        self._statement = statement
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None, dict[str, Any]]] = {}

    def _for(self, connection: Connection) -> tuple[str, tuple[str, ...] | None, dict[str, Any]]:
        name = connection.dialect.name
        found = self._compiled.get(name)
        if found is None:
            statement = self._statement
            if not isinstance(statement, ClauseElement):
                statement = statement(name)
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

    def run_rows(
        self, connection: Connection, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        """As `run_many`, of values in the order of `names`: no dictionary a row."""
        sql, order, fixed = self._for(connection)
        if fixed or order != tuple(names):
            self.run_many(connection, [dict(zip(names, row, strict=True)) for row in rows])
        elif rows:
            cursor = _cursor(connection)
            try:
                cursor.executemany(sql, rows)
            finally:
                cursor.close()


_SIZES = (8, 400)


class PreparedAmong:
    """A query about any number of values, asked in parts of few sizes, each compiled once.

    Core writes the text of `IN (…)` anew for each execution. Ours is filled up with its last value.
    """

    def __init__(self, query: Callable[[Sequence[BindParameter[Any]]], ClauseElement]) -> None:
        """:param query: makes the query about so many values; what it says of one value must not
        depend on the others."""
        self._query = query
        self._made: dict[int, tuple[Prepared, tuple[str, ...]]] = {}

    def rows(
        self, connection: Connection, values: Sequence[bytes], params: Params | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of all parts. No value may come twice.

        :param params: what else the query compares with.
        """
        for start in range(0, len(values), _SIZES[-1]):
            part = values[start : start + _SIZES[-1]]
            size = next(size for size in _SIZES if len(part) <= size)
            prepared, names = self._of(size)
            filled = dict.fromkeys(names, part[-1])
            filled.update(zip(names, part, strict=False))
            yield from prepared.rows(connection, {**filled, **(params or {})})

    def _of(self, size: int) -> tuple[Prepared, tuple[str, ...]]:
        found = self._made.get(size)
        if found is None:
            names = tuple(f"among_{number}" for number in range(size))
            prepared = Prepared(self._query([bindparam(name) for name in names]))
            found = self._made[size] = (prepared, names)
        return found


def _cursor(connection: Connection) -> Any:
    # SQLAlchemy begins the transaction with the first statement it sees; ours go past it.
    if not connection.in_transaction():
        raise RuntimeError("a prepared statement runs in a transaction")
    driver: Any = connection.connection.driver_connection
    return driver.cursor()
