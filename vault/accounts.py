"""Who may log in to a server. Usernames and names are kept sealed; the role is in clear."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import cbor2
from sqlalchemy import Connection, delete, insert, select, update

from crypto.blind import BlindIndex
from crypto.passphrase import hash_password, password_matches
from vault.core import Vault
from vault.tables import account

_KIND = "account"
# Hashing something for an unknown name makes it take as long as for a known one.
_NOBODY = hash_password("nobody")


@dataclass(frozen=True, slots=True)
class StaffAccount:
    id: str
    username: str
    name: str
    role: str
    active: bool


def username_token(index: BlindIndex, username: str) -> bytes:
    """What an account is found by."""
    return index.token("username", username.strip().casefold())


def _token(connection: Connection, vault: Vault, username: str) -> bytes:
    return username_token(vault.keys_in(connection).blind, username)


def _open(vault: Vault, row: object) -> StaffAccount:
    username, name = cbor2.loads(vault.keyring.unseal_row(_KIND, row.sealed))  # type: ignore[attr-defined]
    return StaffAccount(row.id, username, name, row.role, row.active)  # type: ignore[attr-defined]


def add_account(
    connection: Connection, vault: Vault, username: str, name: str, role: str, password: str
) -> StaffAccount:
    """A new account; one of the same username gets the new name, role and password."""
    token = _token(connection, vault, username)
    values = {
        "sealed": vault.keyring.seal_row(_KIND, cbor2.dumps([username, name])),
        "role": role,
        "phc": hash_password(password),
        "active": True,
    }
    found = connection.execute(select(account.c.id).where(account.c.token == token)).scalar()
    if found is None:
        found = new_account_id()
        connection.execute(insert(account), {"id": found, "token": token, **values})
    else:
        connection.execute(update(account).where(account.c.id == found).values(**values))
    return StaffAccount(found, username, name, role, True)


def replace_accounts(
    connection: Connection, vault: Vault, accounts: Sequence[tuple[StaffAccount, str]]
) -> None:
    """These accounts, each with the hash of its password, in place of those of the same ids."""
    index = vault.keys_in(connection).blind
    # All go before any comes: usernames may have changed hands.
    connection.execute(delete(account).where(account.c.id.in_([one.id for one, _ in accounts])))
    connection.execute(
        insert(account),
        [
            {
                "id": one.id,
                "token": username_token(index, one.username),
                "sealed": vault.keyring.seal_row(_KIND, cbor2.dumps([one.username, one.name])),
                "role": one.role,
                "phc": phc,
                "active": one.active,
            }
            for one, phc in accounts
        ],
    )


def new_account_id() -> str:
    return uuid.uuid4().hex[:12]


def account_by_id(connection: Connection, vault: Vault, account_id: str) -> StaffAccount | None:
    """The account, if it exists and is active."""
    row = connection.execute(
        select(account).where(account.c.id == account_id, account.c.active.is_(True))
    ).first()
    return _open(vault, row) if row else None


def log_in(
    connection: Connection, vault: Vault, username: str, password: str
) -> StaffAccount | None:
    """The account whose username and password these are, or None."""
    row = connection.execute(
        select(account).where(
            account.c.token == _token(connection, vault, username), account.c.active.is_(True)
        )
    ).first()
    if not password_matches(password, row.phc if row else _NOBODY) or row is None:
        return None
    return _open(vault, row)


def list_accounts(connection: Connection, vault: Vault) -> list[StaffAccount]:
    rows = connection.execute(select(account)).all()
    return sorted((_open(vault, row) for row in rows), key=lambda one: one.username)


def any_account(connection: Connection, vault: Vault, account_id: str) -> StaffAccount | None:
    """The account, active or not."""
    row = connection.execute(select(account).where(account.c.id == account_id)).first()
    return _open(vault, row) if row else None


def account_named(connection: Connection, vault: Vault, username: str) -> StaffAccount | None:
    """The account of a username, active or not."""
    token = _token(connection, vault, username)
    row = connection.execute(select(account).where(account.c.token == token)).first()
    return _open(vault, row) if row else None


def rename(connection: Connection, vault: Vault, one: StaffAccount, name: str, role: str) -> None:
    """Another name or role for an account."""
    sealed = vault.keyring.seal_row(_KIND, cbor2.dumps([one.username, name]))
    connection.execute(
        update(account).where(account.c.id == one.id).values(sealed=sealed, role=role)
    )


def set_active(connection: Connection, account_id: str, active: bool) -> None:
    connection.execute(update(account).where(account.c.id == account_id).values(active=active))


def set_password(connection: Connection, account_id: str, password: str) -> None:
    connection.execute(
        update(account).where(account.c.id == account_id).values(phc=hash_password(password))
    )


def password_is(connection: Connection, account_id: str, password: str) -> bool:
    """Whether this is the account's password."""
    phc = connection.execute(select(account.c.phc).where(account.c.id == account_id)).scalar()
    return phc is not None and password_matches(password, phc)
