"""Opening a store: the KEK from a key file or passphrase, the keys, and the domain's rules."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from crypto.keyfile import read_key_file
from registration.bodies import body_dictionaries
from registration.catalogue import policy_of
from registration.kinds import resolve_statuses
from sync.body import BodyCodec
from sync.resolve import Rules
from vault.core import OnShown, Project, Vault
from vault.engine import Engine, reading
from vault.errors import NotInitialised
from vault.keyring import Keyring, kek_from_passphrase, open_keyring
from vault.projection import project_permohonan
from vault.writers import central_writers


def rules_for(central_writers: Container[bytes]) -> Rules:
    """The domain's merge rules; the centre's word weighs more while a conflict waits."""
    return Rules(
        policy_of=policy_of,
        lifecycle=resolve_statuses,
        authority=lambda replica: int(replica in central_writers),
    )


def unlock(engine: Engine, key_file: Path | None, passphrase: str | None) -> Keyring:
    """The server's keys.

    :raises WrongKey, NotInitialised: they cannot be opened.
    """
    with reading(engine) as connection:
        if key_file is not None:
            kek = read_key_file(key_file)
        elif passphrase is not None:
            kek = kek_from_passphrase(connection, passphrase)
        else:
            raise NotInitialised("neither key file nor passphrase was given")
        return open_keyring(connection, kek)


def open_vault(
    engine: Engine,
    keyring: Keyring,
    centre_replica: bytes,
    project: Project = project_permohonan,
    on_shown: OnShown | None = None,
) -> Vault:
    """The store of a server whose centre is `centre_replica` (itself, at the centre)."""
    with reading(engine) as connection:
        central = {centre_replica, *central_writers(connection)}
    return Vault(
        engine,
        keyring,
        BodyCodec(body_dictionaries()),
        rules_for(central),
        project,
        central,
        on_shown,
    )
