"""Turns: who is refused comes back when there is room, not when everybody does."""

from __future__ import annotations

import itertools

import pytest

from central.admission.turns import LATEST_S, SOONEST_S, Timetable


def test_turns_lie_as_far_apart_as_exchanges_take() -> None:
    timetable = Timetable()
    for _ in range(60):
        timetable.took(4.0)

    turns = [timetable.next_turn(100.0, 2) for _ in range(5)]

    assert turns[0] == SOONEST_S
    gaps = [after - before for before, after in itertools.pairwise(turns)]
    assert gaps == pytest.approx([2.0] * 4, rel=0.01)


def test_turns_that_have_passed_are_given_to_nobody() -> None:
    timetable = Timetable()
    for _ in range(30):
        timetable.next_turn(0.0, 1)

    assert timetable.next_turn(1000.0, 1) == SOONEST_S


def test_nobody_is_sent_away_for_longer_than_the_table_reaches() -> None:
    timetable = Timetable()
    timetable.took(80.0)

    assert all(SOONEST_S <= timetable.next_turn(0.0, 1) <= LATEST_S for _ in range(500))
