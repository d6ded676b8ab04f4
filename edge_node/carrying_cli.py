"""`loket edge export` and `loket edge import`: carrying by file, there and back."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import click

from edge_node.edge import Edge
from edge_node.lock import AlreadyServed, only_server
from edge_node.workflows import inbox
from edge_node.workflows.carrying import (
    Brought,
    check_head,
    export_file,
    import_file,
    to_export,
)
from sync.carrier_file import Reader
from sync.errors import SyncError
from vault.commands import data_option, key_file_option, refuse
from vault.terminal import count, progress, told

Open = Callable[[Path, Path | None], Edge]
_PATIENCE_S = 300.0
"""How long to wait for the running server to take a file: it may be in a long exchange."""
_LOOK_S = 0.2


def export_command(open_edge: Open) -> click.Command:
    @click.command("export")
    @data_option
    @key_file_option
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    def export(data: Path, key_file: Path | None, file: Path) -> None:
        """Write what waits for the centre into FILE, for a USB stick.

        Nothing counts as sent until the centre's answer is back: by `loket edge import`, or by the
        line. The counter may go on serving meanwhile.
        """
        edge = open_edge(data, key_file)
        try:
            with progress("Writing", to_export(edge)) as advance:
                done = export_file(edge, file, advance)
        except (SyncError, OSError) as error:
            refuse(error)
        click.echo(f"From {edge.node.name} ({edge.stream}): {told(done.tally)}.")
        if done.scans:
            click.echo(f"The pieces are of {count(len(done.scans), 'scan')}.")
        size = file.stat().st_size / (1 << 20)
        bundles = count(done.tally.bundles, "sealed bundle")
        click.echo(f"{file} holds {bundles}, {size:,.1f} MiB. Carry it to Disdukcapil; there:")
        click.echo("  loket central import FILE --answer ANSWER")
        click.echo("and bring ANSWER back here: loket edge import ANSWER")

    return export


def import_command(open_edge: Open) -> click.Command:
    @click.command("import")
    @data_option
    @key_file_option
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def import_(data: Path, key_file: Path | None, file: Path) -> None:
        """Take the centre's answers from FILE. A second time changes nothing."""
        edge = open_edge(data, key_file)
        try:
            with file.open("rb") as opened:
                check_head(edge, Reader(opened).header)
            brought = _take(edge, file)
        except (SyncError, OSError) as error:
            refuse(error)
        if brought is None:
            click.echo("The counter is busy with an exchange; it takes the file right after it.")
            return
        _tell(brought)

    return import_


def _take(edge: Edge, file: Path) -> Brought | None:
    """By the running server where there is one, or here; None: the server has yet to come to it."""
    data = edge.settings.data
    with progress("Reading", file.stat().st_size) as advance:
        try:
            with only_server(data):
                return import_file(edge, file, advance)
        except AlreadyServed:
            said = inbox.lay(data, file, advance)
            until = time.monotonic() + _PATIENCE_S
            while (brought := inbox.read_said(said)) is None and time.monotonic() < until:
                time.sleep(_LOOK_S)
            return brought


def _tell(brought: Brought) -> None:
    if brought.new:
        click.echo(
            f"New: Disdukcapil holds {count(brought.acked, 'more change')} and "
            f"{count(brought.pieces, 'more piece')} of scans of ours, and sent "
            f"{count(brought.changes, 'change')}."
        )
    elif brought.answers:
        click.echo("Nothing new: all of it was known here already. Nothing was changed.")
    if brought.not_asked:
        click.echo(
            f"{count(brought.not_asked, 'answer')} in it were to what did not leave this counter, "
            "or left very long ago."
        )
    if brought.trouble:
        refuse(brought.trouble)
