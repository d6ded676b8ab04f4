"""Folding changes into the view: decrypt, merge, index.

The view holds only what may stand in clear and what is searched by. What a record says is folded
from its changes whenever it is read: they are few, and a second sealed copy would have to be
written at each act and destroyed with each key (ADR 7).

Rule: who folds a stream holds that stream's fold lock (`lock_stream`); appending to a log does
not need it, so a slow fold does not hold an acknowledgement (on SQLite: by one batch at most).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, and_, bindparam, delete, select

from crypto import aead
from crypto.errors import CryptoError
from registration.catalogue import SCAN
from registration.lifecycle import Status
from sync.body import Body
from sync.change import Change, origin_of
from sync.errors import Malformed
from sync.hlc import ms_of
from sync.record import Dot, RecordState, Write, covers, fold_all, full_context, join
from sync.resolve import count_conflicts
from vault import orders, tally
from vault.core import Shown, Vault
from vault.history import changes_of_many
from vault.prepared import Prepared, PreparedAmong
from vault.scans import expect
from vault.sql import insert_new, insert_new_rows, upsert, upsert_rows
from vault.tables import blind, data_key, folded, parked, view

_log = structlog.get_logger()
_MANY = 400
"""Parked records shown in one go."""


@dataclass(frozen=True, slots=True)
class Told:
    """One change of a record's history. `body` is None where it cannot be read here."""

    change: Change
    body: Body | None

    @property
    def write(self) -> Write:
        change = self.change
        return Write(
            Dot(change.replica, change.seq),
            change.hlc,
            change.doubt,
            change.context,
            self.body.writes if self.body else {},
        )


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


def set_folded(connection: Connection, stream: str, replica: bytes, seq: int) -> None:
    upsert(connection, folded, {"stream": stream, "replica": replica, "seq": seq})


def read_body(vault: Vault, key: bytes, change: Change) -> Body:
    """:raises CryptoError, Malformed: the body does not open or is not one."""
    sealed = change.body
    if sealed is None:
        raise Malformed("the body was dropped")
    return Body.from_plain(vault.codec.decode(aead.unseal(key, sealed, change.associated)))


def open_changes(vault: Vault, key: bytes, changes: Iterable[Change]) -> list[Told]:
    """The changes with their bodies; one that does not open is kept, and blocks nobody."""
    told: list[Told] = []
    for change in changes:
        try:
            body: Body | None = read_body(vault, key, change)
        except (CryptoError, Malformed) as error:
            _log.warning(
                "body does not open",
                stream=change.stream,
                replica=change.replica.hex(),
                seq=change.seq,
                error=type(error).__name__,
            )
            body = None
        told.append(Told(change, body))
    return told


def state_of(told: Sequence[Told]) -> RecordState:
    """The fold of a record's changes.

    What could not be read was not seen: the context ends before it, so that nothing written here
    replaces it unseen.
    """
    read = [one for one in told if one.body is not None]
    state = fold_all(writes_of(read))
    if any(one.body and one.body.origin for one in read):
        held = {one.change.replica: 0 for one in read}
        for one in read:
            held[one.change.replica] = max(held[one.change.replica], one.change.seq)
        state = RecordState(state.fields, held)
    unread = [one.change for one in told if one.body is None]
    if not unread:
        return state
    context = dict(state.context)
    for change in unread:
        context[change.replica] = min(context.get(change.replica, 0), change.seq - 1)
    return RecordState(state.fields, {r: seq for r, seq in context.items() if seq > 0})


def writes_of(told: Sequence[Told]) -> list[Write]:
    """What a record's changes wrote, each change once, wherever copies of it stand."""
    read = [one for one in told if one.body is not None]
    if any(one.body and one.body.origin for one in read):
        return list(_originals(read))
    return [one.write for one in read]


def _by_origin(read: Iterable[Told]) -> list[list[Told]]:
    """Changes that are one: the original and what was moved of it. The first of each stands."""
    groups: dict[bytes, list[Told]] = {}
    for one in read:
        if one.body is not None:
            groups.setdefault(origin_of(one.change, one.body.origin), []).append(one)
    return [sorted(group, key=lambda one: one.write.dot) for group in groups.values()]


def _originals(read: Sequence[Told]) -> Iterator[Write]:
    """Each change once. Who saw one copy of it saw all.

    Two copied disks move the same changes to two logs; so may one that moved them before the
    centre was restored and heard of the first.
    """
    groups = _by_origin(read)
    copies = [[one.write.dot for one in group] for group in groups if len(group) > 1]
    for group in groups:
        write = group[0].write
        seen = full_context(write)
        for one in group[1:]:
            seen = join(seen, full_context(one.write))
        for dots in copies:
            if any(covers(seen, dot) for dot in dots):
                for dot in dots:
                    seen = join(seen, {dot.replica: dot.seq})
        yield write._replace(context={r: seq for r, seq in seen.items() if r != write.dot.replica})


def once(told: Sequence[Told]) -> list[Told]:
    """A history in which each change is told once, wherever copies of it stand."""
    if not any(one.body and one.body.origin for one in told):
        return list(told)
    first = {id(group[0]) for group in _by_origin(told)}
    return [one for one in told if one.body is None or id(one) in first]


class _Rows:
    """What folding several records writes, so that it is written with few statements."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._vault = vault
        self._keyring = vault.keys_in(connection)
        self._known: dict[tuple[str, str], tuple[tuple[int, bytes], ...]] = {}
        """Tokens made already: half the people of a batch share the start of a name."""
        self._views: list[tuple[Any, ...]] = []
        self._moved: Counter[tally.Place] = Counter()
        self._found_by: list[tuple[bytes, str, bytes, int]] = []
        self._gone: list[dict[str, Any]] = []
        self._manifests: list[tuple[str, bytes, list[Any]]] = []
        self._shown: list[Shown] = []
        self.begun_elsewhere: list[bytes] = []
        """Records whose first change is not held: they are not shown."""

    def _tokens(self, clear: Iterable[tuple[str, str]]) -> set[tuple[int, bytes]]:
        """(number of the blind-index key, token)."""
        known = self._known
        found: set[tuple[int, bytes]] = set()
        for one in clear:
            tokens = known.get(one)
            if tokens is None:
                tokens = known[one] = self._keyring.tokens(*one)
            found.update(tokens)
        return found

    def add(
        self,
        stream: str,
        record: bytes,
        before: Sequence[Told],
        after: Sequence[Told],
        place: tally.Place | None,
    ) -> None:
        """A record whose changes shown so far were `before` and are `after` now.

        :param place: what it is counted by so far.
        """
        vault = self._vault
        changed, verified = 0, 0
        kind: str | None = None
        manifests: list[Any] = []
        shown_before = {id(one) for one in before}
        for one in after:
            if one.body is None:
                continue
            writes = one.body.writes
            kind = one.change.kind if kind is None else kind
            stamp = ms_of(one.change.hlc)
            changed = max(changed, stamp)
            if writes.get("status") == Status.DIVERIFIKASI:
                verified = max(verified, stamp)
            if id(one) not in shown_before:
                manifests += [writes[name] for name in writes if name.startswith(SCAN)]
        if kind is None:
            return
        acts = (one.body.act if one.body else None for one in after)
        if not vault.is_whole(kind, acts):
            self.begun_elsewhere.append(record)
            return
        state = state_of(after)
        projection = vault.project(state, vault.rules)
        if vault.on_shown is not None:
            self._shown.append(Shown(stream, record, projection, after))
        if manifests:
            self._manifests.append((stream, record, manifests))
        self._views.append(
            (
                stream,
                record,
                kind,
                projection.layanan,
                projection.varian,
                projection.kanal,
                projection.status,
                count_conflicts(state, vault.rules),
                changed,
                verified,
            )
        )
        if place is not None:
            self._moved[place] -= 1
        self._moved[stream, kind, projection.status, projection.layanan] += 1
        wanted = projection.tokens
        shown: frozenset[tuple[str, str]] = frozenset()
        if before:
            shown = vault.project(state_of(before), vault.rules).tokens
        for number, token in self._tokens(wanted - shown):
            self._found_by.append((token, stream, record, number))
        for _, token in self._tokens(shown - wanted):
            self._gone.append({"t": token, "s": stream, "r": record})

    def save(self, connection: Connection) -> None:
        upsert_rows(connection, view, self._views)
        tally.move(connection, self._moved)
        # In the order of the index: neighbours are on one page, which is then written once.
        insert_new_rows(connection, blind, sorted(self._found_by))
        for stream, record, manifests in self._manifests:
            expect(connection, stream, record, manifests)
        if self._gone:
            _FORGET.run_many(connection, self._gone)
        if self._vault.on_shown is not None and self._shown:
            self._vault.on_shown(connection, self._vault, self._shown)


_FORGET = Prepared(
    delete(blind).where(
        blind.c.token == bindparam("t"),
        blind.c.stream == bindparam("s"),
        blind.c.record == bindparam("r"),
    )
)


def show(
    connection: Connection,
    vault: Vault,
    stream: str,
    record: bytes,
    before: Sequence[Told],
    after: Sequence[Told],
) -> None:
    """Write one record's view; `before` are the changes that it showed already."""
    rows = _Rows(connection, vault)
    place = tally.place_of(connection, stream, record) if before else None
    rows.add(stream, record, before, after, place)
    rows.save(connection)


_KEYS = PreparedAmong(
    lambda records: (
        select(data_key.c.record, data_key.c.wrapped, view.c.kind, view.c.status, view.c.layanan)
        .outerjoin(
            view, and_(view.c.stream == data_key.c.stream, view.c.record == data_key.c.record)
        )
        .where(data_key.c.stream == bindparam("stream"), data_key.c.record.in_(records))
    )
)


def _keys(
    connection: Connection, vault: Vault, stream: str, records: Sequence[bytes]
) -> Iterator[tuple[bytes, bytes, tally.Place | None]]:
    """(record, its key, what it is counted by if it is shown) of those whose key is held."""
    for record, wrapped, kind, status, layanan in _KEYS.rows(
        connection, records, {"stream": stream}
    ):
        place = None if kind is None else (stream, kind, status, layanan)
        yield record, vault.unwrap(connection, wrapped), place


def fold_changes(
    connection: Connection, vault: Vault, stream: str, changes: Iterable[Change]
) -> int:
    """Show changes that were appended; how many records wait for their key or beginning instead."""
    arrived: dict[bytes, list[Change]] = {}
    for change in changes:
        arrived.setdefault(change.record, []).append(change)
    keys = list(_keys(connection, vault, stream, list(arrived)))
    # Where a beginning may come after what follows it, more is held of a record than is shown.
    more_held = [record for record, _, place in keys if place or vault.first_acts]
    logged = changes_of_many(connection, stream, more_held)
    rows = _Rows(connection, vault)
    for record, key, place in keys:
        fresh = {(change.replica, change.seq) for change in arrived[record]}
        told = open_changes(vault, key, logged.get(record) or arrived[record])
        before = [one for one in told if (one.change.replica, one.change.seq) not in fresh]
        rows.add(stream, record, before if place else (), told, place)
    rows.save(connection)
    held = {record for record, _, _ in keys}
    keyless = [record for record in arrived if record not in held]
    gone = orders.shredded(connection, stream, keyless)
    for record in gone:
        orders.drop_bodies(connection, stream, record)
    waiting = [one for one in keyless if one not in gone] + rows.begun_elsewhere
    insert_new(connection, parked, [{"stream": stream, "record": one} for one in waiting])
    return len(waiting)


def fold_records(
    connection: Connection, vault: Vault, stream: str, records: Sequence[bytes]
) -> Sequence[bytes]:
    """Show records from all that their logs hold of them; those whose beginning is not held."""
    logged = changes_of_many(connection, stream, records)
    rows = _Rows(connection, vault)
    for record, key, place in _keys(connection, vault, stream, records):
        rows.add(stream, record, (), open_changes(vault, key, logged[record]), place)
    rows.save(connection)
    return rows.begun_elsewhere
