"""Clients of the API, and what their writes were answered."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, case, delete, insert, select, update

from central.store.interface_tables import api_client, api_reply
from vault.core import Vault
from vault.sql import insert_new

_KIND = "api reply"
_MINUTE_MS = 60_000
KEPT_MS = 7 * 86_400_000
"""How long a repeat of a write is recognised."""


@dataclass(frozen=True, slots=True)
class Client:
    """Another system that may call the API. Times are Unix ms, 0: never."""

    id: str
    name: str
    token_sha: bytes
    scopes: frozenset[str]
    per_minute: int
    made_ms: int
    revoked_ms: int
    used_ms: int


_CLIENT = select(
    api_client.c.id,
    api_client.c.name,
    api_client.c.token_sha,
    api_client.c.scopes,
    api_client.c.per_minute,
    api_client.c.made_ms,
    api_client.c.revoked_ms,
    api_client.c.used_ms,
)


def _client(row: tuple[str, str, bytes, str, int, int, int, int]) -> Client:
    found, name, sha, scopes, *rest = row
    return Client(found, name, sha, frozenset(scopes.split()), *rest)


def add_client(connection: Connection, client: Client) -> None:
    row = {
        "id": client.id,
        "name": client.name,
        "token_sha": client.token_sha,
        "scopes": " ".join(sorted(client.scopes)),
        "per_minute": client.per_minute,
        "made_ms": client.made_ms,
        "revoked_ms": client.revoked_ms,
        "used_ms": client.used_ms,
        "minute": 0,
        "used": 0,
    }
    connection.execute(insert(api_client), row)


def client_by_id(connection: Connection, client_id: str) -> Client | None:
    row = connection.execute(_CLIENT.where(api_client.c.id == client_id)).tuples().first()
    return None if row is None else _client(row)


def list_clients(connection: Connection) -> list[Client]:
    """Those in use first, each by name."""
    rows = connection.execute(_CLIENT.order_by(api_client.c.name, api_client.c.id)).tuples()
    return sorted(map(_client, rows), key=lambda one: one.revoked_ms > 0)


def revoke_client(connection: Connection, client_id: str, now_ms: int) -> bool:
    """Its token opens nothing any more; False: that was so before."""
    done = connection.execute(
        update(api_client)
        .where(api_client.c.id == client_id, api_client.c.revoked_ms == 0)
        .values(revoked_ms=now_ms)
    )
    return bool(done.rowcount)


def count_call(connection: Connection, client_id: str, now_ms: int) -> int:
    """Count a call of this minute, in all processes; how many there are with it."""
    minute = now_ms // _MINUTE_MS
    counted = (
        update(api_client)
        .where(api_client.c.id == client_id)
        .values(
            used=case((api_client.c.minute == minute, api_client.c.used + 1), else_=1),
            minute=minute,
            used_ms=now_ms,
        )
        .returning(api_client.c.used)
    )
    return int(connection.execute(counted).scalar_one())


def begin_reply(
    connection: Connection, client_id: str, key_sha: bytes, asked_sha: bytes, now_ms: int
) -> tuple[bytes, bytes] | None:
    """Take the key for this transaction: who comes with the same one meanwhile waits for it.

    Returns (what was asked, the sealed answer) where it was answered before.
    """
    connection.execute(delete(api_reply).where(api_reply.c.at_ms < now_ms - KEPT_MS))
    ours = {"client": client_id, "key_sha": key_sha, "asked_sha": asked_sha, "at_ms": now_ms}
    insert_new(connection, api_reply, {**ours, "sealed": b""})
    return _read_reply(connection, client_id, key_sha)


def _read_reply(
    connection: Connection, client_id: str, key_sha: bytes
) -> tuple[bytes, bytes] | None:
    """(what was asked, the sealed answer) where it was answered."""
    row = connection.execute(
        select(api_reply.c.asked_sha, api_reply.c.sealed).where(
            api_reply.c.client == client_id, api_reply.c.key_sha == key_sha
        )
    ).first()
    return (row.asked_sha, row.sealed) if row is not None and row.sealed else None


def keep_reply(
    connection: Connection, vault: Vault, client_id: str, key_sha: bytes, answer: bytes
) -> None:
    connection.execute(
        update(api_reply)
        .where(api_reply.c.client == client_id, api_reply.c.key_sha == key_sha)
        .values(sealed=vault.keyring.seal_row(_KIND, answer))
    )


def open_reply(vault: Vault, sealed: bytes) -> bytes:
    return vault.keyring.unseal_row(_KIND, sealed)
