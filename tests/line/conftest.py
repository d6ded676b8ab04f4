"""One lane and one centre for a test process; every test gets them with the line mended."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.line.lane import NotPermitted, open_lane
from tests.line.town import Town, open_town


@pytest.fixture(scope="session")
def shared_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    missing = ""
    try:
        with open_lane() as lane, open_town(tmp_path_factory.mktemp("town"), lane) as town:
            yield town
    except NotPermitted as error:
        missing = f"no network namespaces here: {error}"
    if missing and os.environ.get("CI"):
        pytest.fail(missing, pytrace=False)
    if missing:
        pytest.skip(missing)


@pytest.fixture
def town(shared_town: Town) -> Iterator[Town]:
    shared_town.lane.mend()
    yield shared_town
    shared_town.lane.mend()
