"""The centre's people: their accounts with what only the centre keeps of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from central.store.people_tables import passkey, person, web_session
from vault import accounts
from vault.accounts import StaffAccount
from vault.core import Vault
from vault.sql import insert_new
from vault.tables import account


@dataclass(frozen=True, slots=True)
class Kept:
    """See the table `person`."""

    stream: str
    must_change: bool
    code_until_ms: int
    totp: bytes | None
    totp_new: bytes | None
    totp_step: int
    wrong: int
    wrong_ms: int


_NOTHING: dict[str, Any] = {
    "stream": "",
    "must_change": False,
    "code_until_ms": 0,
    "totp": None,
    "totp_new": None,
    "totp_step": 0,
    "wrong": 0,
    "wrong_ms": 0,
}


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the list of people."""

    account: StaffAccount
    stream: str
    must_change: bool
    codes: bool
    passkeys: int
    seen_ms: int
    """When they were last here, as far as a session says so; 0: unknown."""


def kept_of(connection: Connection, account_id: str, *, lock: bool = False) -> Kept:
    query = select(*person.c).where(person.c.account == account_id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return Kept(*row[1:]) if row else Kept(**_NOTHING)


def save_kept(connection: Connection, account_id: str, **values: Any) -> None:
    """Keep these values; without any, only see to it that there is a row to lock."""
    insert_new(connection, person, {"account": account_id, **_NOTHING})
    if values:
        connection.execute(update(person).where(person.c.account == account_id).values(**values))


def list_people(connection: Connection, vault: Vault) -> list[Person]:
    """All accounts, those that are in use first."""
    kept = {row.account: row for row in connection.execute(select(person))}
    keys: dict[str, int] = dict(
        connection.execute(select(passkey.c.account, func.count()).group_by(passkey.c.account))
        .tuples()
        .all()
    )
    seen: dict[str, int] = dict(
        connection.execute(
            select(web_session.c.account, func.max(web_session.c.seen_ms)).group_by(
                web_session.c.account
            )
        )
        .tuples()
        .all()
    )
    people = []
    for one in accounts.list_accounts(connection, vault):
        row = kept.get(one.id)
        people.append(
            Person(
                one,
                row.stream if row else "",
                bool(row and row.must_change),
                bool(row and row.totp is not None),
                keys.get(one.id, 0),
                seen.get(one.id, 0),
            )
        )
    return sorted(people, key=lambda one: (not one.account.active, one.account.name.casefold()))


def lock_active(connection: Connection, role: str) -> list[str]:
    """The ids of all active accounts of a role; nobody changes them until this commits."""
    query = select(account.c.id).where(account.c.role == role, account.c.active.is_(True))
    return list(connection.execute(query.order_by(account.c.id).with_for_update()).scalars())
