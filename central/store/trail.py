"""The trail on disk: append, sign its end, read it again.

One chain for the whole centre, however many processes write it: on PostgreSQL an advisory lock
lets one transaction at a time append, on SQLite there is one writer anyway. Locks are taken in one
order: the keys' first, this one after.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cbor2
from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    func,
    insert,
    literal_column,
    select,
)

from central.evidence.trail import ACT, Entry, Thing, entry_hash, sign_checkpoint
from central.store.trail_tables import trail, trail_checkpoint, trail_place, trail_record
from crypto.chain import GENESIS, digest
from sync.body import Author
from vault.core import Vault
from vault.prepared import Prepared
from vault.sql import insert_new

_KIND = "trail"
_LOCK = 0x10CE9
CHECKPOINT_EACH = 1_000
"""Entries between two signatures, at most."""
_PART = 2_000
_WAIT = Prepared(select(func.pg_advisory_xact_lock(_LOCK)))
_END = Prepared(
    select(trail.c.seq, trail.c.hash).order_by(trail.c.seq.desc()).limit(literal_column("1"))
)


def _insert(table: Any) -> Prepared:
    return Prepared(
        insert(table).values({c.name: bindparam(c.name, type_=c.type) for c in table.columns})
    )


_ADD, _ADD_RECORD, _ADD_PLACE = map(_insert, (trail, trail_record, trail_place))


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry for whoever may know the names."""

    entry: Entry
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Only:
    """Which entries are asked for."""

    record: bytes | None = None
    account: str = ""
    stream: str = ""
    from_ms: int = 0
    until_ms: int = 0
    """0: no end."""


def append(
    connection: Connection,
    vault: Vault,
    at_ms: int,
    by: Author | None,
    kind: str,
    things: Sequence[Thing] = (),
    *,
    why: str = "",
    about: bytes = b"",
) -> None:
    """Write down one look or act; it commits with the transaction.

    :param by: None: nobody, a schedule did it.
    """
    keys = vault.keys_in(connection)
    if connection.dialect.name == "postgresql":
        _WAIT.rows(connection, {})
    last, prev = _end(connection)
    seq = last + 1
    named = tuple(dict.fromkeys(things))
    sealed = keys.seal_row(_KIND, cbor2.dumps([by.name if by else "", why]))
    said = Entry(
        seq,
        at_ms,
        by.id if by else "",
        by.role if by else "",
        kind,
        named,
        about,
        digest(sealed),
        b"",
    )
    end = entry_hash(prev, said)
    _ADD.run(
        connection,
        {
            "seq": seq,
            "at_ms": at_ms,
            "account": said.account,
            # A role is a word of an enumeration, and drivers know plain text only.
            "role": str(said.role),
            "kind": str(kind),
            "things": cbor2.dumps([list(thing) for thing in named]),
            "about": about,
            "sealed": sealed,
            "hash": end,
        },
    )
    records = dict.fromkeys(record for _, record in named)
    places = dict.fromkeys(stream for stream, _ in named)
    _ADD_RECORD.run_many(connection, [{"record": one, "seq": seq} for one in records])
    _ADD_PLACE.run_many(connection, [{"stream": one, "seq": seq} for one in places])
    if seq % CHECKPOINT_EACH == 0:
        _sign(connection, vault, seq, end, at_ms)


def note_act(
    connection: Connection, vault: Vault, at_ms: int, act: str, by: Sequence[Author], about: bytes
) -> None:
    """Chain an act; its entry has the account of the first who consented, and all their names.

    :param about: `evidence.trail.act_hash` of its row.
    """
    together = replace(by[0], name=", ".join(one.name for one in by)) if by else None
    append(connection, vault, at_ms, together, ACT, why=act, about=about)


def _end(connection: Connection) -> tuple[int, bytes]:
    row = _END.first(connection, {})
    return (int(row[0]), bytes(row[1])) if row else (0, GENESIS)


def checkpoint(connection: Connection, vault: Vault, at_ms: int) -> bool:
    """Sign the trail's end, if nobody has signed that one yet."""
    vault.keys_in(connection)
    if connection.dialect.name == "postgresql":
        _WAIT.rows(connection, {})
    seq, end = _end(connection)
    signed = connection.execute(select(func.max(trail_checkpoint.c.seq))).scalar() or 0
    if seq == signed:
        return False
    _sign(connection, vault, seq, end, at_ms)
    return True


def _sign(connection: Connection, vault: Vault, seq: int, end: bytes, at_ms: int) -> None:
    identity = vault.keys_in(connection).identity
    signed = sign_checkpoint(identity, seq, end, at_ms)
    insert_new(connection, trail_checkpoint, {"seq": seq, "at_ms": at_ms, "signed": signed})


def _entry(row: Any) -> Entry:
    return Entry(
        row.seq,
        row.at_ms,
        row.account,
        row.role,
        row.kind,
        tuple((stream, record) for stream, record in cbor2.loads(row.things)),
        bytes(row.about),
        digest(bytes(row.sealed)),
        bytes(row.hash),
    )


def _narrowed(query: Select[Any], only: Only) -> Select[Any]:
    if only.account:
        query = query.where(trail.c.account == only.account)
    if only.from_ms:
        query = query.where(trail.c.at_ms >= only.from_ms)
    if only.until_ms:
        query = query.where(trail.c.at_ms < only.until_ms)
    # Not EXISTS: SQLite would walk the whole trail and ask of each entry.
    if only.record is not None:
        named = select(trail_record.c.seq).where(trail_record.c.record == only.record)
        query = query.where(trail.c.seq.in_(named))
    if only.stream:
        named = select(trail_place.c.seq).where(trail_place.c.stream == only.stream)
        query = query.where(trail.c.seq.in_(named))
    return query


def seen(
    connection: Connection, vault: Vault, only: Only, page: int, page_size: int
) -> tuple[list[Seen], int]:
    """A page (from 1) of what was seen, the newest first, and how many there are in all."""
    before = (page - 1) * page_size
    query = _narrowed(select(trail), only).order_by(trail.c.seq.desc()).limit(page_size)
    if only == Only():
        # A chain has no gaps: nothing of it needs to be counted or skipped.
        total, _ = _end(connection)
        query = query.where(trail.c.seq <= total - before)
    else:
        counted = _narrowed(select(func.count(trail.c.seq)), only)
        total = connection.execute(counted).scalar_one()
        query = query.offset(before)
    return [_opened(vault, row) for row in connection.execute(query)], total


def _opened(vault: Vault, row: Any) -> Seen:
    sealed = bytes(row.sealed)
    # Acts of before the trail name their authors in the act alone.
    name, why = cbor2.loads(vault.keyring.unseal_row(_KIND, sealed)) if sealed else ("", "")
    return Seen(_entry(row), name, why)


def entries(connection: Connection, first: int, last: int) -> Iterator[Entry]:
    """All entries of a span, in order, without holding more than a part of them."""
    at = first
    while at <= last:
        query = select(trail).where(trail.c.seq >= at, trail.c.seq <= last)
        rows = connection.execute(query.order_by(trail.c.seq).limit(_PART)).all()
        if not rows:
            return
        yield from map(_entry, rows)
        at = rows[-1].seq + 1


def span(connection: Connection, only: Only) -> tuple[int, int]:
    """(first, last) position of what lies in a time; (1, 0): nothing does."""
    query = _narrowed(select(func.min(trail.c.seq), func.max(trail.c.seq)), only)
    first, last = connection.execute(query).one()
    return (first, last) if first is not None else (1, 0)


def hash_at(connection: Connection, seq: int) -> bytes:
    """Of the entry there; of position 0 what the first entry holds."""
    if seq == 0:
        return GENESIS
    return bytes(connection.execute(select(trail.c.hash).where(trail.c.seq == seq)).scalar_one())


def checkpoints(connection: Connection, first: int, last: int) -> list[bytes]:
    """Those signed over ends in a span, in order."""
    query = (
        select(trail_checkpoint.c.signed)
        .where(trail_checkpoint.c.seq >= first, trail_checkpoint.c.seq <= last)
        .order_by(trail_checkpoint.c.seq)
    )
    return [bytes(one) for one in connection.execute(query).scalars()]
