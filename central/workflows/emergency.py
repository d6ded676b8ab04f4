"""Emergency access: when no admin can sign in, whoever runs the server opens one account once.

Who can run commands on the server with its key can read everything anyway; what this adds is that
it cannot be done unseen.
"""

from __future__ import annotations

from dataclasses import dataclass

from central.centre import Centre
from central.store import audit, emergency
from central.workflows.people import SERVER, NotPossible
from central.workflows.signing_in import begin_in
from registration.lifecycle import Role
from registration.texts import N_, Sentence
from sync.body import Author
from vault import accounts
from vault.engine import reading, writing
from vault.one_time import as_code, new_code

LIFETIME_MS = 15 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Notice:
    """That somebody came in this way."""

    name: str
    used_ms: int


def issue(centre: Centre, username: str, lifetime_ms: int = LIFETIME_MS) -> str:
    """A code that signs an admin in once, without password and second step.

    :raises NotPossible: there is no such active admin.
    """
    code = new_code()
    now = centre.clock()
    with writing(centre.vault.engine) as connection:
        found = accounts.account_named(connection, centre.vault, username)
        if found is None or not found.active or found.role != Role.ADMIN:
            raise NotPossible(Sentence(N_("Tidak ada admin aktif dengan nama pengguna ini.")))
        emergency.add(connection, found.id, code, now, now + lifetime_ms)
        audit.note_act(
            connection, centre.vault, now, "emergency-code", found.id, [SERVER], found.name
        )
    return code


def enter(centre: Centre, username: str, typed: str, browser: str) -> tuple[str, str] | None:
    """(account, session token) where the code is good; it is used up, and every admin is told."""
    with writing(centre.vault.engine) as connection:
        found = accounts.account_named(connection, centre.vault, username)
        if found is None or not found.active or found.role != Role.ADMIN:
            return None
        if not emergency.use(connection, found.id, as_code(typed), centre.clock()):
            return None
        token = begin_in(connection, centre, found.id, browser, emergency=True)
        by = Author(found.id, found.name, found.role)
        audit.note_act(
            connection, centre.vault, centre.clock(), "emergency-enter", found.id, [by], ""
        )
    return found.id, token


def unread(centre: Centre, reader: str) -> list[Notice]:
    """What this admin has not read yet."""
    with reading(centre.vault.engine) as connection:
        used = emergency.unread(connection, reader)
        found = {
            one.account: accounts.any_account(connection, centre.vault, one.account) for one in used
        }
    return [
        Notice(who.name if (who := found[one.account]) else one.account, one.used_ms)
        for one in used
    ]


def note_read(centre: Centre, by: Author, upto_ms: int) -> None:
    """This admin has read of the uses up to a time: what came later was not on the screen."""
    with writing(centre.vault.engine) as connection:
        for one in emergency.unread(connection, by.id):
            if one.used_ms <= upto_ms:
                emergency.note_read(connection, one.digest, by.id)
                audit.note_act(
                    connection,
                    centre.vault,
                    centre.clock(),
                    "emergency-read",
                    one.account,
                    [by],
                    "",
                )
