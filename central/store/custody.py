"""Keys held for the day a node's disk is all that is left of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from central.store.tables import escrow, recovery, recovery_share
from sync.orders import escrow_id
from vault.core import Vault
from vault.sql import insert_new

_KIND = "recovery share"


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery key, of whose secret `threshold` persons hold enough together."""

    id: bytes
    public: bytes
    threshold: int
    made_ms: int


@dataclass(frozen=True, slots=True)
class Share:
    """One person's share, sealed under a key from that person's passphrase and `salt`."""

    account: str
    salt: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Escrow:
    """A node's key-encryption key, sealed to a recovery key."""

    replica: bytes
    recovery: bytes
    sealed: bytes
    at_ms: int


def add_recovery(
    connection: Connection, vault: Vault, made: Recovery, shares: Mapping[str, Share]
) -> None:
    connection.execute(
        insert(recovery),
        {
            "id": made.id,
            "public": made.public,
            "threshold": made.threshold,
            "made_ms": made.made_ms,
        },
    )
    connection.execute(
        insert(recovery_share),
        [
            {
                "recovery": made.id,
                "account": one.account,
                "salt": one.salt,
                # Under our own keys too: a weak passphrase falls to nobody but the centre.
                "sealed": vault.keyring.seal_row(_KIND, one.sealed),
            }
            for one in shares.values()
        ],
    )


def present_recovery(connection: Connection) -> Recovery | None:
    """The recovery key that nodes are told."""
    query = select(recovery).order_by(recovery.c.made_ms.desc(), recovery.c.id).limit(1)
    row = connection.execute(query).first()
    return Recovery(*row) if row else None


def recovery_by_id(connection: Connection, recovery_id: bytes) -> Recovery | None:
    row = connection.execute(select(recovery).where(recovery.c.id == recovery_id)).first()
    return Recovery(*row) if row else None


def shares_of(connection: Connection, vault: Vault, recovery_id: bytes) -> dict[str, Share]:
    """{account: share}."""
    rows = connection.execute(
        select(recovery_share.c.account, recovery_share.c.salt, recovery_share.c.sealed).where(
            recovery_share.c.recovery == recovery_id
        )
    ).tuples()
    return {
        account: Share(account, salt, vault.keyring.unseal_row(_KIND, sealed))
        for account, salt, sealed in rows
    }


def keep_escrow(
    connection: Connection, replica: bytes, recovery_id: bytes, sealed: bytes, now_ms: int
) -> None:
    """Keep a sealed key beside those before: an old disk may turn up."""
    insert_new(
        connection,
        escrow,
        {
            "replica": replica,
            "id": escrow_id(sealed),
            "recovery": recovery_id,
            "sealed": sealed,
            "at_ms": now_ms,
        },
    )


def holds_escrow(connection: Connection, replica: bytes, named: bytes) -> bool:
    """Whether the sealed key that a node names is here."""
    query = select(escrow.c.id).where(escrow.c.replica == replica, escrow.c.id == named)
    return connection.execute(query).first() is not None


def escrows_of(connection: Connection, replica: bytes) -> list[Escrow]:
    """The newest first."""
    rows = connection.execute(
        select(escrow.c.replica, escrow.c.recovery, escrow.c.sealed, escrow.c.at_ms)
        .where(escrow.c.replica == replica)
        .order_by(escrow.c.at_ms.desc(), escrow.c.id)
    )
    return [Escrow(*row) for row in rows.tuples()]


def recovery_name(public: bytes) -> bytes:
    """What a recovery key is named by."""
    return escrow_id(public)
