"""All that the centre derives from a record, in the transaction that shows it."""

from __future__ import annotations

from collections.abc import Sequence

from central.store import differences, duplicates
from vault.core import Shown, Vault
from vault.engine import Connection


def note(connection: Connection, vault: Vault, shown: Sequence[Shown]) -> None:
    """Bring what follows from these records up to date."""
    duplicates.note(connection, vault, shown)
    differences.note(connection, vault, shown)
