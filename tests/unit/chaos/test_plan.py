"""The faults of a run are drawn from its seed alone."""

from __future__ import annotations

import pytest

from tests.chaos.plan import Fault, Kind, Part, plan

ALL = tuple(Kind)


def drawn(seed: int, minutes: float = 10.0) -> list[Fault]:
    return plan(seed, minutes * 60, ALL, 3, 12.0)


def test_the_same_seed_plans_the_same_faults() -> None:
    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


@pytest.mark.parametrize("seed", range(20))
def test_every_kind_comes_in_ten_minutes(seed: int) -> None:
    assert {one.kind for one in drawn(seed)} == set(ALL)


@pytest.mark.parametrize("seed", range(20))
def test_two_faults_never_meet_on_one_part(seed: int) -> None:
    ends: dict[tuple[Part, int], float] = {}

    for one in drawn(seed):
        part = one.part, one.number
        assert ends.get(part, 0.0) <= one.at
        ends[part] = one.at + one.lasts_s


@pytest.mark.parametrize("seed", range(20))
def test_faults_are_over_when_the_run_is(seed: int) -> None:
    assert all(one.at + one.lasts_s <= 120 for one in drawn(seed, 2.0))


def test_only_the_kinds_that_were_asked_for_come() -> None:
    planned = plan(3, 600, (Kind.KILL, Kind.PAUSE), 3, 12.0)

    assert {one.kind for one in planned} == {Kind.KILL, Kind.PAUSE}
