"""All that the centre derives from a record, in the transaction that shows it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from central.store import differences, feed, news, worklist
from vault.core import OnShown, Shown, Vault
from vault.engine import Connection


def noting(heard: Collection[str]) -> OnShown:
    """What brings all that follows from records up to date.

    :param heard: the statuses that residents are told of.
    """

    def note(connection: Connection, vault: Vault, shown: Sequence[Shown]) -> None:
        worklist.note(connection, vault, shown)
        differences.note(connection, vault, shown)
        feed.note(connection, shown)
        news.note(connection, shown, heard)

    return note
