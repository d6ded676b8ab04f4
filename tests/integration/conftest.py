"""A world over each database the centre may stand on."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.world import World, make_world
from tests.postgres import new_database


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A centre on SQLite, then on PostgreSQL: both must behave alike."""
    url = ""
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgres_cluster")
        url = new_database(cluster, f"w{uuid.uuid4().hex[:12]}")
    made = make_world(tmp_path, url)
    yield made
    made.centre.vault.engine.dispose()
    for counter in made.counters:
        counter.edge.vault.engine.dispose()
