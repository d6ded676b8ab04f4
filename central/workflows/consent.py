"""Who stands for an act that nobody may do alone, or unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from central.centre import Centre
from central.store import people
from registration.lifecycle import Role
from sync.body import Author
from vault import accounts
from vault.engine import reading
from vault.errors import VaultError

SHORTEST_REASON = 10


class NotAllowed(VaultError):
    """Not the person, not the role, or not enough persons."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Who answers for an act, and why it is done."""

    by: tuple[Author, ...]
    reason: str

    def require(self, persons: int) -> None:
        """:raises NotAllowed: fewer persons, no admin among them, or no reason given."""
        if len({one.id for one in self.by}) < persons:
            raise NotAllowed(f"this needs {persons} different persons")
        if not any(one.role == Role.ADMIN for one in self.by):
            raise NotAllowed("an admin must be among them")
        if len(self.reason.strip()) < SHORTEST_REASON:
            raise NotAllowed(f"say why, in {SHORTEST_REASON} letters or more")


def identified(centre: Centre, username: str, password: str) -> Author:
    """An officer who proved who they are.

    :raises NotAllowed: not an officer's username and password.
    """
    with reading(centre.vault.engine) as connection:
        found = accounts.log_in(connection, centre.vault, username, password)
        unfinished = found is not None and people.kept_of(connection, found.id).must_change
    if unfinished:
        # A one-time code was read out by somebody else: it stands for nobody yet.
        raise NotAllowed(f"{username} has to sign in and change the password first")
    if found is None:
        raise NotAllowed(f"{username}: the username or password is not right")
    return Author(found.id, found.name, found.role)


def names(by: Sequence[Author]) -> str:
    return ", ".join(one.name for one in by)
