"""Folding changes into the view: decrypt, merge, seal, index.

Rule: who folds a stream holds that stream's fold lock (`lock_stream`); appending to a log does
not need it, so a slow fold does not hold an acknowledgement (on SQLite: by one batch at most).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import Connection, and_, bindparam, delete, select

from crypto import aead
from crypto.errors import CryptoError
from crypto.keys import unwrap
from registration.lifecycle import Status
from sync.body import Body
from sync.change import Change
from sync.errors import Malformed
from sync.hlc import ms_of
from sync.record import EMPTY, Dot, RecordState, Write, decode, encode, fold, state_hash
from sync.resolve import count_conflicts
from vault.core import Projection, Vault
from vault.log import changes_of
from vault.prepared import Prepared
from vault.sql import insert_new, upsert
from vault.tables import blind, data_key, folded, parked, view

_log = structlog.get_logger()
_PARKED_KEY = and_(data_key.c.stream == parked.c.stream, data_key.c.record == parked.c.record)
_MANY = 400
"""Records looked up by one statement."""


@dataclass(slots=True)
class Held:
    """A record in memory while changes are folded into it."""

    key: bytes | None
    state: RecordState = EMPTY
    kind: str = ""
    tokens: frozenset[bytes] = frozenset()
    verified: int = 0
    own_seq: int = 0
    changed: int = 0
    is_new: bool = True
    dirty: bool = field(default=False)


_WHOLE = b""
"""The row of `folded` that stands for a stream as a whole: its fold lock."""


def lock_stream(connection: Connection, stream: str) -> None:
    """Hold a stream's fold lock until the transaction ends (SQLite holds its only one anyway)."""
    query = select(folded.c.seq).where(folded.c.stream == stream, folded.c.replica == _WHOLE)
    if connection.execute(query.with_for_update()).first() is None:
        insert_new(connection, folded, {"stream": stream, "replica": _WHOLE, "seq": 0})
        connection.execute(query.with_for_update())


def try_lock_stream(connection: Connection, stream: str) -> bool:
    """As `lock_stream`, but gives up at once where another worker folds this stream."""
    insert_new(connection, folded, {"stream": stream, "replica": _WHOLE, "seq": 0})
    query = select(folded.c.seq).where(folded.c.stream == stream, folded.c.replica == _WHOLE)
    return connection.execute(query.with_for_update(skip_locked=True)).first() is not None


def folded_to(connection: Connection, stream: str, replica: bytes) -> int:
    """How far a log is folded into the view."""
    query = select(folded.c.seq).where(folded.c.stream == stream, folded.c.replica == replica)
    return int(connection.execute(query).scalar() or 0)


def view_associated(stream: str, record: bytes) -> bytes:
    """What a sealed view is bound to."""
    return b"loket view 1\0" + stream.encode() + b"\0" + record


def open_state(key: bytes, stream: str, record: bytes, sealed: bytes) -> RecordState:
    return decode(aead.unseal(key, sealed, view_associated(stream, record)))


def read_body(vault: Vault, key: bytes, change: Change) -> Body:
    """:raises CryptoError, Malformed: the body does not open or is not one."""
    sealed = change.body
    if sealed is None:
        raise Malformed("the body was dropped")
    return Body.from_plain(vault.codec.decode(aead.unseal(key, sealed, change.associated)))


_HELD = (
    select(
        data_key.c.record,
        data_key.c.wrapped,
        view.c.kind,
        view.c.state,
        view.c.verified,
        view.c.own_seq,
        view.c.changed,
    )
    .outerjoin(view, and_(view.c.stream == data_key.c.stream, view.c.record == data_key.c.record))
    .where(data_key.c.stream == bindparam("stream"))
)
_HELD_ONE = Prepared(_HELD.where(data_key.c.record == bindparam("record")))
_HELD_MANY = _HELD.where(data_key.c.record.in_(bindparam("records", expanding=True)))


def load(
    connection: Connection, vault: Vault, stream: str, records: Sequence[bytes]
) -> dict[bytes, Held]:
    """The records as they are folded so far; one whose key is missing has `key` None."""
    held = {record: Held(None) for record in records}
    for row in _held_rows(connection, stream, records):
        record, wrapped, kind, state, verified, own_seq, changed = row
        one = held[record]
        one.key = key = unwrap(vault.keyring.kek, wrapped)
        if state is not None:
            one.state = open_state(key, stream, record, state)
            one.kind, one.is_new = kind, False
            one.verified, one.own_seq, one.changed = verified, own_seq, changed
            one.tokens = _tokens(vault, vault.project(one.state, vault.rules))
    return held


def _held_rows(
    connection: Connection, stream: str, records: Sequence[bytes]
) -> Iterator[tuple[Any, ...]]:
    if len(records) == 1:
        yield from _HELD_ONE.rows(connection, {"stream": stream, "record": records[0]})
        return
    for start in range(0, len(records), _MANY):
        some = {"stream": stream, "records": records[start : start + _MANY]}
        yield from connection.execute(_HELD_MANY, some).tuples()


def _tokens(vault: Vault, projection: Projection) -> frozenset[bytes]:
    token = vault.keyring.blind.token
    return frozenset(token(kind, value) for kind, value in projection.tokens)


def fold_change(vault: Vault, held: Held, change: Change, body: Body) -> None:
    """Fold one decrypted change into a record in memory."""
    write = Write(
        Dot(change.replica, change.seq), change.hlc, change.doubt, change.context, body.writes
    )
    held.state = fold(held.state, write)
    held.kind = change.kind
    held.dirty = True
    stamp = ms_of(change.hlc)
    held.changed = max(held.changed, stamp)
    if body.writes.get("status") == Status.DIVERIFIKASI:
        held.verified = max(held.verified, stamp)
    if change.replica == vault.replica:
        held.own_seq = max(held.own_seq, change.seq)


def save(connection: Connection, vault: Vault, stream: str, held: dict[bytes, Held]) -> None:
    """Write the folded records and what they are found by."""
    rows: list[dict[str, Any]] = []
    found_by: list[dict[str, Any]] = []
    gone: list[dict[str, Any]] = []
    for record, one in held.items():
        if not one.dirty or one.key is None:
            continue
        projection = vault.project(one.state, vault.rules)
        encoded = encode(one.state)
        rows.append(
            {
                "stream": stream,
                "record": record,
                "kind": one.kind,
                "layanan": projection.layanan,
                "varian": projection.varian,
                "kanal": projection.kanal,
                "status": projection.status,
                "conflicts": count_conflicts(one.state, vault.rules),
                "changed": one.changed,
                "verified": one.verified,
                "own_seq": one.own_seq,
                "state": aead.seal(one.key, encoded, view_associated(stream, record)),
                "state_hash": state_hash(encoded),
            }
        )
        tokens = _tokens(vault, projection)
        for token in tokens - one.tokens:
            found_by.append({"token": token, "stream": stream, "record": record})
        for token in one.tokens - tokens:
            gone.append({"t": token, "s": stream, "r": record})
    upsert(connection, view, rows)
    insert_new(connection, blind, found_by)
    if gone:
        connection.execute(
            delete(blind).where(
                blind.c.token == bindparam("t"),
                blind.c.stream == bindparam("s"),
                blind.c.record == bindparam("r"),
            ),
            gone,
        )


def fold_changes(
    connection: Connection, vault: Vault, stream: str, changes: Iterable[Change]
) -> int:
    """Fold received changes; returns how many were parked because their key is missing.

    A body that does not open is parked as well: it is kept, told, and blocks nobody else.
    """
    listed = list(changes)
    held = load(connection, vault, stream, list(dict.fromkeys(c.record for c in listed)))
    waiting: list[dict[str, Any]] = []
    for change in listed:
        one = held[change.record]
        if one.key is None:
            waiting.append(_parked_row(change, "key"))
            continue
        try:
            body = read_body(vault, one.key, change)
        except (CryptoError, Malformed) as error:
            _log.warning(
                "body does not open",
                stream=stream,
                replica=change.replica.hex(),
                seq=change.seq,
                error=type(error).__name__,
            )
            waiting.append(_parked_row(change, "body"))
            continue
        fold_change(vault, one, change, body)
    insert_new(connection, parked, waiting)
    save(connection, vault, stream, held)
    return len(waiting)


def _parked_row(change: Change, reason: str) -> dict[str, Any]:
    return {
        "reason": reason,
        "stream": change.stream,
        "record": change.record,
        "replica": change.replica,
        "seq": change.seq,
    }


def set_folded(connection: Connection, stream: str, replica: bytes, seq: int) -> None:
    upsert(connection, folded, {"stream": stream, "replica": replica, "seq": seq})


def streams_with_keys_come(connection: Connection) -> list[str]:
    """Streams that hold parked changes whose key has come meanwhile."""
    query = select(parked.c.stream).distinct().join(data_key, _PARKED_KEY)
    return list(connection.execute(query.where(parked.c.reason == "key")).scalars())


def fold_parked(connection: Connection, vault: Vault, stream: str) -> int:
    """Fold parked changes whose key has come; returns how many records. Needs the fold lock."""
    ready = (
        connection.execute(
            select(parked.c.record)
            .distinct()
            .join(data_key, _PARKED_KEY)
            .where(parked.c.stream == stream, parked.c.reason == "key")
            .limit(_MANY)
        )
        .scalars()
        .all()
    )
    for record in ready:
        waiting = {
            (row.replica, row.seq)
            for row in connection.execute(
                select(parked.c.replica, parked.c.seq).where(
                    parked.c.stream == stream, parked.c.record == record
                )
            )
        }
        connection.execute(
            delete(parked).where(parked.c.stream == stream, parked.c.record == record)
        )
        changes = [
            c for c in changes_of(connection, stream, record) if (c.replica, c.seq) in waiting
        ]
        fold_changes(connection, vault, stream, changes)
    return len(ready)
