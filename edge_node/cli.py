"""`loket edge …`: the commands of a kelurahan's server."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from environs import Env, EnvError

from crypto.errors import CryptoError
from crypto.keyfile import create_key_file
from edge_node import edge as core
from edge_node.settings import EdgeSettings, settings_from
from edge_node.workflows.enrolment import enrol as enrol_node
from registration.lifecycle import Role
from sync.carrier_http import HttpCarrier, LineCut, RefusedByCentre
from sync.errors import SyncError
from vault import accounts
from vault.engine import reading, writing
from vault.errors import VaultError
from vault.keyring import create_keyring, kek_from_passphrase
from vault.opening import unlock
from vault.read import stream_hash

REFUSED, UNREACHABLE = 1, 3
STAFF_ROLES = (Role.PETUGAS, Role.PAMOR, Role.PENYELIA)

_data = click.option(
    "--data",
    envvar="LOKET_DATA",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of the counter's database.",
)
_key_file = click.option(
    "--key-file",
    envvar="LOKET_KEY_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Key file, on media kept apart from the database. Without it a passphrase is asked for.",
)


def refuse(error: Exception, status: int = REFUSED) -> None:
    """Say why and leave."""
    click.echo(f"loket: {error}", err=True)
    sys.exit(status)


def _passphrase(key_file: Path | None, *, new: bool = False) -> str | None:
    if key_file is not None:
        return None
    typed: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True)
    return typed


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """A kelurahan's server: staff counter, resident portal, exchange with the centre."""


@cli.command()
@_data
@_key_file
def init(data: Path, key_file: Path | None) -> None:
    """Make a new counter: database, keys and (with --key-file) the key file."""
    settings = EdgeSettings(data=data, key_file=key_file)
    if settings.database.exists():
        refuse(VaultError(f"{data} holds a counter already; nothing was changed"))
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = core.open_engine(settings)
    try:
        core.migrate(engine)
        with writing(engine) as connection:
            if key_file is not None:
                kek = create_key_file(key_file)
            else:
                typed = _passphrase(None, new=True) or ""
                kek = kek_from_passphrase(connection, typed, create=True)
            keyring = create_keyring(connection, kek)
    except (OSError, CryptoError, VaultError) as error:
        engine.dispose()
        settings.database.unlink(missing_ok=True)
        refuse(error)
        return
    click.echo(f"Counter made in {data}, replica {keyring.identity.replica.hex()}.")
    if key_file is not None:
        click.echo(f"Key file: {key_file}. Keep a copy apart: without it nothing can be read.")


@cli.command()
@_data
@_key_file
@click.option("--centre", envvar="LOKET_CENTRE_URL", required=True, help="Address of the centre.")
@click.option("--code", prompt="Code", help="The one-time code that the centre gave.")
def enrol(data: Path, key_file: Path | None, centre: str, code: str) -> None:
    """Enrol this counter with Disdukcapil."""
    settings = EdgeSettings(data=data, key_file=key_file)
    carrier = HttpCarrier(centre)
    try:
        engine = core.open_engine(settings)
        keyring = unlock(engine, key_file, _passphrase(key_file))
        node = enrol_node(engine, keyring, centre, code, carrier)
    except LineCut as error:
        refuse(error, UNREACHABLE)
    except (RefusedByCentre, SyncError, CryptoError, VaultError) as error:
        refuse(error)
    else:
        click.echo(f"Enrolled as {node.name} ({node.stream}).")
    finally:
        carrier.close()


@cli.group()
def account() -> None:
    """Staff accounts of this counter."""


@account.command("add")
@_data
@_key_file
@click.option("--username", prompt=True)
@click.option("--name", prompt=True, help="As it stands in the history and on receipts.")
@click.option("--role", prompt=True, type=click.Choice([str(role) for role in STAFF_ROLES]))
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_account(
    data: Path, key_file: Path | None, username: str, name: str, role: str, password_stdin: bool
) -> None:
    """Add an account, or give an existing one a new name, role and password."""
    edge = _open(data, key_file)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    if len(password) < 8:
        refuse(VaultError("a password has 8 characters or more"))
    with writing(edge.vault.engine) as connection:
        accounts.add_account(connection, edge.vault, username, name, role, password)
    click.echo(f"Account {username} ({role}) is ready.")


@account.command("list")
@_data
@_key_file
def list_accounts(data: Path, key_file: Path | None) -> None:
    """List the accounts of this counter."""
    edge = _open(data, key_file)
    with reading(edge.vault.engine) as connection:
        for one in accounts.list_accounts(connection, edge.vault):
            click.echo(f"{one.username}\t{one.role}\t{one.name}")


@cli.command()
@_data
@_key_file
def status(data: Path, key_file: Path | None) -> None:
    """How far the centre has acknowledged this counter's log, and the hash of its state."""
    from edge_node.workflows.outlook import waiting

    edge = _open(data, key_file)
    left = waiting(edge)
    with reading(edge.vault.engine) as connection:
        digest = stream_hash(connection, edge.stream)
    click.echo(f"stream {edge.stream} {edge.node.name}")
    click.echo(f"waiting {left.requests} requests, {left.scans} scans")
    click.echo(f"state {digest.hex()}")


@cli.command()
@_data
@_key_file
def serve(data: Path, key_file: Path | None) -> None:
    """Serve the counter and the portal until stopped. Settings come from LOKET_… variables."""
    from edge_node.serve import serve_counter

    try:
        settings = settings_from(Env(), data, key_file)
        serve_counter(core.open_edge(settings, _passphrase(key_file)))
    except (EnvError, CryptoError, VaultError, OSError) as error:
        refuse(error)


def _open(data: Path, key_file: Path | None) -> core.Edge:
    try:
        return core.open_edge(EdgeSettings(data=data, key_file=key_file), _passphrase(key_file))
    except (CryptoError, VaultError) as error:
        refuse(error)
        raise
