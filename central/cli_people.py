"""`loket central emergency-code`: for the day when no admin can sign in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from central.centre import Centre
from central.workflows import emergency
from central.workflows.people import NotPossible
from vault.commands import data_option, key_file_option, refuse


def add_people_commands(
    cli: click.Group, open_centre: Callable[[Path, Path | None], Centre]
) -> None:
    """Hang the command into the command line of the centre."""

    @cli.command("emergency-code")
    @data_option
    @key_file_option
    @click.option("--minutes", default=15, show_default=True, type=click.IntRange(1, 60))
    @click.argument("username")
    def emergency_code(data: Path, key_file: Path | None, minutes: int, username: str) -> None:
        """Print a code that signs the admin USERNAME in once, without password or second step.

        Type it at /masuk/darurat. Making and using it is written down, and every admin is told.
        """
        centre = open_centre(data, key_file)
        try:
            code = emergency.issue(centre, username, minutes * 60_000)
        except NotPossible:
            refuse(f"there is no active admin {username}")
        click.echo(code)
        click.echo(f"Good once, for {minutes} minutes, at /masuk/darurat.", err=True)
