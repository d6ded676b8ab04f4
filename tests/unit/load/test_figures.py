"""Percentiles and fairness by cases that can be counted by hand."""

from __future__ import annotations

import pytest

from load.figures import Latency, jain, latency, percentile, slowest_to_median


def test_a_percentile_is_a_value_that_occurred() -> None:
    values = [float(number) for number in range(1, 101)]

    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert percentile([7.0], 0.01) == 7.0
    assert percentile([], 0.5) == 0.0


def test_a_latency_tells_count_percentiles_and_the_longest() -> None:
    assert latency([3.0, 1.0, 2.0]) == Latency(3, 2.0, 3.0, 3.0, 3.0)
    assert latency([]) == Latency()


@pytest.mark.parametrize(
    ("shares", "index"),
    [
        ([1.0, 1.0, 1.0, 1.0], 1.0),
        ([8.0, 0.0, 0.0, 0.0], 0.25),
        ([1.0, 1.0, 0.0, 0.0], 0.5),
        ([1.0, 2.0], 0.9),
        ([], 1.0),
        ([0.0, 0.0], 0.0),
    ],
)
def test_jains_index_goes_from_one_nth_to_one(shares: list[float], index: float) -> None:
    assert jain(shares) == pytest.approx(index)


def test_jains_index_does_not_depend_on_the_unit() -> None:
    assert jain([1.0, 3.0, 5.0]) == pytest.approx(jain([10.0, 30.0, 50.0]))


def test_the_slowest_is_told_beside_the_median() -> None:
    assert slowest_to_median([4.0, 2.0, 10.0, 3.0, 4.0]) == 2.5
    assert slowest_to_median([]) == 0.0
