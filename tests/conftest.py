"""Fixtures that several kinds of tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import running_postgres


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """URL template of a running throw-away PostgreSQL; started once per test process."""
    with running_postgres() as url:
        yield url
