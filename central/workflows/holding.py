"""Whose a request is just now: what every act of the desk asks first."""

from __future__ import annotations

from datetime import UTC, datetime

from central.centre import JAKARTA, Centre
from central.store import claims, worklist
from registration.errors import IllegalAct
from registration.texts import N_, Sentence
from sync.body import Author
from vault.engine import Connection

CLAIM_MS = 45 * 60 * 1000
"""So long a request is somebody's; each act on it begins the time anew."""


def hold(centre: Centre, connection: Connection, stream: str, record: bytes, by: Author) -> None:
    """The officer has the request from now on.

    :raises IllegalAct: somebody else has it.
    """
    now = centre.clock()
    # In the order in which the next of a list is taken, so that nobody waits in a circle.
    worklist.lock(connection, stream, record)
    if not claims.take(connection, centre.vault, stream, record, by, now, now + CLAIM_MS):
        require_free(centre, connection, stream, record, by)


def hold_longer(
    centre: Centre, connection: Connection, stream: str, record: bytes, by: Author
) -> None:
    """Who has the request and works on it has it for its whole time again."""
    now = centre.clock()
    found = claims.holder(connection, centre.vault, stream, record, now)
    if found is not None and not found.keeps_out(by):
        claims.take(connection, centre.vault, stream, record, by, now, now + CLAIM_MS)


def require_free(
    centre: Centre, connection: Connection, stream: str, record: bytes, by: Author
) -> None:
    """:raises IllegalAct: somebody else works on it."""
    found = claims.holder(connection, centre.vault, stream, record, centre.clock())
    if found is not None and found.keeps_out(by):
        raise IllegalAct(
            Sentence(
                N_(
                    "%(name)s sedang mengerjakan permohonan ini sampai pukul %(time)s. "
                    "Kerjakan yang lain dulu, atau minta dilepaskan."
                ),
                {"name": found.name, "time": _clock(found.until_ms)},
            )
        )


def _clock(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone(JAKARTA):%H.%M}"
