"""Clock, line and ids: small machines with sharp edges."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from sync import hlc, link
from sync.ids import new_record_id

NOW = 1_795_551_683_000


def test_a_stamp_never_goes_back_when_the_wall_clock_does() -> None:
    first = hlc.tick(0, NOW)
    second = hlc.tick(first, NOW - 3_600_000)

    assert second == first + 1
    assert hlc.ms_of(second) == NOW
    assert hlc.tick(second, NOW + 1) == hlc.pack(NOW + 1)


def test_a_full_counter_runs_over_into_the_next_millisecond() -> None:
    last = hlc.pack(NOW, 0xFFFF)

    assert hlc.tick(last, NOW) == hlc.pack(NOW + 1, 0)


def test_a_far_future_stamp_is_never_adopted() -> None:
    mine = hlc.pack(NOW)
    years_ahead = hlc.pack(NOW + 5 * 365 * 86_400_000)
    a_minute_ahead = hlc.pack(NOW + 60_000)

    assert hlc.observe(mine, years_ahead, NOW) == mine
    assert hlc.observe(mine, a_minute_ahead, NOW) == a_minute_ahead


@given(st.lists(st.integers(0, 2**41), max_size=30))
def test_stamps_rise_whatever_the_wall_clock_does(walls: list[int]) -> None:
    last, stamps = 0, []
    for wall in walls:
        last = hlc.tick(last, wall)
        stamps.append(last)

    assert stamps == sorted(set(stamps))


def test_a_record_id_is_a_uuid_of_version_7_sorted_by_birth() -> None:
    early, late = new_record_id(NOW), new_record_id(NOW + 1)

    assert len(early) == 16
    assert early[6] >> 4 == 7
    assert early[8] >> 6 == 0b10
    assert early < late
    assert int.from_bytes(early[:6], "big") == NOW


def test_waiting_grows_with_failures_but_never_past_the_cap() -> None:
    state, rng, now = link.Link(), random.Random(1), 1000.0
    for _ in range(50):
        state = link.cut(state, now, rng.uniform)

        assert link.BASE_DELAY_S <= state.next_try - now <= link.MAX_DELAY_S
    assert state.budget == link.MIN_BYTES
    assert state.line is link.Line.CUT
    assert state.since == now


def test_a_line_that_comes_back_is_used_at_once_and_carefully() -> None:
    cut = link.cut(link.cut(link.cut(link.Link(), 1, max), 2, max), 3, max)
    up = link.succeeded(cut, 10.0, link.Trip(link.MIN_BYTES, 0.01), 20)

    assert up.line is link.Line.UP
    assert up.since == 10.0
    assert up.failures == 0
    assert up.next_try == 30.0
    assert link.MIN_BYTES < up.budget <= 4 * link.MIN_BYTES


def test_the_batch_fits_what_the_line_bears_in_a_few_seconds() -> None:
    state = link.Link()
    for _ in range(5):
        # 64 kbit/s: 8,000 bytes a second.
        state = link.succeeded(state, 0, link.Trip(state.budget, state.budget / 8000), 20)

    assert state.budget == int(8000 * link.AIM_S)
    small = link.succeeded(state, 0, link.Trip(500, 0.5), 20)
    assert small.budget == state.budget


def test_come_back_later_is_obeyed_and_never_shortened() -> None:
    state = link.busy(link.Link(), 100.0, 30.0, lambda low, _high: low)

    assert state.line is link.Line.BUSY
    assert state.next_try == 130.0
    assert link.busy(state, 100.0, 30.0, lambda _low, high: high).next_try <= 132.0
    assert state.failures == 0


def test_after_a_busy_centre_only_what_people_wait_for_is_sent() -> None:
    state = link.Link()
    for _ in range(6):
        state = link.succeeded(state, 0, link.Trip(state.budget, state.budget / 1e6), 20)

    busy = link.busy(state, 10.0, 5.0, lambda low, _high: low)

    assert state.budget > link.BUSY_BYTES
    assert (busy.budget, busy.form_budget) == (link.BUSY_BYTES, link.BUSY_BYTES)
    assert link.succeeded(busy, 20.0, link.Trip(link.BUSY_BYTES, 0.1), 20).budget >= state.budget


def test_a_centre_that_answers_now_and_then_is_not_tried_again_for_ever_at_once() -> None:
    state, now, tries = link.Link(), 0.0, 0

    while now < 3600.0:
        state = link.cut(state, now, min)
        now = state.next_try
        tries += 1
        state = link.succeeded(state, now, link.Trip(1000, 0.1), 0.0)

    # Without a budget each failure were tried again after two seconds.
    assert tries < 80
    assert state.line is link.Line.UP
