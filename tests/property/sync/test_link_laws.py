"""Laws of the line's state machine: whatever a line does, it is tried again, and never in vain."""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from sync import link, way
from sync.link import Cut, Line, Link, Trip
from sync.way import MAX_BYTES, MIN_BYTES, SMALL_BYTES

sizes = st.integers(1, 4 << 20)
seconds = st.floats(0.0, 600.0)
Event = Callable[[Link, float, random.Random], Link]


def _succeed(trip: Trip) -> Event:
    return lambda state, now, _rng: link.succeeded(state, now, trip, 20.0)


def _cut(how: Cut, size: int) -> Event:
    return lambda state, now, rng: link.cut(state, now, rng.uniform, how, size)


def _busy(after: float) -> Event:
    return lambda state, now, rng: link.busy(state, now, after, rng.uniform)


def _shrink(size: int) -> Event:
    return lambda state, now, _rng: link.shrunk(state, now, size) or state


events = st.one_of(
    st.builds(_succeed, st.builds(Trip, sizes, seconds, sizes, seconds)),
    st.builds(_cut, st.sampled_from(Cut), sizes),
    st.builds(_busy, st.floats(0.5, 3600.0)),
    st.builds(_shrink, sizes),
)


@given(st.lists(events, max_size=40), st.integers(0, 1 << 30))
def test_budgets_patience_and_waits_stay_within_bounds(history: list[Event], seed: int) -> None:
    state, rng, now = Link(), random.Random(seed), 1000.0
    for happen in history:
        state = happen(state, now, rng)
        now += rng.uniform(0.0, 4000.0)

        for one in (state.up, state.down):
            assert MIN_BYTES <= one.budget <= MAX_BYTES
            assert MIN_BYTES <= one.ceiling <= MAX_BYTES
            assert one.budget <= one.ceiling
        assert state.form_budget <= max(2 * state.budget, MIN_BYTES)
        assert state.form_budget <= state.up.ceiling
        terms = link.terms(state, state.budget)
        assert terms.stall_s >= link.STALL_S
        assert terms.patience_s >= link.PATIENCE_S
        assert terms.answer_bytes == state.down.budget
        assert 2.0 <= terms.repeat_s <= 30.0


@given(st.integers(0, 1 << 30), st.integers(1, 30), st.sampled_from(Cut))
def test_a_dead_line_is_tried_for_ever_and_only_with_a_probe(
    seed: int, times: int, how: Cut
) -> None:
    state, rng = Link(), random.Random(seed)
    for _ in range(link.PROBE_AFTER + times):
        state = link.cut(state, 50.0, rng.uniform, how, 100_000)

        assert 50.0 + link.BASE_DELAY_S <= state.next_try <= 50.0 + link.MAX_DELAY_S
    assert state.line is Line.CUT
    assert state.budget == state.down.budget == MIN_BYTES


@given(st.floats(500.0, 5e6), st.floats(0.0, 5.0))
def test_on_a_steady_line_the_batch_comes_to_a_few_seconds_and_stays(
    rate: float, turn: float
) -> None:
    state = link.succeeded(Link(), 0.0, Trip(1000, turn + 0.001), 20.0)
    for _ in range(12):
        state = link.succeeded(state, 0.0, Trip(state.budget, turn + state.budget / rate), 20.0)

    aim = min(link.AIM_S + 2 * state.turn_s, link.MOST_AIM_S)
    moving = state.budget / rate
    if MIN_BYTES < state.budget < MAX_BYTES:
        assert aim * 0.5 <= moving <= aim * 1.3
    # What was never slower than this is not given up for being slow.
    assert link.terms(state, state.budget).patience_s > turn + moving


@given(st.integers(MIN_BYTES * 2, 400_000), st.integers(0, 1 << 30))
def test_a_cut_at_any_size_is_found_and_kept_under(limit: int, seed: int) -> None:
    """A proxy that breaks all above `limit`; the line itself is fast."""
    state, rng, now, broken = Link(), random.Random(seed), 0.0, 0
    for _ in range(40):
        size = state.budget - rng.randrange(max(state.budget // 20, 1))
        if size > limit:
            broken += 1
            state = link.cut(state, now, rng.uniform, Cut.BROKEN_UP, size)
        else:
            state = link.succeeded(state, now, Trip(size, 0.05), 20.0)
        now += 1.0

    assert broken <= 6
    # Bundles come out up to a twentieth smaller than allowed.
    assert state.budget * 19 <= limit * 20
    assert state.budget >= min(limit // 4, MAX_BYTES)


def test_a_ceiling_is_doubted_after_an_hour_and_learnt_anew() -> None:
    state = link.shrunk(Link(), 0.0, 60_000)
    assert state is not None
    assert state.up.ceiling == 30_000

    soon = link.succeeded(state, way.RELEARN_S - 1, Trip(30_000, 0.1), 20.0)
    later = link.succeeded(soon, way.RELEARN_S, Trip(30_000, 0.1), 20.0)

    assert soon.up.ceiling == 30_000
    assert later.up.ceiling == 60_000


def test_one_break_between_large_ones_that_pass_sets_no_ceiling() -> None:
    state, rng = Link(), random.Random(2)
    for _ in range(20):
        state = link.succeeded(state, 0.0, Trip(300_000, 0.5), 20.0)
        state = link.cut(state, 0.0, rng.uniform, Cut.BROKEN_UP, 300_000)

        assert state.up.ceiling == MAX_BYTES


def test_a_small_message_says_nothing_about_the_rate() -> None:
    before = way.passed(way.Way(), 0.0, 60_000, 8.0, 4.0)

    assert way.passed(before, 0.0, SMALL_BYTES, 60.0, 4.0) == before


def test_nothing_smaller_than_the_least_is_asked_of_a_proxy() -> None:
    state: Link | None = Link()
    sizes_tried = []
    while state is not None:
        sizes_tried.append(state.budget)
        state = link.shrunk(state, 0.0, state.budget)

    assert sizes_tried[-1] == MIN_BYTES
    assert len(sizes_tried) <= 9
