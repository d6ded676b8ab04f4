"""Who saw whose data: written down before it is shown, and read again by whoever supervises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from central.centre import Centre
from central.evidence.trail import Look, Thing
from central.store import trail
from central.store.trail import Only, Seen
from registration.codes import parse_code
from sync.body import Author
from vault import accounts
from vault.engine import reading, writing
from vault.read import Filter, search

__all__ = ["Look", "Only", "Page", "Seen", "find_code", "people", "saw", "seen", "sign_end"]


def saw(centre: Centre, by: Author, look: Look, things: Iterable[Thing], why: str = "") -> None:
    """Write down that `by` is about to see these records; durable when this returns.

    Called before anything is shown, and outside other transactions: what cannot be written down is
    not shown.

    :param things: (stream, record) of each; none: nothing of anybody is shown, nothing is written
        (but for an export, which is an act of its own).
    """
    named = list(things)
    if not named and look is not Look.EKSPOR:
        return
    with writing(centre.vault.engine) as connection:
        trail.append(connection, centre.vault, centre.clock(), by, look, named, why=why)


def sign_end(centre: Centre) -> bool:
    """Sign the end of the trail; False: nothing came since the last time."""
    with writing(centre.vault.engine) as connection:
        return trail.checkpoint(connection, centre.vault, centre.clock())


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the trail."""

    seen: list[Seen]
    total: int
    number: int

    def more(self, size: int) -> bool:
        return self.number * size < self.total


def seen(centre: Centre, only: Only, page: int, size: int) -> Page:
    """A page (from 1), the newest first; one behind the end gives the last."""
    with reading(centre.vault.engine) as connection:
        found, total = trail.seen(connection, centre.vault, only, max(1, page), size)
        last = max(1, -(-total // size))
        if page > last:
            found, total = trail.seen(connection, centre.vault, only, last, size)
    return Page(found, total, max(1, min(page, last)))


def people(centre: Centre) -> list[tuple[str, str]]:
    """(account, name) of all who may have looked, by name."""
    with reading(centre.vault.engine) as connection:
        known = accounts.list_accounts(connection, centre.vault)
    return sorted(((one.id, one.name) for one in known), key=lambda one: one[1].casefold())


def find_code(centre: Centre, typed: str) -> list[Thing]:
    """The records that carry a code: what a resident who asks has in hand.

    :raises InvalidCode: it is none.
    """
    token = ("kode", parse_code(typed))
    with reading(centre.vault.engine) as connection:
        found = search(connection, centre.vault, [token], lambda _: True, Filter(kind=None), 5)
    return [(one.stream, one.id) for one in found]
