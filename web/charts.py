"""Charts as SVG that stands in the page: its colours are the page's tokens, by classes.

Beside each chart the page shows the same numbers as a table, so a chart has a title and one
sentence for those who do not see it, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_WIDE, _HIGH = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 8, 28, 34
_MOST_LABELS = 12
_LEGEND_STEP = 150


@dataclass(frozen=True, slots=True)
class Series:
    """What is drawn in one colour (and pattern of stroke, for print and for who sees no colour)."""

    label: str
    values: Sequence[float | None]


def _top_of(most: float) -> float:
    """A round number at or above."""
    if most <= 5:
        return 5
    step = 10.0 ** (len(str(int(most))) - 1)
    for times in (1, 2, 2.5, 5, 10):
        if most <= step * times:
            return step * times
    return step * 10


def bars(
    ident: str, title: str, sentence: str, labels: Sequence[str], series: Sequence[Series]
) -> Markup:
    """Upright bars, side by side for each label.

    :param ident: unique in the page.
    """
    most = max((value for one in series for value in one.values if value is not None), default=0)
    top = _top_of(most)
    inner_w, inner_h = _WIDE - _LEFT - _RIGHT, _HIGH - _TOP - _BOTTOM
    parts = [
        Markup(
            '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
            '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>'
        ).format(_WIDE, _HIGH, ident, ident, ident, title, ident, sentence)
    ]
    for share in (0, 0.5, 1):
        y = _TOP + inner_h * (1 - share)
        parts.append(
            Markup('<line class="chart-grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(
                _LEFT, _WIDE - _RIGHT, y, y
            )
            + Markup(
                '<text class="chart-text" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
            ).format(_LEFT - 6, y + 4, _number(top * share))
        )
    slot = inner_w / max(1, len(labels))
    width = slot * 0.8 / max(1, len(series))
    every = max(1, -(-len(labels) // _MOST_LABELS))
    for index, label in enumerate(labels):
        left = _LEFT + slot * index + slot * 0.1
        for number, one in enumerate(series):
            value = one.values[index]
            if value:
                height = inner_h * value / top
                parts.append(
                    Markup(
                        '<rect class="chart-bar chart-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" '
                        'height="{:.1f}"/>'
                    ).format(
                        number + 1, left + width * number, _TOP + inner_h - height, width, height
                    )
                )
        if index % every == 0:
            parts.append(
                Markup(
                    '<text class="chart-text" x="{:.1f}" y="{}" text-anchor="middle">{}</text>'
                ).format(left + slot * 0.4, _HIGH - _BOTTOM + 18, label)
            )
    for number, one in enumerate(series):
        x = _LEFT + number * _LEGEND_STEP
        parts.append(
            Markup('<rect class="chart-bar chart-{}" x="{}" y="6" width="12" height="12"/>').format(
                number + 1, x
            )
            + Markup('<text class="chart-text" x="{}" y="16">{}</text>').format(x + 18, one.label)
        )
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


_ROW_H, _NAME_W, _VALUE_W = 30, 210, 60


def lying_bars(
    ident: str,
    title: str,
    sentence: str,
    rows: Sequence[tuple[str, float, str]],
    most: float,
) -> Markup:
    """Bars from the left, one a row.

    :param rows: (label, value, the value in words).
    :param most: what a full bar stands for.
    """
    high = _ROW_H * len(rows) + 8
    room = _WIDE - _NAME_W - _VALUE_W
    parts = [
        Markup(
            '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
            '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>'
        ).format(_WIDE, high, ident, ident, ident, title, ident, sentence)
    ]
    for index, (label, value, words) in enumerate(rows):
        y = 4 + _ROW_H * index
        width = max(0.0, min(1.0, value / most)) * room if most else 0.0
        parts.append(
            Markup('<text class="chart-text" x="{}" y="{}" text-anchor="end">{}</text>').format(
                _NAME_W - 8, y + 19, label
            )
            + Markup(
                '<rect class="chart-bar chart-1" x="{}" y="{}" width="{:.1f}" height="20"/>'
            ).format(_NAME_W, y + 4, width)
            + Markup('<text class="chart-text" x="{:.1f}" y="{}">{}</text>').format(
                _NAME_W + width + 8, y + 19, words
            )
        )
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def _number(value: float) -> str:
    return escape(f"{value:g}".replace(".", ","))
