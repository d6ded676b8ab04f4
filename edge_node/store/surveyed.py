"""Which requests the survey was answered for, and nothing of which answer is whose.

As a list of voters beside the ballot box: it says who came, not what was said. It carries no time
and no order (rows stand in the order of their tokens), so that it cannot be laid beside the
answers. A token is keyed with the request's own data key: when that is destroyed, nobody can tell
any more whose token it was.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from crypto.blind import BlindIndex
from edge_node.store.tables import surveyed
from vault.core import Vault
from vault.data_keys import key_of
from vault.errors import KeyMissing
from vault.sql import insert_new

_KIND = "survei"


def _token(connection: Connection, vault: Vault, stream: str, request: bytes) -> bytes:
    key = key_of(connection, vault, stream, request)
    if key is None:
        raise KeyMissing(request.hex())
    return BlindIndex(key).token(_KIND, request.hex())


def was_answered(connection: Connection, vault: Vault, stream: str, request: bytes) -> bool:
    """Whether the survey was answered for this request already."""
    token = _token(connection, vault, stream, request)
    return connection.execute(select(surveyed).where(surveyed.c.token == token)).first() is not None


def note_answered(connection: Connection, vault: Vault, stream: str, request: bytes) -> None:
    """Remember that it was."""
    insert_new(connection, surveyed, {"token": _token(connection, vault, stream, request)})
