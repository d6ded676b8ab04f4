"""`loket central …`: the commands of Disdukcapil's server."""

from __future__ import annotations

import signal
import sys
from datetime import timedelta
from pathlib import Path

import click
from environs import Env, EnvError

from central import centre as core
from central.cli_custody import add_custody_commands
from central.scheduler import start_jobs
from central.settings import CentralSettings, settings_from
from central.workflows.enrolment import issue_code
from central.workflows.folding import Folder
from crypto.errors import CryptoError
from registration.lifecycle import Role
from vault.commands import (
    account_commands,
    ask_passphrase,
    data_option,
    key_file_option,
    make_store,
    refuse,
)
from vault.core import Vault
from vault.engine import reading
from vault.errors import VaultError
from vault.key_commands import key_commands
from vault.read import stream_hash
from web.logs import configure_logs

OFFICER_ROLES = (Role.VERIFIKATOR, Role.ADMIN)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Disdukcapil's server: ingest, verification, reconciliation, nodes."""


def _settings(data: Path, key_file: Path | None) -> CentralSettings:
    try:
        return settings_from(Env(), data, key_file)
    except EnvError as error:
        refuse(error)


def _open(data: Path, key_file: Path | None) -> core.Centre:
    try:
        return core.open_centre(_settings(data, key_file), ask_passphrase(key_file))
    except (CryptoError, VaultError) as error:
        refuse(error)


def _open_vault(data: Path, key_file: Path | None) -> Vault:
    return _open(data, key_file).vault


cli.add_command(account_commands(_open_vault, OFFICER_ROLES))
keys = key_commands(_open_vault)
cli.add_command(keys)
add_custody_commands(cli, keys, _open)


@cli.command()
@data_option
@key_file_option
def init(data: Path, key_file: Path | None) -> None:
    """Make a new centre: database, keys and (with --key-file) the key file."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = core.open_engine(_settings(data, key_file))
    keyring = make_store(data, key_file, engine, core.migrate)
    click.echo(f"Centre made, replica {keyring.identity.replica.hex()}.")


@cli.command("enrol-code")
@data_option
@key_file_option
@click.argument("kelurahan")
@click.option("--minutes", default=30, show_default=True, type=click.IntRange(1, 24 * 60))
def enrol_code(data: Path, key_file: Path | None, kelurahan: str, minutes: int) -> None:
    """Print a one-time code for the server of KELURAHAN (such as 32.75.02.1004)."""
    centre = _open(data, key_file)
    try:
        code = issue_code(centre, kelurahan, timedelta(minutes=minutes))
    except KeyError:
        refuse(f"there is no kelurahan {kelurahan}")
    click.echo(code.text())


@cli.command()
@data_option
@key_file_option
@click.argument("kelurahan")
def status(data: Path, key_file: Path | None, kelurahan: str) -> None:
    """The hash of the state that is held of KELURAHAN, to compare with `loket edge status`."""
    centre = _open(data, key_file)
    with reading(centre.vault.engine) as connection:
        digest = stream_hash(connection, centre.vault, kelurahan)
    click.echo(f"stream {kelurahan}")
    click.echo(f"state {digest.hex()}")


@cli.command()
@data_option
@key_file_option
def serve(data: Path, key_file: Path | None) -> None:
    """Serve officers and nodes until stopped. Settings come from LOKET_… variables."""
    from central.serve import serve_centre

    try:
        serve_centre(_settings(data, key_file), ask_passphrase(key_file))
    except (CryptoError, VaultError, OSError) as error:
        refuse(error)


@cli.command()
@data_option
@key_file_option
def worker(data: Path, key_file: Path | None) -> None:
    """Fold what was ingested, until stopped. Any number of workers share the work."""
    centre = _open(data, key_file)
    configure_logs(json=not sys.stderr.isatty(), level=centre.settings.log_level)
    jobs = start_jobs(centre)
    folder = Folder(centre)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: folder.ask_stop())
    folder.run_here()
    jobs.shutdown(wait=False)
