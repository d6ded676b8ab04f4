"""`loket edge …`: the commands of a kelurahan's server."""

from __future__ import annotations

from pathlib import Path

import click
from environs import Env, EnvError

from crypto.errors import CryptoError
from edge_node import edge as core
from edge_node.carrying_cli import export_command, import_command
from edge_node.settings import EdgeSettings, settings_from
from edge_node.workflows.enrolment import enrol as enrol_node
from edge_node.workflows.keys import change_identity
from edge_node.workflows.outlook import waiting
from edge_node.workflows.staff_accounts import set_by_command
from registration.staff import ROLES
from sync.carrier_http import CarrierError, HttpCarrier, RefusedByCentre
from sync.errors import SyncError
from vault import tally
from vault.commands import (
    UNREACHABLE,
    account_commands,
    ask_passphrase,
    data_option,
    key_file_option,
    make_store,
    refuse,
)
from vault.core import Vault
from vault.engine import reading, writing
from vault.errors import StoreDamaged, VaultError
from vault.fold import lock_stream
from vault.key_commands import key_commands
from vault.opening import unlock
from vault.read import stream_hash
from vault.soundness import require_sound

_CHECKED_S = 20.0
"""A small box reads about a gigabyte in that time."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """A kelurahan's server: staff counter, resident portal, exchange with the centre."""


def _open(data: Path, key_file: Path | None) -> core.Edge:
    try:
        settings = EdgeSettings(data=data, key_file=key_file)
        return core.open_edge(settings, ask_passphrase(key_file))
    except (CryptoError, VaultError) as error:
        refuse(error)


def _open_vault(data: Path, key_file: Path | None) -> Vault:
    return _open(data, key_file).vault


cli.add_command(account_commands(_open, lambda edge: edge.vault, ROLES, set_by_command))
keys = key_commands(_open_vault)
cli.add_command(keys)


@keys.command("new-identity")
@data_option
@key_file_option
def new_identity(data: Path, key_file: Path | None) -> None:
    """Sign with a new key from now on, under a new replica id.

    The server may run; it introduces the new key to the centre, under the former's signature, at
    its next contact. What waits to be sent is sent after that.
    """
    edge = _open(data, key_file)
    try:
        change_identity(edge)
    except VaultError as error:
        refuse(error)
    click.echo(f"This counter writes as {edge.vault.replica.hex()} now.")


@cli.command()
@data_option
@key_file_option
def init(data: Path, key_file: Path | None) -> None:
    """Make a new counter: database, keys and (with --key-file) the key file."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = core.open_engine(EdgeSettings(data=data, key_file=key_file))
    keyring = make_store(data, key_file, engine, core.migrate)
    click.echo(f"Counter made in {data}, replica {keyring.identity.replica.hex()}.")


@cli.command()
@data_option
@key_file_option
@click.option("--centre", envvar="LOKET_CENTRE_URL", required=True, help="Address of the centre.")
@click.option("--code", prompt="Code", help="The one-time code that the centre gave.")
def enrol(data: Path, key_file: Path | None, centre: str, code: str) -> None:
    """Enrol this counter with Disdukcapil."""
    settings = EdgeSettings(data=data, key_file=key_file)
    if not settings.database.exists():
        refuse(f"{data} holds no counter yet: run `loket edge init`")
    carrier = HttpCarrier(centre)
    try:
        engine = core.open_engine(settings)
        keyring = unlock(engine, key_file, ask_passphrase(key_file))
        node = enrol_node(engine, keyring, centre, code, carrier)
    except (RefusedByCentre, SyncError, CryptoError, VaultError) as error:
        refuse(error)
    except CarrierError as error:
        refuse(f"{centre} cannot be reached: {error}", UNREACHABLE)
    finally:
        carrier.close()
    click.echo(f"Enrolled as {node.name} ({node.stream}).")


@cli.command()
@data_option
@key_file_option
def status(data: Path, key_file: Path | None) -> None:
    """What waits for the centre, and the hash of this counter's state."""
    edge = _open(data, key_file)
    left = waiting(edge)
    with reading(edge.vault.engine) as connection:
        digest = stream_hash(connection, edge.vault, edge.stream)
    click.echo(f"stream {edge.stream} {edge.node.name}")
    click.echo(f"waiting {left.requests} requests, {left.scans} scans")
    click.echo(f"state {digest.hex()}")


@cli.command()
@data_option
@key_file_option
def recount(data: Path, key_file: Path | None) -> None:
    """Count anew how many requests stand where; the server may go on serving."""
    edge = _open(data, key_file)
    with writing(edge.vault.engine) as connection:
        lock_stream(connection, edge.stream)
        tally.recount(connection)
    click.echo("Counted anew.")


cli.add_command(export_command(_open))
cli.add_command(import_command(_open))


@cli.command()
@data_option
@key_file_option
def serve(data: Path, key_file: Path | None) -> None:
    """Serve the counter and the portal until stopped. Settings come from LOKET_… variables."""
    from edge_node.serve import serve_counter

    try:
        settings = settings_from(Env(), data, key_file)
        if settings.database.exists() and not require_sound(settings.database, _CHECKED_S):
            click.echo("loket: the store is too large to check all of it at start", err=True)
        serve_counter(core.open_edge(settings, ask_passphrase(key_file)))
    except StoreDamaged as error:
        refuse(
            f"{error}. Do not serve from this disk. At the centre, revoke this counter and make a "
            "code for a new one: it takes back what is unfinished."
        )
    except (EnvError, CryptoError, VaultError, OSError) as error:
        refuse(error)
