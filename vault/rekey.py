"""Changing the key-encryption key (KEK) while the server runs.

Three steps, each complete in itself, so that it may be killed at any point and gone on with:
1. `begin`: the few keys of the server are sealed under the new KEK, and each KEK is kept sealed
   under the other. Both open the store now; everything new is wrapped under the new one.
2. `advance`, in small transactions: each record key and epoch key is wrapped anew.
3. `finish`: the ways between the two are destroyed. The former KEK opens nothing any more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cbor2
import structlog
from sqlalchemy import Connection, bindparam, func, select, tuple_, update

from crypto.errors import WrongKey
from vault import key_work, keyring
from vault.core import Vault
from vault.errors import WorkUnderWay
from vault.key_work import Work
from vault.keyring import FORMER_KEK, FORMER_SALT, NEXT_KEK, Keyring
from vault.tables import data_key, epoch

_log = structlog.get_logger()
WORK = "kek"
_REWRAP, _DONE = "rewrap", "done"
_TABLES = {
    "data_key": (data_key, (data_key.c.stream, data_key.c.record)),
    "epoch": (epoch, (epoch.c.id,)),
}
_START = cbor2.dumps(["data_key", None])


def begin(
    connection: Connection, held: Keyring, new_kek: bytes, salt: bytes | None, now_ms: int
) -> None:
    """Give the store a new KEK; `salt` goes with a passphrase, None with a key file.

    :raises WorkUnderWay: the KEK is being changed already.
    :raises WrongKey: the new KEK is the present one.
    """
    key_work.hold(connection)
    held = keyring.keys_in(connection, held)
    if under_way(connection):
        raise WorkUnderWay("the key-encryption key is being changed already")
    if new_kek == held.kek:
        raise WrongKey("the new key is the one in use")
    keyring.seal_anew(connection, held, new_kek)
    keyring.replace_salt(connection, salt)
    keyring.put_secret(connection, held.kek, NEXT_KEK, new_kek)
    keyring.put_secret(connection, new_kek, FORMER_KEK, held.kek)
    key_work.save(connection, Work(WORK, 0, _REWRAP, _START, now_ms))
    key_work.bump(connection)


def under_way(connection: Connection) -> Work | None:
    """The change that is not finished yet; its `number` counts the keys wrapped anew so far."""
    return key_work.read(connection, WORK)


def is_rewrapped(work: Work) -> bool:
    """Whether only `finish` is left."""
    return work.phase == _DONE


def left(connection: Connection, work: Work) -> int:
    """About how many keys are still to be wrapped anew."""
    kept = sum(
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table, _ in _TABLES.values()
    )
    return 0 if is_rewrapped(work) else max(int(kept) - work.number, 0)


def advance(connection: Connection, vault: Vault, limit: int) -> bool:
    """Wrap up to `limit` keys anew; whether there may be more."""
    held = vault.keys_in(connection)
    work = key_work.read(connection, WORK, lock=True)
    if work is None or is_rewrapped(work):
        return False
    name, after = cbor2.loads(work.cursor)
    table, key = _TABLES[name]
    query = select(*key, table.c.wrapped).order_by(*key).limit(limit)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    rows = connection.execute(query.with_for_update()).all()
    _rewrap(connection, held, table, key, rows)
    work = replace(work, number=work.number + len(rows))
    if len(rows) == limit:
        cursor = cbor2.dumps([name, list(rows[-1][: len(key)])])
    elif name == "data_key":
        cursor = cbor2.dumps(["epoch", None])
    else:
        key_work.save(connection, replace(work, phase=_DONE))
        return False
    key_work.save(connection, replace(work, cursor=cursor))
    return True


def _rewrap(
    connection: Connection, held: Keyring, table: Any, key: tuple[Any, ...], rows: Any
) -> None:
    changed: list[dict[str, Any]] = []
    for row in rows:
        try:
            plain = held.unwrap(row.wrapped)
        except WrongKey:
            # It opened for nobody before; it is kept, and must not keep all others waiting.
            _log.error("a kept key does not open", table=table.name, key=repr(row[:-1]))
            continue
        named = {f"k{at}": row[at] for at in range(len(key))}
        changed.append({**named, "new": held.wrap(plain)})
    if changed:
        statement = update(table).values(wrapped=bindparam("new"))
        for at, column in enumerate(key):
            statement = statement.where(column == bindparam(f"k{at}"))
        connection.execute(statement, changed)


def finish(connection: Connection) -> None:
    """Destroy the ways between the two KEKs; all keys are wrapped under the new one.

    Whoever runs without having looked into the store since `begin` must be started again.
    """
    key_work.hold(connection)
    work = under_way(connection)
    if work is None or not is_rewrapped(work):
        raise WorkUnderWay("some keys are still wrapped under the former key")
    for name in (NEXT_KEK, FORMER_KEK, FORMER_SALT):
        keyring.drop_secret(connection, name)
    key_work.end(connection, WORK)
    key_work.bump(connection)
