"""A run as one SVG file that stands by itself: what came and what was taken over time, and how long
who waited."""

from __future__ import annotations

from html import escape

from load.report import Report
from web.charts import Series, bars, lying_bars

_WIDE, _HIGH, _ROW_H, _HEAD, _GAP = 720, 260, 30, 26, 14
_STYLE = (
    "svg{background:#fff;font-family:system-ui,sans-serif}"
    ".chart-text{fill:#444;font-size:13px}.chart-grid{stroke:#ccc}"
    ".chart-bar{stroke:#fff}.chart-1{fill:#9db4c8}.chart-2{fill:#1f6f54}"
    ".head{font-size:15px;font-weight:600;fill:#222}"
)


def chart(report: Report, title: str) -> str:
    """The SVG."""
    rows = _rows(report)
    parts = [
        (f"{title}: changes of {report.plan.edges} edges so far", _so_far(report), _HIGH),
        ("Per second", _per_second(report), _HIGH),
        ("Waited, seconds at the 99th percentile", _waits(rows), _ROW_H * len(rows) + 8),
    ]
    y, drawn = 0, []
    for head, inner, high in parts:
        drawn.append(f'<text class="head" x="8" y="{y + 18}">{escape(head)}</text>')
        place = f'<svg x="0" y="{y + _HEAD}" width="{_WIDE}" height="{high}" class="chart"'
        drawn.append(str(inner).replace('<svg class="chart"', place, 1))
        y += _HEAD + high + _GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {y}" width="{_WIDE}" '
        f'height="{y}"><style>{_STYLE}</style>{"".join(drawn)}</svg>\n'
    )


def _so_far(report: Report) -> str:
    points = report.points
    return bars(
        "so-far",
        "Changes so far",
        f"{report.acked} of {report.offered} changes were acknowledged in {report.lasted_s:.0f} s.",
        _times(report),
        [
            Series("arrived", [point.offered for point in points]),
            Series("acknowledged", [point.acked for point in points]),
        ],
    )


def _per_second(report: Report) -> str:
    points = report.points
    busy = sum(group.busy for group in report.groups.values())
    return bars(
        "per-second",
        "Per second",
        f"{report.goodput_per_s:.1f} changes a second were acknowledged; {busy} refusals in all.",
        _times(report),
        [
            Series("refused", [point.busy_per_s for point in points]),
            Series("acknowledged", [point.acked_per_s for point in points]),
        ],
    )


def _times(report: Report) -> list[str]:
    return [f"{point.at:.0f} s" for point in report.points]


def _rows(report: Report) -> list[tuple[str, float, str]]:
    """(what, seconds, in words)."""
    found = []
    for name, group in report.groups.items():
        found.append((f"{name}: change", group.change.p99))
        found.append((f"{name}: admitted exchange", group.exchange.p99))
    if report.pages.latency.count:
        found.append(("officers: page", report.pages.latency.p99))
    if report.served_after.count:
        found.append(("after a refusal", report.served_after.p99))
    return [(label, value, f"{value:.2f} s") for label, value in found]


def _waits(rows: list[tuple[str, float, str]]) -> str:
    most = max((value for _, value, _ in rows), default=0.0)
    sentence = "; ".join(f"{label} {words}" for label, _, words in rows)
    return lying_bars("waits", "Waited", sentence, rows, most)
