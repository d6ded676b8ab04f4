"""Other systems that may call the API: letting them in, knowing them, shutting them out."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from central.centre import Centre
from central.store import audit, clients
from central.store.clients import Client
from registration.lifecycle import Role
from sync.body import Author
from vault.engine import reading, writing
from vault.errors import VaultError

__all__ = ["Client", "Scope", "add", "authenticate", "listed", "revoke"]

ADDED, REVOKED = "api-client-add", "api-client-revoke"
_PREFIX = "loket"
PER_MINUTE = 120


class Scope(StrEnum):
    """What a client may do."""

    STATUS = "status:baca"
    REQUEST = "permohonan:baca"
    CHANGES = "perubahan:baca"
    DECIDE = "keputusan:tulis"
    NODES = "loket:baca"


class BadToken(VaultError):
    """No client's token, or that of one that was shut out."""


class TooMany(VaultError):
    """More calls in this minute than the client may make."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many calls in this minute")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client and its token, which is told once and kept nowhere."""

    client: Client
    token: str


def add(
    centre: Centre, name: str, scopes: Collection[str], by: Author, per_minute: int = PER_MINUTE
) -> NewClient:
    """Let another system in. Its name stands in the history of what it decides.

    :raises ValueError: no name, no scope, or one that is none.
    """
    wanted = frozenset(Scope(one) for one in scopes)
    name = " ".join(name.split())
    if not wanted or not 3 <= len(name) <= 60 or not 1 <= per_minute <= 6000:
        raise ValueError("a client needs a name, a scope and a limit")
    client_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    now = centre.clock()
    client = Client(client_id, name, _sha(secret), frozenset(wanted), per_minute, now, 0, 0)
    with writing(centre.vault.engine) as connection:
        clients.add_client(connection, client)
        said = ", ".join(sorted(wanted))
        audit.note_act(connection, centre.vault, now, ADDED, name, (by,), said)
    return NewClient(client, f"{_PREFIX}_{client_id}_{secret}")


def revoke(centre: Centre, client_id: str, by: Author) -> Client:
    """Shut it out from its next call on.

    :raises LookupError: there is no such client.
    """
    now = centre.clock()
    with writing(centre.vault.engine) as connection:
        found = clients.client_by_id(connection, client_id)
        if found is None:
            raise LookupError(client_id)
        if clients.revoke_client(connection, client_id, now):
            audit.note_act(connection, centre.vault, now, REVOKED, found.name, (by,), "")
    return found


def listed(centre: Centre) -> list[Client]:
    with reading(centre.vault.engine) as connection:
        return clients.list_clients(connection)


def authenticate(centre: Centre, token: str) -> Client:
    """The client whose token this is; counts the call.

    :raises BadToken: nobody's.
    :raises TooMany: it has to wait.
    """
    prefix, _, rest = token.partition("_")
    client_id, _, secret = rest.partition("_")
    if prefix != _PREFIX or not secret or not client_id.isascii():
        raise BadToken("not a token")
    with reading(centre.vault.engine) as connection:
        found = clients.client_by_id(connection, client_id)
    if found is None or not hmac.compare_digest(found.token_sha, _sha(secret)) or found.revoked_ms:
        raise BadToken("nobody's token")
    now = centre.clock()
    with writing(centre.vault.engine) as connection:
        calls = clients.count_call(connection, client_id, now)
    if calls > found.per_minute:
        raise TooMany(60 - now // 1000 % 60)
    return found


def author_of(client: Client) -> Author:
    """As the history names it. It decides as an officer does, by the same law."""
    return Author(f"api:{client.id}", client.name, Role.VERIFIKATOR)


def _sha(secret: str) -> bytes:
    # Not a password: 256 random bits need no slow hash.
    return sha256(secret.encode()).digest()
