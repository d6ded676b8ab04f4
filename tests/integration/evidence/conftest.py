"""A centre on SQLite, for what does not hang on the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.world import World, make_world


@pytest.fixture
def office(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path / "office")
    yield made
    made.centre.vault.engine.dispose()
    for counter in made.counters:
        counter.edge.vault.engine.dispose()
