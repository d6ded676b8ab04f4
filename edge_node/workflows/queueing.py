"""Numbers at the counter: taking one, calling the next, and what everybody may see of it.

Whoever calls says what stood on the screen (`present`): of a double click, or of two people at one
desk, only the first calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from edge_node.edge import JAKARTA, Edge
from edge_node.store import tickets
from edge_node.store.tickets import Ticket, TicketState
from sync.hlc import trusted
from vault.engine import Connection, reading, writing

MOST_DESKS = 9
_KEPT = timedelta(days=7)
_NEXT_ON_SCREEN = 6


class NobodyWaits(Exception):
    """There is nobody to call."""


class DeskMoved(Exception):
    """The desk serves somebody else than the page showed. `now`: who that is."""

    def __init__(self, now: Ticket | None) -> None:
        super().__init__(now.code if now is not None else "")
        self.now = now


@dataclass(frozen=True, slots=True)
class Board:
    """The whole day as the staff see it; each in the order of the numbers."""

    waiting: tuple[Ticket, ...]
    called: tuple[Ticket, ...]
    missed: tuple[Ticket, ...]

    def at(self, desk: int | None) -> Ticket | None:
        return next((one for one in self.called if one.desk == desk), None)


@dataclass(frozen=True, slots=True)
class Place:
    """One number as its owner sees it."""

    ticket: Ticket
    ahead: int
    """How many wait with a lower number."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What hangs in the waiting room."""

    called: tuple[Ticket, ...]
    """In the order of the desks, so that each keeps its place."""
    coming: tuple[Ticket, ...]
    waiting: int
    now_ms: int


def _now(edge: Edge) -> tuple[date, int]:
    """The day in Jakarta, and Unix ms, of one reading of the clock."""
    now_ms = edge.stamp().now_ms
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(JAKARTA).date(), now_ms


def take(edge: Edge, which: bytes, service: str | None) -> tuple[Ticket, bool]:
    """A number of today, and whether it is new: a form sent twice gives one number."""
    with writing(edge.vault.engine) as connection:
        day, now_ms = _now(edge)
        return tickets.give(connection, which, day, service, now_ms)


def place_of(edge: Edge, which: bytes) -> Place | None:
    """How a number of today stands; None: there is none of this id, or it is of another day."""
    with reading(edge.vault.engine) as connection:
        found = tickets.find(connection, which)
        if found is None or found.day != _now(edge)[0]:
            return None
        waits = found.state is TicketState.MENUNGGU
        ahead = tickets.count_waiting(connection, found.day, found.number) if waits else 0
        return Place(found, ahead)


def give_back(edge: Edge, which: bytes) -> Ticket | None:
    """Its owner does not need it any more. Nothing happens to one that was served."""
    with writing(edge.vault.engine) as connection:
        found = tickets.find(connection, which)
        if found is not None and found.open:
            tickets.end(connection, which, TicketState.BATAL, _now(edge)[1])
        return tickets.find(connection, which)


def call_next(edge: Edge, desk: int, present: bytes | None) -> Ticket:
    """Call whoever has waited longest; who was at the desk until now is served.

    :param present: who is at the desk, as the page showed it.
    :raises NobodyWaits: the desk is left as it is.
    :raises DeskMoved: somebody called already.
    """

    def first(connection: Connection, day: date) -> Ticket | None:
        return next(iter(tickets.in_state(connection, day, TicketState.MENUNGGU, 1)), None)

    return _call(edge, desk, present, first)


def call_missed(edge: Edge, desk: int, present: bytes | None, which: bytes) -> Ticket:
    """Call somebody who was not there when called, and has come.

    :raises NobodyWaits: the number is not one of those.
    :raises DeskMoved: somebody called already.
    """

    def that(connection: Connection, day: date) -> Ticket | None:
        found = tickets.find(connection, which)
        missed = found is not None and found.state is TicketState.LEWAT and found.day == day
        return found if missed else None

    return _call(edge, desk, present, that)


def _call(
    edge: Edge,
    desk: int,
    present: bytes | None,
    choose: Callable[[Connection, date], Ticket | None],
) -> Ticket:
    if not 1 <= desk <= MOST_DESKS:
        raise ValueError(f"there is no desk {desk}")
    with writing(edge.vault.engine) as connection:
        day, now_ms = _now(edge)
        here = tickets.at_desk(connection, day, desk)
        if (here.id if here is not None else None) != present:
            raise DeskMoved(here)
        chosen = choose(connection, day)
        if chosen is None:
            raise NobodyWaits
        if here is not None:
            tickets.end(connection, here.id, TicketState.SELESAI, now_ms)
        tickets.call(connection, chosen.id, desk, now_ms)
        return _found(connection, chosen.id)


def call_again(edge: Edge, which: bytes) -> Ticket:
    """Call once more to the same desk; only who is called already.

    :raises LookupError: there is no such number.
    """
    with writing(edge.vault.engine) as connection:
        found = _found(connection, which)
        if found.state is TicketState.DIPANGGIL and found.desk is not None:
            tickets.call(connection, which, found.desk, _now(edge)[1])
        return _found(connection, which)


def served(edge: Edge, which: bytes) -> Ticket:
    """Who was called has been served. Once more changes nothing.

    :raises LookupError: there is no such number.
    """
    return _end(edge, which, TicketState.SELESAI)


def absent(edge: Edge, which: bytes) -> Ticket:
    """Who was called is not there, and may be called again later. Once more changes nothing.

    :raises LookupError: there is no such number.
    """
    return _end(edge, which, TicketState.LEWAT)


def _end(edge: Edge, which: bytes, state: TicketState) -> Ticket:
    with writing(edge.vault.engine) as connection:
        if _found(connection, which).state is TicketState.DIPANGGIL:
            tickets.end(connection, which, state, _now(edge)[1])
        return _found(connection, which)


def _found(connection: Connection, which: bytes) -> Ticket:
    found = tickets.find(connection, which)
    if found is None:
        raise LookupError(which.hex())
    return found


def board(edge: Edge) -> Board:
    """Who waits, who is being served, who was not there."""
    with reading(edge.vault.engine) as connection:
        day = _now(edge)[0]
        states = (TicketState.MENUNGGU, TicketState.DIPANGGIL, TicketState.LEWAT)
        return Board(*(tuple(tickets.in_state(connection, day, state)) for state in states))


def screen(edge: Edge) -> Screen:
    """What the screen in the waiting room shows; asked for every few seconds, so three short looks
    into an index."""
    with reading(edge.vault.engine) as connection:
        day, now_ms = _now(edge)
        called = tickets.in_state(connection, day, TicketState.DIPANGGIL, MOST_DESKS)
        coming = tickets.in_state(connection, day, TicketState.MENUNGGU, _NEXT_ON_SCREEN)
        waiting = tickets.count_waiting(connection, day)
    by_desk = sorted(called, key=lambda one: one.desk or 0)
    return Screen(tuple(by_desk), tuple(coming), waiting, now_ms)


def forget_old(edge: Edge) -> int:
    """Forget the numbers of past weeks; returns how many.

    With a clock in doubt none: one that is years ahead would forget who waits today.
    """
    if not trusted(edge.stamp().doubt):
        return 0
    with writing(edge.vault.engine) as connection:
        return tickets.forget_before(connection, _now(edge)[0] - _KEPT)
