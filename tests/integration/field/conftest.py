"""A world per test, on SQLite: what is restored or copied here is a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "world")
