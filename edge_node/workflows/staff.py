"""Who may use the staff pages of this counter."""

from __future__ import annotations

from edge_node.edge import Edge
from registration.lifecycle import Role
from vault import accounts
from vault.accounts import StaffAccount
from vault.engine import reading

STAFF_ROLES = (Role.PETUGAS, Role.PAMOR, Role.PENYELIA)


def log_in(edge: Edge, username: str, password: str) -> StaffAccount | None:
    """The account whose username and password these are, or None."""
    with reading(edge.vault.engine) as connection:
        found = accounts.log_in(connection, edge.vault, username, password)
    return found if found is not None and found.role in STAFF_ROLES else None


def account(edge: Edge, account_id: str) -> StaffAccount | None:
    """The active account of this id."""
    with reading(edge.vault.engine) as connection:
        return accounts.account_by_id(connection, edge.vault, account_id)
