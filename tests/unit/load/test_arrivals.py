"""Arrivals are fixed by the seed before the run, and have the shape that they are named after."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

import pytest

from load import arrivals

Draw = Callable[[random.Random], list[float]]


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: arrivals.steady(2.0, 300.0, rng),
        lambda rng: arrivals.rush(2.0, 300.0, rng),
        lambda rng: arrivals.spread(200, 300.0, rng),
    ],
)
def test_one_seed_gives_the_same_arrivals_in_order_and_another_gives_others(draw: Draw) -> None:
    first, again, other = (draw(random.Random(seed)) for seed in (1, 1, 2))

    assert first == again != other
    assert first == sorted(first)
    assert first[0] >= 0
    assert first[-1] < 300.0


def test_steady_arrivals_keep_their_rate_and_know_nothing_of_each_other() -> None:
    times = arrivals.steady(5.0, 2_000.0, random.Random(3))

    gaps = [after - before for before, after in itertools.pairwise(times)]
    mean = sum(gaps) / len(gaps)
    assert len(times) == pytest.approx(10_000, rel=0.05)
    # Of a Poisson process the gaps vary as much as they are long.
    assert sum((gap - mean) ** 2 for gap in gaps) / len(gaps) == pytest.approx(mean**2, rel=0.1)


def test_a_rush_is_four_times_as_dense_in_the_middle_as_at_its_ends() -> None:
    times = arrivals.rush(5.0, 2_000.0, random.Random(4))

    def count(start: float, end: float) -> int:
        return sum(start <= at < end for at in times)

    ends = count(0.0, 100.0) + count(1_900.0, 2_000.0)
    assert count(900.0, 1_100.0) / ends == pytest.approx(arrivals.RUSH_TIMES, rel=0.15)


def test_probes_come_at_even_times_from_the_first_moment() -> None:
    assert arrivals.evenly(2.0, 2.0) == [0.0, 0.5, 1.0, 1.5]
    assert arrivals.evenly(0.0, 2.0) == []


def test_nothing_arrives_where_nobody_writes() -> None:
    assert arrivals.steady(0.0, 100.0, random.Random(1)) == []
    assert arrivals.rush(0.0, 100.0, random.Random(1)) == []
