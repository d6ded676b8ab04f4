"""The record of what was done to nodes, keys and data, for whoever supervises."""

from __future__ import annotations

from central.centre import Centre
from central.store import audit
from central.store.audit import AdminAct, Refusals
from vault.engine import reading


def record_of_acts(centre: Centre, limit: int = 200) -> tuple[list[AdminAct], list[Refusals]]:
    """The latest acts of admins, and the latest refused bundles by day, node and reason."""
    with reading(centre.vault.engine) as connection:
        acts = audit.list_acts(connection, centre.vault, limit)
        return acts, audit.list_refusals(connection, limit)
