"""Who is let in, who is at work, who is asked to come back: played out on a clock of its own."""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from central.admission.hall import AT_ONCE_OF_ONE, GIVE_WAY_S, Ask, Full, Hall, Visit, Work
from central.admission.line import PATIENCE_S, Kind
from sync import link

ROOMS, AT_ONCE = 48, 16
SMALL = 2 << 10


@dataclass
class Town:
    """Nodes before one hall, whose machine has one core: what is done at once shares it."""

    takes_s: float = 0.05
    come_within_s: float = 3.0
    """How far apart the nodes begin."""
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    hall: Hall = field(default_factory=lambda: Hall(ROOMS, AT_ONCE))
    now: float = 0.0
    acked: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    waits: dict[Kind, list[float]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _at_work: dict[Work, tuple[Visit, Callable[[], None]]] = field(default_factory=dict)

    def at(self, when: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, (when, next(self._numbers), act))

    def run(self, until: float) -> None:
        while self._events and self._events[0][0] <= until:
            self.now, _, act = heapq.heappop(self._events)
            act()
        self.now = until

    def try_once(self, ask: Ask, then: Callable[[], None], refused: Callable[[Full], None]) -> None:
        """Somebody comes now; `then` once it is answered."""
        try:
            visit = self.hall.let_in(ask, self.now)
        except Full as full:
            self.refusals[ask.node] += 1
            refused(full)
            return
        work = self.hall.queue(self.hall.nodes, visit.ask, self.now)
        self._at_work[work] = visit, then
        self._begin()

    def _begin(self) -> None:
        for work in self.hall.begin(self.now):
            self.waits[work.ask.kind].append(self.now - work.since)
            spent = self.takes_s * work.ask.units * len(self.hall.nodes.under_way)
            self.at(self.now + spent, lambda work=work: self._done(work))  # type: ignore[misc]

    def _done(self, work: Work) -> None:
        visit, then = self._at_work.pop(work)
        self.hall.done(self.hall.nodes, work, self.now)
        self.hall.leave(visit)
        self.acked[work.ask.node] += 1
        then()
        self._begin()

    def drain(self, node: str, bundles: int, kind: Kind = Kind.CHANGES, size: int = SMALL) -> None:
        """A node with so many bundles, one after the other; it obeys what it is told."""

        def come() -> None:
            def answered() -> None:
                if self.acked[node] < bundles:
                    self.at(self.now + 0.001, come)

            def refused(full: Full) -> None:
                state = link.busy(link.Link(), self.now, full.retry_after, self.rng.uniform)
                self.at(state.next_try, come)

            self.try_once(Ask(kind, node, size), answered, refused)

        self.at(self.now + self.rng.uniform(0.0, self.come_within_s), come)


def jain(shares: list[float]) -> float:
    """Jain's index of fairness: 1 where all have the same."""
    return sum(shares) ** 2 / (len(shares) * sum(one * one for one in shares))


@pytest.mark.parametrize(("edges", "seed"), [*((56, seed) for seed in range(5)), (1_000, 9)])
def test_all_edges_that_come_back_at_once_are_served_without_a_stampede(
    edges: int, seed: int
) -> None:
    town = Town(rng=random.Random(seed))
    each = 5
    for edge in range(edges):
        town.drain(str(edge), each)

    needed_s = edges * each * town.takes_s * (1 + SMALL / 8192)
    town.run(until=2 * needed_s + 10)

    assert sum(town.acked.values()) == edges * each
    # Nobody is sent away again and again.
    assert sum(town.refusals.values()) <= 4 * edges * each
    assert max(town.refusals.values(), default=0) <= 40


@pytest.mark.parametrize("within_s", [0.1, 3.0])
@pytest.mark.parametrize("seed", range(3))
def test_backlogs_that_come_at_once_are_done_side_by_side_without_a_pause(
    seed: int, within_s: float
) -> None:
    town = Town(rng=random.Random(seed), takes_s=0.008, come_within_s=within_s)
    edges, each, size = 56, 5, 60_000
    for edge in range(edges):
        town.drain(str(edge), each, Kind.SCANS, size)
    work_s = edges * each * town.takes_s * Ask(Kind.SCANS, "", size).units
    half, ended = 0.0, dict[str, float]()

    while len(ended) < edges and town.now < 2 * work_s:
        town.run(town.now + 0.1)
        ended |= {
            node: town.now
            for node, acked in town.acked.items()
            if acked == each and node not in ended
        }
        if not half and sum(town.acked.values()) >= edges * each / 2:
            half = jain([town.acked[str(edge)] for edge in range(edges)])

    times = sorted(ended.values())
    assert times[-1] <= work_s / 0.9 + 1.0
    assert times[-1] <= 1.25 * times[len(times) // 2]
    assert half >= 0.9


@pytest.mark.parametrize("seed", range(3))
def test_one_that_floods_takes_nothing_from_the_others(seed: int) -> None:
    town = Town(rng=random.Random(seed))
    nodes = [str(number) for number in range(20)]
    for node in nodes:
        town.drain(node, 10_000)
    # A hundred visits a second, whatever it is told.
    for step in range(18_000):
        town.at(
            step / 100, lambda: town.try_once(Ask(Kind.CHANGES, "flood", SMALL), _none, _nothing)
        )

    town.run(until=180.0)

    assert jain([town.acked[node] for node in nodes]) >= 0.95
    assert town.acked["flood"] <= 2 * max(town.acked[node] for node in nodes)


def _none() -> None:
    """Goes away."""


def _nothing(_full: Full) -> None:
    """Does not listen."""


def test_of_one_node_no_more_are_inside_than_it_can_use() -> None:
    hall = Hall(ROOMS, AT_ONCE)
    for _ in range(AT_ONCE_OF_ONE):
        hall.let_in(Ask(Kind.CHANGES, "a", SMALL), 0.0)

    with pytest.raises(Full) as full:
        hall.let_in(Ask(Kind.CHANGES, "a", SMALL), 0.0)

    assert full.value.own
    hall.let_in(Ask(Kind.CHANGES, "b", SMALL), 0.0)


def _filled(town: Town) -> None:
    for number in itertools.count():
        try:
            town.hall.let_in(Ask(Kind.CHANGES, f"filler {number}", SMALL), town.now)
        except Full:
            return


def test_who_comes_before_its_turn_is_told_the_same_turn_again() -> None:
    town = Town()
    _filled(town)
    with pytest.raises(Full) as first:
        town.hall.let_in(Ask(Kind.CHANGES, "a", SMALL), 0.0)

    with pytest.raises(Full) as again:
        town.hall.let_in(Ask(Kind.CHANGES, "a", SMALL), 0.5)

    assert again.value.retry_after <= first.value.retry_after


def test_room_is_kept_for_whose_turn_it_is() -> None:
    town = Town()
    _filled(town)
    with pytest.raises(Full) as full:
        town.hall.let_in(Ask(Kind.CHANGES, "a", SMALL), 0.0)
    its_turn = float(full.value.retry_after)

    with pytest.raises(Full):
        town.hall.let_in(Ask(Kind.CHANGES, "has none", SMALL), its_turn)

    town.hall.let_in(Ask(Kind.CHANGES, "a", SMALL), its_turn)


def test_what_people_wait_for_goes_before_scans_and_scans_before_asking() -> None:
    hall = Hall(ROOMS, AT_ONCE)
    busy = [hall.queue(hall.nodes, Ask(Kind.CHANGES, "x"), 0.0) for _ in range(AT_ONCE)]
    hall.begin(0.0)
    for number, kind in enumerate((Kind.PULL, Kind.SCANS, Kind.CHANGES)):
        hall.queue(hall.nodes, Ask(kind, str(number)), 0.0)

    begun = []
    while busy or hall.nodes.under_way:
        for work in list(hall.nodes.under_way):
            hall.done(hall.nodes, work, 0.1)
        busy = hall.begin(0.1)
        begun += [one.ask for one in busy if one.ask.node != "x"]

    assert [ask.kind for ask in begun] == [Kind.CHANGES, Kind.SCANS, Kind.PULL]


def test_who_waited_long_goes_before_what_is_more_urgent() -> None:
    hall = Hall(ROOMS, AT_ONCE)
    first = hall.queue(hall.nodes, Ask(Kind.CHANGES, "x"), 0.0)
    hall.begin(0.0)
    hall.nodes.limit = type(hall.nodes.limit)(1)
    old = hall.queue(hall.nodes, Ask(Kind.SCANS, "old"), 0.0)
    now = 2 * PATIENCE_S
    hall.queue(hall.nodes, Ask(Kind.CHANGES, "young"), now)

    hall.done(hall.nodes, first, now)

    assert hall.begin(now) == [old]


def test_scans_are_refused_while_changes_are_still_let_in() -> None:
    hall = Hall(ROOMS, AT_ONCE)
    numbers = itertools.count()

    def let_in_until_full(kind: Kind, size: int) -> int:
        count = 0
        try:
            while True:
                hall.let_in(Ask(kind, str(next(numbers)), size), 0.0)
                count += 1
        except Full:
            return count

    asking = let_in_until_full(Kind.PULL, SMALL)
    scans = let_in_until_full(Kind.SCANS, SMALL)
    changes = let_in_until_full(Kind.CHANGES, SMALL)

    assert asking > 0
    assert scans > 0
    assert changes > 0


def test_who_claims_a_small_change_and_brings_megabytes_stands_with_scans() -> None:
    hall = Hall(ROOMS, AT_ONCE)

    visit = hall.let_in(Ask(Kind.CHANGES, "a", 4 << 20), 0.0)

    assert visit.ask.kind is Kind.SCANS


def test_an_officers_page_is_made_at_once_and_nodes_wait_a_moment_for_it() -> None:
    hall = Hall(ROOMS, AT_ONCE)
    exchange = hall.queue(hall.nodes, Ask(Kind.CHANGES, "a"), 0.0)
    hall.begin(0.0)
    page = hall.queue(hall.pages, Ask(Kind.CHANGES, "rudi"), 0.0)
    another = hall.queue(hall.nodes, Ask(Kind.CHANGES, "b"), 0.0)

    at_once = hall.begin(0.0)
    later = hall.begin(GIVE_WAY_S)

    assert at_once == [page]
    assert later == [another]
    assert exchange in hall.nodes.under_way


def test_pages_without_end_never_stop_the_exchanges() -> None:
    hall = Hall(ROOMS, AT_ONCE)
    hall.queue(hall.pages, Ask(Kind.CHANGES, "rudi"), 0.0)
    hall.begin(0.0)

    first = hall.queue(hall.nodes, Ask(Kind.CHANGES, "a"), 0.0)

    assert hall.begin(0.0) == []
    assert hall.begin(GIVE_WAY_S) == [first]
