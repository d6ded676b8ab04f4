"""Acknowledged is acknowledged: with a primary, a web process or the worker killed at any point."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.failover.cluster import Cluster, running_cluster
from tests.failover.stories import lose_a_primary_that_nobody_hears, lose_the_primary
from tests.failover.town import Reckoning, Town, at_work, open_town

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]
KILLS = 12
ETCD_AWAY_S = 30.0


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as found:
        yield found


@pytest.fixture(scope="module")
def town(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(tmp_path_factory.mktemp("town"), cluster.url) as found:
        yield found


def _assert_whole(found: Reckoning, at_least: int) -> None:
    print(found)
    assert found.acknowledged >= at_least
    assert (found.missing, found.doubled) == (0, 0), found


def _assert_nobody_was_refused(town: Town) -> None:
    assert [place.refusals for place in town.places] == [[]] * len(town.places)


def test_the_primary_lost_in_the_middle_of_ingest_takes_nothing_acknowledged_along(
    cluster: Cluster, town: Town
) -> None:
    cluster.wait_for_all()
    before = cluster.primary()

    with at_work(town) as finish:
        town.wait_for_acknowledgements(10)
        after_the_loss = lose_the_primary(cluster, town)
        town.wait_for_acknowledgements(10)
        cluster.bring_back(before)
        town.wait_for_acknowledgements(5)
        finish()

    _assert_whole(after_the_loss, 10 * len(town.places))
    _assert_whole(town.reckon(), 25 * len(town.places))
    _assert_nobody_was_refused(town)
    assert cluster.primary() != before


def test_what_reached_no_standby_was_not_acknowledged(cluster: Cluster, town: Town) -> None:
    cluster.wait_for_all()
    before = cluster.primary()

    with at_work(town) as finish:
        town.wait_for_acknowledgements(5)
        after_the_loss = lose_a_primary_that_nobody_hears(cluster, town)
        cluster.bring_back(before)
        finish()

    _assert_whole(after_the_loss, 5 * len(town.places))
    _assert_whole(town.reckon(), 5 * len(town.places))
    _assert_nobody_was_refused(town)


def test_the_primary_serves_on_while_etcd_is_away(cluster: Cluster, town: Town) -> None:
    cluster.wait_for_all()
    before = cluster.primary()

    with at_work(town) as finish:
        with cluster.etcd_away():
            # Its lease of eight seconds runs out meanwhile.
            ends = time.monotonic() + ETCD_AWAY_S
            while time.monotonic() < ends:
                town.wait_for_acknowledgements(1)
        town.wait_for_acknowledgements(1)
        finish()

    cluster.wait_for_all()
    _assert_whole(town.reckon(), len(town.places))
    _assert_nobody_was_refused(town)
    assert cluster.primary() == before


def test_postgres_alone_crashing_is_a_matter_of_seconds(cluster: Cluster, town: Town) -> None:
    cluster.wait_for_all()
    before = cluster.primary()

    with at_work(town) as finish:
        town.wait_for_acknowledgements(5)
        cluster.kill_postgres(before)
        town.wait_for_acknowledgements(10)
        cluster.wait_for_all()
        finish()

    _assert_whole(town.reckon(), 15 * len(town.places))
    _assert_nobody_was_refused(town)


def test_web_processes_and_the_worker_killed_at_any_point_lose_and_double_nothing(
    cluster: Cluster, town: Town
) -> None:
    cluster.wait_for_all()
    rng = random.Random(6)

    with at_work(town) as finish:
        for _ in range(KILLS):
            town.wait_for_acknowledgements(rng.randrange(1, 4))
            server = town.server(rng.choice(["web0", "web1", "worker"]))
            server.kill()
            server.start()
        finish()

    _assert_whole(town.reckon(), KILLS * len(town.places))
    _assert_nobody_was_refused(town)


def test_without_a_pooler_the_client_library_finds_the_next_primary(
    cluster: Cluster, tmp_path: Path
) -> None:
    cluster.wait_for_all()
    before = cluster.primary()
    cluster.new_database("langsung")

    with open_town(tmp_path, cluster.direct_url("langsung")) as town, at_work(town) as finish:
        town.wait_for_acknowledgements(5)
        after_the_loss = lose_the_primary(cluster, town)
        cluster.bring_back(before)
        finish()
        in_the_end = town.reckon()

    _assert_whole(after_the_loss, 5 * len(town.places))
    _assert_whole(in_the_end, 5 * len(town.places))


def test_without_a_synchronous_standby_the_same_story_loses_what_was_acknowledged(
    tmp_path: Path,
) -> None:
    with (
        running_cluster("synchronous") as cluster,
        open_town(tmp_path, cluster.url) as town,
        at_work(town) as finish,
    ):
        town.wait_for_acknowledgements(5)
        after_the_loss = lose_a_primary_that_nobody_hears(cluster, town)
        # Counters keep what they sent: they make up for it, and nothing is lost in the end.
        finish()
        in_the_end = town.reckon()

    print(after_the_loss)
    assert after_the_loss.missing > 0
    _assert_whole(in_the_end, 5 * len(town.places))
