"""Emergency access: codes made on the server, their use, and who has read of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, exists, insert, select, update

from central.store.people_tables import emergency, emergency_seen
from vault.sql import insert_new


@dataclass(frozen=True, slots=True)
class Used:
    """That a code was used, for the eyes of one admin."""

    digest: bytes
    account: str
    used_ms: int


def _digest(account_id: str, code: str) -> bytes:
    return hashlib.sha256(f"{account_id} {code}".encode()).digest()


def add(connection: Connection, account_id: str, code: str, now_ms: int, until_ms: int) -> None:
    connection.execute(
        insert(emergency),
        {
            "digest": _digest(account_id, code),
            "account": account_id,
            "made_ms": now_ms,
            "until_ms": until_ms,
            "used_ms": 0,
        },
    )


def use(connection: Connection, account_id: str, code: str, now_ms: int) -> bool:
    """Whether the code is good; it is not any more then."""
    done = connection.execute(
        update(emergency)
        .where(
            emergency.c.digest == _digest(account_id, code),
            emergency.c.used_ms == 0,
            emergency.c.until_ms >= now_ms,
        )
        .values(used_ms=now_ms)
    )
    return done.rowcount == 1


def unread(connection: Connection, reader: str) -> list[Used]:
    """Uses that this admin has not read of, the newest first."""
    rows = connection.execute(
        select(emergency.c.digest, emergency.c.account, emergency.c.used_ms)
        .where(
            emergency.c.used_ms > 0,
            ~exists().where(
                emergency_seen.c.digest == emergency.c.digest, emergency_seen.c.account == reader
            ),
        )
        .order_by(emergency.c.used_ms.desc())
    )
    return [Used(*row) for row in rows.tuples()]


def note_read(connection: Connection, digest: bytes, reader: str) -> None:
    insert_new(connection, emergency_seen, {"digest": digest, "account": reader})
