"""Walking a store along its revisions, one at a time, with rows in every table."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Boolean, Integer, LargeBinary, MetaData, Table, insert, select

import central.centre
from vault.engine import Connection, Engine, reading
from vault.migrate import config_of

Rows = Mapping[str, frozenset[tuple[tuple[str, Any], ...]]]
"""{table: its rows, each as (column, value) pairs}."""

_CONFIG = config_of([Path(central.centre.__file__).parent / "store" / "migrations" / "versions"])
_NOT_OURS = ("alembic_version", "sqlite_stat1")


def upwards() -> list[Script]:
    """All revisions of the store and of the centre, each after what it stands on."""
    found = ScriptDirectory.from_config(_CONFIG).iterate_revisions("heads", "base")
    return list(found)[::-1]  # type: ignore[arg-type]


def downwards() -> list[Script]:
    """The revisions that can be taken back, the newest first, down to where something would be
    lost that follows from nothing else."""
    found: list[Script] = []
    kept: set[str] = set()
    for script in reversed(upwards()):
        stands_on_it = {one.revision for one in upwards() if script.revision in _below(one)}
        if hasattr(script.module, "downgrade") and not stands_on_it & kept:
            found.append(script)
        else:
            kept.add(script.revision)
    return found


def _below(script: Script) -> set[str]:
    """What a revision stands on itself."""
    several = (script.down_revision, script.dependencies)
    return {one for some in several if some for one in ([some] if isinstance(some, str) else some)}


def up(engine: Engine, script: Script) -> None:
    _run(engine, lambda config: command.upgrade(config, script.revision))


def down(engine: Engine, script: Script) -> None:
    """Take one revision back."""
    branch = next(iter(script.branch_labels))
    before = script.down_revision or "base"
    _run(engine, lambda config: command.downgrade(config, f"{branch}@{before}"))


def all_down(engine: Engine) -> None:
    """Take back all that can be taken back."""
    for script in downwards():
        down(engine, script)


def _run(engine: Engine, act: Any) -> None:
    with engine.begin() as connection:
        config = Config()
        config.attributes = {**_CONFIG.attributes, "connection": connection}  # type: ignore[misc]
        for name in ("script_location", "version_locations", "path_separator"):
            config.set_main_option(name, _CONFIG.get_main_option(name) or "")
        act(config)


def tables(connection: Connection) -> list[Table]:
    """The tables as they are now."""
    found = MetaData()
    found.reflect(connection, views=False)
    return [one for one in found.tables.values() if one.name not in _NOT_OURS]


def fill(connection: Connection, leave: Iterable[str] = ()) -> None:
    """Made-up rows in each table that has none."""
    for table in tables(connection):
        if table.name in leave or connection.execute(select(table).limit(1)).first():
            continue
        made = [{c.name: _made_up(c.type, number) for c in table.columns} for number in (1, 2, 3)]
        connection.execute(insert(table), made)


def _made_up(kind: Any, number: int) -> Any:
    if isinstance(kind, Boolean):
        return number == 1
    if isinstance(kind, Integer):
        return number
    if isinstance(kind, LargeBinary):
        return uuid.UUID(int=number).bytes
    return f"made up {number}"


def all_rows(engine: Engine) -> Rows:
    """Every row of every table."""
    with reading(engine) as connection:
        return {
            table.name: frozenset(
                tuple(sorted(row.items()))
                for row in map(dict, connection.execute(select(table)).mappings())
            )
            for table in tables(connection)
        }


def differing(before: Rows, after: Rows, names: Sequence[str]) -> list[str]:
    """Of the named tables those whose rows differ, in the columns that both have."""
    return [name for name in names if _cut(before, after, name) != _cut(after, before, name)]


TOLD_ANEW = {("node", "heard"), ("node", "heard_ms")}
"""(table, column) of what a server says again whenever it calls."""


def _cut(rows: Rows, like: Rows, name: str) -> frozenset[tuple[tuple[str, Any], ...]]:
    columns = {column for row in list(like[name])[:1] for column, _ in row}
    columns -= {column for table, column in TOLD_ANEW if table == name}
    return frozenset(tuple(pair for pair in row if pair[0] in columns) for row in rows[name])
