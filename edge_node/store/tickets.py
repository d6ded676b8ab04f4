"""The numbers of those who wait at the counter, from one day to the next."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from edge_node.store.tables import ticket

_A_LETTER = 999
"""Numbers that begin with the same letter: after A999 comes B001."""
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O, which look like digits on a screen across the room."""


class TicketState(StrEnum):
    """Where somebody with a number stands."""

    MENUNGGU = "menunggu"
    DIPANGGIL = "dipanggil"
    SELESAI = "selesai"
    LEWAT = "lewat"
    """Called, and nobody came."""
    BATAL = "batal"
    """Given back. The number is not given again on that day."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One number of one day."""

    id: bytes
    """Named by the form that asked for it: the same form gives the same number."""
    day: date
    number: int
    service: str | None
    state: TicketState
    desk: int | None
    """Where it was called to last."""
    taken_ms: int
    called_ms: int | None = None
    ended_ms: int | None = None

    @property
    def code(self) -> str:
        """As it is called out: `A001`."""
        letter, rest = divmod(self.number - 1, _A_LETTER)
        return f"{_LETTERS[letter % len(_LETTERS)]}{rest + 1:03}"

    @property
    def open(self) -> bool:
        """Whether its owner is still to be served."""
        return self.state in (TicketState.MENUNGGU, TicketState.DIPANGGIL)


_COLUMNS = select(*(ticket.c[one.name] for one in fields(Ticket)))


def _tickets(connection: Connection, query: Select[Any]) -> list[Ticket]:
    found = (dict(row._mapping) for row in connection.execute(query))
    return [Ticket(**{**one, "state": TicketState(one["state"])}) for one in found]


def find(connection: Connection, which: bytes) -> Ticket | None:
    found = _tickets(connection, _COLUMNS.where(ticket.c.id == which))
    return found[0] if found else None


def give(
    connection: Connection, which: bytes, day: date, service: str | None, now_ms: int
) -> tuple[Ticket, bool]:
    """The next number of the day, and whether it is new: an id gets one number, however often.

    Only in a transaction that holds the write lock: the next number is read and taken in one.
    """
    known = find(connection, which)
    if known is not None:
        return known, False
    last = connection.execute(select(func.max(ticket.c.number)).where(ticket.c.day == day)).scalar()
    made = Ticket(which, day, (last or 0) + 1, service, TicketState.MENUNGGU, None, now_ms)
    connection.execute(
        insert(ticket), {one.name: getattr(made, one.name) for one in fields(Ticket)}
    )
    return made, True


def in_state(
    connection: Connection, day: date, state: TicketState, most: int | None = None
) -> list[Ticket]:
    """The day's numbers in a state, the lowest first, which is who came first."""
    query = _COLUMNS.where(ticket.c.day == day, ticket.c.state == state)
    return _tickets(connection, query.order_by(ticket.c.number).limit(most))


def count_waiting(connection: Connection, day: date, before: int | None = None) -> int:
    """How many wait, or wait with a lower number than `before`."""
    query = select(func.count()).where(ticket.c.day == day, ticket.c.state == TicketState.MENUNGGU)
    if before is not None:
        query = query.where(ticket.c.number < before)
    return int(connection.execute(query).scalar_one())


def at_desk(connection: Connection, day: date, desk: int) -> Ticket | None:
    """Who is being served at a desk."""
    found = _tickets(
        connection,
        _COLUMNS.where(
            ticket.c.day == day,
            ticket.c.state == TicketState.DIPANGGIL,
            ticket.c.desk == desk,
        ),
    )
    return found[0] if found else None


def call(connection: Connection, which: bytes, desk: int, now_ms: int) -> None:
    values = {"state": TicketState.DIPANGGIL, "desk": desk, "called_ms": now_ms, "ended_ms": None}
    connection.execute(update(ticket).where(ticket.c.id == which).values(**values))


def end(connection: Connection, which: bytes, state: TicketState, now_ms: int) -> None:
    connection.execute(
        update(ticket).where(ticket.c.id == which).values(state=state, ended_ms=now_ms)
    )


def forget_before(connection: Connection, day: date) -> int:
    """Forget the numbers of the days before; returns how many."""
    return connection.execute(delete(ticket).where(ticket.c.day < day)).rowcount
