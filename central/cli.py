"""`loket central …`: the commands of Disdukcapil's server."""

from __future__ import annotations

import signal
import sys
from datetime import timedelta
from pathlib import Path

import click
from environs import Env, EnvError

from central import centre as core
from central.settings import CentralSettings, settings_from
from central.workflows.enrolment import issue_code
from crypto.errors import CryptoError
from crypto.keyfile import create_key_file
from registration.lifecycle import Role
from vault import accounts
from vault.engine import reading, writing
from vault.errors import NotInitialised, VaultError
from vault.keyring import create_keyring, kek_from_passphrase, open_keyring
from vault.read import stream_hash

REFUSED = 1
OFFICER_ROLES = (Role.VERIFIKATOR, Role.ADMIN)

_data = click.option(
    "--data",
    envvar="LOKET_DATA",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of the scans (and of the database, where that is SQLite).",
)
_key_file = click.option(
    "--key-file",
    envvar="LOKET_KEY_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Key file, on media kept apart from the database. Without it a passphrase is asked for.",
)


def refuse(error: Exception) -> None:
    """Say why and leave."""
    click.echo(f"loket: {error}", err=True)
    sys.exit(REFUSED)


def _passphrase(key_file: Path | None, *, new: bool = False) -> str | None:
    if key_file is not None:
        return None
    typed: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True)
    return typed


def _settings(data: Path, key_file: Path | None) -> CentralSettings:
    try:
        return settings_from(Env(), data, key_file)
    except EnvError as error:
        refuse(error)
        raise


def _open(data: Path, key_file: Path | None) -> core.Centre:
    try:
        return core.open_centre(_settings(data, key_file), _passphrase(key_file))
    except (CryptoError, VaultError) as error:
        refuse(error)
        raise


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Disdukcapil's server: ingest, verification, reconciliation, nodes."""


@cli.command()
@_data
@_key_file
def init(data: Path, key_file: Path | None) -> None:
    """Make a new centre: database, keys and (with --key-file) the key file."""
    settings = _settings(data, key_file)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = core.open_engine(settings)
    try:
        core.migrate(engine)
        with reading(engine) as connection:
            if _has_keys(connection):
                raise VaultError("there is a centre here already; nothing was changed")
        with writing(engine) as connection:
            if key_file is not None:
                kek = create_key_file(key_file)
            else:
                typed = _passphrase(None, new=True) or ""
                kek = kek_from_passphrase(connection, typed, create=True)
            keyring = create_keyring(connection, kek)
    except (OSError, CryptoError, VaultError) as error:
        refuse(error)
        return
    click.echo(f"Centre made, replica {keyring.identity.replica.hex()}.")
    if key_file is not None:
        click.echo(f"Key file: {key_file}. Keep a copy apart: without it nothing can be read.")


def _has_keys(connection: object) -> bool:
    try:
        open_keyring(connection, bytes(32))  # type: ignore[arg-type]
    except NotInitialised:
        return False
    except CryptoError:
        return True
    return True


@cli.command("enrol-code")
@_data
@_key_file
@click.argument("kelurahan")
@click.option("--minutes", default=30, show_default=True, type=click.IntRange(1, 24 * 60))
def enrol_code(data: Path, key_file: Path | None, kelurahan: str, minutes: int) -> None:
    """Print a one-time code for the server of KELURAHAN (such as 32.75.02.1004)."""
    centre = _open(data, key_file)
    try:
        code = issue_code(centre, kelurahan, timedelta(minutes=minutes))
    except KeyError:
        refuse(VaultError(f"there is no kelurahan {kelurahan}"))
        return
    click.echo(code.text())


@cli.group()
def account() -> None:
    """Officers' accounts."""


@account.command("add")
@_data
@_key_file
@click.option("--username", prompt=True)
@click.option("--name", prompt=True, help="As it stands in the history.")
@click.option("--role", prompt=True, type=click.Choice([str(role) for role in OFFICER_ROLES]))
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_account(
    data: Path, key_file: Path | None, username: str, name: str, role: str, password_stdin: bool
) -> None:
    """Add an account, or give an existing one a new name, role and password."""
    centre = _open(data, key_file)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    if len(password) < 8:
        refuse(VaultError("a password has 8 characters or more"))
    with writing(centre.vault.engine) as connection:
        accounts.add_account(connection, centre.vault, username, name, role, password)
    click.echo(f"Account {username} ({role}) is ready.")


@cli.command()
@_data
@_key_file
@click.argument("kelurahan")
def status(data: Path, key_file: Path | None, kelurahan: str) -> None:
    """The hash of the state that is held of KELURAHAN, to compare with `loket edge status`."""
    centre = _open(data, key_file)
    with reading(centre.vault.engine) as connection:
        digest = stream_hash(connection, kelurahan)
    click.echo(f"stream {kelurahan}")
    click.echo(f"state {digest.hex()}")


@cli.command()
@_data
@_key_file
def serve(data: Path, key_file: Path | None) -> None:
    """Serve officers and nodes until stopped. Settings come from LOKET_… variables."""
    from central.serve import serve_centre

    try:
        serve_centre(_settings(data, key_file), _passphrase(key_file))
    except (CryptoError, VaultError, OSError) as error:
        refuse(error)


@cli.command()
@_data
@_key_file
def worker(data: Path, key_file: Path | None) -> None:
    """Fold what was ingested, until stopped. Any number of workers share the work."""
    from central.workflows.folding import Folder
    from web.logs import configure_logs

    settings = _settings(data, key_file)
    configure_logs(json=not sys.stderr.isatty(), level=settings.log_level)
    folder = Folder(core.open_centre(settings, _passphrase(key_file)))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: folder.ask_stop())
    folder.run_here()
