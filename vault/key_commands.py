"""`loket … keys`: what both servers' command lines do with their own keys."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from crypto.errors import CryptoError
from crypto.keyfile import create_key_file, read_key_file
from crypto.passphrase import key_from_passphrase, new_salt
from vault import reindex, rekey, upkeep
from vault.commands import data_option, key_file_option, refuse
from vault.core import Vault, wall_ms
from vault.engine import reading, writing
from vault.errors import VaultError

_NAMES = {"kek": "key-encryption key", "blind": "blind-index key"}
_POLL_S = 1.0


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _new_kek(new_key_file: Path | None) -> tuple[bytes, bytes | None]:
    """(KEK, salt): of a key file, which is made where it is not there yet, or of a passphrase."""
    if new_key_file is not None:
        kek = read_key_file(new_key_file) if new_key_file.exists() else None
        return kek or create_key_file(new_key_file), None
    typed = click.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True)
    salt = new_salt()
    return key_from_passphrase(typed, salt), salt


def _go_on(vault: Vault, name: str) -> None:
    """Work until nothing is left of this change, telling how far it is."""
    shown = sys.stderr.isatty()
    while upkeep.advance(vault):
        if shown:
            with reading(vault.engine) as connection:
                left = [c for c in upkeep.changes_under_way(connection) if c.name == name]
            click.echo(f"\r{left[0].left if left else 0} left   ", nl=False, err=True)
    if shown:
        click.echo("\r", nl=False, err=True)


def key_commands(open_vault: Callable[[Path, Path | None], Vault]) -> click.Group:
    """The group `keys` of a server; each server adds what only it has."""

    @click.group(help="This server's own keys: look at them, change them while it serves.")
    def keys() -> None:
        """Holds the commands below."""

    @keys.command("status")
    @data_option
    @key_file_option
    def status(data: Path, key_file: Path | None) -> None:
        """What is being changed, and how much of it is left."""
        vault = open_vault(data, key_file)
        with reading(vault.engine) as connection:
            changes = upkeep.changes_under_way(connection)
        click.echo(f"replica {vault.replica.hex()}")
        click.echo(f"keys changed {vault.keyring.generation} times")
        for change in changes:
            since = datetime.fromtimestamp(change.at_ms / 1000).astimezone()
            click.echo(
                f"changing {_NAMES[change.name]}: {change.phase}, {change.left} left, "
                f"since {since:%Y-%m-%d %H:%M:%S}"
            )

    @keys.command("change-kek")
    @data_option
    @key_file_option
    @click.option(
        "--new-key-file",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Key file to go over to; it is made if it is not there. "
        "Without it a new passphrase is asked for.",
    )
    @click.option(
        "--stopped",
        is_flag=True,
        help="No server runs on this store: end at once instead of waiting until it has heard.",
    )
    def change_kek(
        data: Path, key_file: Path | None, new_key_file: Path | None, stopped: bool
    ) -> None:
        """Change the key-encryption key, between key files and passphrases as you like.

        The server goes on serving. The command may be killed at any point: run it again, or let
        the server's own job end it. Until the end the former key opens the store as well; after
        it, nothing.
        """
        vault = open_vault(data, key_file)
        try:
            with reading(vault.engine) as connection:
                begun = rekey.under_way(connection)
            if begun is None:
                kek, salt = _new_kek(new_key_file)
                with writing(vault.engine) as connection:
                    rekey.begin(connection, vault.keyring, kek, salt, wall_ms())
            else:
                _tell("Going on with the change that was begun before.")
            _go_on(vault, "kek")
            if new_key_file is not None:
                _tell(f"Set LOKET_KEY_FILE to {new_key_file} and keep a copy apart.")
            _end(vault, stopped)
        except (CryptoError, VaultError, OSError) as error:
            refuse(error)
        click.echo("The key-encryption key is changed. The former one opens nothing any more.")

    @keys.command("change-blind-index")
    @data_option
    @key_file_option
    def change_blind_index(data: Path, key_file: Path | None) -> None:
        """Change the key that people are searched by. Search finds everybody meanwhile."""
        vault = open_vault(data, key_file)
        try:
            with reading(vault.engine) as connection:
                begun = reindex.under_way(connection)
            if begun is None:
                with writing(vault.engine) as connection:
                    reindex.begin(connection, vault, wall_ms())
            else:
                _tell("Going on with the change that was begun before.")
            _go_on(vault, "blind")
        except (CryptoError, VaultError) as error:
            refuse(error)
        click.echo("The blind-index key is changed; the former tokens are gone.")

    return keys


def _end(vault: Vault, stopped: bool) -> None:
    if stopped:
        with writing(vault.engine) as connection:
            rekey.finish(connection)
        return
    _tell(f"Waiting up to {upkeep.HEARD_MS // 1000} s until all servers have heard of it.")
    while not upkeep.finish_heard(vault):
        with reading(vault.engine) as connection:
            if rekey.under_way(connection) is None:
                return
        time.sleep(_POLL_S)
