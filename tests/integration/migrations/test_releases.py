"""Code of one release on the schema of another: it goes on, or it refuses and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.integration.migrations.releases import Release, today
from tests.integration.migrations.shape import shape_of
from vault.engine import Engine, reading, writing
from vault.errors import SchemaTooNew, UpgradeTooFar
from vault.migrate import require_next_release, upgrade

ADDS = 'op.add_column("node", sa.Column("colour", sa.Text()))'
TAKES_AWAY = 'op.drop_column("node", "heard")'


@pytest.fixture
def this(tmp_path: Path) -> Release:
    return today(tmp_path)


def _revision(engine: Engine) -> str:
    with reading(engine) as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
        return max(one for one in found if one.startswith("central"))


def test_code_that_starts_on_what_the_next_release_added_goes_on(
    empty: Engine, this: Release
) -> None:
    following = this.followed_by(ADDS)
    upgrade(empty, [following.versions])

    upgrade(empty, [this.versions])

    assert _revision(empty) == following.revision


def test_code_that_would_miss_what_was_taken_away_refuses_and_changes_nothing(
    empty: Engine, this: Release
) -> None:
    following = this.followed_by(TAKES_AWAY, 'oldest_code = "{next}"')
    upgrade(empty, [following.versions])
    with reading(empty) as connection:
        before = shape_of(connection)

    with pytest.raises(SchemaTooNew, match=following.revision):
        upgrade(empty, [this.versions])

    with reading(empty) as connection:
        assert shape_of(connection) == before


def test_code_that_used_it_no_more_goes_on_after_it_was_taken_away(
    empty: Engine, this: Release
) -> None:
    without_it = this.followed_by(ADDS)
    last = without_it.followed_by(TAKES_AWAY, 'oldest_code = "{this}"')
    upgrade(empty, [last.versions])

    upgrade(empty, [without_it.versions])

    assert _revision(empty) == last.revision
    with pytest.raises(SchemaTooNew):
        upgrade(empty, [this.versions])


def test_how_old_code_may_be_is_still_known_after_migrations_that_only_add(
    empty: Engine, this: Release
) -> None:
    contracted = this.followed_by(TAKES_AWAY, 'oldest_code = "{next}"')
    upgrade(empty, [contracted.versions])
    upgrade(empty, [contracted.followed_by(ADDS).versions])

    upgrade(empty, [contracted.versions])

    with pytest.raises(SchemaTooNew):
        upgrade(empty, [this.versions])


def test_a_database_that_is_later_in_one_part_and_earlier_in_another_is_not_touched(
    empty: Engine, this: Release
) -> None:
    upgrade(empty, [this.followed_by(ADDS).versions])
    with writing(empty) as connection:
        moved = text("UPDATE alembic_version SET version_num = :there WHERE version_num LIKE :part")
        connection.execute(moved, {"there": "vault0008", "part": "vault%"})

    with pytest.raises(SchemaTooNew):
        upgrade(empty, [this.versions])


def test_a_release_may_migrate_under_the_one_before_it(empty: Engine, this: Release) -> None:
    without_it = this.followed_by(ADDS)
    last = without_it.followed_by(TAKES_AWAY, 'oldest_code = "{this}"')
    upgrade(empty, [without_it.versions])

    require_next_release(empty, [last.versions])


def test_a_release_does_not_migrate_under_one_that_needs_what_it_takes_away(
    empty: Engine, this: Release
) -> None:
    without_it = this.followed_by(ADDS)
    last = without_it.followed_by(TAKES_AWAY, 'oldest_code = "{this}"')
    upgrade(empty, [this.versions])

    with pytest.raises(UpgradeTooFar, match=without_it.revision):
        require_next_release(empty, [last.versions])

    assert _revision(empty) == this.revision


def test_an_empty_database_can_be_brought_to_any_release(empty: Engine, this: Release) -> None:
    last = this.followed_by(TAKES_AWAY, 'oldest_code = "{next}"')

    require_next_release(empty, [last.versions])
    upgrade(empty, [last.versions])

    assert _revision(empty) == last.revision
