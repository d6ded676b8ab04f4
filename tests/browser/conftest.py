"""One town and one browser per test process; a fresh context per page."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.stage import NoChromium, Screens, Stage, open_stage, start_chromium
from tests.postgres import drop_database, new_database

_LAST_WORDS = 6_000


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser, missing = None, ""
        try:
            browser = start_chromium(playwright)
        except NoChromium as error:
            missing = str(error)
        if browser is None:
            pytest.fail(missing, pytrace=False)
        yield browser
        browser.close()


@contextmanager
def _town(request: pytest.FixtureRequest, database_url: str, seed: int) -> Iterator[Stage]:
    """Its centre stands on PostgreSQL, as a real one does. What the servers logged is printed
    where a test failed."""
    with open_stage(requests=6, seed=seed, database_url=database_url) as stage:
        yield stage
        if request.session.testsfailed:
            for log in sorted(stage.town.root.glob("*.log")):
                print(f"{log.name}:\n{log.read_text()[-_LAST_WORDS:]}")


@pytest.fixture(scope="session")
def town_of_one(
    request: pytest.FixtureRequest, chromium: Browser, postgres_cluster: str
) -> Iterator[Stage]:
    """Asks for the browser first: without one nothing needs to be started."""
    with _town(request, new_database(postgres_cluster, "browser"), seed=11) as stage:
        yield stage


@pytest.fixture
def spare_town(
    request: pytest.FixtureRequest, chromium: Browser, postgres_cluster: str
) -> Iterator[Stage]:
    """A town of this test's own, of which it may end and replace what it likes."""
    name = f"spare-{uuid.uuid4().hex[:12]}"
    with _town(request, new_database(postgres_cluster, name), seed=12) as stage:
        yield stage
    drop_database(postgres_cluster, name)


@pytest.fixture
def stage(town_of_one: Stage) -> Iterator[Stage]:
    """The town, with its line up again whatever the test did to it."""
    yield town_of_one
    town_of_one.mend()


@pytest.fixture(scope="session")
def logins() -> dict[str, Any]:
    return {}


@pytest.fixture
def screens(chromium: Browser, stage: Stage, logins: dict[str, Any]) -> Iterator[Screens]:
    """Pages of this test; none of them may load from elsewhere or complain to the console."""
    made = Screens(chromium, stage, logins)
    yield made
    made.close()
    assert made.trail.foreign == [], "a page loaded something from another host"
    assert made.trail.said == [], "a page complained to the browser's console"
