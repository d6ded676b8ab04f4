"""Migrations beside work that goes on, and beside each other, on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from central.store.tables import node
from demo.report import until
from tests.integration.migrations.releases import Release, today
from vault.engine import Connection, Engine, make_engine, reading
from vault.errors import MigrationHeldUp
from vault.migrate import upgrade

_PATIENCE_S = 60.0
CHANGES_A_TABLE = 'op.add_column("node", sa.Column("colour", sa.Text()))'
NOTES_ITSELF = 'op.execute("INSERT INTO notes VALUES (1)")'
BUILDS_AN_INDEX = """op.drop_index(
        "view_late", "view", if_exists=True, postgresql_concurrently=True
    )
    op.create_index("view_late", "view", ["record"], postgresql_concurrently=True)"""
BESIDE_OTHERS = "in_transaction = False"


@pytest.fixture
def this(tmp_path: Path) -> Release:
    return today(tmp_path)


@pytest.fixture
def engine(empty_postgresql: str, this: Release) -> Iterator[Engine]:
    """A database of today."""
    found = make_engine(empty_postgresql)
    upgrade(found, [this.versions])
    yield found
    found.dispose()


@contextmanager
def _another(engine: Engine) -> Iterator[Engine]:
    """As another process has it."""
    found = make_engine(engine.url.render_as_string(hide_password=False))
    yield found
    found.dispose()


def _revisions(engine: Engine) -> set[str]:
    with reading(engine) as connection:
        return set(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def _is_built(engine: Engine) -> bool:
    query = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('view_late')")
    with reading(engine) as connection:
        return bool(connection.execute(query).scalar())


def _builder(engine: Engine) -> int | None:
    """Who builds an index at the moment."""
    query = text(
        "SELECT pid FROM pg_stat_activity"
        " WHERE query LIKE 'CREATE INDEX CONC%' AND state = 'active'"
    )
    with reading(engine) as connection:
        found: int | None = connection.execute(query).scalar()
        return found


@contextmanager
def _looking_at_all(engine: Engine) -> Iterator[Connection]:
    """A long report: an index that is built beside it waits for its end."""
    with engine.connect() as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        connection.execute(text("SELECT count(*) FROM view"))
        yield connection


def test_who_comes_behind_a_migration_that_must_wait_is_let_past(
    engine: Engine, this: Release
) -> None:
    following = this.followed_by(CHANGES_A_TABLE)
    passed: list[int] = []

    with engine.connect() as user:
        user.execute(select(node).limit(1))

        def others_then_the_end(_seconds: float) -> None:
            with reading(engine) as other:
                passed.append(len(other.execute(select(node.c.replica)).all()))
            user.rollback()

        upgrade(engine, [following.versions], sleep=others_then_the_end)

    assert passed == [0]
    assert following.revision in _revisions(engine)


def test_a_table_that_stays_in_use_ends_the_migration_and_changes_nothing(
    engine: Engine, this: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vault.migrate._TRIES", 2)
    monkeypatch.setattr("vault.migrate._LOCK_WAIT", "10ms")
    following = this.followed_by(CHANGES_A_TABLE)
    paused: list[float] = []

    with engine.connect() as user:
        user.execute(select(node).limit(1))
        with pytest.raises(MigrationHeldUp):
            upgrade(engine, [following.versions], sleep=paused.append)

    assert len(paused) == 1
    assert this.revision in _revisions(engine)


def test_what_was_done_before_a_migration_that_is_held_up_stands(
    engine: Engine, this: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vault.migrate._TRIES", 1)
    first = this.followed_by('op.create_table("notes", sa.Column("number", sa.Integer()))')
    second = first.followed_by(CHANGES_A_TABLE)

    with engine.connect() as user:
        user.execute(select(node).limit(1))
        with pytest.raises(MigrationHeldUp):
            upgrade(engine, [second.versions])

    assert first.revision in _revisions(engine)


def test_of_two_that_migrate_at_once_one_does_it(engine: Engine, this: Release) -> None:
    notes = this.followed_by('op.create_table("notes", sa.Column("number", sa.Integer()))')
    following = notes.followed_by(BUILDS_AN_INDEX, BESIDE_OTHERS).followed_by(NOTES_ITSELF)

    with _another(engine) as other, _looking_at_all(engine) as report:
        first = threading.Thread(target=upgrade, args=(engine, [following.versions]))
        first.start()
        until(lambda: _builder(engine) is not None, _PATIENCE_S, "the index being built")

        def the_report_ends(_seconds: float) -> None:
            report.rollback()
            first.join()

        upgrade(other, [following.versions], sleep=the_report_ends)

    assert following.revision in _revisions(engine)
    assert _is_built(engine)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM notes")).scalar() == 1


def test_changes_are_taken_while_an_index_is_built(engine: Engine, this: Release) -> None:
    following = this.followed_by(BUILDS_AN_INDEX, BESIDE_OTHERS)

    with _looking_at_all(engine) as report:
        builder = threading.Thread(target=upgrade, args=(engine, [following.versions]))
        builder.start()
        until(lambda: _builder(engine) is not None, _PATIENCE_S, "the index being built")
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            connection.execute(text("UPDATE view SET conflicts = 0"))
            connection.execute(text("DELETE FROM view"))
        is_under_way = not _is_built(engine)
        report.rollback()
        builder.join()

    assert is_under_way
    assert _is_built(engine)


def test_an_index_whose_building_was_killed_is_built_anew(engine: Engine, this: Release) -> None:
    following = this.followed_by(BUILDS_AN_INDEX, BESIDE_OTHERS)
    failures: list[Exception] = []

    def build() -> None:
        try:
            upgrade(engine, [following.versions])
        except OperationalError as error:
            failures.append(error)

    with _looking_at_all(engine):
        builder = threading.Thread(target=build)
        builder.start()
        until(lambda: _builder(engine) is not None, _PATIENCE_S, "the index being built")
        with reading(engine) as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": _builder(engine)})
        builder.join()
        was_built = _is_built(engine)

    upgrade(engine, [following.versions])

    assert len(failures) == 1
    assert not was_built
    assert _is_built(engine)
    assert following.revision in _revisions(engine)


def test_an_empty_database_gets_indexes_that_are_built_beside_others(
    empty_postgresql: str, this: Release
) -> None:
    following = this.followed_by(BUILDS_AN_INDEX, BESIDE_OTHERS).followed_by(CHANGES_A_TABLE)
    engine = make_engine(empty_postgresql)

    upgrade(engine, [following.versions])

    assert _is_built(engine)
    engine.dispose()
