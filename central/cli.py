"""`loket central …`: the commands of Disdukcapil's server."""

from __future__ import annotations

import itertools
import signal
import sys
from datetime import timedelta
from pathlib import Path

import click
from environs import Env, EnvError

from central import centre as core
from central.cli_api import add_api_commands
from central.cli_audit import add_audit_commands
from central.cli_counts import add_count_commands
from central.cli_custody import add_custody_commands
from central.cli_people import add_people_commands
from central.database_away import once_there
from central.scheduler import start_jobs
from central.settings import CentralSettings, settings_from
from central.workflows.carrying import import_file
from central.workflows.enrolment import issue_code, issue_codes
from central.workflows.folding import Folder
from central.workflows.people import add_on_server
from crypto.errors import CryptoError
from registration.lifecycle import Role
from registration.regions import all_kelurahan
from registration.regions import kelurahan as region
from sync.errors import SyncError
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
from vault.terminal import count, progress, told
from web.logs import configure_logs

OFFICER_ROLES = (Role.VERIFIKATOR, Role.ADMIN, Role.AUDITOR)
"""A penyelia has a kelurahan: that account is made on the page of accounts."""


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


def _name(stream: str) -> str:
    """A file's head is nobody's word: it may name a kelurahan that does not exist."""
    try:
        return region(stream).name
    except KeyError:
        return "an unknown kelurahan"


cli.add_command(account_commands(_open, lambda centre: centre.vault, OFFICER_ROLES, add_on_server))
keys = key_commands(_open_vault)
cli.add_command(keys)
add_custody_commands(cli, keys, _open)
add_api_commands(cli, _open)
add_count_commands(cli, _open)
add_people_commands(cli, _open)
add_audit_commands(cli, _open)


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


@cli.command("enrol-codes")
@data_option
@key_file_option
@click.argument("count", type=click.IntRange(1, 10_000))
@click.option("--minutes", default=30, show_default=True, type=click.IntRange(1, 24 * 60))
def enrol_codes(data: Path, key_file: Path | None, count: int, minutes: int) -> None:
    """Print COUNT one-time codes, one a line behind its kelurahan: of all 56 in turn.

    For a new city, and for a centre under test (`loket simulate-load`).
    """
    centre = _open(data, key_file)
    streams = [one.code for one in itertools.islice(itertools.cycle(all_kelurahan()), count)]
    for stream, code in zip(
        streams, issue_codes(centre, streams, timedelta(minutes=minutes)), strict=True
    ):
        click.echo(f"{stream} {code.text()}")


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


@cli.command("import")
@data_option
@key_file_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--answer",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the answers, to be carried back.",
)
def import_(data: Path, key_file: Path | None, file: Path, answer: Path) -> None:
    """Take what a kelurahan wrote by `loket edge export`. A second time changes nothing.

    The centre may go on serving meanwhile.
    """
    if file.resolve() == answer.resolve():
        raise click.UsageError("the answer needs a name of its own")
    centre = _open(data, key_file)
    try:
        with progress("Reading", file.stat().st_size) as advance:
            done = import_file(centre, file, answer, advance)
    except (SyncError, OSError) as error:
        refuse(error)
    click.echo(f"From {_name(done.stream)} ({done.stream}): {told(done.brought)}.")
    if done.new:
        changes = count(done.new_changes, "change")
        click.echo(f"New: {changes} and {count(done.new_pieces, 'piece')} of scans.")
    elif done.brought.bundles:
        click.echo("Nothing new: all of it was known here already. Nothing was changed.")
    if done.answers:
        click.echo(
            f"{answer} holds the answers, with {count(done.sent_back.changes, 'change')} for the "
            "kelurahan. Carry it back; there: loket edge import ANSWER"
        )
    if done.trouble is not None:
        refuse(done.trouble)


@cli.command()
@data_option
def migrate(data: Path) -> None:
    """Bring the database to this release while processes of the one before still serve.

    Then replace them, one after another (deploy/rolling-upgrade). A later release's schema on which
    this one may run is left as it is.
    """
    engine = core.open_engine(_settings(data, None))
    try:
        core.migrate_while_serving(engine)
    except VaultError as error:
        refuse(error)
    click.echo("The database is ready for this release.")


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
    centre = once_there(lambda: _open(data, key_file))
    configure_logs(json=not sys.stderr.isatty(), level=centre.settings.log_level)
    jobs = start_jobs(centre)
    folder = Folder(centre)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: folder.ask_stop())
    folder.run_here()
    jobs.shutdown(wait=False)
