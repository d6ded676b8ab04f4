"""Who may use the staff pages of this counter, and getting in."""

from __future__ import annotations

from dataclasses import dataclass

from edge_node.edge import Edge
from edge_node.store import staff as store
from registration.staff import ROLES
from vault import accounts
from vault.accounts import StaffAccount
from vault.engine import Connection, reading


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody whose password was right."""

    account: StaffAccount
    must_change: bool
    """The password is a one-time code: another has to be chosen first."""
    stale: bool
    """It is one whose time is over."""


def log_in(edge: Edge, username: str, password: str) -> Entered | None:
    """The account whose username and password these are, or None.

    Where two places gave a username to two people, either gets in by it: nobody who stands at the
    counter in the morning has to guess the new one.
    """
    with reading(edge.vault.engine) as connection:
        found = accounts.log_in(connection, edge.vault, username, password)
        found = found or _namesake(connection, edge, username, password)
        if found is None or found.role not in ROLES:
            return None
        kept = store.kept_of(connection, found.id) or store.Kept(b"")
        stale = 0 < kept.until_ms < edge.stamp().now_ms
    return Entered(found, kept.must_change, kept.must_change and stale)


def _namesake(
    connection: Connection, edge: Edge, username: str, password: str
) -> StaffAccount | None:
    first = accounts.account_named(connection, edge.vault, username)
    for account_id in store.namesakes(connection, first.id) if first else ():
        if accounts.password_is(connection, account_id, password):
            return accounts.account_by_id(connection, edge.vault, account_id)
    return None


def account(edge: Edge, account_id: str) -> tuple[StaffAccount, bool] | None:
    """The active account of this id, and whether it must choose a password first."""
    with reading(edge.vault.engine) as connection:
        found = accounts.account_by_id(connection, edge.vault, account_id)
        if found is None:
            return None
        kept = store.kept_of(connection, account_id)
    return found, kept is not None and kept.must_change
