"""What one process of the centre has let in: who is inside, who is at work, who waits. Pure.

A visit is let in or refused before its body is read, by how much work stands before it. Reading
takes as long as a line takes and holds no place at work. Work is then given in order of urgency, to
who had least of late. Officers and nodes have a limit each, so that neither crowds out the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from central.admission.limit import Limit
from central.admission.line import Given, Kind, Waiting, next_of
from central.admission.turns import SOONEST_S, Timetable

UNIT_BYTES = 8 << 10
"""A bundle is one unit of work, and one more for each of so many bytes."""
SMALL_BYTES = 16 << 10
"""What is larger is no small change, whatever it says it carries."""
STRETCH = {Kind.CHANGES: 2.0, Kind.SCANS: 8.0, Kind.PULL: 1.0}
"""So many times its own work may stand before somebody who is let in: enough that there is always
some, little enough that who waits for an acknowledgement hardly feels it."""
_READ_SHARE = 1 / 8
"""Of the work of a large bundle that is still being read: it comes when its line has carried it,
and most of its time is not now."""
EARLY_S, LATE_S = 0.2, 5.0
"""A turn counts from so long before it to so long after it: what is told is rounded up, and jitter
is added to them."""
FOR_TURNS, BETWEEN_TURNS = 2.0, 0.1
"""How much of that may stand before who comes at its turn, and before who has none while others
have: room is kept for them, and none stands empty."""
_SOON_S = 0.25
"""A turn that is so near: who has none leaves it the room."""
SHARE = {Kind.CHANGES: 1.0, Kind.SCANS: 0.6, Kind.PULL: 0.4}
"""Of the rooms: what is less urgent is refused first."""
AT_ONCE_OF_ONE = 2
"""Visits of one node: the one it waits for, and one whose answer it gave up on."""
GIVE_WAY_S = 0.1
"""How long work of a node that could begin waits for an officer's page."""
_MOST_TURNS = 4096
"""Kept; who is told more turns than that comes as one without."""


class Full(Exception):
    """There is no room now; come back in `retry_after` seconds."""

    def __init__(self, retry_after: int, *, own: bool = False) -> None:
        """:param own: not because of others: this node has several visits under way."""
        super().__init__(f"come back in {retry_after} s")
        self.retry_after = retry_after
        self.own = own


@dataclass(frozen=True, slots=True)
class Ask:
    """What is known of a visit before its body is read."""

    kind: Kind
    node: str
    """As the visitor says; "" where it says nothing."""
    size: int = 0
    """Bytes of its body."""

    @property
    def units(self) -> float:
        return 1.0 + self.size / UNIT_BYTES


@dataclass(slots=True, eq=False)
class Visit:
    """Somebody who was let in."""

    ask: Ask
    whole: bool = False
    """Whether its body was read."""

    @property
    def ahead(self) -> float:
        """Units of work that stand before the next one because of it."""
        if self.whole or self.ask.size <= SMALL_BYTES:
            return self.ask.units
        return self.ask.units * _READ_SHARE


@dataclass(slots=True, eq=False)
class Work:
    """A piece of work that waits or is under way."""

    ask: Ask
    since: float
    begun_at: float | None = None
    beside: int = 0
    """The most that were under way together with it, itself counted."""


@dataclass(slots=True)
class Lane:
    """Work of one sort: what is under way, and who waits."""

    limit: Limit
    under_way: set[Work] = field(default_factory=set)
    line: list[Work] = field(default_factory=list)
    given: Given = field(default_factory=Given)

    def has_room(self) -> bool:
        return bool(self.line) and len(self.under_way) < self.limit.now_at_once()

    def begin_next(self, now: float) -> Work:
        waiting = [Waiting(one.ask.kind, one.ask.node, one.since) for one in self.line]
        work = self.line.pop(waiting.index(next_of(waiting, self.given, now)))
        work.begun_at = now
        self.under_way.add(work)
        for one in self.under_way:
            one.beside = max(one.beside, len(self.under_way))
        return work

    def done(self, work: Work, now: float) -> float:
        self.under_way.remove(work)
        seconds = now - (now if work.begun_at is None else work.begun_at)
        self.limit.sample(now, seconds / work.ask.units, work.beside)
        self.given.add(work.ask.node, seconds, now)
        return seconds


class Hall:
    """Times come with each call, in seconds of a clock that never goes back."""

    def __init__(self, rooms: int, most_at_once: int) -> None:
        """:param rooms: visits of nodes at once, those counted that are still being read.
        :param most_at_once: pieces of work of nodes, and as many of officers."""
        self._rooms = rooms
        self.inside: set[Visit] = set()
        self.nodes = Lane(Limit(most_at_once))
        self.pages = Lane(Limit(most_at_once))
        self._timetable = Timetable()
        self._turns: dict[str, float] = {}
        """Nodes that were told to come back, and when."""
        self.refused = 0
        """How many were turned away so far."""

    def let_in(self, ask: Ask, now: float) -> Visit:
        """:raises Full: there is no room for it."""
        if ask.kind is Kind.CHANGES and ask.size > SMALL_BYTES:
            ask = Ask(Kind.SCANS, ask.node, ask.size)
        if ask.node and sum(one.ask.node == ask.node for one in self.inside) >= AT_ONCE_OF_ONE:
            self.refused += 1
            raise Full(math.ceil(SOONEST_S), own=True)
        turn = self._turn_of(ask.node, now)
        if turn is not None and now < turn - EARLY_S:
            # It comes before its turn: asking more often gives nobody more.
            self.refused += 1
            raise Full(math.ceil(turn - now))
        if self.inside and not self._has_room_for(ask, now, has_turn=turn is not None):
            raise self.full(now, ask)
        self._turns.pop(ask.node, None)
        visit = Visit(ask)
        self.inside.add(visit)
        return visit

    def _turn_of(self, node: str, now: float) -> float | None:
        """When the node was told to come; None: it was not, or is too late for it."""
        self._turns = {one: at for one, at in self._turns.items() if now < at + LATE_S}
        return self._turns.get(node)

    def _has_room_for(self, ask: Ask, now: float, *, has_turn: bool) -> bool:
        share = SHARE[ask.kind]
        allowed = STRETCH[ask.kind] * ask.units
        if has_turn:
            allowed *= FOR_TURNS
        elif any(at <= now + _SOON_S for at in self._turns.values()):
            # Others were told to come now. Who was just served and asks for more does not stay.
            allowed *= BETWEEN_TURNS
        before = self._units_before(ask) / self.nodes.limit.now_at_once()
        return before <= allowed and len(self.inside) < max(self._rooms * share, 1.0)

    def _units_before(self, ask: Ask) -> float:
        """Work that is done before that of a newcomer, of each up to as much as its own: who brings
        much would else find room where who brings little does not. What is less urgent waits for
        it, unless it is under way: that can be no reason to refuse, as there is always some."""
        mine = ask.units
        urgent = sum(min(one.ahead, mine) for one in self.inside if one.ask.kind <= ask.kind)
        begun = sum(one.ask.kind > ask.kind for one in self.nodes.under_way)
        return urgent + begun

    def full(self, now: float, ask: Ask) -> Full:
        """What is told to somebody who is turned away."""
        self.refused += 1
        turn = self._timetable.next_turn(now, self.nodes.limit.now_at_once())
        if ask.node and len(self._turns) < _MOST_TURNS:
            self._turns[ask.node] = now + turn
        return Full(math.ceil(turn))

    def leave(self, visit: Visit) -> None:
        self.inside.remove(visit)

    def queue(self, lane: Lane, ask: Ask, now: float) -> Work:
        work = Work(ask, now)
        lane.line.append(work)
        return work

    def begin(self, now: float) -> list[Work]:
        """Begin what can begin."""
        begun = []
        while self.pages.has_room():
            begun.append(self.pages.begin_next(now))
        while self.nodes.has_room() and not self._gives_way(now):
            begun.append(self.nodes.begin_next(now))
        return begun

    def _gives_way(self, now: float) -> bool:
        """Whether nodes wait a moment for officers, who have pages under way."""
        if not self.pages.under_way:
            return False
        return all(now - one.since < GIVE_WAY_S for one in self.nodes.line)

    def give_up(self, lane: Lane, work: Work) -> None:
        """It waited too long for its turn."""
        lane.line.remove(work)

    def done(self, lane: Lane, work: Work, now: float) -> None:
        seconds = lane.done(work, now)
        if lane is self.nodes:
            self._timetable.took(seconds)
