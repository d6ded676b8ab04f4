"""A world over each database the centre may stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto import passphrase
from tests.integration.world import World, make_world


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """New accounts of tests get a hash that is quick to make and to check: its parameters stand in
    the hash itself. What real ones cost is tested beside `crypto`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passphrase, "_LOGIN_MEMORY_KIB", 64)
        patch.setattr(passphrase, "_LOGIN_ITERATIONS", 1)
        yield


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A centre on SQLite, then on PostgreSQL: both must behave alike."""
    url = request.getfixturevalue("postgres_centre") if request.param == "postgresql" else ""
    made = make_world(tmp_path, url)
    yield made
    made.centre.vault.engine.dispose()
    for counter in made.counters:
        counter.edge.vault.engine.dispose()
