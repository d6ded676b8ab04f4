"""Who is signed in where. One indexed read a request says whether that still holds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cbor2
from sqlalchemy import Connection, delete, exists, insert, select, update

from central.store.people_tables import passkey, person, role_demand, web_session
from vault.core import Vault
from vault.tables import account

IDLE_MS = 60 * 60 * 1000
LONGEST_MS = 12 * 60 * 60 * 1000
_SEEN_EVERY_MS = 60_000
"""How fine "last seen" is: a page must not cost a write."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a session, as all pages need it."""

    id: str
    username: str
    name: str
    role: str
    stream: str
    must_change: bool
    second: bool
    """A phone's codes or a passkey are set up."""
    demanded: bool
    """The role needs one of them."""
    emergency: bool


@dataclass(frozen=True, slots=True)
class Session:
    """One line of a person's list."""

    digest: bytes
    since_ms: int
    seen_ms: int
    browser: str
    emergency: bool


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def stamp_of(phc: str, role: str) -> bytes:
    """What a session is bound to."""
    return hashlib.sha256(f"{role} {phc}".encode()).digest()[:16]


def stamp_now(connection: Connection, account_id: str) -> bytes:
    row = connection.execute(
        select(account.c.phc, account.c.role).where(account.c.id == account_id)
    ).one()
    return stamp_of(row.phc, row.role)


def begin(
    connection: Connection,
    token: str,
    account_id: str,
    now_ms: int,
    browser: str,
    *,
    emergency: bool = False,
) -> None:
    """A new session; those whose time is over go."""
    connection.execute(delete(web_session).where(web_session.c.seen_ms < now_ms - LONGEST_MS))
    connection.execute(
        insert(web_session),
        {
            "digest": digest_of(token),
            "account": account_id,
            "stamp": stamp_now(connection, account_id),
            "since_ms": now_ms,
            "seen_ms": now_ms,
            "browser": browser,
            "emergency": emergency,
        },
    )


_LOOK: Any = (
    select(
        account.c.id,
        account.c.sealed,
        account.c.role,
        account.c.phc,
        web_session.c.stamp,
        web_session.c.since_ms,
        web_session.c.seen_ms,
        web_session.c.emergency,
        person.c.stream,
        person.c.must_change,
        person.c.totp.is_not(None).label("codes"),
        exists().where(passkey.c.account == account.c.id).label("keys"),
        exists().where(role_demand.c.role == account.c.role).label("demanded"),
    )
    .join(account, account.c.id == web_session.c.account)
    .outerjoin(person, person.c.account == account.c.id)
)


def look_up(
    connection: Connection, vault: Vault, token: str, now_ms: int
) -> tuple[SignedIn, bool] | None:
    """Who this is, and whether it is time to note that they were here; None: signed out."""
    row = connection.execute(
        _LOOK.where(web_session.c.digest == digest_of(token), account.c.active.is_(True))
    ).first()
    if row is None or row.stamp != stamp_of(row.phc, row.role):
        return None
    if now_ms - row.seen_ms > IDLE_MS or now_ms - row.since_ms > LONGEST_MS:
        return None
    username, name = cbor2.loads(vault.keyring.unseal_row("account", row.sealed))
    found = SignedIn(
        row.id,
        username,
        name,
        row.role,
        row.stream or "",
        bool(row.must_change),
        bool(row.codes or row.keys),
        bool(row.demanded),
        row.emergency,
    )
    return found, now_ms - row.seen_ms >= _SEEN_EVERY_MS


def note_seen(connection: Connection, token: str, now_ms: int) -> None:
    connection.execute(
        update(web_session).where(web_session.c.digest == digest_of(token)).values(seen_ms=now_ms)
    )


def list_of(connection: Connection, account_id: str, now_ms: int) -> list[Session]:
    """The sessions that hold, the one used last first."""
    rows = connection.execute(
        select(
            web_session.c.digest,
            web_session.c.since_ms,
            web_session.c.seen_ms,
            web_session.c.browser,
            web_session.c.emergency,
        )
        .where(
            web_session.c.account == account_id,
            web_session.c.stamp == stamp_now(connection, account_id),
            web_session.c.seen_ms >= now_ms - IDLE_MS,
            web_session.c.since_ms >= now_ms - LONGEST_MS,
        )
        .order_by(web_session.c.seen_ms.desc(), web_session.c.digest)
    )
    return [Session(*row) for row in rows.tuples()]


def end(connection: Connection, account_id: str, digests: Sequence[bytes]) -> None:
    connection.execute(
        delete(web_session).where(
            web_session.c.account == account_id, web_session.c.digest.in_(digests)
        )
    )


def end_all(connection: Connection, account_id: str, *, but: str = "") -> None:
    """End all sessions of a person, but perhaps the one of this token, which goes on under the
    present password and role."""
    kept = digest_of(but) if but else b""
    connection.execute(
        delete(web_session).where(web_session.c.account == account_id, web_session.c.digest != kept)
    )
    if but:
        connection.execute(
            update(web_session)
            .where(web_session.c.account == account_id, web_session.c.digest == kept)
            .values(stamp=stamp_now(connection, account_id))
        )
