"""Turns: who is refused comes back when there is room, not when everybody does."""

from __future__ import annotations

import heapq
import itertools
import random

import pytest

from central.admission import LATEST_S, SOONEST_S, Full, Slots, Timetable
from sync import link

EDGES = 56
TAKES_S = 2.0


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_turns_lie_as_far_apart_as_exchanges_take() -> None:
    timetable = Timetable(slots=2)
    for _ in range(60):
        timetable.took(4.0)

    turns = [timetable.next_turn(100.0) for _ in range(5)]

    assert turns[0] == SOONEST_S
    gaps = [after - before for before, after in itertools.pairwise(turns)]
    assert gaps == pytest.approx([2.0] * 4, rel=0.01)


def test_turns_that_have_passed_are_given_to_nobody() -> None:
    timetable = Timetable(slots=1)
    for _ in range(30):
        timetable.next_turn(0.0)

    assert timetable.next_turn(1000.0) == SOONEST_S


def test_nobody_is_sent_away_for_longer_than_the_table_reaches() -> None:
    timetable = Timetable(slots=1)
    timetable.took(80.0)

    assert all(SOONEST_S <= timetable.next_turn(0.0) <= LATEST_S for _ in range(500))


def test_a_full_house_refuses_with_turns_of_their_own_and_a_free_one_does_not() -> None:
    clock = Clock()
    slots = Slots(1, clock)
    with slots.one():
        waits = []
        for _ in range(3):
            with pytest.raises(Full) as full, slots.one():
                pass
            waits.append(full.value.retry_after)
        clock.now = 0.5
    with slots.one():
        pass

    assert waits == [2, 3, 4]
    assert slots.refused == 3


@pytest.mark.parametrize("seed", range(5))
def test_56_edges_that_come_back_at_once_are_all_served_without_a_stampede(seed: int) -> None:
    """A centre that was down, two slots, two seconds an exchange; every edge obeys Retry-After."""
    rng, clock = random.Random(seed), Clock()
    slots, served = Slots(2, clock), list[float]()
    tries = [0] * EDGES
    ends: list[tuple[float, int]] = []
    inside: dict[int, object] = {}
    coming = [(rng.uniform(0.0, 3.0), edge) for edge in range(EDGES)]
    heapq.heapify(coming)

    while coming or ends:
        if ends and (not coming or ends[0][0] <= coming[0][0]):
            clock.now, edge = heapq.heappop(ends)
            inside.pop(edge).__exit__(None, None, None)  # type: ignore[attr-defined]
            served.append(clock.now)
            continue
        clock.now, edge = heapq.heappop(coming)
        tries[edge] += 1
        slot = slots.one()
        try:
            slot.__enter__()
        except Full as full:
            state = link.busy(link.Link(), clock.now, full.retry_after, rng.uniform)
            heapq.heappush(coming, (state.next_try, edge))
        else:
            inside[edge] = slot
            heapq.heappush(ends, (clock.now + TAKES_S, edge))

    assert len(served) == EDGES
    # 56 s is what two slots need without a gap.
    assert max(served) <= 2 * EDGES * TAKES_S / 2
    assert sum(tries) <= 4 * EDGES
    assert max(tries) <= 10
