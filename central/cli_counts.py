"""`loket central recount`: what is counted beside the records, made anew from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from central.centre import Centre
from central.store import counts
from central.workflows.counting import recount
from vault.commands import data_option, key_file_option
from vault.engine import reading
from vault.terminal import count, progress


def add_count_commands(
    cli: click.Group, open_centre: Callable[[Path, Path | None], Centre]
) -> None:
    """Add `recount` to the commands of the centre."""

    @cli.command("recount")
    @data_option
    @key_file_option
    def recount_(data: Path, key_file: Path | None) -> None:
        """Count everything anew: the queues' counts, and the sums that reports are made of.

        The centre may go on serving meanwhile; reports are low until this is done.
        """
        centre = open_centre(data, key_file)
        with reading(centre.vault.engine) as connection:
            total = len(counts.streams(connection))
        with progress("Counting", total) as advance:
            done = recount(centre, advance)
        click.echo(f"Counted anew: {count(done, 'kelurahan')}.")
