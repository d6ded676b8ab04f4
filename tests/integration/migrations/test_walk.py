"""Each revision goes up and down on both databases with rows in every table.

Revisions that are added later are walked too. A new one that cannot be taken back stops the way
down above it, which `test_the_way_down_begins_at_the_newest` tells.
"""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from central import store
from central.centre import migrate, open_centre
from central.store import tables as central_tables
from central.workflows import desk, escrow
from central.workflows.folding import fold_all
from registration.lifecycle import Status
from tests.integration.keys.kit import ANI, BOTH, BUDI
from tests.integration.migrations import walk
from tests.integration.world import BTJ, RUDI, World
from vault import accounts
from vault import tables as vault_tables
from vault.engine import Engine, reading, writing

LOGS = ("log", "tip", "secret", "data_key", "epoch", "writer", "chunk", "shred_order")
DESK = ("view", "tally", "blind", "account", "node", "admin_act", "refusal")
KEPT_KEYS = ("escrow", "recovery", "recovery_share")
"""What follows from nothing else, and what officers look at: no step may lose any of it."""
IN_FLIGHT = ("arrival", "arrival_key", "key_work", "parked")
"""Work that is under way; made-up rows in it would be worked on."""
_FIRST_THAT_CAN_GO = {"vault": "vault0004", "central": "central0003"}
"""Below these, orders to destroy and keys held for recovery had no place yet."""


@pytest.fixture
def lived(world: World) -> World:
    """A centre with a life behind it: two kelurahan, each status, one person twice."""
    for username, role in (("ani", "admin"), ("rudi", "verifikator")):
        with writing(world.centre.vault.engine) as connection:
            accounts.add_account(
                connection, world.centre.vault, username, username.title(), role, "rahasia-sekali"
            )
    escrow.make_recovery_key(
        world.centre, {ANI: "kucing hitam di atap", BUDI: "hujan bulan Desember"}, BOTH
    )
    here, there = world.counter(), world.counter("32.75.02.1001")
    person = here.people.person().form("hilang")
    for counter in (here, there):
        counter.file(**person)
        for _ in range(3):
            counter.verified()
    started = here.verified()
    for counter in (here, there):
        counter.exchange()
    world.fold()
    desk.start(world.centre, BTJ, started, RUDI)
    here.correct(started, alamat="JL. ANGGREK 7")
    here.exchange()
    world.fold()
    return world


def test_going_up_each_revision_takes_the_rows_that_are_there(empty: Engine) -> None:
    way = walk.upwards()
    walk.up(empty, way[0])
    with writing(empty) as connection:
        walk.fill(connection)
    first = walk.all_rows(empty)

    for script in way[1:]:
        walk.up(empty, script)
        with writing(empty) as connection:
            walk.fill(connection)

    last = walk.all_rows(empty)
    assert all(last.values()), [name for name, rows in last.items() if not rows]
    assert walk.differing(first, last, [name for name in first if name in last]) == []
    migrate(empty)
    assert walk.all_rows(empty) == last, "nothing is left to do"


def test_the_revisions_lead_to_the_tables_that_the_code_has(empty: Engine) -> None:
    migrate(empty)
    for module in pkgutil.iter_modules(store.__path__, f"{store.__name__}."):
        importlib.import_module(module.name)

    with reading(empty) as connection:
        context = MigrationContext.configure(connection)
        differences = [
            one
            for one in compare_metadata(context, [vault_tables.metadata, central_tables.metadata])
            if "sqlite_stat1" not in str(one)
        ]

    assert differences == []


def test_the_way_down_begins_at_the_newest() -> None:
    left = {one.revision for one in walk.upwards()} - {one.revision for one in walk.downwards()}

    for branch, last in _FIRST_THAT_CAN_GO.items():
        assert max(one for one in left if one.startswith(branch)) == last


def test_there_and_back_loses_nothing_that_follows_from_nothing_else(lived: World) -> None:
    engine = lived.centre.vault.engine
    state = lived.state()
    with writing(engine) as connection:
        walk.fill(connection, leave=IN_FLIGHT)
    before = walk.all_rows(engine)
    schema = _indexes(engine)
    kept = [*LOGS, *DESK, *KEPT_KEYS]
    assert all(before[name] for name in kept)

    for script in walk.downwards():
        walk.down(engine, script)
        now = walk.all_rows(engine)
        still = [name for name in kept if name in now]
        assert walk.differing(before, now, still) == [], script.revision
        assert {*LOGS, *KEPT_KEYS, "view", "account", "node"} <= {*still}, script.revision
    assert {"alike", "tally", "arrival"}.isdisjoint(now), "really gone back"
    for script in reversed(walk.downwards()):
        walk.up(engine, script)
        with writing(engine) as connection:
            walk.fill(connection, leave=IN_FLIGHT)

    after = walk.all_rows(engine)
    assert walk.differing(before, after, kept) == []
    assert _indexes(engine) == schema
    engine.dispose()
    lived.centre = open_centre(lived.centre.settings)
    assert lived.state() == state


def test_after_going_back_and_forth_officers_and_counters_go_on(lived: World) -> None:
    engine = lived.centre.vault.engine
    pairs = walk.all_rows(engine)["alike"]
    assert pairs

    walk.all_down(engine)
    engine.dispose()
    lived.centre = open_centre(lived.centre.settings)
    fold_all(lived.centre)
    counter = lived.counters[0]
    counter.line.centre = lived.centre
    record = counter.verified()
    counter.exchange()
    lived.fold()
    desk.start(lived.centre, BTJ, record, RUDI)
    counter.exchange()

    assert walk.all_rows(lived.centre.vault.engine)["alike"] == pairs, "found anew"
    assert counter.record(record).status == Status.DIPROSES
    assert lived.state() == counter.state()
    with reading(lived.centre.vault.engine) as connection:
        assert accounts.log_in(connection, lived.centre.vault, "rudi", "rahasia-sekali")


def test_changes_that_were_acknowledged_and_wait_are_not_dropped(world: World) -> None:
    counter = world.counter()
    counter.file()
    counter.exchange()
    engine = world.centre.vault.engine
    assert walk.all_rows(engine)["arrival"], "nobody has folded yet"

    with pytest.raises(RuntimeError, match="wait to be folded"):
        walk.all_down(engine)

    assert walk.all_rows(engine)["arrival"]


def _indexes(engine: Engine) -> dict[str, set[tuple[str, tuple[str | None, ...]]]]:
    found = inspect(engine)
    return {
        name: {(str(one["name"]), tuple(one["column_names"])) for one in found.get_indexes(name)}
        for name in found.get_table_names()
    }
