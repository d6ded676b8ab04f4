"""Opening a dead node's disk: its key-encryption key, held so that two persons can open it.

The centre's recovery key is made once; its secret is shared among admins (any two of them) and
then forgotten. Each share is sealed under a passphrase that only its holder knows. Nodes seal their
key-encryption keys to the public half, and nothing the centre runs can open those.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from central.centre import Centre
from central.store import audit, custody, nodes
from central.store.custody import Escrow, Recovery, Share
from central.store.nodes import KnownNode
from central.workflows.consent import Consent, NotAllowed
from crypto import aead
from crypto.errors import Tampered, WrongKey
from crypto.keyfile import write_key_file
from crypto.passphrase import key_from_passphrase, new_salt
from crypto.recipient import Recipient
from crypto.shares import combine, split
from sync.body import Author
from sync.orders import escrow_info
from vault.engine import Connection, reading, writing
from vault.errors import VaultError

MADE, OPENED = "escrow-key", "escrow-open"
THRESHOLD = 2
SHORTEST_PASSPHRASE = 12


class NoEscrow(VaultError):
    """There is no recovery key, or no sealed key of that node."""


def _associated(recovery: bytes, account: str) -> bytes:
    return b"loket recovery share 1\0" + recovery + b"\0" + account.encode()


def make_recovery_key(centre: Centre, passphrases: Mapping[Author, str], consent: Consent) -> None:
    """A new recovery key, any two of whose holders can open what is sealed to it.

    Nodes hear of it at their next contact and seal their keys to it anew.

    :param passphrases: of each holder; never kept.
    :raises NotAllowed: too few holders, or a passphrase too short.
    """
    consent.require(THRESHOLD)
    if len({one.id for one in passphrases}) < THRESHOLD:
        raise NotAllowed(f"a recovery key has {THRESHOLD} holders or more")
    if any(len(one) < SHORTEST_PASSPHRASE for one in passphrases.values()):
        raise NotAllowed(f"a passphrase has {SHORTEST_PASSPHRASE} characters or more")
    recipient = Recipient.generate()
    name = custody.recovery_name(recipient.public)
    parts = split(recipient.secret, len(passphrases), THRESHOLD)
    shares = {}
    for (holder, passphrase), part in zip(passphrases.items(), parts, strict=True):
        salt = new_salt()
        key = key_from_passphrase(passphrase, salt)
        sealed = aead.seal(key, part, _associated(name, holder.id))
        shares[holder.id] = Share(holder.id, salt, sealed)
    now_ms = centre.clock()
    with writing(centre.vault.engine) as connection:
        made = Recovery(name, recipient.public, THRESHOLD, now_ms)
        custody.add_recovery(connection, centre.vault, made, shares)
        audit.note_act(
            connection, centre.vault, now_ms, MADE, name.hex(), consent.by, consent.reason
        )


def held_for(centre: Centre, node: KnownNode) -> list[Escrow]:
    """The sealed keys of a node under all its names, the newest first."""
    with reading(centre.vault.engine) as connection:
        return held_in(connection, node)


def held_in(connection: Connection, node: KnownNode) -> list[Escrow]:
    names = {node.replica, *nodes.former_replicas(connection, node.replica)}
    found = [one for name in names for one in custody.escrows_of(connection, name)]
    return sorted(found, key=lambda one: one.at_ms, reverse=True)


def open_escrow(
    centre: Centre,
    node: KnownNode,
    passphrases: Mapping[Author, str],
    consent: Consent,
    path: Path,
    nth: int = 1,
) -> None:
    """Write the key file that opens a node's disk.

    The act is written down before the file is: there is no way to open one unseen.

    :param nth: 1 the newest key, 2 the one before it …: an old disk needs an old key.
    :raises NotAllowed: not two holders with their passphrases.
    :raises NoEscrow: nothing of that node is held.
    :raises FileExistsError: a file is never overwritten.
    """
    consent.require(THRESHOLD)
    if path.exists():
        raise FileExistsError(f"{path} is there already")
    kept = held_for(centre, node)
    if len(kept) < nth:
        raise NoEscrow(f"{len(kept)} sealed keys of {node.name} are held")
    kek = _opened(centre, node, kept[nth - 1], passphrases)
    with writing(centre.vault.engine) as connection:
        audit.note_act(
            connection,
            centre.vault,
            centre.clock(),
            OPENED,
            f"{node.stream} {node.name} {node.replica.hex()}",
            consent.by,
            consent.reason,
        )
    write_key_file(path, kek)


def _opened(
    centre: Centre, node: KnownNode, kept: Escrow, passphrases: Mapping[Author, str]
) -> bytes:
    with reading(centre.vault.engine) as connection:
        recovery = custody.recovery_by_id(connection, kept.recovery)
        shares = custody.shares_of(connection, centre.vault, kept.recovery)
    if recovery is None:
        raise NoEscrow("the recovery key of that time is not known any more")
    parts = [
        _part(recovery, shares.get(holder.id), holder, passphrase)
        for holder, passphrase in passphrases.items()
    ]
    if len(parts) < recovery.threshold:
        raise NotAllowed(f"{recovery.threshold} holders are needed")
    try:
        recipient = Recipient.from_secret(combine(parts))
        if recipient.public != recovery.public:
            raise WrongKey("these shares do not make the recovery key")
        return recipient.open(kept.sealed, escrow_info(node.stream))
    except (WrongKey, Tampered) as error:
        raise NoEscrow(str(error)) from error


def _part(recovery: Recovery, share: Share | None, holder: Author, passphrase: str) -> bytes:
    if share is None:
        raise NotAllowed(f"{holder.name} holds no share of this recovery key")
    key = key_from_passphrase(passphrase, share.salt)
    try:
        return aead.unseal(key, share.sealed, _associated(recovery.id, holder.id))
    except Tampered as error:
        raise NotAllowed(f"{holder.name}: the passphrase does not open the share") from error
