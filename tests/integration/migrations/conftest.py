"""Databases to migrate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import drop_database, new_database
from vault.engine import Engine, make_engine, sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table."""
    if request.param == "sqlite":
        engine = make_engine(sqlite_url(tmp_path / "store.sqlite3"))
        yield engine
        engine.dispose()
    else:
        cluster = request.getfixturevalue("postgres_cluster")
        engine = make_engine(new_database(cluster, "walked"))
        yield engine
        engine.dispose()
        drop_database(cluster, "walked")


@pytest.fixture
def empty_postgresql(postgres_cluster: str) -> Iterator[str]:
    """The address of a database without any table."""
    yield new_database(postgres_cluster, "beside")
    drop_database(postgres_cluster, "beside")
