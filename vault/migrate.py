"""Bringing a database to the schema of this version (Alembic)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, column, func, inspect, select, table

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 0x10CE7
_VERSION = table("alembic_version", column("version_num"))
_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_HERE = Path(__file__).parent / "migrations"


def config_of(versions: Sequence[Path]) -> Config:
    """What Alembic is told of the store's and of a server's migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    folders = [_HERE / "versions", *versions]
    config.set_main_option("version_locations", "\n".join(str(folder) for folder in folders))
    config.set_main_option("path_separator", "newline")
    return config


def upgrade(engine: Engine, versions: Sequence[Path]) -> None:
    """Run all migrations of the store and of the server whose `versions` folders are given."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Web processes and workers start together; one migrates, the others wait for it.
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        if _is_current(connection, [_HERE / "versions", *versions]):
            return
        # Takes a quarter of a server's start, and is needed once a version.
        from alembic import command

        config = config_of(versions)
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")


def _is_current(connection: Connection, folders: Sequence[Path]) -> bool:
    if not inspect(connection).has_table(_VERSION.name):
        return False
    found = set(connection.execute(select(_VERSION.c.version_num)).scalars())
    return found == {_newest(folder) for folder in folders}


def _newest(folder: Path) -> str:
    """The revision that a folder of numbered migrations leads to."""
    last = max(folder.glob("[0-9]*.py"))
    revision = _REVISION.search(last.read_text())
    if revision is None:
        raise ValueError(f"{last.name} names no revision")
    return revision[1]
