"""What the command lines of both servers show: progress, and sums in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from registration.format import JAKARTA
from sync.tally import Tally

Advance = Callable[[float], None]
"""How much is done, out of the total that was named."""


@contextmanager
def progress(label: str, total: float) -> Iterator[Advance]:
    """A bar on standard error, where that is a terminal; scripts read standard output."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        task = shown.add_task(label, total=total or None)
        yield lambda done: shown.update(task, completed=done)


def count(number: int, one: str) -> str:
    """`1 request`, `12 requests`."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def told(tally: Tally) -> str:
    """`12 requests with 48 changes, 412 pieces of scans, made 3 Nov 09:12 to 24 Nov 16:40`."""
    requests, changes = count(len(tally.records), "request"), count(tally.changes, "change")
    parts = [f"{requests} with {changes}"]
    if tally.pieces:
        parts.append(f"{tally.pieces:,} pieces of scans")
    if tally.first_ms is not None and tally.last_ms is not None:
        parts.append(f"made {_when(tally.first_ms)} to {_when(tally.last_ms)}")
    return ", ".join(parts)


def _when(ms: int) -> str:
    moment = datetime.fromtimestamp(ms / 1000, UTC).astimezone(JAKARTA)
    return f"{moment:%-d %b %Y %H:%M}"
