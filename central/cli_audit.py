"""`loket central audit-export`: the file that an auditor takes along."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import click

from central.centre import JAKARTA, Centre
from central.workflows import evidence
from central.workflows.consent import identified
from crypto.errors import CryptoError
from vault.commands import data_option, key_file_option, refuse
from vault.errors import VaultError

Open = Callable[[Path, Path | None], Centre]
_DAY = click.DateTime(["%Y-%m-%d"])


def add_audit_commands(cli: click.Group, open_centre: Open) -> None:
    @cli.command("audit-export")
    @data_option
    @key_file_option
    @click.option("--by", required=True, metavar="USERNAME", help="Who takes it; it is recorded.")
    @click.option("--from", "first", type=_DAY, help="First day of the trail (Jakarta).")
    @click.option("--to", "last", type=_DAY, help="Last day of the trail; logs are whole always.")
    @click.argument("target", type=click.Path(path_type=Path))
    def export(
        data: Path,
        key_file: Path | None,
        by: str,
        first: datetime | None,
        last: datetime | None,
        target: Path,
    ) -> None:
        """Write all chains, signatures and public keys to TARGET, a file or a folder.

        Nobody's name or data is in it. Check it anywhere by: loket audit-verify FILE
        """
        centre = open_centre(data, key_file)
        password = click.prompt(f"Password of {by}", hide_input=True, err=True)
        try:
            person = identified(centre, by, password)
            made = evidence.begin(
                centre,
                person,
                from_ms=_ms(first) if first else 0,
                until_ms=_ms(last + timedelta(days=1)) if last else 0,
            )
            path = target / made.file_name if target.is_dir() else target
            size = _write(path, evidence.parts(centre, made))
        except (VaultError, CryptoError, OSError) as error:
            refuse(error)
        finally:
            centre.vault.engine.dispose()
        click.echo(f"{path}: {size} bytes. Check it: loket audit-verify {path}")


def _ms(day: datetime) -> int:
    return int(day.replace(tzinfo=JAKARTA).timestamp() * 1000)


def _write(path: Path, parts: evidence.Parts) -> int:
    """Whole or not at all; a file that is there stays."""
    size = 0
    unfinished = path.with_name(path.name + ".tmp")
    if path.exists():
        raise FileExistsError(f"{path} is there already; an older file is worth keeping")
    try:
        with unfinished.open("xb") as file:
            for part in parts:
                size += file.write(part)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return size
