"""Record keys and epoch keys: made, wrapped, handed to the other side, received.

A record's key never stands in a log. For the other side it is wrapped under an epoch key (one a
day and stream), and the epoch key is sealed to the other side once.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, literal_column, select, update

from crypto.errors import CryptoError
from crypto.keys import new_key, unwrap, wrap
from crypto.recipient import seal_to
from sync.bundle import Run, WrappedKey
from vault.core import Vault
from vault.prepared import Prepared
from vault.sql import insert_new
from vault.tables import data_key, epoch, waiting_key

_HOUR_MS = 60 * 60 * 1000
_DAY_MS = 24 * 60 * 60 * 1000
_ID_BYTES = 8
_EPOCHS_AT_ONCE = 16


def _info(stream: str, epoch_id: bytes) -> bytes:
    return b"loket epoch 1\0" + stream.encode() + b"\0" + epoch_id


_CURRENT = Prepared(
    select(epoch.c.id, epoch.c.wrapped)
    .where(
        epoch.c.stream == bindparam("stream"),
        epoch.c.sealed.is_not(None),
        epoch.c.opened_ms.between(bindparam("since"), bindparam("until")),
    )
    .order_by(epoch.c.opened_ms.desc())
    .limit(literal_column("1"))
)


def current_epoch(
    connection: Connection, vault: Vault, stream: str, now_ms: int, peer_public: bytes
) -> tuple[bytes, bytes]:
    """(id, key) of today's epoch; opens a new one, sealed to the peer, when the day is over."""
    row = _CURRENT.first(
        connection, {"stream": stream, "since": now_ms - _DAY_MS, "until": now_ms + _HOUR_MS}
    )
    if row:
        return row[0], unwrap(vault.keyring.kek, row[1])
    epoch_id, key = os.urandom(_ID_BYTES), new_key()
    connection.execute(
        insert(epoch),
        {
            "id": epoch_id,
            "stream": stream,
            "opened_ms": now_ms,
            "wrapped": wrap(vault.keyring.kek, key),
            "sealed": seal_to(peer_public, key, _info(stream, epoch_id)),
            "delivered": False,
        },
    )
    return epoch_id, key


def add_key(
    connection: Connection,
    vault: Vault,
    stream: str,
    record: bytes,
    key: bytes,
    *,
    born: int,
    for_peer: tuple[bytes, bytes] | None,
) -> None:
    """Keep a new record's key; `for_peer` is the epoch (id, key) to wrap it under as well."""
    insert_new(
        connection,
        data_key,
        {
            "stream": stream,
            "record": record,
            "wrapped": wrap(vault.keyring.kek, key),
            "epoch": for_peer[0] if for_peer else None,
            "for_peer": wrap(for_peer[1], key) if for_peer else None,
            "born": born,
        },
    )


_SET_BORN = Prepared(
    update(data_key)
    .where(data_key.c.stream == bindparam("s"), data_key.c.record == bindparam("r"))
    .values(born=bindparam("b"))
)


def set_born(connection: Connection, stream: str, record: bytes, seq: int) -> None:
    """The record, whose key was made for its draft, is filed as change `seq` of the own log."""
    _SET_BORN.run(connection, {"s": stream, "r": record, "b": seq})


_WRAPPED = Prepared(
    select(data_key.c.wrapped).where(
        data_key.c.stream == bindparam("stream"), data_key.c.record == bindparam("record")
    )
)


def key_of(connection: Connection, vault: Vault, stream: str, record: bytes) -> bytes | None:
    """A record's key, or None where it is not held (yet, or any more)."""
    row = _WRAPPED.first(connection, {"stream": stream, "record": record})
    return unwrap(vault.keyring.kek, row[0]) if row is not None else None


_BORN = Prepared(
    select(data_key.c.epoch, data_key.c.for_peer).where(
        data_key.c.stream == bindparam("stream"),
        data_key.c.record == bindparam("record"),
        data_key.c.born.between(bindparam("first"), bindparam("last")),
        data_key.c.for_peer.is_not(None),
    )
)


def keys_to_send(
    connection: Connection, run: Run | None, stream: str
) -> tuple[list[WrappedKey], dict[bytes, bytes]]:
    """The keys of records born in a run of the own log (None: no run), and undelivered epochs."""
    keys = []
    first, last = (run.first, run.last) if run else (0, 0)
    for record in dict.fromkeys(run.records) if run else ():
        found = _BORN.first(
            connection,
            {"stream": stream, "record": record, "first": first, "last": last},
        )
        if found is not None:
            keys.append(WrappedKey(record, *found))
    sealed = dict(
        connection.execute(
            select(epoch.c.id, epoch.c.sealed)
            .where(
                epoch.c.stream == stream,
                epoch.c.sealed.is_not(None),
                epoch.c.delivered.is_(False),
            )
            .order_by(epoch.c.opened_ms.desc())
            .limit(_EPOCHS_AT_ONCE)
        )
        .tuples()
        .all()
    )
    return keys, sealed


def epochs_delivered(connection: Connection, ids: Sequence[bytes], delivered: bool) -> None:
    """Note that the other side holds these epochs, or (it said so) that it does not."""
    if ids:
        connection.execute(update(epoch).where(epoch.c.id.in_(ids)).values(delivered=delivered))


def receive_epochs(
    connection: Connection, vault: Vault, stream: str, sealed: Mapping[bytes, bytes], now_ms: int
) -> None:
    """Open epochs sealed to this side.

    :raises Tampered: one was not sealed to this side for this stream.
    """
    rows = [
        {
            "id": epoch_id,
            "stream": stream,
            "opened_ms": now_ms,
            "wrapped": wrap(
                vault.keyring.kek, vault.keyring.recipient.open(one, _info(stream, epoch_id))
            ),
            "sealed": None,
            "delivered": True,
        }
        for epoch_id, one in sealed.items()
    ]
    insert_new(connection, epoch, rows)


def receive_keys(
    connection: Connection, vault: Vault, stream: str, keys: Sequence[WrappedKey]
) -> None:
    """Rewrap received keys under our KEK; those whose epoch is missing wait for it."""
    if not keys:
        return
    wanted = sorted({key.epoch for key in keys})
    epochs = {
        epoch_id: unwrap(vault.keyring.kek, wrapped)
        for epoch_id, wrapped in connection.execute(
            select(epoch.c.id, epoch.c.wrapped).where(
                epoch.c.stream == stream, epoch.c.id.in_(wanted)
            )
        )
        .tuples()
        .all()
    }
    rows, waiting = [], []
    for key in keys:
        opened = _unwrap_quietly(epochs.get(key.epoch), key.wrapped)
        if opened is None:
            waiting.append(
                {
                    "stream": stream,
                    "record": key.record,
                    "epoch": key.epoch,
                    "wrapped": key.wrapped,
                }
            )
        else:
            rows.append(
                {
                    "stream": stream,
                    "record": key.record,
                    "wrapped": wrap(vault.keyring.kek, opened),
                    "epoch": None,
                    "for_peer": None,
                    "born": 0,
                }
            )
    insert_new(connection, data_key, rows)
    insert_new(connection, waiting_key, waiting)


def _unwrap_quietly(epoch_key: bytes | None, wrapped: bytes) -> bytes | None:
    """None both where the epoch is missing and where it does not fit: the record then waits."""
    if epoch_key is None:
        return None
    try:
        return unwrap(epoch_key, wrapped)
    except CryptoError:
        return None


def retry_waiting(connection: Connection, vault: Vault, stream: str) -> None:
    """Try the waiting keys again, after epochs came."""
    rows = connection.execute(
        select(waiting_key.c.record, waiting_key.c.epoch, waiting_key.c.wrapped).where(
            waiting_key.c.stream == stream
        )
    ).all()
    if rows:
        connection.execute(delete(waiting_key).where(waiting_key.c.stream == stream))
        receive_keys(connection, vault, stream, [WrappedKey(*row) for row in rows])


def missing_epochs(connection: Connection, stream: str) -> tuple[bytes, ...]:
    """Epochs that waiting keys need."""
    rows = connection.execute(
        select(waiting_key.c.epoch).where(waiting_key.c.stream == stream).distinct().limit(64)
    )
    return tuple(rows.scalars())


def forget_delivery(connection: Connection, stream: str) -> None:
    """The other side lost what it held: all epochs go out again with the keys that need them."""
    connection.execute(update(epoch).where(epoch.c.stream == stream).values(delivered=False))
