"""Record keys and epoch keys: made, wrapped, handed to another replica, received.

A record's key never stands in a log. For another replica it is wrapped, when it is sent, under an
epoch key (one a day, stream and receiver), and the epoch key is sealed to that replica once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, Connection, bindparam, insert, literal_column, select, update

from crypto.errors import CryptoError
from crypto.keys import new_key, unwrap, wrap
from crypto.recipient import seal_to
from sync.bindings import epoch_info
from sync.bundle import WrappedKey
from vault import orders
from vault.core import Vault
from vault.prepared import Prepared
from vault.sql import insert_new
from vault.tables import data_key, epoch, log

_HOUR_MS = 60 * 60 * 1000
_DAY_MS = 24 * 60 * 60 * 1000
_ID_BYTES = 8
_MANY = 400
"""Records looked up by one statement."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom keys are handed to."""

    replica: bytes
    seal_public: bytes


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch key that record keys are wrapped under for one receiver."""

    id: bytes
    key: bytes
    sealed: bytes | None
    """Sealed to the receiver, where it may not hold it yet."""


_CURRENT = Prepared(
    select(epoch.c.id, epoch.c.wrapped, epoch.c.sealed, epoch.c.delivered)
    .where(
        epoch.c.stream == bindparam("stream"),
        epoch.c.peer == bindparam("peer"),
        epoch.c.opened_ms.between(bindparam("since"), bindparam("until")),
    )
    .order_by(epoch.c.opened_ms.desc())
    .limit(literal_column("1"))
)


def current_epoch(
    connection: Connection, vault: Vault, stream: str, now_ms: int, receiver: Receiver
) -> Epoch:
    """Today's epoch for a receiver; opens a new one when the day is over."""
    row = _CURRENT.first(
        connection,
        {
            "stream": stream,
            "peer": receiver.replica,
            "since": now_ms - _DAY_MS,
            "until": now_ms + _HOUR_MS,
        },
    )
    if row:
        epoch_id, wrapped, sealed, delivered = row
        return Epoch(epoch_id, vault.unwrap(connection, wrapped), None if delivered else sealed)
    epoch_id, key = os.urandom(_ID_BYTES), new_key()
    sealed = seal_to(receiver.seal_public, key, epoch_info(stream, epoch_id))
    connection.execute(
        insert(epoch),
        {
            "id": epoch_id,
            "stream": stream,
            "peer": receiver.replica,
            "opened_ms": now_ms,
            "wrapped": vault.keys_in(connection).wrap(key),
            "sealed": sealed,
            "delivered": False,
        },
    )
    return Epoch(epoch_id, key, sealed)


def add_key(
    connection: Connection, vault: Vault, stream: str, record: bytes, key: bytes, *, born: int
) -> None:
    """Keep a new record's key. `born` 0: only a draft yet."""
    insert_new(
        connection,
        data_key,
        {
            "stream": stream,
            "record": record,
            "wrapped": vault.keys_in(connection).wrap(key),
            "born": born,
        },
    )


_SET_BORN = Prepared(
    update(data_key)
    .where(data_key.c.stream == bindparam("s"), data_key.c.record == bindparam("r"))
    .values(born=bindparam("b"))
)


def set_born(connection: Connection, stream: str, record: bytes, seq: int) -> None:
    """The record's first change stands at `seq` of the own log."""
    _SET_BORN.run(connection, {"s": stream, "r": record, "b": seq})


_WRAPPED = Prepared(
    select(data_key.c.wrapped).where(
        data_key.c.stream == bindparam("stream"), data_key.c.record == bindparam("record")
    )
)


def key_of(connection: Connection, vault: Vault, stream: str, record: bytes) -> bytes | None:
    """A record's key, or None where it is not held (yet, or any more)."""
    row = _WRAPPED.first(connection, {"stream": stream, "record": record})
    return vault.unwrap(connection, row[0]) if row is not None else None


_ONE_STREAM: BindParameter[str] = bindparam("stream")
# The changes first: a join lets SQLite begin with all keys of the stream.
_BORN = Prepared(
    select(data_key.c.record, data_key.c.wrapped).where(
        data_key.c.stream == _ONE_STREAM,
        data_key.c.born.between(bindparam("first"), bindparam("last")),
        data_key.c.record.in_(
            select(log.c.record).where(
                log.c.stream == _ONE_STREAM,
                log.c.replica == bindparam("replica"),
                log.c.seq.between(bindparam("first"), bindparam("last")),
            )
        ),
    )
)


def born_in(
    connection: Connection, stream: str, replica: bytes, first: int, last: int
) -> list[tuple[bytes, bytes]]:
    """(record, key under the KEK) of the records made by these changes of the own log."""
    span = {"stream": stream, "replica": replica, "first": first, "last": last}
    return [(record, wrapped) for record, wrapped in _BORN.rows(connection, span)]


def keys_of(
    connection: Connection, stream: str, records: Iterable[bytes]
) -> list[tuple[bytes, bytes]]:
    """(record, key under the KEK) of those whose key is held."""
    wanted = list(records)
    found: list[tuple[bytes, bytes]] = []
    for start in range(0, len(wanted), _MANY):
        query = select(data_key.c.record, data_key.c.wrapped).where(
            data_key.c.stream == stream, data_key.c.record.in_(wanted[start : start + _MANY])
        )
        found += connection.execute(query).tuples().all()
    return found


def wrapped_for(
    connection: Connection, vault: Vault, under: Epoch, keys: Sequence[tuple[bytes, bytes]]
) -> tuple[WrappedKey, ...]:
    """Keys as they are sent under an epoch."""
    return tuple(
        WrappedKey(record, under.id, wrap(under.key, vault.unwrap(connection, wrapped)))
        for record, wrapped in keys
    )


def epochs_delivered(connection: Connection, ids: Sequence[bytes]) -> None:
    """The other side holds these epochs durably."""
    if ids:
        connection.execute(update(epoch).where(epoch.c.id.in_(ids)).values(delivered=True))


def deliver_again(connection: Connection, stream: str, peer: bytes) -> None:
    """The other side lacks keys: the epoch goes out again with them."""
    connection.execute(
        update(epoch).where(epoch.c.stream == stream, epoch.c.peer == peer).values(delivered=False)
    )


def close_epochs(connection: Connection, stream: str, peer: bytes) -> None:
    """The receiver seals to another key now: the next key goes out under a new epoch."""
    connection.execute(
        update(epoch).where(epoch.c.stream == stream, epoch.c.peer == peer).values(opened_ms=0)
    )


def receive_epochs(
    connection: Connection, vault: Vault, stream: str, sealed: Mapping[bytes, bytes], now_ms: int
) -> None:
    """Open epochs sealed to this side.

    :raises Tampered: one was not sealed to this side for this stream.
    """
    if not sealed:
        return
    keyring = vault.keys_in(connection)
    rows = [
        {
            "id": epoch_id,
            "stream": stream,
            "peer": _FROM_OTHERS,
            "opened_ms": now_ms,
            "wrapped": keyring.wrap(keyring.open_sealed(one, epoch_info(stream, epoch_id))),
            "sealed": None,
            "delivered": True,
        }
        for epoch_id, one in sealed.items()
    ]
    insert_new(connection, epoch, rows)


_FROM_OTHERS = b""
"""In place of a receiver: this side only opens what came under the epoch."""


def receive_keys(
    connection: Connection, vault: Vault, stream: str, keys: Sequence[WrappedKey]
) -> None:
    """Rewrap received keys under our KEK. One that does not open is asked for again.

    A key of a shredded record is not taken: it came from an old backup, or from a box that was off.
    """
    if not keys:
        return
    keyring = vault.keys_in(connection)
    wanted = sorted({key.epoch for key in keys})
    epochs = {
        epoch_id: keyring.unwrap(wrapped)
        for epoch_id, wrapped in connection.execute(
            select(epoch.c.id, epoch.c.wrapped).where(
                epoch.c.stream == stream, epoch.c.id.in_(wanted)
            )
        )
        .tuples()
        .all()
    }
    rows = []
    gone = orders.shredded(connection, stream, [key.record for key in keys])
    for key in keys:
        if key.record in gone:
            continue
        opened = _unwrap_quietly(epochs.get(key.epoch), key.wrapped)
        if opened is not None:
            rows.append(
                {
                    "stream": stream,
                    "record": key.record,
                    "wrapped": keyring.wrap(opened),
                    "born": 0,
                }
            )
    insert_new(connection, data_key, rows)


def _unwrap_quietly(epoch_key: bytes | None, wrapped: bytes) -> bytes | None:
    """None both where the epoch is missing and where it does not fit: the record waits."""
    if epoch_key is None:
        return None
    try:
        return unwrap(epoch_key, wrapped)
    except CryptoError:
        return None
