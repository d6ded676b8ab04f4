"""Second steps of signing in: codes by phone, recovery codes, passkeys; who needs one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from central.store.people_tables import (
    passkey,
    passkey_challenge,
    person,
    recovery_code,
    role_demand,
)
from vault.core import Vault

_TOTP, _PASSKEY = "totp", "passkey"


@dataclass(frozen=True, slots=True)
class Passkey:
    """One device or key ring that signs a person in."""

    id: bytes
    account: str
    public: bytes
    uses: int
    label: str
    made_ms: int
    used_ms: int


def _digest(account_id: str, code: str) -> bytes:
    return hashlib.sha256(f"{account_id} {code}".encode()).digest()


def seal_secret(vault: Vault, secret: str) -> bytes:
    return vault.keyring.seal_row(_TOTP, secret.encode())


def open_secret(vault: Vault, sealed: bytes) -> str:
    return vault.keyring.unseal_row(_TOTP, sealed).decode()


def drop_totp(connection: Connection, account_id: str) -> None:
    """No codes by phone any more, nor the codes that stand in for them."""
    connection.execute(
        update(person).where(person.c.account == account_id).values(totp=None, totp_new=None)
    )
    connection.execute(delete(recovery_code).where(recovery_code.c.account == account_id))


def replace_recovery_codes(connection: Connection, account_id: str, codes: Iterable[str]) -> None:
    connection.execute(delete(recovery_code).where(recovery_code.c.account == account_id))
    connection.execute(
        insert(recovery_code),
        [{"account": account_id, "digest": _digest(account_id, code)} for code in codes],
    )


def count_recovery_codes(connection: Connection, account_id: str) -> int:
    rows = select(recovery_code.c.digest).where(recovery_code.c.account == account_id)
    return len(connection.execute(rows).all())


def use_recovery_code(connection: Connection, account_id: str, code: str) -> bool:
    """Whether it was one of the codes that are left; it is gone then."""
    done = connection.execute(
        delete(recovery_code).where(
            recovery_code.c.account == account_id,
            recovery_code.c.digest == _digest(account_id, code),
        )
    )
    return done.rowcount == 1


def passkeys_of(connection: Connection, vault: Vault, account_id: str) -> list[Passkey]:
    """The oldest first."""
    rows = connection.execute(
        select(passkey).where(passkey.c.account == account_id).order_by(passkey.c.made_ms)
    )
    return [_open(vault, row) for row in rows]


def passkey_by_id(
    connection: Connection, vault: Vault, key_id: bytes, *, lock: bool = False
) -> Passkey | None:
    query = select(passkey).where(passkey.c.id == key_id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return _open(vault, row) if row else None


def _open(vault: Vault, row: object) -> Passkey:
    label = vault.keyring.unseal_row(_PASSKEY, row.sealed).decode()  # type: ignore[attr-defined]
    return Passkey(
        row.id,  # type: ignore[attr-defined]
        row.account,  # type: ignore[attr-defined]
        row.public,  # type: ignore[attr-defined]
        row.uses,  # type: ignore[attr-defined]
        label,
        row.made_ms,  # type: ignore[attr-defined]
        row.used_ms,  # type: ignore[attr-defined]
    )


def add_passkey(connection: Connection, vault: Vault, made: Passkey) -> None:
    connection.execute(
        insert(passkey),
        {
            "id": made.id,
            "account": made.account,
            "public": made.public,
            "uses": made.uses,
            "sealed": vault.keyring.seal_row(_PASSKEY, made.label.encode()),
            "made_ms": made.made_ms,
            "used_ms": made.used_ms,
        },
    )


def note_use(connection: Connection, key_id: bytes, uses: int, now_ms: int) -> None:
    connection.execute(
        update(passkey).where(passkey.c.id == key_id).values(uses=uses, used_ms=now_ms)
    )


def drop_passkeys(
    connection: Connection, account_id: str, only: Collection[bytes] | None = None
) -> int:
    wanted = delete(passkey).where(passkey.c.account == account_id)
    if only is not None:
        wanted = wanted.where(passkey.c.id.in_(only))
    return connection.execute(wanted).rowcount


def add_challenge(connection: Connection, challenge: bytes, now_ms: int, until_ms: int) -> None:
    connection.execute(delete(passkey_challenge).where(passkey_challenge.c.until_ms < now_ms))
    connection.execute(insert(passkey_challenge), {"challenge": challenge, "until_ms": until_ms})


def take_challenge(connection: Connection, challenge: bytes, now_ms: int) -> bool:
    """Whether it was asked and not answered yet; nobody answers it again."""
    done = connection.execute(
        delete(passkey_challenge).where(
            passkey_challenge.c.challenge == challenge, passkey_challenge.c.until_ms >= now_ms
        )
    )
    return done.rowcount == 1


def demands(connection: Connection) -> frozenset[str]:
    """Roles that need a second step."""
    return frozenset(connection.execute(select(role_demand.c.role)).scalars())


def set_demands(connection: Connection, roles: Collection[str]) -> None:
    connection.execute(delete(role_demand))
    if roles:
        connection.execute(insert(role_demand), [{"role": one} for one in sorted(roles)])
