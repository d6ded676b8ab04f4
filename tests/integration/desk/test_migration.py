"""A centre of before gets its lists of open work when it is brought up to date, and can go back."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from sqlalchemy import inspect

from central import centre as core
from central.store import worklist
from central.store.worklist import Wanted
from central.workflows import desk
from tests.integration.desk.test_claims import RUDI, waiting
from tests.integration.world import BTJ, World
from vault.engine import Engine, reading
from vault.migrate import config_of

VERSIONS = Path(core.__file__).parent / "store" / "migrations" / "versions"


def move(engine: Engine, revision: str, *, down: bool) -> None:
    with engine.begin() as connection:
        config = config_of([VERSIONS])
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)


def test_open_work_of_before_comes_into_the_lists(world: World) -> None:
    _, (done, first, second) = waiting(world, 3)
    desk.issue(world.centre, BTJ, done, RUDI, "3275-KTP-1")
    engine = world.centre.vault.engine

    move(engine, "central0004", down=True)
    with reading(engine) as connection:
        assert not inspect(connection).has_table("task")
    move(engine, "central0005", down=False)
    world.fold()

    with reading(engine) as connection:
        found = worklist.page_of(connection, Wanted(), world.centre.clock(), 1, 10)
    assert found == [(BTJ, first), (BTJ, second)]
