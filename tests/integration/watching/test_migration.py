"""The tables of the watch come, go and come again, whatever stands in them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from sqlalchemy import Engine, inspect

from central.centre import migrate
from central.store import watch_tables
from central.store.tables import metadata
from tests.integration.world import World
from vault.migrate import config_of

_CENTRAL = Path(migrate.__code__.co_filename).parent / "store" / "migrations" / "versions"
_TABLES = {
    table.name
    for table in (
        watch_tables.node_health,
        watch_tables.node_hour,
        watch_tables.node_turn,
        watch_tables.alert,
        watch_tables.alert_message,
        watch_tables.watch_setting,
        watch_tables.watch_turn,
    )
}


def test_up_down_and_up_again_with_what_nodes_told(world: World) -> None:
    engine = world.centre.vault.engine
    counter = world.counter()
    counter.file()
    assert counter.courier.run()
    before = _columns(engine)

    _down(engine)
    without = _TABLES & set(inspect(engine).get_table_names())
    migrate(engine)

    assert without == set()
    assert _columns(engine) == before
    counter.file()
    assert counter.courier.run()


def test_the_tables_are_those_that_the_code_knows(world: World) -> None:
    known = {
        name: {column.name: column.nullable for column in metadata.tables[name].columns}
        for name in _TABLES
    }

    assert _columns(world.centre.vault.engine) == known


def _columns(engine: Engine) -> dict[str, dict[str, bool]]:
    found = inspect(engine)
    return {
        name: {str(one["name"]): bool(one["nullable"]) for one in found.get_columns(name)}
        for name in _TABLES
    }


def _down(engine: Engine) -> None:
    with engine.begin() as connection:
        config = config_of([_CENTRAL])
        config.attributes["connection"] = connection
        command.downgrade(config, "central@central0004")
