"""The keys of a server, sealed under its key-encryption key (KEK) in the table `secret`."""

from __future__ import annotations

import secrets
from dataclasses import astuple, dataclass

import cbor2
from sqlalchemy import Connection, delete, select, update

from crypto import aead
from crypto.blind import BlindIndex
from crypto.errors import Tampered, WrongKey
from crypto.identity import Identity
from crypto.keys import new_key, unwrap, wrap
from crypto.passphrase import key_from_passphrase, new_salt
from crypto.recipient import Recipient
from sync.bundle import Successor
from sync.seals import sign_successor
from vault import key_work
from vault.errors import NotInitialised
from vault.sql import upsert
from vault.tables import secret

SALT = "salt"
FORMER_SALT = "salt.former"
_IN_CLEAR = (SALT, FORMER_SALT)
NEXT_KEK = "kek.next"
"""The KEK to come, sealed under the one before: who holds that one can go on."""
FORMER_KEK = "kek.former"
"""The KEK before, sealed under the present one: not every key is wrapped anew yet."""
NEXT_BLIND = "blind.next"
BLIND_WORK = "blind"
_SUCCESSION = "succession"
_WRITER = "writer"
_PUBLICS = "identity.publics"
_GIVEN_UP = ".until."
"""Stands between the name of a key that another took the place of, and when, Unix ms."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """What a running server holds in memory, and nowhere in clear on disk."""

    kek: bytes
    """The key-encryption key that everything is wrapped under from now on."""
    former_kek: bytes | None
    """The one before, while some keys are still wrapped under it."""
    identity: Identity
    """Signs bundles; at the centre it is the one that the nodes pin."""
    former_identities: tuple[Identity, ...]
    """The centre's, which nodes that did not call since have pinned; newest first."""
    former_publics: tuple[bytes, ...]
    """Public keys of all identities that the centre had: what they signed still counts."""
    writer: bytes
    """Replica of the own log; another than the identity's once the centre began a new log."""
    succession: tuple[Successor, ...]
    """How this identity came after the one that was enrolled, oldest first."""
    recipient: Recipient
    former_recipients: tuple[Recipient, ...]
    """What was sealed to us before still opens with these; newest first."""
    blind: BlindIndex
    """What is searched by."""
    blind_number: int
    next_blind: BlindIndex | None
    """The one that takes its place once all tokens stand: its number is one higher."""
    generation: int
    """How often the keys have been changed."""
    session: bytes
    """Signs cookies and forms."""
    accounts: bytes
    """Seals the names of accounts and other small rows that belong to no record."""

    def wrap(self, key: bytes) -> bytes:
        """`key` as it is kept here."""
        return wrap(self.kek, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """:raises WrongKey: altered, or wrapped under a key-encryption key not held here."""
        try:
            return unwrap(self.kek, wrapped)
        except WrongKey:
            if self.former_kek is None:
                raise
            return unwrap(self.former_kek, wrapped)

    def open_sealed(self, sealed: bytes, info: bytes) -> bytes:
        """What was sealed to this server, lately or before its sealing key was changed.

        :raises Tampered: altered, or sealed to another.
        """
        for former in self.former_recipients:
            try:
                return former.open(sealed, info)
            except Tampered:
                continue
        return self.recipient.open(sealed, info)

    def tokens(self, kind: str, value: str) -> tuple[tuple[int, bytes], ...]:
        """(number, token) of a value, in each set of tokens that is kept now."""
        kept = ((self.blind_number, self.blind.token(kind, value)),)
        if self.next_blind is None:
            return kept
        return (*kept, (self.blind_number + 1, self.next_blind.token(kind, value)))

    def seal_row(self, kind: str, plain: bytes) -> bytes:
        return aead.seal(self.accounts, plain, kind.encode())

    def unseal_row(self, kind: str, sealed: bytes) -> bytes:
        return aead.unseal(self.accounts, sealed, kind.encode())


def _associated(name: str) -> bytes:
    return f"loket secret {name}".encode()


def put_secret(connection: Connection, kek: bytes, name: str, plain: bytes) -> None:
    """Keep a key of this server, in place of one of that name."""
    upsert(
        connection,
        secret,
        {"name": name, "sealed": aead.seal(kek, plain, _associated(name))},
    )


def drop_secret(connection: Connection, name: str) -> None:
    connection.execute(delete(secret).where(secret.c.name == name))


def rename_secret(connection: Connection, held: Keyring, name: str, new_name: str) -> None:
    """Let a kept key take the place of another."""
    query = select(secret.c.sealed).where(secret.c.name == name)
    sealed = connection.execute(query).scalar_one()
    put_secret(connection, held.kek, new_name, aead.unseal(held.kek, sealed, _associated(name)))
    drop_secret(connection, name)


def seal_anew(connection: Connection, keyring: Keyring, kek: bytes) -> None:
    """Seal all of this server's keys under another KEK."""
    rows = connection.execute(select(secret.c.name, secret.c.sealed)).tuples().all()
    for name, sealed in rows:
        if name not in _IN_CLEAR:
            put_secret(connection, kek, name, aead.unseal(keyring.kek, sealed, _associated(name)))


def replace_salt(connection: Connection, salt: bytes | None) -> None:
    """Passphrases go with `salt` from now on (None: a key file); the former one is kept."""
    connection.execute(update(secret).where(secret.c.name == SALT).values(name=FORMER_SALT))
    if salt is not None:
        upsert(connection, secret, {"name": SALT, "sealed": salt})


def give_up(connection: Connection, keyring: Keyring, name: str, plain: bytes, now_ms: int) -> None:
    """Keep a key that another takes the place of, for what was made for it before."""
    put_secret(connection, keyring.kek, f"{name}{_GIVEN_UP}{now_ms}", plain)


def forget_former(connection: Connection, name: str, before_ms: int) -> int:
    """Destroy keys ("identity", "recipient") that were given up before a time; how many."""
    names = connection.execute(select(secret.c.name)).scalars().all()
    old = [
        one
        for one in names
        if one.startswith(name + _GIVEN_UP) and int(one.rpartition(".")[2]) < before_ms
    ]
    for one in old:
        drop_secret(connection, one)
    if old:
        key_work.bump(connection)
    return len(old)


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
    put_secret(connection, keyring.kek, _SUCCESSION, cbor2.dumps(links, canonical=True))
    put_secret(connection, keyring.kek, "identity", made.seed)
    key_work.bump(connection)
    return open_keyring(connection, keyring.kek)


def new_writer(connection: Connection, keyring: Keyring) -> Keyring:
    """The centre's next log, in all streams. Its identity stays: every node has pinned it."""
    put_secret(connection, keyring.kek, _WRITER, Identity.generate().seed)
    key_work.bump(connection)
    return open_keyring(connection, keyring.kek)


def new_centre_identity(connection: Connection, keyring: Keyring, now_ms: int) -> Keyring:
    """The centre signs with a new key from now on; nodes that pinned the former one hear of it
    under that one. The log goes on as it is: its name is not its signature.
    """
    present = keyring.identity
    give_up(connection, keyring, "identity", present.seed, now_ms)
    publics = [present.public, *keyring.former_publics]
    put_secret(connection, keyring.kek, _PUBLICS, cbor2.dumps(publics))
    if keyring.writer == present.replica:
        put_secret(connection, keyring.kek, _WRITER, present.seed)
    put_secret(connection, keyring.kek, "identity", Identity.generate().seed)
    key_work.bump(connection)
    return open_keyring(connection, keyring.kek)


def new_recipient(connection: Connection, keyring: Keyring, now_ms: int) -> Keyring:
    """Others seal to a new key from now on; what was sealed to the former one opens still."""
    give_up(connection, keyring, "recipient", keyring.recipient.secret, now_ms)
    put_secret(connection, keyring.kek, "recipient", Recipient.generate().secret)
    key_work.bump(connection)
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
        put_secret(connection, kek, name, plain)
    return open_keyring(connection, kek)


def has_keys(connection: Connection) -> bool:
    """Whether a server's keys stand in this store."""
    query = select(secret.c.name).where(secret.c.name == "identity")
    return connection.execute(query).first() is not None


def open_keyring(connection: Connection, kek: bytes) -> Keyring:
    """The keys that `kek` opens, be it the present KEK or the one that is being given up.

    :raises NotInitialised: no keys yet. :raises WrongKey: another KEK's.
    """
    rows = dict(connection.execute(select(secret.c.name, secret.c.sealed)).tuples().all())
    if "identity" not in rows:
        raise NotInitialised("this store has no keys yet: run init first")
    try:
        kek = _present_kek(rows, kek)
        plain = {
            name: aead.unseal(kek, sealed, _associated(name))
            for name, sealed in rows.items()
            if name not in (*_IN_CLEAR, NEXT_KEK)
        }
    except Tampered as error:
        raise WrongKey("this key file or passphrase does not open this store") from error
    identity = Identity.from_seed(plain["identity"])
    writer = Identity.from_seed(plain[_WRITER]) if _WRITER in plain else identity
    links = cbor2.loads(plain[_SUCCESSION]) if _SUCCESSION in plain else ()
    work = key_work.read(connection, BLIND_WORK)
    return Keyring(
        kek=kek,
        former_kek=plain.get(FORMER_KEK),
        identity=identity,
        former_identities=tuple(map(Identity.from_seed, _given_up(plain, "identity"))),
        former_publics=tuple(cbor2.loads(plain[_PUBLICS])) if _PUBLICS in plain else (),
        writer=writer.replica,
        succession=tuple(Successor(*link) for link in links),
        recipient=Recipient.from_secret(plain["recipient"]),
        former_recipients=tuple(map(Recipient.from_secret, _given_up(plain, "recipient"))),
        blind=BlindIndex(plain["blind"]),
        blind_number=work.number if work else 0,
        next_blind=BlindIndex(plain[NEXT_BLIND]) if NEXT_BLIND in plain else None,
        generation=key_work.generation(connection),
        session=plain["session"],
        accounts=plain["accounts"],
    )


def _present_kek(rows: dict[str, bytes], kek: bytes) -> bytes:
    """:raises Tampered: `kek` opens neither the keys nor the way to them."""
    try:
        aead.unseal(kek, rows["identity"], _associated("identity"))
    except Tampered:
        if NEXT_KEK not in rows:
            raise
        return aead.unseal(kek, rows[NEXT_KEK], _associated(NEXT_KEK))
    return kek


def _given_up(plain: dict[str, bytes], name: str) -> list[bytes]:
    """Newest first: the times in the names have the same number of digits until the year 2286."""
    names = sorted((one for one in plain if one.startswith(name + _GIVEN_UP)), reverse=True)
    return [plain[one] for one in names]


def keys_in(connection: Connection, held: Keyring) -> Keyring:
    """The keys as they stand in this transaction; `held` itself while nothing was changed.

    :raises WrongKey: what is held opens them no more.
    """
    key_work.share(connection)
    if key_work.generation(connection) == held.generation:
        return held
    try:
        return open_keyring(connection, held.kek)
    except WrongKey:
        # A snapshot from before the change of KEKs that we heard of already.
        if held.former_kek is None:
            raise
        return open_keyring(connection, held.former_kek)


def kek_from_passphrase(connection: Connection, passphrase: str, *, create: bool = False) -> bytes:
    """The KEK of a passphrase, with the salt that stands in the store.

    While the KEK is being changed, the former passphrase is good too.

    :raises NotInitialised: there is no salt, because the store was made with a key file.
    """
    salts = {
        name: found
        for name in _IN_CLEAR
        if (
            found := connection.execute(
                select(secret.c.sealed).where(secret.c.name == name)
            ).scalar()
        )
        is not None
    }
    if not salts:
        if not create:
            raise NotInitialised("this store was not made with a passphrase")
        salts[SALT] = new_salt()
        upsert(connection, secret, {"name": SALT, "sealed": salts[SALT]})
    keks = [key_from_passphrase(passphrase, salt) for salt in salts.values()]
    return next((kek for kek in keks if _opens(connection, kek)), keks[0])


def _opens(connection: Connection, kek: bytes) -> bool:
    try:
        open_keyring(connection, kek)
    except (WrongKey, NotInitialised):
        return False
    return True
