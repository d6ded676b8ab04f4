"""Migrations only add, or say how new the code must be that runs on what they leave (ADR 22)."""

from __future__ import annotations

from tests.integration.migrations import walk
from tests.integration.migrations.shape import shape_of, taken_away
from vault.engine import Engine, reading

_LAST_WITHOUT_THE_RULE = {"vault": 8, "central": 14}


def _is_under_the_rule(revision: str) -> bool:
    branch = revision.rstrip("0123456789")
    return int(revision.removeprefix(branch)) > _LAST_WITHOUT_THE_RULE[branch]


def test_what_takes_something_away_says_which_code_does_without(empty: Engine) -> None:
    taken: dict[str, list[str]] = {}
    said: dict[str, str | None] = {}

    for script in walk.upwards():
        with reading(empty) as connection:
            before = shape_of(connection)
        walk.up(empty, script)
        with reading(empty) as connection:
            taken[script.revision] = taken_away(before, shape_of(connection))
        said[script.revision] = getattr(script.module, "oldest_code", None)

    silent = {one: what for one, what in taken.items() if what and said[one] is None}
    assert {one: what for one, what in silent.items() if _is_under_the_rule(one)} == {}
    assert "view.state is gone" in silent["vault0002"], "nothing would be noticed at all"
