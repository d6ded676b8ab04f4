"""What was acknowledged and is not laid out yet counts like all that is held."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import delete, func, inspect, select

from central.centre import migrate
from central.workflows import shredding as acts
from central.workflows.carrying import import_file
from central.workflows.retention import EPOCH_DAYS
from edge_node.workflows.carrying import export_file
from edge_node.workflows.carrying import import_file as take_answers
from registration.lifecycle import Status
from registration.retention import DAY_MS
from tests.integration.keys.kit import BOTH, chains_verify, end, go_on
from tests.integration.world import BTJ, Counter, World, cut, swallow_answer
from vault import arrivals, log, rekey, tables
from vault.core import Vault
from vault.data_keys import key_of
from vault.engine import Connection, make_engine, reading, sqlite_url, writing
from vault.history import changes_of
from vault.laying_out import lay_out
from vault.migrate import config_of
from vault.shredding import forget_epochs


def rows(vault: Vault, table: str) -> int:
    with reading(vault.engine) as connection:
        query = select(func.count()).select_from(tables.metadata.tables[table])
        return connection.execute(query).scalar_one()


def position(world: World, counter: Counter) -> int:
    with reading(world.centre.vault.engine) as connection:
        return log.log_end(connection, BTJ, counter.edge.vault.replica).seq


def settled(world: World, *counters: Counter) -> None:
    for _ in range(3):
        for counter in counters:
            counter.exchange()
            world.fold()
    for counter in counters:
        assert counter.state() == world.state()
        chains_verify(counter.edge.vault, BTJ)
    chains_verify(world.centre.vault, BTJ)


def test_a_hash_is_found_though_its_change_is_laid_out_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = world.counter()
    counter.file()
    counter.courier.run()
    vault, replica = world.centre.vault, counter.edge.vault.replica
    ask = arrivals.hashes_at

    def after_the_worker(*asked: Any) -> Any:
        world.fold()
        return ask(*asked)

    monkeypatch.setattr(arrivals, "hashes_at", after_the_worker)
    with reading(vault.engine) as connection:
        found = log.hash_reader(connection, BTJ, replica)(1)
        is_laid_out = log.holds(connection, BTJ, replica, 1)

    with reading(counter.edge.vault.engine) as connection:
        assert found == log.hash_reader(connection, BTJ, replica)(1)
    # On SQLite the reader goes on to see what it saw at first.
    assert is_laid_out == (vault.engine.dialect.name == "postgresql")


def test_what_is_acknowledged_is_laid_out_when_it_is_folded(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    counter.correct(record, alamat="JL. MELATI NO. 3")
    counter.courier.run()
    counter.file()
    counter.courier.run()
    vault = world.centre.vault
    assert position(world, counter) == 3
    assert (rows(vault, "arrival"), rows(vault, "arrival_key"), rows(vault, "log")) == (2, 2, 0)

    world.fold()

    assert (rows(vault, "arrival"), rows(vault, "arrival_key"), rows(vault, "log")) == (0, 0, 3)
    assert world.state() == counter.state()


def test_a_lost_answer_adds_nothing_to_what_waits(world: World) -> None:
    counter = world.counter()
    counter.file()
    counter.line.trouble = swallow_answer
    counter.courier.run()
    counter.line.trouble = lambda _moment: None
    counter.now[0] += 600
    counter.file()

    counter.courier.run()

    assert position(world, counter) == 2
    assert rows(world.centre.vault, "arrival") == 2
    settled(world, counter)


def test_what_is_laid_out_between_two_looks_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader looks into the log and then among what waits; the fold comes in between."""
    counter = world.counter()
    counter.file()
    counter.courier.run()
    replica, look = counter.edge.vault.replica, arrivals.hashes_at

    def after_the_fold(
        connection: Connection, stream: str, replica: bytes, seq: int
    ) -> tuple[int, list[bytes]] | None:
        monkeypatch.setattr(arrivals, "hashes_at", look)
        world.fold()
        return look(connection, stream, replica, seq)

    monkeypatch.setattr(arrivals, "hashes_at", after_the_fold)
    with reading(world.centre.vault.engine) as connection:
        held = log.log_end(connection, BTJ, replica)
        found = log.hash_reader(connection, BTJ, replica)(held.seq)

    assert rows(world.centre.vault, "arrival") == 0
    assert found == held.hash


def test_a_branch_that_parts_from_what_waits_is_seen(world: World, tmp_path: Path) -> None:
    counter = world.counter()
    counter.file()
    counter.exchange()
    world.fold()
    backup = counter.backup(tmp_path)
    lost = [counter.file() for _ in range(3)]
    counter.exchange()
    replica = counter.edge.vault.replica
    counter.restore(backup)
    counter.line.trouble = cut
    meanwhile = [counter.file() for _ in range(2)]
    counter.courier.run()
    counter.line.trouble = lambda _moment: None

    settled(world, counter)

    assert counter.edge.vault.replica != replica
    for record in (*lost, *meanwhile):
        assert world.record(record).status == Status.DIAJUKAN


def test_a_restored_counter_is_given_its_end_whole_before_anybody_folds(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    counter.file()
    counter.exchange()
    world.fold()
    backup = counter.backup(tmp_path)
    lost = [counter.file() for _ in range(3)]
    counter.exchange()
    replica = counter.edge.vault.replica

    counter.restore(backup)
    counter.exchange()

    assert [counter.record(one).status for one in lost] == [Status.DIAJUKAN] * 3
    counter.file()
    settled(world, counter)
    assert counter.edge.vault.replica == replica


def test_an_order_to_shred_reaches_what_waits_to_be_laid_out(world: World) -> None:
    counter = world.counter()
    record, other = counter.file(), counter.file()
    counter.exchange()
    world.fold()
    counter.correct(record, alamat="JL. MELATI NO. 3")
    counter.correct(other, alamat="JL. ANGGREK NO. 8")
    counter.courier.run()
    assert rows(world.centre.vault, "arrival") == 1

    acts.shred(world.centre, BTJ, record, BOTH)

    vault = world.centre.vault
    with reading(vault.engine) as connection:
        assert not arrivals.wait(connection, BTJ)
        assert all(one.body is None for one in changes_of(connection, BTJ, record))
        assert all(one.body for one in changes_of(connection, BTJ, other))
        assert key_of(connection, vault, BTJ, record) is None
    settled(world, counter)


def test_of_a_shredded_record_neither_key_nor_body_waits(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    counter.exchange()
    world.fold()
    counter.line.trouble = cut
    counter.correct(record, alamat="JL. MELATI NO. 3")
    other = counter.file()
    with reading(counter.edge.vault.engine) as connection:
        body = changes_of(connection, BTJ, record)[-1].body
    counter.courier.run()
    acts.shred(world.centre, BTJ, record, BOTH)
    counter.line.trouble = lambda _moment: None
    counter.now[0] += 600

    counter.courier.run()

    vault = world.centre.vault
    with reading(vault.engine) as connection:
        (kept,) = connection.execute(select(tables.arrival.c.run)).scalars()
    assert body is not None
    assert body not in kept
    settled(world, counter)
    assert world.record(other).status == Status.DIAJUKAN
    with reading(vault.engine) as connection:
        assert key_of(connection, vault, BTJ, record) is None


def test_epoch_keys_are_not_forgotten_while_something_waits_for_them(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    counter.exchange()
    vault = world.centre.vault
    later = world.centre.clock() + (EPOCH_DAYS + 1) * DAY_MS

    with writing(vault.engine) as connection:
        assert forget_epochs(connection, later) == 0
    world.fold()
    with writing(vault.engine) as connection:
        assert forget_epochs(connection, later) > 0

    assert world.record(record).status == Status.DIAJUKAN


def test_keys_that_wait_open_after_the_key_encryption_key_was_changed(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    counter.exchange()
    vault = world.centre.vault
    with writing(vault.engine) as connection:
        rekey.begin(connection, vault.keyring, bytes(range(32)), None, world.centre.clock())
    go_on(vault)
    end(vault)

    world.fold()

    assert world.record(record).status == Status.DIAJUKAN


def test_a_backup_without_the_keys_that_waited_asks_for_them(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    counter.exchange()
    with writing(world.centre.vault.engine) as connection:
        connection.execute(delete(tables.arrival_key))
    world.fold()

    settled(world, counter)

    assert world.record(record).status == Status.DIAJUKAN


def test_a_context_that_names_what_is_laid_out_and_not_folded_is_believed(
    world: World,
) -> None:
    first, second = world.counter(), world.counter()
    first.file()
    first.exchange()
    world.fold()
    second.exchange()
    record = first.file()
    first.exchange()
    with writing(world.centre.vault.engine) as connection:
        lay_out(connection, world.centre.vault, BTJ)

    second.exchange()
    second.correct(record, alamat="JL. MELATI NO. 3")
    settled(world, second, first)

    assert world.record(record).value("data.alamat") == "JL. MELATI NO. 3"


def test_a_file_of_answers_brings_what_nobody_has_folded(world: World, tmp_path: Path) -> None:
    first, second = world.counter(), world.counter()
    record = first.file()
    first.exchange()
    assert rows(world.centre.vault, "arrival") == 1
    second.file()

    export_file(second.edge, tmp_path / "up")
    import_file(world.centre, tmp_path / "up", tmp_path / "down")
    take_answers(second.edge, tmp_path / "down")

    with reading(second.edge.vault.engine) as connection:
        assert changes_of(connection, BTJ, record)


def test_a_store_of_the_version_before_gets_the_tables(tmp_path: Path) -> None:
    engine = make_engine(sqlite_url(tmp_path / "store.sqlite3"))
    with engine.begin() as connection:
        config = config_of([])
        config.attributes["connection"] = connection
        command.upgrade(config, "vault0005")
    assert not {"arrival", "arrival_key"} & set(inspect(engine).get_table_names())

    migrate(engine)

    assert {"arrival", "arrival_key"} <= set(inspect(engine).get_table_names())
    engine.dispose()
