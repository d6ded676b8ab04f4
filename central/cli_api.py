"""`loket central api-client …`: other systems that may call the API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from central.centre import Centre
from central.workflows import api_clients
from central.workflows.api_clients import PER_MINUTE, Scope
from registration.lifecycle import Role
from sync.body import Author
from vault.commands import data_option, key_file_option, refuse

_BY = Author("cli", "loket central", Role.ADMIN)


def add_api_commands(cli: click.Group, open_centre: Callable[[Path, Path | None], Centre]) -> None:
    """The group `api-client` with `add`, `list` and `revoke`."""

    @cli.group("api-client", help="Other systems that may call the API.")
    def group() -> None:
        """Holds the commands below."""

    @group.command("add")
    @data_option
    @key_file_option
    @click.option("--name", required=True, help="Of the system; it stands in the history.")
    @click.option(
        "--scope", "scopes", multiple=True, required=True, type=click.Choice([*map(str, Scope)])
    )
    @click.option(
        "--per-minute", default=PER_MINUTE, show_default=True, type=click.IntRange(1, 6000)
    )
    def add(
        data: Path, key_file: Path | None, name: str, scopes: tuple[str, ...], per_minute: int
    ) -> None:
        """Let a system in, and print its token: it is told this once only."""
        try:
            made = api_clients.add(open_centre(data, key_file), name, scopes, _BY, per_minute)
        except ValueError as error:
            refuse(error)
        click.echo(f"Client {made.client.id} ({made.client.name}) may call the API.", err=True)
        click.echo(made.token)

    @group.command("list")
    @data_option
    @key_file_option
    def show(data: Path, key_file: Path | None) -> None:
        """List the clients."""
        for one in api_clients.listed(open_centre(data, key_file)):
            state = "revoked" if one.revoked_ms else "active"
            click.echo(f"{one.id}\t{state}\t{' '.join(sorted(one.scopes))}\t{one.name}")

    @group.command("revoke")
    @data_option
    @key_file_option
    @click.argument("client")
    def revoke(data: Path, key_file: Path | None, client: str) -> None:
        """Shut a client out from its next call on."""
        try:
            found = api_clients.revoke(open_centre(data, key_file), client, _BY)
        except LookupError:
            refuse(f"there is no client {client}")
        click.echo(f"{found.name} is shut out.")
