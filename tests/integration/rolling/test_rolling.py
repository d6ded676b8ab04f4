"""One process after another goes over to the next release while counters send (ADR 22)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.failover.town import Town, at_work, open_town
from tests.integration.rolling.machine import Host, make_host
from tests.integration.rolling.release import ROOT, install, next_release, runs_from
from tests.postgres import drop_database, new_database
from vault.engine import reading

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]
_EACH = 2
"""Acknowledgements of every counter in each stage of the way."""


@pytest.fixture
def database(postgres_cluster: str) -> Iterator[str]:
    yield new_database(postgres_cluster, "rolling")
    drop_database(postgres_cluster, "rolling")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """This release, installed."""
    return install(ROOT, tmp_path / "loket-now")


@pytest.fixture
def town(tmp_path: Path, database: str, here: Path) -> Iterator[Town]:
    (tmp_path / "town").mkdir()
    with open_town(tmp_path / "town", database, runs_from(here)) as found:
        yield found


@pytest.fixture
def host(tmp_path: Path, database: str, town: Town, here: Path) -> Host:
    ports = [web.addresses["centre"].rsplit(":", 1)[1] for web in town.webs]
    units = dict(zip([f"loket-central@{port}.service" for port in ports], town.webs, strict=True))
    settings = {"LOKET_DATABASE_URL": database, "LOKET_DATA": str(tmp_path / "town" / "central")}
    found = make_host(
        tmp_path / "host", {**units, "loket-central-worker.service": town.worker}, settings
    )
    found.home.symlink_to(here)
    return found


def _revisions(town: Town) -> set[str]:
    with reading(town.centre.vault.engine) as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version"))
        return set(found.scalars())


def test_counters_send_all_along_and_nothing_acknowledged_is_missing_or_there_twice(
    town: Town, host: Host, tmp_path: Path
) -> None:
    release = install(next_release(tmp_path / "next"), tmp_path / "loket-next")
    before = _revisions(town)
    migrated: list[bool] = []

    def the_former_release_goes_on(_unit: str) -> None:
        migrated.append(_revisions(town) != before)
        if len(migrated) == 1:
            town.webs[1].kill()
            town.webs[1].start()
        town.wait_for_acknowledgements(_EACH)

    host.before_restart = the_former_release_goes_on

    with at_work(town) as finish:
        town.wait_for_acknowledgements(_EACH)
        done = host.upgrade(release)
        town.wait_for_acknowledgements(_EACH)
        finish()
        found = town.reckon()

    print(found, Counter(str(one) for place in town.places for one in place.carrier.troubles))
    assert done.returncode == 0, done.stderr
    assert migrated == [True] * len(host.units), "the database comes first"
    assert host.restarted == list(host.units)
    assert host.home.resolve() == release
    assert found.acknowledged >= 5 * _EACH * len(town.places)
    assert (found.missing, found.doubled) == (0, 0), found
    assert [place.refusals for place in town.places] == [[]] * len(town.places)


def test_a_release_that_does_not_come_up_leaves_the_former_one_in_its_place(
    town: Town, host: Host, here: Path, tmp_path: Path
) -> None:
    code = next_release(tmp_path / "next")
    (code / "central" / "serve.py").write_text("raise SystemExit(1)\n")
    broken = install(code, tmp_path / "loket-broken")

    with at_work(town) as finish:
        done = host.upgrade(broken)
        town.wait_for_acknowledgements(_EACH)
        finish()
        found = town.reckon()

    first = next(iter(host.units))
    assert done.returncode == 1
    assert first in done.stderr
    assert host.restarted == [first]
    assert host.home.resolve() == here
    assert (found.missing, found.doubled) == (0, 0), found
