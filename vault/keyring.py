"""The keys of a server, sealed under its key-encryption key (KEK) in the table `secret`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from crypto import aead
from crypto.blind import BlindIndex
from crypto.errors import Tampered, WrongKey
from crypto.identity import Identity
from crypto.keys import new_key
from crypto.passphrase import key_from_passphrase, new_salt
from crypto.recipient import Recipient
from vault.errors import NotInitialised
from vault.sql import upsert
from vault.tables import secret

_SALT = "salt"
_FORMER = "former"
_WRITER = "writer"


@dataclass(frozen=True, slots=True)
class Former:
    """An identity that another one came after."""

    identity: Identity
    retires: bool
    """Whether it must sign nothing any more, once its successor is known."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """What a running server holds in memory, and nowhere in clear on disk."""

    kek: bytes
    identity: Identity
    """Signs bundles; at the centre it is the one that was pinned by all nodes."""
    writer: bytes
    """Replica of the own log; another than the identity's once the centre began a new log."""
    former: Former | None
    """The identity before, until the centre knows of the new one."""
    recipient: Recipient
    blind: BlindIndex
    session: bytes
    """Signs cookies and forms."""
    accounts: bytes
    """Seals the names of accounts and other small rows that belong to no record."""

    def seal_row(self, kind: str, plain: bytes) -> bytes:
        return aead.seal(self.accounts, plain, kind.encode())

    def unseal_row(self, kind: str, sealed: bytes) -> bytes:
        return aead.unseal(self.accounts, sealed, kind.encode())


def _put(connection: Connection, kek: bytes, name: str, plain: bytes) -> None:
    sealed = aead.seal(kek, plain, f"loket secret {name}".encode())
    upsert(connection, secret, {"name": name, "sealed": sealed})


def new_identity(connection: Connection, keyring: Keyring, *, retires: bool) -> Keyring:
    """A node's new identity; the present one stays until the new one is introduced."""
    kept = keyring.identity.seed + bytes([retires])
    _put(connection, keyring.kek, _FORMER, kept)
    _put(connection, keyring.kek, "identity", Identity.generate().seed)
    return open_keyring(connection, keyring.kek)


def introduced(connection: Connection, keyring: Keyring) -> Keyring:
    """The centre knows the new identity: the former one is forgotten."""
    connection.execute(delete(secret).where(secret.c.name == _FORMER))
    return open_keyring(connection, keyring.kek)


def new_writer(connection: Connection, keyring: Keyring) -> Keyring:
    """The centre's next log, in all streams. Its identity stays: every node has pinned it."""
    _put(connection, keyring.kek, _WRITER, Identity.generate().seed)
    return open_keyring(connection, keyring.kek)


def create_keyring(connection: Connection, kek: bytes) -> Keyring:
    """Make all keys of a new server and keep them sealed."""
    for name, plain in (
        ("identity", Identity.generate().seed),
        ("recipient", Recipient.generate().secret),
        ("blind", new_key()),
        ("session", secrets.token_bytes(32)),
        ("accounts", new_key()),
    ):
        _put(connection, kek, name, plain)
    return open_keyring(connection, kek)


def has_keys(connection: Connection) -> bool:
    """Whether a server's keys stand in this store."""
    query = select(secret.c.name).where(secret.c.name == "identity")
    return connection.execute(query).first() is not None


def open_keyring(connection: Connection, kek: bytes) -> Keyring:
    """:raises NotInitialised: no keys yet. :raises WrongKey: another KEK's."""
    rows = dict(connection.execute(select(secret.c.name, secret.c.sealed)).tuples().all())
    if "identity" not in rows:
        raise NotInitialised("this store has no keys yet: run init first")
    try:
        plain = {
            name: aead.unseal(kek, sealed, f"loket secret {name}".encode())
            for name, sealed in rows.items()
            if name != _SALT
        }
    except Tampered as error:
        raise WrongKey("this key file or passphrase does not open this store") from error
    identity = Identity.from_seed(plain["identity"])
    writer = Identity.from_seed(plain[_WRITER]) if _WRITER in plain else identity
    former = None
    if _FORMER in plain:
        seed, retires = plain[_FORMER][:-1], plain[_FORMER][-1]
        former = Former(Identity.from_seed(seed), bool(retires))
    return Keyring(
        kek,
        identity,
        writer.replica,
        former,
        Recipient.from_secret(plain["recipient"]),
        BlindIndex(plain["blind"]),
        plain["session"],
        plain["accounts"],
    )


def kek_from_passphrase(connection: Connection, passphrase: str, *, create: bool = False) -> bytes:
    """The KEK of a passphrase, with the salt that stands in the store.

    :raises NotInitialised: there is no salt, because the store was made with a key file.
    """
    salt = connection.execute(select(secret.c.sealed).where(secret.c.name == _SALT)).scalar()
    if salt is None:
        if not create:
            raise NotInitialised("this store was not made with a passphrase")
        salt = new_salt()
        connection.execute(insert(secret), {"name": _SALT, "sealed": salt})
    return key_from_passphrase(passphrase, salt)
