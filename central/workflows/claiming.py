"""Taking a request to work on it, so that no two officers do the same one; and letting go of it."""

from __future__ import annotations

from central.centre import Centre
from central.store import audit, claims, worklist
from central.store.claims import Claim
from central.store.worklist import Wanted
from central.workflows import desk
from central.workflows.holding import CLAIM_MS, require_free
from registration.errors import IllegalAct
from registration.lifecycle import Role
from registration.texts import N_, Sentence
from sync.body import Author
from vault.engine import reading, writing
from vault.errors import NoSuchRecord

TAKEN_OVER = "claim-over"
_TRIES = 50


def holder(centre: Centre, stream: str, record: bytes) -> Claim | None:
    """Who works on a request now."""
    with reading(centre.vault.engine) as connection:
        return claims.holder(connection, centre.vault, stream, record, centre.clock())


def take_next(centre: Centre, only: Wanted, by: Author) -> tuple[str, bytes] | None:
    """Take the next request of a list that nobody has; None: there is none.

    In two transactions: a request that is being folded just now is passed over, never waited for
    with the list in hand.
    """
    for _ in range(_TRIES):
        found = _claim_next(centre, only, by)
        if found is None:
            return None
        if found == (_LOST, b""):
            continue
        try:
            desk.start(centre, *found, by)
        except NoSuchRecord:
            _forget(centre, *found)
            continue
        except IllegalAct:
            # E.g. a difference about its status: the page says what to do first.
            pass
        return found
    return None


_LOST = ""


def _claim_next(centre: Centre, only: Wanted, by: Author) -> tuple[str, bytes] | None:
    now = centre.clock()
    with writing(centre.vault.engine) as connection:
        found = worklist.first_free(connection, only, now)
        if found is None:
            return None
        taken = claims.take(connection, centre.vault, *found, by, now, now + CLAIM_MS)
    # Where a colleague committed between our look and our hand, it is looked for again.
    return found if taken else (_LOST, b"")


def _forget(centre: Centre, stream: str, record: bytes) -> None:
    with writing(centre.vault.engine) as connection:
        worklist.forget(connection, [(stream, record)])


def release(centre: Centre, stream: str, record: bytes, by: Author) -> None:
    """Let go of a request; work that was begun stays told.

    :raises IllegalAct: somebody else has it.
    """
    with writing(centre.vault.engine) as connection:
        require_free(centre, connection, stream, record, by)
        claims.release(connection, stream, record)


def take_over(centre: Centre, stream: str, record: bytes, by: Author) -> Claim | None:
    """An admin takes a request out of a colleague's hands; whose it was. Written down.

    :raises IllegalAct: not an admin.
    :raises NoSuchRecord: there is no such open request.
    """
    if by.role != Role.ADMIN:
        raise IllegalAct(Sentence(N_("Hanya admin yang bisa mengambil alih pekerjaan rekan.")))
    now = centre.clock()
    with writing(centre.vault.engine) as connection:
        if not worklist.is_open(connection, stream, record):
            raise NoSuchRecord(record.hex())
        before = claims.holder(connection, centre.vault, stream, record, now)
        former = before.account if before is not None and before.keeps_out(by) else ""
        until = now + CLAIM_MS
        claims.take(
            connection, centre.vault, stream, record, by, now, until, over=True, former=former
        )
        if before is not None and former:
            whose = Author(before.account, before.name, "")
            subject = f"{stream} {record.hex()}"
            audit.note_act(connection, centre.vault, now, TAKEN_OVER, subject, [by, whose], "")
            return before
    return None
