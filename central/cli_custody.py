"""`loket central nodes|escrow|shred|retention|keys …`: acts that are done in somebody's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from central.centre import JAKARTA, Centre
from central.store import audit
from central.workflows import centre_keys, escrow, retention, revoking, shredding
from central.workflows.consent import Consent, identified, names
from central.workflows.watching import watch
from crypto.errors import CryptoError
from registration.retention import schedule
from sync.body import Author
from vault.commands import data_option, key_file_option, refuse
from vault.engine import reading
from vault.errors import VaultError

Open = Callable[[Path, Path | None], Centre]
_FAILURES = (VaultError, CryptoError, OSError)

reason_option = click.option(
    "--reason", prompt="Reason", help="Why; it is written down with your name."
)


def _person(centre: Centre, username: str) -> Author:
    password = click.prompt(f"Password of {username}", hide_input=True, err=True)
    return identified(centre, username, password)


def _consent(centre: Centre, by: tuple[str, ...], reason: str) -> Consent:
    return Consent(tuple(_person(centre, username) for username in by), reason)


def _by(persons: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        "--by",
        multiple=True,
        required=True,
        metavar="USERNAME",
        help="Who does it; the password is asked for."
        if persons == 1
        else f"Who consents; name {persons} persons. The passwords are asked for.",
    )


def _when(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone(JAKARTA):%Y-%m-%d %H:%M}"


def add_custody_commands(cli: click.Group, keys: click.Group, open_centre: Open) -> None:
    """Hang the groups into the command line of the centre."""
    cli.add_command(_nodes(open_centre))
    cli.add_command(_escrow(open_centre))
    cli.add_command(_shred(open_centre))
    cli.add_command(_retention(open_centre))
    cli.add_command(_audit(open_centre))
    _keys(keys, open_centre)


def _nodes(open_centre: Open) -> click.Group:
    @click.group(help="The kelurahan's servers.")
    def nodes() -> None:
        """Holds the commands below."""

    @nodes.command("list")
    @data_option
    @key_file_option
    def listing(data: Path, key_file: Path | None) -> None:
        """List all nodes: replica id, stream, name, state, last contact."""
        for one in watch(open_centre(data, key_file)).nodes:
            state = "revoked" if one.revoked else "enrolled"
            met = _when(one.last_contact_ms) if one.last_contact_ms else "never"
            click.echo(f"{one.replica.hex()}\t{one.stream}\t{one.name}\t{state}\t{met}")

    @nodes.command("revoke")
    @data_option
    @key_file_option
    @_by(1)
    @reason_option
    @click.argument("node")
    def revoke(
        data: Path, key_file: Path | None, by: tuple[str, ...], reason: str, node: str
    ) -> None:
        """Refuse NODE (a replica id or its beginning, or a kelurahan) from its next contact on.

        What it sent before stays. Its counter says that the permission was withdrawn.
        """
        centre = open_centre(data, key_file)
        try:
            found = revoking.find_node(centre, node)
            after = revoking.revoke(centre, found.replica, _consent(centre, by, reason))
        except _FAILURES as error:
            refuse(error)
        click.echo(f"{found.name} ({found.replica.hex()}) is revoked.")
        for one in after:
            click.echo(f"It introduced {one.replica.hex()}, which still counts.", err=True)

    return nodes


def _escrow(open_centre: Open) -> click.Group:
    @click.group(help="Opening a dead node's disk, by two persons together.")
    def group() -> None:
        """Holds the commands below."""

    def phrases(centre: Centre, by: tuple[str, ...], *, new: bool) -> dict[Author, str]:
        found: dict[Author, str] = {}
        for username in by:
            person = _person(centre, username)
            found[person] = click.prompt(
                f"{'New r' if new else 'R'}ecovery passphrase of {username}",
                hide_input=True,
                confirmation_prompt=new,
                err=True,
            )
        return found

    @group.command("make")
    @data_option
    @key_file_option
    @click.option("--holder", "by", multiple=True, required=True, metavar="USERNAME")
    @reason_option
    def make(data: Path, key_file: Path | None, by: tuple[str, ...], reason: str) -> None:
        """Make the recovery key; any two of its holders can open what is sealed to it.

        Each holder chooses a passphrase that is nobody else's, and that is kept nowhere. Nodes
        seal their key-encryption keys to the new key at their next contact.
        """
        centre = open_centre(data, key_file)
        try:
            given = phrases(centre, by, new=True)
            escrow.make_recovery_key(centre, given, Consent(tuple(given), reason))
        except _FAILURES as error:
            refuse(error)
        click.echo(f"The recovery key is made. Holders: {names(list(given))}.")

    @group.command("list")
    @data_option
    @key_file_option
    def listing(data: Path, key_file: Path | None) -> None:
        """List all nodes with the keys that are held of them."""
        centre = open_centre(data, key_file)
        for node in watch(centre).nodes:
            held = escrow.held_for(centre, node)
            newest = _when(held[0].at_ms) if held else "none"
            click.echo(f"{node.replica.hex()}\t{node.name}\t{len(held)} held\t{newest}")

    @group.command("open")
    @data_option
    @key_file_option
    @click.option("--holder", "by", multiple=True, required=True, metavar="USERNAME")
    @reason_option
    @click.option(
        "--out",
        type=click.Path(dir_okay=False, path_type=Path),
        required=True,
        help="Key file to write; never over another.",
    )
    @click.option("--nth", default=1, show_default=True, type=click.IntRange(1), help="1: newest.")
    @click.argument("node")
    def open_one(
        data: Path,
        key_file: Path | None,
        by: tuple[str, ...],
        reason: str,
        out: Path,
        nth: int,
        node: str,
    ) -> None:
        """Write the key file that opens the disk of NODE; two holders consent."""
        centre = open_centre(data, key_file)
        try:
            found = revoking.find_node(centre, node)
            given = phrases(centre, by, new=False)
            escrow.open_escrow(centre, found, given, Consent(tuple(given), reason), out, nth)
        except _FAILURES as error:
            refuse(error)
        click.echo(f"{out} opens the disk of {found.name}. Destroy it when the disk is read.")

    group.name = "escrow"
    return group


def _shred(open_centre: Open) -> click.Command:
    @click.command("shred")
    @data_option
    @key_file_option
    @_by(2)
    @reason_option
    @click.option("--stream", required=True, help="Kelurahan, such as 32.75.02.1004.")
    @click.argument("record")
    def shred(
        data: Path,
        key_file: Path | None,
        by: tuple[str, ...],
        reason: str,
        stream: str,
        record: str,
    ) -> None:
        """Destroy RECORD (its id, 32 hex digits) here and on all nodes, for good.

        Its key goes first. The logs keep who wrote when, and verify as before.
        """
        centre = open_centre(data, key_file)
        try:
            named = bytes.fromhex(record)
        except ValueError:
            refuse(f"{record} is not the id of a record")
        try:
            done = shredding.shred(centre, stream, named, _consent(centre, by, reason))
        except _FAILURES as error:
            refuse(error)
        click.echo("The record is destroyed here.")
        for node in shredding.owing(centre, stream, done.number):
            click.echo(f"At its next contact: {node}")

    return shred


def _retention(open_centre: Open) -> click.Group:
    @click.group(help="Destroying by rule what was kept long enough.")
    def group() -> None:
        """Holds the commands below."""

    @group.command("list")
    @data_option
    @key_file_option
    @click.option("--ahead", default=0, show_default=True, type=click.IntRange(0), help="Days.")
    def listing(data: Path, key_file: Path | None, ahead: int) -> None:
        """List what the schedule would destroy. Nothing is changed."""
        centre = open_centre(data, key_file)
        report = retention.due(centre, ahead)
        state = "approved" if retention.is_approved(centre) else "not approved"
        click.echo(f"schedule {schedule().fingerprint}, {state}")
        for rule, ended in report.due.items():
            click.echo(f"{rule.kind} {rule.status}, {rule.days} days: {len(ended)} due")
            click.echo(f"  {rule.basis}")
            for one in ended:
                click.echo(f"  {one.stream}\t{one.record.hex()}\tchanged {_when(one.changed_ms)}")
            for one in report.uncertain[rule]:
                click.echo(f"  {one.stream}\t{one.record.hex()}\tage uncertain: kept")

    @group.command("approve")
    @data_option
    @key_file_option
    @_by(2)
    @reason_option
    def approve(data: Path, key_file: Path | None, by: tuple[str, ...], reason: str) -> None:
        """Let the schedule of this version be carried out every night; two persons consent."""
        centre = open_centre(data, key_file)
        try:
            retention.approve(centre, _consent(centre, by, reason))
        except _FAILURES as error:
            refuse(error)
        click.echo(f"Schedule {schedule().fingerprint} is approved.")

    @group.command("run")
    @data_option
    @key_file_option
    def run(data: Path, key_file: Path | None) -> None:
        """Carry the approved schedule out now instead of tonight."""
        centre = open_centre(data, key_file)
        try:
            report = retention.run(centre)
        except _FAILURES as error:
            refuse(error)
        click.echo(f"{report.count} records destroyed.")

    group.name = "retention"
    return group


def _audit(open_centre: Open) -> click.Command:
    @click.command("audit")
    @data_option
    @key_file_option
    @click.option("--limit", default=50, show_default=True, type=click.IntRange(1))
    def show(data: Path, key_file: Path | None, limit: int) -> None:
        """Who did what to nodes, keys and records, and which bundles were refused."""
        centre = open_centre(data, key_file)
        with reading(centre.vault.engine) as connection:
            acts = audit.list_acts(connection, centre.vault, limit)
            refused = audit.list_refusals(connection, limit)
        for act in acts:
            who = names(act.by) or "schedule"
            click.echo(f"{_when(act.at_ms)}\t{act.act}\t{act.subject}\t{who}\t{act.reason}")
        for one in refused:
            who = f"{one.place} {one.replica.hex()}".strip() or "unknown"
            click.echo(f"{_when(one.last_ms)}\trefused {one.count}×\t{one.slug}\t{who}")

    return show


def _keys(keys: click.Group, open_centre: Open) -> None:
    def command(name: str, act: Callable[[Centre, Consent], None], done: str, text: str) -> None:
        @keys.command(name, help=text)
        @data_option
        @key_file_option
        @_by(1)
        @reason_option
        def change(data: Path, key_file: Path | None, by: tuple[str, ...], reason: str) -> None:
            centre = open_centre(data, key_file)
            try:
                act(centre, _consent(centre, by, reason))
            except _FAILURES as error:
                refuse(error)
            click.echo(done)

    command(
        "new-sealing-key",
        centre_keys.change_sealing_key,
        "Nodes seal to the new key from their next contact on.",
        "Change the key that nodes seal to. What was sealed before opens still.",
    )
    command(
        "new-signing-key",
        centre_keys.change_signing_key,
        "Nodes pin the new key at their next contact; none is enrolled anew.",
        "Change the key that the centre signs with, and that all nodes have pinned. Nodes hear of "
        "it in an answer signed by the former one.",
    )

    @keys.command("forget-former")
    @data_option
    @key_file_option
    @_by(1)
    @reason_option
    @click.option("--days", default=60, show_default=True, type=click.IntRange(0))
    def forget(
        data: Path, key_file: Path | None, by: tuple[str, ...], reason: str, days: int
    ) -> None:
        """Destroy sealing and signing keys that were given up more than so many days ago.

        A node that has not called since then must be enrolled anew.
        """
        centre = open_centre(data, key_file)
        try:
            gone = centre_keys.forget_former_keys(centre, _consent(centre, by, reason), days)
        except _FAILURES as error:
            refuse(error)
        click.echo(f"{gone} former keys are destroyed.")
