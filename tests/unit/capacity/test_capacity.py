"""What a country needs, on paper and played out: the two agree, and both can say no."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.capacity.needs import CITY, PROVINCE, Costs, Place, needs, rates
from tests.capacity.simulation import play

COSTS = Costs(
    poll_s=0.008,
    exchange_s=0.009,
    change_s=0.0002,
    fold_s=0.0007,
    photo_mib_s=0.15,
    page_s=0.04,
    change_bytes=1254,
    wire_bytes=144,
    poll_bytes=398,
)


@pytest.mark.parametrize("place", [CITY, PROVINCE])
@pytest.mark.parametrize(
    "costs", [COSTS, replace(COSTS, poll_s=0.002), replace(COSTS, page_s=0.4, fold_s=0.01)]
)
def test_played_out_the_cores_are_as_busy_as_on_paper(place: Place, costs: Costs) -> None:
    found = needs(place, costs)

    played = play(place, costs, found.cores, 600.0, seed=1)

    assert played.busy == pytest.approx(found.busy_cores / found.cores, rel=0.15, abs=0.02)
    assert played.unfolded < 50


def test_with_half_the_cores_work_waits_and_people_do_not() -> None:
    found = needs(PROVINCE, COSTS)
    too_few = int(found.busy_cores)

    played = play(PROVINCE, COSTS, too_few, 300.0, seed=1)

    assert played.busy > 0.98
    # What a person waits for goes first, so it is folding that falls behind.
    assert played.p99_ms < 200
    assert played.unfolded > 0


def test_polls_follow_kelurahan_and_work_follows_people() -> None:
    wider = replace(PROVINCE, kelurahan=2 * PROVINCE.kelurahan)
    busier = replace(PROVINCE, requests_a_day=2 * PROVINCE.requests_a_day)

    assert rates(wider).polls == pytest.approx(2 * rates(PROVINCE).polls, rel=0.05)
    assert rates(wider).changes == rates(PROVINCE).changes
    assert rates(busier).changes == 2 * rates(PROVINCE).changes
    assert needs(busier, COSTS).photos_gib_a_year == 2 * needs(PROVINCE, COSTS).photos_gib_a_year


def test_who_files_does_not_poll_as_well() -> None:
    one = Place("one", 1, 100_000.0)

    assert rates(one).polls == 0.0


def test_the_same_seed_plays_the_same() -> None:
    once, again = (play(CITY, COSTS, 1, 600.0, seed=3) for _ in range(2))

    assert once == again
    assert once != play(CITY, COSTS, 1, 600.0, seed=4)
