"""Changing the blind-index key while people search.

A second set of tokens is built beside the first, record by record; whoever writes meanwhile
writes both. When it is whole, searching goes over to it in one transaction, and the first set is
dropped. At every moment the set that is searched by is complete.
"""

from __future__ import annotations

from dataclasses import replace

import cbor2
from sqlalchemy import Connection, and_, bindparam, delete, func, select, tuple_, update

from crypto.blind import BlindIndex
from crypto.keys import new_key
from vault import accounts, key_work, keyring
from vault.core import Vault
from vault.errors import WorkUnderWay
from vault.fold import open_changes, state_of, try_lock_stream
from vault.history import changes_of_many
from vault.key_work import Work
from vault.keyring import BLIND_WORK, NEXT_BLIND, Keyring
from vault.sql import insert_new
from vault.tables import account, blind, data_key, view

_BUILD, _BUILT, _DROP, _IDLE = "build", "built", "drop", ""
_RECORDS = select(view.c.record, data_key.c.wrapped).outerjoin(
    data_key, and_(data_key.c.stream == view.c.stream, data_key.c.record == view.c.record)
)
_START = cbor2.dumps(["", b""])


def under_way(connection: Connection) -> Work | None:
    """The change that is not finished yet."""
    work = key_work.read(connection, BLIND_WORK)
    return work if work is not None and work.phase != _IDLE else None


def left(connection: Connection, work: Work) -> int:
    """How many records (building) or tokens (dropping) are still to be done."""
    if work.phase == _DROP:
        query = select(func.count()).select_from(blind).where(blind.c.number < work.number)
    else:
        after = tuple_(*cbor2.loads(work.cursor))
        query = (
            select(func.count())
            .select_from(view)
            .where(tuple_(view.c.stream, view.c.record) > after)
        )
    return int(connection.execute(query).scalar_one())


def begin(connection: Connection, vault: Vault, now_ms: int) -> None:
    """Make the key to come; both sets of tokens are written from now on.

    :raises WorkUnderWay: it is being changed already.
    """
    key_work.hold(connection)
    if under_way(connection):
        raise WorkUnderWay("the blind-index key is being changed already")
    held = vault.keys_in(connection)
    keyring.put_secret(connection, held.kek, NEXT_BLIND, new_key())
    key_work.save(connection, Work(BLIND_WORK, held.blind_number, _BUILD, _START, now_ms))
    key_work.bump(connection)


def advance(connection: Connection, vault: Vault, limit: int) -> bool:
    """Do a part of up to `limit` records or tokens; whether there is more."""
    seen = under_way(connection)
    if seen is None:
        return False
    if seen.phase == _BUILT:
        key_work.hold(connection)
    held = vault.keys_in(connection)
    work = key_work.read(connection, BLIND_WORK, lock=True)
    if work is None or work.phase != seen.phase:
        return True
    if work.phase == _BUILT:
        _switch(connection, vault, held, work)
    elif work.phase == _BUILD:
        _build(connection, vault, held, work, limit)
    else:
        return _drop(connection, work, limit)
    return True


def _build(connection: Connection, vault: Vault, held: Keyring, work: Work, limit: int) -> None:
    """Blind the next records of one stream under the key to come."""
    stream, after = cbor2.loads(work.cursor)
    query = select(view.c.stream).where(
        tuple_(view.c.stream, view.c.record) > tuple_(stream, after)
    )
    found = connection.execute(query.order_by(view.c.stream, view.c.record).limit(1)).scalar()
    if found is None:
        key_work.save(connection, replace(work, phase=_BUILT))
        return
    # A write meanwhile would take away a token that is only now put there.
    if not try_lock_stream(connection, found):
        return
    query = _RECORDS.where(view.c.stream == found).order_by(view.c.record).limit(limit)
    if found == stream:
        query = query.where(view.c.record > after)
    rows = connection.execute(query).all()
    logged = changes_of_many(connection, found, [row.record for row in rows])
    tokens = []
    for row in rows:
        if row.wrapped is None or held.next_blind is None:
            continue
        told = open_changes(vault, held.unwrap(row.wrapped), logged[row.record])
        projection = vault.project(state_of(told), vault.rules)
        tokens += [
            {
                "token": held.next_blind.token(kind, value),
                "stream": found,
                "record": row.record,
                "number": held.blind_number + 1,
            }
            for kind, value in projection.tokens
        ]
    insert_new(connection, blind, tokens)
    cursor = cbor2.dumps([found, rows[-1].record])
    key_work.save(connection, replace(work, cursor=cursor))


def _switch(connection: Connection, vault: Vault, held: Keyring, work: Work) -> None:
    """Search by the new set from now on. Nobody searches by the first one any more after this."""
    if held.next_blind is None:
        return
    keyring.rename_secret(connection, held, NEXT_BLIND, "blind")
    _blind_accounts(connection, vault, held.next_blind)
    number = held.blind_number + 1
    key_work.save(connection, replace(work, number=number, phase=_DROP, cursor=b""))
    key_work.bump(connection)


def _blind_accounts(connection: Connection, vault: Vault, index: BlindIndex) -> None:
    for one in accounts.list_accounts(connection, vault):
        connection.execute(
            update(account)
            .where(account.c.id == one.id)
            .values(token=accounts.username_token(index, one.username))
        )


def _drop(connection: Connection, work: Work, limit: int) -> bool:
    rows = connection.execute(
        select(blind.c.token, blind.c.stream, blind.c.record)
        .where(blind.c.number < work.number, blind.c.token > work.cursor)
        .order_by(blind.c.token)
        .limit(limit)
    ).all()
    if rows:
        connection.execute(
            delete(blind).where(
                blind.c.token == bindparam("t"),
                blind.c.stream == bindparam("s"),
                blind.c.record == bindparam("r"),
            ),
            [{"t": row.token, "s": row.stream, "r": row.record} for row in rows],
        )
    if len(rows) == limit:
        # The last token may have more rows than fitted: go on from before it.
        at = rows[-1].token
        before = next((row.token for row in reversed(rows) if row.token != at), work.cursor)
        key_work.save(connection, replace(work, cursor=before))
        return True
    key_work.save(connection, replace(work, phase=_IDLE, cursor=b""))
    return False
