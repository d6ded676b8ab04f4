"""Numbers, periods and comparisons in the words of the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from flask import request

from central.views.scope import own_stream
from central.views.texts import gettext
from central.views.words import lang
from central.workflows.reporting import Asked
from registration.catalogue import SERVICES
from registration.regions import all_kelurahan
from registration.reports import Span, period_of
from web.sheets import Cell, Sheet


def asked_for(today: date, given: Mapping[str, str] | None = None) -> Asked:
    """What the address (or a form) asks for; this month of all where that is nothing known.

    A penyelia asks for the one kelurahan, whatever the address says.
    """
    said = request.args if given is None else given
    try:
        span = Span(said.get("masa", ""))
    except ValueError:
        span = Span.BULAN
    try:
        day = min(date.fromisoformat(said.get("tanggal", "")), today)
    except ValueError:
        day = today
    # Nothing was counted before there were computers, and years below 2 have no year before.
    period = period_of(span, max(day, date(2000, 1, 1)))
    stream, layanan = said.get("kelurahan", ""), said.get("layanan", "")
    return Asked(
        period,
        own_stream() or (stream if stream in {one.code for one in all_kelurahan()} else ""),
        layanan if layanan in {one.code for one in SERVICES} else "",
    )


def number(value: Cell) -> str:
    """With the signs of the reader's language; "–" where there is nothing to tell."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    english = lang().startswith("en")
    if isinstance(value, int):
        text = f"{value:,}"
    elif isinstance(value, Decimal):
        text = f"{value:,.2f}"
    else:
        text = f"{value:,.1f}"
    return text if english else text.translate(str.maketrans(",.", ".,"))


def rows_of(sheet: Sheet) -> list[list[str]]:
    """The rows of a table as its page shows them."""
    return [[number(cell) for cell in row] for row in sheet.rows]


def columns_of(sheet: Sheet) -> list[str | tuple[str, str]]:
    """Its columns for the component `table`: all that hold figures stand at the right."""
    return [
        (label, "num") if _figures(sheet.rows, index) else label
        for index, label in enumerate(sheet.columns)
    ]


def _figures(rows: Sequence[tuple[Cell, ...]], index: int) -> bool:
    return bool(rows) and not any(isinstance(row[index], str) for row in rows)


def duration(minutes: float | None) -> str:
    """ "35 menit", "6 jam", "3 hari": as people say it."""
    if minutes is None:
        return "–"
    if minutes < 60:
        return gettext("%(num)s menit", num=round(minutes))
    if minutes < 48 * 60:
        return gettext("%(num)s jam", num=number(minutes / 60))
    return gettext("%(num)s hari", num=number(minutes / 1440))


def percent(value: float | None) -> str:
    return "–" if value is None else f"{number(value)}%"


def change(now: float | None, before: float | None, *, points: bool = False) -> str:
    """ "naik 12 dari masa sebelumnya"; "" where there is nothing to compare with."""
    if now is None or before is None:
        return ""
    by = now - before
    whole = isinstance(now, int) and isinstance(before, int)
    amount = number(abs(by) if not whole else int(abs(by)))
    if points:
        amount = gettext("%(num)s poin", num=amount)
    if abs(by) < 0.05:
        return gettext("sama dengan masa sebelumnya")
    if by > 0:
        return gettext("naik %(amount)s dari masa sebelumnya", amount=amount)
    return gettext("turun %(amount)s dari masa sebelumnya", amount=amount)
