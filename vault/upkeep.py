"""Going on with what was begun on the keys: by the server's own job, or by the command."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from vault import reindex, rekey
from vault.core import Vault, wall_ms
from vault.engine import Connection, reading, writing

BATCH = 200
"""Keys or records in one transaction: some 20 ms on a small box, for which a clerk waits."""
HEARD_MS = 60_000
"""Until all servers of a store, which look every few seconds, have heard of a new KEK."""


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A change of keys that goes on."""

    name: str
    phase: str
    left: int
    at_ms: int


def changes_under_way(connection: Connection) -> list[KeyChange]:
    found = []
    for name, module in (("kek", rekey), ("blind", reindex)):
        work = module.under_way(connection)
        if work is not None:
            found.append(KeyChange(name, work.phase, module.left(connection, work), work.at_ms))
    return found


def advance(vault: Vault, limit: int = BATCH) -> bool:
    """Do the next small part of each change that is under way; whether there is more to do now."""
    with reading(vault.engine) as connection:
        vault.keys_in(connection)
        begun = changes_under_way(connection)
    more = False
    for change in begun:
        step = rekey.advance if change.name == "kek" else reindex.advance
        with writing(vault.engine) as connection:
            more = step(connection, vault, limit) or more
    return more


def finish_heard(vault: Vault, clock: Callable[[], int] = wall_ms) -> bool:
    """End a change of the KEK that all servers have had time to hear of; whether one ended."""
    with writing(vault.engine) as connection:
        work = rekey.under_way(connection)
        if work is None or not rekey.is_rewrapped(work):
            return False
        if 0 <= clock() - work.at_ms < HEARD_MS:
            return False
        rekey.finish(connection)
    hear(vault)
    return True


def hear(vault: Vault) -> None:
    """Look whether the keys were changed by somebody else.

    :raises WrongKey: they were, and what this process holds opens them no more.
    """
    with reading(vault.engine) as connection:
        vault.keys_in(connection)


_TICK_S = 0.5
"""How long a server's job works on the keys before it lets others write again."""


def tick(vault: Vault) -> None:
    """What a server's job does every few seconds: hear, and go on with what was begun.

    :raises WrongKey: the KEK was changed, and this server must be started with the new one.
    """
    hear(vault)
    until = time.monotonic() + _TICK_S
    while advance(vault) and time.monotonic() < until:
        pass
    finish_heard(vault)
