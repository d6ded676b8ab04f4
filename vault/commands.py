"""What the command lines of both servers share: options, refusals, new stores, accounts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

import click

from crypto.errors import CryptoError
from crypto.keyfile import create_key_file
from registration.errors import FormInvalid
from vault import accounts
from vault.core import Vault
from vault.engine import Engine, reading, writing
from vault.errors import VaultError
from vault.keyring import Keyring, create_keyring, has_keys, kek_from_passphrase

REFUSED, UNREACHABLE = 1, 3
_MIN_PASSWORD = 8

data_option = click.option(
    "--data",
    envvar="LOKET_DATA",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of what this server keeps.",
)
key_file_option = click.option(
    "--key-file",
    envvar="LOKET_KEY_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Key file, on media kept apart from the data. Without it a passphrase is asked for.",
)


def refuse(error: Exception | str, status: int = REFUSED) -> NoReturn:
    """Say why, and leave."""
    click.echo(f"loket: {error}", err=True)
    sys.exit(status)


def ask_passphrase(key_file: Path | None, *, new: bool = False) -> str | None:
    """The passphrase, where there is no key file."""
    if key_file is not None:
        return None
    typed: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True)
    return typed


def make_store(
    data: Path, key_file: Path | None, engine: Engine, migrate: Callable[[Engine], None]
) -> Keyring:
    """A new server's database and keys, or a refusal that changes nothing."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    passphrase = ask_passphrase(key_file, new=True)
    try:
        migrate(engine)
        with reading(engine) as connection:
            if has_keys(connection):
                refuse(f"{data} holds a store with keys already; nothing was changed")
        with writing(engine) as connection:
            if key_file is not None:
                kek = create_key_file(key_file)
            else:
                kek = kek_from_passphrase(connection, passphrase or "", create=True)
            keyring = create_keyring(connection, kek)
    except (OSError, CryptoError, VaultError) as error:
        refuse(error)
    if key_file is not None:
        click.echo(f"Key file: {key_file}. Keep a copy apart: without it nothing can be read.")
    return keyring


S = TypeVar("S")


def account_commands(
    open_server: Callable[[Path, Path | None], S],
    vault_of: Callable[[S], Vault],
    roles: Sequence[str],
    add_to: Callable[[S, str, str, str, str], None],
) -> click.Group:
    """The group `account` with `add` and `list`, for a server whose staff have `roles`.

    :param add_to: what the server does with (username, name, role, password). May raise
        FormInvalid.
    """

    @click.group(help="Accounts of those who work here.")
    def account() -> None:
        """Holds the commands below."""

    @account.command("add")
    @data_option
    @key_file_option
    @click.option("--username", prompt=True)
    @click.option("--name", prompt=True, help="As it stands in the history and on receipts.")
    @click.option("--role", prompt=True, type=click.Choice([str(role) for role in roles]))
    @click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
    def add(
        data: Path,
        key_file: Path | None,
        username: str,
        name: str,
        role: str,
        password_stdin: bool,
    ) -> None:
        """Add an account, or give an existing one a new name, role and password."""
        server = open_server(data, key_file)
        if password_stdin:
            password = sys.stdin.readline().rstrip("\n")
        else:
            password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        if len(password) < _MIN_PASSWORD:
            refuse(f"a password has {_MIN_PASSWORD} characters or more")
        try:
            add_to(server, username, name, role, password)
        except FormInvalid as invalid:
            refuse(invalid)
        click.echo(f"Account {username} ({role}) is ready.")

    @account.command("list")
    @data_option
    @key_file_option
    def show(data: Path, key_file: Path | None) -> None:
        """List the accounts."""
        vault = vault_of(open_server(data, key_file))
        with reading(vault.engine) as connection:
            for one in accounts.list_accounts(connection, vault):
                click.echo(f"{one.username}\t{one.role}\t{one.name}")

    return account
