"""The accounts of this counter as their records tell them: who may sign in, and by which name.

The tables `account` and `staff` are derived: they are written anew whenever an account's record is
shown, whoever wrote the change. An account that is in no record yet (a box that was upgraded) is
left as it is until it has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from edge_node.store.tables import staff
from registration import staff as law
from registration.staff import Login, Password
from vault import accounts
from vault.accounts import StaffAccount
from vault.core import Shown, Vault
from vault.read import Filter, Record, list_records
from vault.tables import account

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of an account beside who it is."""

    record: bytes
    must_change: bool = False
    until_ms: int = 0


def kept_of(connection: Connection, account_id: str) -> Kept | None:
    """None: the account is in no record yet."""
    query = select(staff.c.record, staff.c.must_change, staff.c.until_ms)
    row = connection.execute(query.where(staff.c.account == account_id)).first()
    return None if row is None else Kept(*row)


def namesakes(connection: Connection, account_id: str) -> list[str]:
    """The ids of accounts that were given this one's username in another place."""
    query = select(staff.c.account).where(staff.c.namesake == account_id)
    return list(connection.execute(query.order_by(staff.c.record)).scalars())


def records(connection: Connection, vault: Vault, stream: str) -> list[Record]:
    """All records of accounts."""
    return list(_records(connection, vault, stream))


def _records(connection: Connection, vault: Vault, stream: str) -> Iterator[Record]:
    only, page, more = Filter(stream=stream, kind=law.KIND, oldest_first=True), 1, True
    while more:
        found, more = list_records(connection, vault, only, page, _AT_ONCE)
        yield from found
        page += 1


def logins(connection: Connection, vault: Vault, found: Sequence[Record]) -> list[Login]:
    """Who signs in by which name, by what the records say."""
    told = ((one.id, law.account_of(one.state, vault.rules)) for one in found)
    taken = {one.username.strip().casefold(): one.id for one in unrecorded(connection, vault)}
    return law.logins(((record, one) for record, one in told if one is not None), taken)


def unrecorded(connection: Connection, vault: Vault) -> list[StaffAccount]:
    """Accounts that are in no record yet."""
    known = set(connection.execute(select(staff.c.account)).scalars())
    return [one for one in accounts.list_accounts(connection, vault) if one.id not in known]


def password_of(connection: Connection, account_id: str) -> Password:
    """What an account's password is checked by."""
    query = select(account.c.phc, staff.c.must_change, staff.c.until_ms)
    row = connection.execute(
        query.outerjoin(staff, staff.c.account == account.c.id).where(account.c.id == account_id)
    ).one()
    return Password(row.phc, bool(row.must_change), row.until_ms or 0)


def note(connection: Connection, vault: Vault, shown: Sequence[Shown]) -> None:
    """Bring the accounts up to date with records that were shown (`vault.core.OnShown`)."""
    for stream in {one.stream for one in shown if one.told[0].change.kind == law.KIND}:
        derive(connection, vault, stream)


def derive(connection: Connection, vault: Vault, stream: str) -> None:
    """Write the accounts as their records have them now."""
    found = logins(connection, vault, records(connection, vault, stream))
    if not found:
        return
    accounts.replace_accounts(
        connection,
        vault,
        [(_as_account(one), one.account.password.phc) for one in found],
    )
    ids = [one.account.id for one in found]
    connection.execute(delete(staff).where(staff.c.account.in_(ids)))
    connection.execute(
        insert(staff),
        [
            {
                "account": one.account.id,
                "record": one.record,
                "must_change": one.account.password.once,
                "until_ms": one.account.password.until_ms,
                "namesake": one.namesake,
            }
            for one in found
        ],
    )


def _as_account(one: Login) -> StaffAccount:
    who = one.account
    return StaffAccount(who.id, one.username, who.name, who.role, who.active)
