"""Changing the centre's own keys: nodes hear of it under the key that they have pinned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from central.centre import NAME, Centre
from central.store import audit, nodes
from central.store.nodes import KnownNode
from central.workflows.consent import Consent
from sync.bundle import Writer
from vault import key_work, keyring
from vault.engine import Connection, reading, writing
from vault.errors import VaultError
from vault.keyring import Keyring
from vault.writers import add_writers

SEALING, SIGNING, FORGOTTEN = "new-sealing-key", "new-signing-key", "former-keys-forgotten"
_DAY_MS = 86_400_000


class KeysChanged(VaultError):
    """Since the page was shown: whoever asked did not know of it."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The centre's keys as a page shows them. Times are Unix ms; None: never changed."""

    replica: bytes
    generation: int
    sealing_ms: int | None
    signing_ms: int | None
    former: int
    """Keys that were given up and still open what was sent to them."""
    behind: Sequence[KnownNode]
    """Nodes that did not call since the last change: they have not heard of it."""


def look(centre: Centre) -> Keys:
    vault = centre.vault
    with reading(vault.engine) as connection:
        held = vault.keys_in(connection)
        sealing, signing = (audit.last_change(connection, act) for act in (SEALING, SIGNING))
        since = max(sealing or 0, signing or 0)
        listed = nodes.list_nodes(connection)
    behind = [
        one
        for one in listed
        if not one.revoked and not one.retired and 0 < one.enrolled_ms < since
        if one.last_contact_ms < since
    ]
    former = len(held.former_identities) + len(held.former_recipients)
    return Keys(held.identity.replica, held.generation, sealing, signing, former, behind)


def change_sealing_key(centre: Centre, consent: Consent, seen: int | None = None) -> None:
    """Nodes seal to a new key once they have heard; what they sealed before opens still.

    :param seen: the generation of keys that whoever asks was shown.
    :raises KeysChanged: it is another by now; a form that is sent twice changes once.
    """
    _change(centre, consent, SEALING, keyring.new_recipient, seen)


def change_signing_key(centre: Centre, consent: Consent, seen: int | None = None) -> None:
    """Sign with a new key. A node that calls under the former name is answered under it, once.

    Whoever stole the former key could introduce a key of their own to nodes that have not called
    since: after a theft, see that all have called, or enrol the others anew.

    :raises KeysChanged: as for the sealing key.
    """
    before = centre.vault.keyring.identity.replica

    def change(connection: Connection, held: Keyring, now_ms: int) -> Keyring:
        add_writers(connection, {before: Writer(NAME, central=True)})
        return keyring.new_centre_identity(connection, held, now_ms)

    _change(centre, consent, SIGNING, change, seen)
    centre.vault.central_writers |= {before, centre.vault.keyring.identity.replica}


def _change(
    centre: Centre,
    consent: Consent,
    act: str,
    change: Callable[[Connection, Keyring, int], Keyring],
    seen: int | None,
) -> None:
    """:raises NotAllowed: the consent does not suffice."""
    consent.require(1)
    vault, now_ms = centre.vault, centre.clock()
    with writing(vault.engine) as connection:
        key_work.hold(connection)
        if seen not in (None, vault.keys_in(connection).generation):
            raise KeysChanged("the keys were changed meanwhile")
        changed = change(connection, vault.keys_in(connection), now_ms)
        subject = changed.identity.replica.hex()
        audit.note_act(connection, vault, now_ms, act, subject, consent.by, consent.reason)
    vault.keyring = changed


def forget_former_keys(centre: Centre, consent: Consent, days: int) -> int:
    """Destroy keys that were given up more than `days` ago; how many.

    A node that has not called since cannot be answered any more, and must be enrolled anew.
    """
    consent.require(1)
    vault, now_ms = centre.vault, centre.clock()
    before = now_ms - days * _DAY_MS
    with writing(vault.engine) as connection:
        key_work.hold(connection)
        held = vault.keys_in(connection)
        gone = sum(
            keyring.forget_former(connection, name, before) for name in ("recipient", "identity")
        )
        if gone:
            subject = held.identity.replica.hex()
            audit.note_act(
                connection, vault, now_ms, FORGOTTEN, subject, consent.by, consent.reason
            )
    return gone
