"""In which log the centre writes: never in one that another life of its database wrote."""

from __future__ import annotations

from pathlib import Path

import psycopg

from central.centre import open_centre
from central.workflows import desk
from registration.lifecycle import Status
from tests.integration.world import BTJ, RUDI, World, make_world
from tests.postgres import new_database


def restart(world: World) -> None:
    world.centre.vault.engine.dispose()
    world.centre = open_centre(world.centre.settings)
    for counter in world.counters:
        counter.line.centre = world.centre


def writes(world: World, record: bytes) -> bytes:
    """The log that an officer's act goes to."""
    desk.start(world.centre, BTJ, record, RUDI)
    return world.record(record).told[-1].change.replica


def test_acts_of_one_life_go_to_one_log(world: World) -> None:
    counter = world.counter()
    first, second, third = (counter.verified() for _ in range(3))
    counter.exchange()
    world.fold()

    log = writes(world, first)
    assert writes(world, second) == log
    restart(world)

    on_postgres = world.centre.vault.engine.dialect.name == "postgresql"
    assert (writes(world, third) == log) is on_postgres, "there the server process lives on"
    counter.exchange()
    for one in (first, second, third):
        assert counter.record(one).status == Status.DIPROSES
        assert counter.edge.place_of(counter.record(one).told[-1].change.replica) == "Disdukcapil"


def test_a_database_copied_back_begins_another_log(tmp_path: Path, postgres_cluster: str) -> None:
    url = new_database(postgres_cluster, "restored")
    world = make_world(tmp_path, url)
    counter = world.counter()
    first, second = counter.verified(), counter.verified()
    counter.exchange()
    world.fold()
    world.centre.vault.engine.dispose()
    plain = postgres_cluster.replace("+psycopg", "")
    with psycopg.connect(plain, dbname="postgres", autocommit=True) as server:
        server.execute("CREATE DATABASE backup TEMPLATE restored")
        log = writes(world, first)
        counter.exchange()
        world.centre.vault.engine.dispose()
        server.execute("DROP DATABASE restored")
        server.execute("CREATE DATABASE restored TEMPLATE backup")
        server.execute("DROP DATABASE backup")
    restart(world)

    assert writes(world, second) != log
    counter.exchange()
    world.fold()
    counter.exchange()

    for one in (first, second):
        assert world.record(one).status == Status.DIPROSES == counter.record(one).status
    assert world.state() == counter.state()
    world.centre.vault.engine.dispose()
