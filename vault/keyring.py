"""The keys of a server, sealed under its key-encryption key (KEK) in the table `secret`."""

from __future__ import annotations

import secrets
from dataclasses import astuple, dataclass

import cbor2
from sqlalchemy import Connection, insert, select

from crypto import aead
from crypto.blind import BlindIndex
from crypto.errors import Tampered, WrongKey
from crypto.identity import Identity
from crypto.keys import new_key
from crypto.passphrase import key_from_passphrase, new_salt
from crypto.recipient import Recipient
from sync.bundle import Successor
from sync.seals import sign_successor
from vault.errors import NotInitialised
from vault.sql import upsert
from vault.tables import secret

_SALT = "salt"
_SUCCESSION = "succession"
_WRITER = "writer"


@dataclass(frozen=True, slots=True)
class Keyring:
    """What a running server holds in memory, and nowhere in clear on disk."""

    kek: bytes
    identity: Identity
    """Signs bundles; at the centre it is the one that was pinned by all nodes."""
    writer: bytes
    """Replica of the own log; another than the identity's once the centre began a new log."""
    succession: tuple[Successor, ...]
    """How this identity came after the one that was enrolled, oldest first."""
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


def new_identity(
    connection: Connection, keyring: Keyring, stream: str, *, retires: bool
) -> Keyring:
    """A node's new identity, signed for by the present one, which is then forgotten here.

    :param retires: whether the centre must refuse the present one from then on.
    """
    made = Identity.generate()
    signed = sign_successor(
        keyring.identity, stream, made.public, keyring.recipient.public, retires=retires
    )
    links = [astuple(link) for link in (*keyring.succession, signed)]
    _put(connection, keyring.kek, _SUCCESSION, cbor2.dumps(links, canonical=True))
    _put(connection, keyring.kek, "identity", made.seed)
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
    links = cbor2.loads(plain[_SUCCESSION]) if _SUCCESSION in plain else ()
    return Keyring(
        kek,
        identity,
        writer.replica,
        tuple(Successor(*link) for link in links),
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
