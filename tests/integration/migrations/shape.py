"""What code may rely on in a schema, and what of that a migration takes away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import inspect

from vault.engine import Connection


@dataclass(frozen=True, slots=True)
class _Column:
    kind: str
    may_be_null: bool
    may_be_left_out: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """Tables as code sees them that names its columns."""

    columns: Mapping[str, Mapping[str, _Column]]
    unique: frozenset[tuple[str, tuple[str, ...]]]
    """(table, columns) of what no two rows may share."""


def shape_of(connection: Connection) -> Shape:
    found = inspect(connection)
    columns, unique = {}, set()
    for name in found.get_table_names():
        columns[name] = {
            one["name"]: _Column(
                str(one["type"]),
                bool(one["nullable"]),
                bool(one["nullable"]) or one.get("default") is not None,
            )
            for one in found.get_columns(name)
        }
        unique.add((name, tuple(found.get_pk_constraint(name)["constrained_columns"])))
        for key in found.get_unique_constraints(name):
            unique.add((name, tuple(key["column_names"])))
        for index in found.get_indexes(name):
            if index["unique"]:
                unique.add((name, tuple(str(one) for one in index["column_names"])))
    return Shape(columns, frozenset(unique))


def taken_away(before: Shape, after: Shape) -> list[str]:
    """What code for `before` would run into on `after`."""
    found = []
    for table, columns in before.columns.items():
        there = after.columns.get(table)
        if there is None:
            found.append(f"{table} is gone")
            continue
        for name, column in columns.items():
            if name not in there:
                found.append(f"{table}.{name} is gone")
            elif there[name].kind != column.kind:
                found.append(f"{table}.{name} is a {there[name].kind} now")
            elif column.may_be_null and not there[name].may_be_null:
                found.append(f"{table}.{name} may not be null any more")
        found += [
            f"{table}.{name} must be given"
            for name, column in there.items()
            if name not in columns and not column.may_be_left_out
        ]
    found += [
        f"{table} has {columns} once only"
        for table, columns in after.unique - before.unique
        if table in before.columns
    ]
    return found
