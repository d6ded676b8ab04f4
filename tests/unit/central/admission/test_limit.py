"""The limit finds by itself how much at once a machine does well."""

from __future__ import annotations

from collections.abc import Callable

from central.admission.limit import KNOWN_FOR_S, Limit

Takes = Callable[[int], float]
"""Seconds that a piece takes beside so many (itself counted)."""


def after(limit: Limit, takes: Takes, pieces: int, wanted: int = 99, now: float = 0.0) -> float:
    """Work on pieces, as many at once as are wanted and the limit lets; the time then."""
    for _ in range(pieces):
        beside = min(limit.now_at_once(), wanted)
        spent = takes(beside)
        now += spent / beside
        limit.sample(now, spent, beside)
    return now


def one_core(beside: int) -> float:
    """All that is done at once shares a core."""
    return 0.02 * beside


def ten_abreast(beside: int) -> float:
    """Ten are worked on as quickly as one; behind that each more makes all slower."""
    return 0.02 * max(beside / 10, 1.0)


def test_on_one_core_few_are_worked_on_at_once() -> None:
    limit = Limit(16)

    after(limit, one_core, 2_000)

    assert 1 <= limit.now_at_once() <= 4


def test_where_more_at_once_costs_nothing_the_limit_grows_to_where_it_does() -> None:
    limit = Limit(64)

    after(limit, ten_abreast, 4_000)

    assert 8 <= limit.now_at_once() <= 18


def test_it_never_grows_beyond_what_there_is() -> None:
    limit = Limit(5)

    after(limit, lambda _beside: 0.01, 4_000)

    assert limit.now_at_once() == 5


def test_what_nobody_needs_is_no_reason_to_grow() -> None:
    limit = Limit(64)

    after(limit, lambda _beside: 0.01, 4_000, wanted=2)

    assert limit.now_at_once() <= 5


def test_a_machine_that_became_slower_is_learnt_anew_and_not_choked() -> None:
    limit = Limit(64)
    now = after(limit, ten_abreast, 4_000)

    # Half as quick for good: what one takes alone is asked again before long.
    after(limit, lambda beside: 2 * ten_abreast(beside), 8_000, now=now)

    assert limit.now_at_once() >= 8


def test_what_one_takes_alone_is_asked_again_while_there_is_no_pause() -> None:
    limit = Limit(16)
    now = after(limit, ten_abreast, 500)
    alone = 0

    for _ in range(4_000):
        beside = limit.now_at_once()
        alone += beside == 1
        now += KNOWN_FOR_S / 1_000
        limit.sample(now, ten_abreast(beside), beside)

    # A few pieces each half a minute, of thousands.
    assert 0 < alone < 100


def test_one_is_worked_on_whatever_it_takes() -> None:
    limit = Limit(16)

    now = after(limit, lambda _beside: 0.01, 200, wanted=1)
    # Slower by itself, while none is beside it: fewer would not help.
    after(limit, lambda _beside: 0.1, 200, wanted=1, now=now)

    assert limit.now_at_once() >= 1
