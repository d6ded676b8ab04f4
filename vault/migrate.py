"""Bringing a database to the schema of this version (Alembic)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, func, select

_LOCK = 0x10CE7
_HERE = Path(__file__).parent / "migrations"


def config_of(versions: Sequence[Path]) -> Config:
    """What Alembic is told of the store's and of a server's migrations."""
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    folders = [_HERE / "versions", *versions]
    config.set_main_option("version_locations", "\n".join(str(folder) for folder in folders))
    config.set_main_option("path_separator", "newline")
    return config


def upgrade(engine: Engine, versions: Sequence[Path]) -> None:
    """Run all migrations of the store and of the server whose `versions` folders are given."""
    config = config_of(versions)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Web processes and workers start together; one migrates, the others wait for it.
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")
