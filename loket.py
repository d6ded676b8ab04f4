"""The `loket` command: `loket edge …` for a kelurahan, `loket central …` for Disdukcapil,
`loket audit-verify` for whoever checks their records, `loket simulate-load` to load a centre.

The two servers never import each other, so each half is imported only when asked for.
"""

from __future__ import annotations

import importlib

import click


class _Halves(click.Group):
    """Loads each command on demand."""

    modules = {
        "edge": ("edge_node.cli", "cli"),
        "central": ("central.cli", "cli"),
        # Of the centre's, but on an auditor's own computer: it loads neither store nor web.
        "audit-verify": ("central.evidence.cli", "audit_verify"),
        "simulate-load": ("load.cli", "simulate_load"),
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.modules:
            return None
        module, name = self.modules[cmd_name]
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(
    cls=_Halves,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done · 1 refused, the reason is printed · 2 wrong usage · "
    "3 the other side could not be reached, try again later.",
)
@click.version_option(package_name="loket")
def main() -> None:
    """Loket keeps civil-registration counters open when the network is not."""


if __name__ == "__main__":
    main()
