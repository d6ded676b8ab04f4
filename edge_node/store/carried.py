"""What left by file or relay, and what was heard of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from edge_node.store.tables import carried

_EPOCH_BYTES = 8
_SHA_BYTES = 32
_KEPT = 20_000
"""Bundles that are remembered: years of weekly files."""


@dataclass(frozen=True, slots=True)
class Carried:
    """One bundle that left by a carrier which brings no answer at once."""

    sha: bytes
    """SHA-256 of the signed bundle, which an answer names."""
    number: int
    sender: bytes
    relay: str = ""
    """Address of the relay that has it; empty: a file, or a relay that lost it."""
    upto: int = 0
    """The last position of our log in it; 0: none."""
    epochs: tuple[bytes, ...] = ()
    chunks: tuple[bytes, ...] = ()
    answered: bool = False


_COLUMNS = select(
    carried.c.sha,
    carried.c.number,
    carried.c.sender,
    carried.c.relay,
    carried.c.upto,
    carried.c.epochs,
    carried.c.chunks,
    carried.c.answered,
)


def _split(joined: bytes, size: int) -> tuple[bytes, ...]:
    return tuple(joined[at : at + size] for at in range(0, len(joined), size))


def _carried(row: Any) -> Carried:
    return Carried(
        row.sha,
        row.number,
        row.sender,
        row.relay,
        row.upto,
        _split(row.epochs, _EPOCH_BYTES),
        _split(row.chunks, _SHA_BYTES),
        row.answered,
    )


def add(connection: Connection, one: Carried) -> None:
    """Note a bundle before it leaves, and forget the oldest of very many."""
    connection.execute(
        insert(carried),
        {
            "sha": one.sha,
            "number": one.number,
            "sender": one.sender,
            "relay": one.relay,
            "upto": one.upto,
            "epochs": b"".join(one.epochs),
            "chunks": b"".join(one.chunks),
            "answered": one.answered,
            "overtaken": False,
            "held": None,
        },
    )
    connection.execute(delete(carried).where(carried.c.number <= one.number - _KEPT))


def find(connection: Connection, sha: bytes) -> Carried | None:
    """The bundle that an answer names, where it left from here."""
    row = connection.execute(_COLUMNS.where(carried.c.sha == sha)).first()
    return _carried(row) if row is not None else None


def senders(connection: Connection) -> set[bytes]:
    """The replicas under which something left: ours, and those we were before."""
    return set(connection.execute(select(carried.c.sender).distinct()).scalars())


def outstanding(connection: Connection, relay: str) -> list[Carried]:
    """What a relay has of ours and did not answer, in the order it was sent."""
    query = _COLUMNS.where(carried.c.relay == relay, carried.c.answered.is_(False))
    return [_carried(row) for row in connection.execute(query.order_by(carried.c.number))]


def relays_with_ours(connection: Connection) -> set[str]:
    """Addresses of the relays that have something of ours which is not answered."""
    query = select(carried.c.relay).where(carried.c.relay != "", carried.c.answered.is_(False))
    return set(connection.execute(query.distinct()).scalars())


def lost(connection: Connection, sha: bytes) -> None:
    """The relay says that it does not have it (any more). A late answer is known all the same."""
    connection.execute(update(carried).where(carried.c.sha == sha).values(relay=""))


def unanswered_chunks(connection: Connection) -> set[bytes]:
    """Pieces of scans that left and of which nothing was heard."""
    query = select(carried.c.chunks).where(
        carried.c.answered.is_(False), func.length(carried.c.chunks) > 0
    )
    return {
        sha for joined in connection.execute(query).scalars() for sha in _split(joined, _SHA_BYTES)
    }


def answer_came(connection: Connection, one: Carried, held: int) -> bool:
    """A bundle was answered; whether the answer is the newest word of the centre.

    An older one may have lain in a drawer.

    :param held: what the centre held of our log when it answered.
    """
    row = carried.c.sha == one.sha
    newest = not connection.execute(select(carried.c.overtaken).where(row)).scalar_one()
    connection.execute(update(carried).where(row).values(answered=True, held=held))
    overtake(connection, one.number)
    return newest


def overtake(connection: Connection, number: int) -> None:
    """Bundle `number` was answered: what earlier ones are answered is no news."""
    connection.execute(
        update(carried)
        .where(carried.c.overtaken.is_(False), carried.c.number < number)
        .values(overtaken=True)
    )


def heard(connection: Connection, sender: bytes) -> int | None:
    """What the centre's newest word, where that came late, said is held of the sender's log."""
    query = select(carried.c.held).where(
        carried.c.overtaken.is_(False),
        carried.c.answered.is_(True),
        carried.c.sender == sender,
    )
    return connection.execute(query.order_by(carried.c.number.desc())).scalars().first()
