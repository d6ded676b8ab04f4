"""The one-time codes by which nodes are taken in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from central.store.tables import enrolment
from sync.enrol import EnrolCode
from vault.core import Vault

_KIND = "enrolment"


def add(
    connection: Connection, vault: Vault, code: EnrolCode, stream: str, expires_ms: int
) -> None:
    """Keep a new code, its secret sealed; codes whose time is over are dropped."""
    connection.execute(
        delete(enrolment).where(
            enrolment.c.expires_ms < expires_ms - 86_400_000, enrolment.c.used_by.is_(None)
        )
    )
    connection.execute(
        insert(enrolment),
        {
            "code_id": code.id,
            "sealed_secret": vault.keyring.seal_row(_KIND, code.secret),
            "stream": stream,
            "expires_ms": expires_ms,
            "used_by": None,
        },
    )


def withdraw(connection: Connection, stream: str) -> None:
    """Codes of a kelurahan that nobody used are good no more."""
    connection.execute(
        delete(enrolment).where(enrolment.c.stream == stream, enrolment.c.used_by.is_(None))
    )


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it is kept."""

    secret: bytes
    stream: str
    expires_ms: int
    used_by: bytes | None


def read(connection: Connection, vault: Vault, code_id: bytes) -> Code | None:
    row = connection.execute(
        select(
            enrolment.c.sealed_secret,
            enrolment.c.stream,
            enrolment.c.expires_ms,
            enrolment.c.used_by,
        )
        .where(enrolment.c.code_id == code_id)
        .with_for_update()
    ).first()
    if row is None:
        return None
    secret = vault.keyring.unseal_row(_KIND, row.sealed_secret)
    return Code(secret, row.stream, row.expires_ms, row.used_by)
