"""A report as tables for people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from load.figures import Latency
from load.report import Report

_BUSY_SHARE, _LATE_S = 0.8, 0.05
"""From here on the generator may have been the bottleneck."""


def show(report: Report, console: Console) -> None:
    """Print it."""
    console.print(_rates(report))
    console.print(_groups(report))
    console.print(_waits(report))
    for sentence in _sentences(report):
        console.print(sentence, markup=False, highlight=False)


def _rates(report: Report) -> Table:
    table = Table("", "", title="Changes", title_justify="left", show_header=False)
    table.add_row("offered", f"{report.offered:,}  ({report.offered_per_s:,.1f}/s)")
    table.add_row("acknowledged", f"{report.acked:,}  (left: {report.unacked:,})")
    if report.scan.count or report.pieces_left:
        scans = f"{report.scan.count:,}  (pieces left: {report.pieces_left:,})"
        table.add_row("scans acknowledged", scans)
    mb = report.goodput_bytes_per_s / 1e6
    table.add_row(
        "goodput",
        f"{report.goodput_per_s:,.1f} changes/s, {mb:,.3f} MB/s over {report.measured_s:.1f} s",
    )
    fair = report.fairness
    table.add_row(
        "fairness (Jain)",
        f"{fair.share:.3f} of shares, {fair.half_way:.3f} half way, {fair.acked:.3f} of changes",
    )
    if report.plan.backlog:
        table.add_row(
            "backlogs drained",
            f"{report.drain.count} in {report.drain.most:.1f} s, median {report.drain.p50:.1f} s; "
            f"slowest ÷ median {report.slowest_to_median:.2f}  (left: {report.undrained})",
        )
    return table


def _groups(report: Report) -> Table:
    table = Table(title="Exchanges", title_justify="left")
    for name in ("", "nodes", "calls", "busy", "cut", "refused", "changes acked"):
        table.add_column(name, justify="left" if not name else "right")
    for name, group in report.groups.items():
        numbers = (
            group.edges,
            group.exchanges,
            group.busy,
            group.cut,
            group.refused,
            group.acked,
        )
        table.add_row(name, *(f"{number:,}" for number in numbers))
    return table


def _waits(report: Report) -> Table:
    table = Table(title="Seconds", title_justify="left")
    for name in ("", "count", "p50", "p95", "p99", "most"):
        table.add_column(name, justify="left" if not name else "right")

    def add(name: str, one: Latency) -> None:
        if one.count:
            figures = (one.p50, one.p95, one.p99, one.most)
            table.add_row(name, f"{one.count:,}", *(f"{figure:.3f}" for figure in figures))

    for name, group in report.groups.items():
        add(f"{name}: change, from its arrival", group.change)
        add(f"{name}: admitted exchange", group.exchange)
        add(f"{name}: admitted small exchange", group.small)
    add("scan, from its arrival", report.scan)
    add("served after a refusal", report.served_after)
    add("officers: page", report.pages.latency)
    add("dripping connection until it was ended", report.drips_open)
    return table


def _sentences(report: Report) -> list[str]:
    said = []
    busy = sum(group.busy for group in report.groups.values())
    if busy:
        said.append(f"Refused {busy:,} times, to come back in {report.mean_retry_after_s:.1f} s.")
    if report.errors:
        kinds = ", ".join(f"{name} ({count:,})" for name, count in sorted(report.errors.items()))
        said.append(f"Errors: {kinds}.")
    if report.pages.failed:
        said.append(f"Pages that did not come: {report.pages.failed:,}.")
    maker = report.generator
    said.append(
        f"The generator used {maker.cpu_share:.0%} of a core; its own clock was late by "
        f"{maker.late.p99 * 1000:.0f} ms (p99)."
    )
    if maker.cpu_share > _BUSY_SHARE or maker.late.p99 > _LATE_S:
        said.append("It may have been the bottleneck: read the figures as lower bounds.")
    said += [f"WRONG: {one}" for one in report.wrong]
    if not report.wrong:
        said.append("Each acknowledgement was for what was sent, no less and no more.")
    return said
