"""`loket simulate-load`: a pattern by its name, against a running centre."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from load.chart import chart
from load.driving import Progress, Target, Tell, run
from load.enrolling import NotEnough, read_codes
from load.officers import NotIn
from load.plan import PRESETS, Plan
from load.table import show
from sync.carrier_http import CarrierError, LineCut
from sync.errors import SyncError

_REFUSED, _UNREACHABLE = 1, 3
_PASSWORD = "LOKET_LOAD_PASSWORD"  # noqa: S105 - the variable's name
_WIDE = 100


def _refuse(error: Exception | str, status: int = _REFUSED) -> NoReturn:
    click.echo(f"loket: {error}", err=True)
    sys.exit(status)


@contextmanager
def _bar() -> Iterator[Tell]:
    """A bar on standard error, where that is a terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.completed:,.0f} acknowledged, {task.fields[busy]:,} refused"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console, disable=not console.is_terminal) as shown:
        task = shown.add_task("", total=None, busy=0)

        def tell(now: Progress) -> None:
            shown.update(
                task,
                description=now.stage,
                completed=now.done,
                total=now.total or None,
                busy=now.busy,
            )

        yield tell


_OF_PLAN: tuple[tuple[str, type, str], ...] = (
    ("edges", int, "Kelurahan servers."),
    ("seconds", float, "For how long changes arrive."),
    ("rate", float, "Changes a second of one edge."),
    ("backlog", int, "Changes that wait at each edge when it comes back."),
    ("backlog_scans", int, "Scans among them."),
    ("return_s", float, "Within how many seconds all come back."),
    ("scan_share", float, "Of the changes that arrive, those with a scan (0 to 1)."),
    ("scan_bytes", int, "How large a scan is."),
    ("flooders", int, "Edges that send --flood-times as much."),
    ("flood_times", float, ""),
    ("drips", int, "Connections that never end their request."),
    ("drip_s", float, "Seconds between two of their bytes."),
    ("probes", int, "Nodes that send one small change at a time, measured apart."),
    ("probe_rate", float, "Small exchanges a second, of all probes."),
    ("officers", int, "Officers who open pages meanwhile."),
    ("page_rate", float, "Pages a second of one officer."),
    ("drain_s", float, "For how long edges go on when nothing more arrives."),
    ("seed", int, "The same seed, the same arrivals."),
)


def _plan_options(command: Any) -> Any:
    for name, kind, said in reversed(_OF_PLAN):
        option = f"--{name.replace('_', '-')}"
        command = click.option(option, name, type=kind, default=None, help=said)(command)
    return command


@click.command("simulate-load", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("pattern", type=click.Choice(list(PRESETS)))
@click.option("--url", required=True, help="The centre, such as http://127.0.0.1:8080.")
@click.option(
    "--codes",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="One-time codes, one a line: `loket central enrol-codes`.",
)
@click.option("--officer", default="", help=f"Officers' account; its password in {_PASSWORD}.")
@click.option("--precompute/--seal-on-arrival", default=True, help="Seal before the clock starts.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--svg", "svg_file", type=click.Path(dir_okay=False, path_type=Path))
@_plan_options
def simulate_load(
    pattern: str,
    url: str,
    codes: Path,
    officer: str,
    precompute: bool,
    json_file: Path | None,
    svg_file: Path | None,
    **changed: Any,
) -> None:
    """Play a PATTERN of arrivals with many light edges against a centre that runs for tests.

    What they file stays there as real requests of invented people. Options left out are the
    pattern's own; docs/load.md says what is measured.
    """
    plan = _checked(PRESETS[pattern], precompute, changed)
    password = os.environ.get(_PASSWORD, "")
    if plan.officers and not (officer and password):
        raise click.UsageError(f"officers need --officer and {_PASSWORD}")
    try:
        target = Target(url, read_codes(codes), officer, password)
        with _bar() as tell:
            report = run(plan, target, tell)
    except LineCut as error:
        _refuse(f"the centre cannot be reached: {error}", _UNREACHABLE)
    except (NotEnough, NotIn, CarrierError, SyncError, ValueError) as error:
        _refuse(error)
    show(report, Console(width=None if sys.stdout.isatty() else _WIDE))
    if json_file is not None:
        json_file.write_text(report.as_json())
    if svg_file is not None:
        svg_file.write_text(chart(report, pattern))
    if report.wrong:
        _refuse("acknowledgements were wrong")


def _checked(preset: Plan, precompute: bool, changed: dict[str, Any]) -> Plan:
    given = {name: value for name, value in changed.items() if value is not None}
    if any(value < 0 for value in given.values()):
        raise click.UsageError("nothing can be less than 0")
    plan = replace(preset, precompute=precompute, **given)
    if plan.edges < 1 or plan.flooders > plan.edges:
        raise click.UsageError("at least one edge, and no more flooders than edges")
    return plan
