"""Reading the kept sums: of a time, for all or one kelurahan and service, put together as asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import add

from sqlalchemy import ColumnElement, Connection, Table, func, select

from central.store.count_tables import survey_day, voice_day, work_day
from central.store.counts import open_figures
from registration.statistics import Voice, Work
from registration.survey import ELEMENTS, Sums
from vault.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sums. None: of all."""

    first: date
    last: date
    stream: str | None = None
    layanan: str | None = None


def _where(table: Table, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        table.c.day.between(wanted.first.toordinal(), wanted.last.toordinal())
    ]
    if wanted.stream is not None:
        found.append(table.c.stream == wanted.stream)
    if wanted.layanan is not None and table is not voice_day:
        found.append(table.c.about == wanted.layanan)
    return found


def _by(
    connection: Connection,
    table: Table,
    names: type[Work] | type[Voice],
    by: str,
    wanted: Wanted,
) -> dict[str | int, dict[str, int]]:
    key = table.c[by]
    sums = [func.sum(table.c[str(one)]) for one in names]
    rows = connection.execute(select(key, *sums).where(*_where(table, wanted)).group_by(key))
    # PostgreSQL sums to a decimal.
    return {
        row[0]: {str(one): int(n) for one, n in zip(names, row[1:], strict=True)} for row in rows
    }


def work_by(connection: Connection, by: str, wanted: Wanted) -> dict[str | int, dict[str, int]]:
    """Sums of requests by `stream`, `about` or `day` (`date.toordinal`)."""
    return _by(connection, work_day, Work, by, wanted)


def voice_by(connection: Connection, by: str, wanted: Wanted) -> dict[str | int, dict[str, int]]:
    """Sums of complaints, which know no service: `about` is their subject."""
    return _by(connection, voice_day, Voice, by, wanted)


def answers(
    connection: Connection, keyring: Keyring, wanted: Wanted
) -> dict[tuple[str, str], Sums]:
    """(stream, service) → what the answers add up to."""
    found: dict[tuple[str, str], list[int]] = {}
    query = select(survey_day.c.stream, survey_day.c.about, survey_day.c.sealed)
    rows = connection.execute(query.where(*_where(survey_day, wanted)))
    for stream, about, sealed in rows.tuples():
        figures = open_figures(keyring, sealed)
        before = found.get((stream, about))
        # A year of the city is tens of thousands of rows: no object for each of them.
        found[stream, about] = figures if before is None else list(map(add, before, figures))
    return {
        place: Sums(count, dict(zip(ELEMENTS, totals, strict=True)))
        for place, (count, *totals) in found.items()
    }


def standing(connection: Connection, today: date, wanted: Wanted) -> dict[str, int]:
    """How it stands now, whenever it was filed: what waits, what is late, what is undecided."""
    work, voice = work_day.c, voice_day.c
    day = today.toordinal()
    place = (work_day, wanted.stream, wanted.layanan), (voice_day, wanted.stream, None)
    found: dict[str, int] = {}
    for (table, stream, layanan), columns in zip(
        place,
        (
            {"waiting": work.waiting, "undecided": work.undecided},
            {"complaints": voice.waiting},
        ),
        strict=True,
    ):
        limits = [] if stream is None else [table.c.stream == stream]
        limits += [] if layanan is None else [table.c.about == layanan]
        for name, column in columns.items():
            query = select(func.coalesce(func.sum(column), 0)).where(*limits)
            found[name] = int(connection.execute(query).scalar_one())
            if name != "undecided":
                late = query.where(table.c.day < day)
                found[f"late_{name}"] = int(connection.execute(late).scalar_one())
    return found
