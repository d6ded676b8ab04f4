"""`loket audit-verify`: on any computer, without database, keys or network."""

from __future__ import annotations

from pathlib import Path

import click

from central.evidence.report import LANGUAGES, lines
from central.evidence.verify import Older, verify_file

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("audit-verify")
@click.argument("file", type=_FILE)
@click.option("--against", type=_FILE, help="An older file that nothing may be missing of.")
@click.option("--key", default="", help="The fingerprint (or its beginning) that you trust.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="id", show_default=True)
@click.pass_context
def audit_verify(ctx: click.Context, file: Path, against: Path | None, key: str, lang: str) -> None:
    """Check an auditor's FILE: every chain, signature and checkpoint.

    Exit code 0: all of it agrees. 1: something is wrong, and named.
    """
    older: Older | None = None
    if against is not None:
        with against.open("rb") as opened:
            checked, older = verify_file(opened, fingerprint="")
        if not checked.good:
            click.echo(f"{against}:")
            for line in lines(checked, lang, compared=False):
                click.echo(line)
            ctx.exit(1)
    with file.open("rb") as opened:
        checked, _ = verify_file(opened, older=older, fingerprint=key)
    for line in lines(checked, lang, compared=against is not None):
        click.echo(line)
    ctx.exit(0 if checked.good else 1)
