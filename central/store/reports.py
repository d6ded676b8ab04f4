"""Reports that are being made, and made ones for some days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    Table,
    Text,
    delete,
    or_,
    select,
    update,
)

from central.store.tables import metadata
from vault.sql import insert_new

report = Table(
    "report",
    metadata,
    Column("id", Text, primary_key=True),
    Column("asked_ms", BigInteger, nullable=False),
    Column("asked", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("held_ms", BigInteger, nullable=False),
    Column("ready_ms", BigInteger, nullable=False),
    Column("sealed", LargeBinary),
)
"""`asked`: what it is about, in clear, as it names nobody; `held_ms`: when its maker last said that
it is at work."""

WAITS, AT_WORK, READY, FAILED = "menunggu", "dibuat", "jadi", "gagal"


@dataclass(frozen=True, slots=True)
class Kept:
    """One report, without its files."""

    id: str
    asked_ms: int
    asked: str
    state: str
    done: int
    total: int
    ready_ms: int


_KEPT = select(
    report.c.id,
    report.c.asked_ms,
    report.c.asked,
    report.c.state,
    report.c.done,
    report.c.total,
    report.c.ready_ms,
)


def ask(connection: Connection, ident: str, asked: str, total: int, now_ms: int) -> None:
    """Put a report on the list; once more changes nothing."""
    row = {"id": ident, "asked_ms": now_ms, "asked": asked, "state": WAITS}
    empty = {"done": 0, "total": total, "held_ms": 0, "ready_ms": 0, "sealed": None}
    insert_new(connection, report, {**row, **empty})


def find(connection: Connection, ident: str) -> Kept | None:
    row = connection.execute(_KEPT.where(report.c.id == ident)).first()
    return Kept(*row) if row is not None else None


def listed(connection: Connection) -> Iterator[Kept]:
    """The newest first."""
    rows = connection.execute(_KEPT.order_by(report.c.asked_ms.desc(), report.c.id))
    return (Kept(*row) for row in rows)


def files(connection: Connection, ident: str) -> bytes | None:
    """The sealed files; None while there are none."""
    return connection.execute(select(report.c.sealed).where(report.c.id == ident)).scalar()


def _due(lost_before_ms: int) -> ColumnElement[bool]:
    lost = (report.c.state == AT_WORK) & (report.c.held_ms < lost_before_ms)
    return or_(report.c.state == WAITS, lost)


def is_work(connection: Connection, lost_before_ms: int, old_before_ms: int) -> bool:
    """Whether there is a report to be made, or one to be dropped."""
    wanted = or_(_due(lost_before_ms), report.c.asked_ms < old_before_ms)
    return connection.execute(select(report.c.id).where(wanted).limit(1)).first() is not None


def claim(connection: Connection, now_ms: int, lost_before_ms: int) -> Kept | None:
    """The next report to be made, for the caller alone; one whose maker fell silent counts too."""
    row = connection.execute(
        _KEPT.where(_due(lost_before_ms))
        .order_by(report.c.asked_ms)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    _set(connection, row.id, state=AT_WORK, done=0, held_ms=now_ms)
    return Kept(*row)


def go_on(connection: Connection, ident: str, done: int, now_ms: int) -> None:
    """So far it is made."""
    _set(connection, ident, done=done, held_ms=now_ms)


def end(connection: Connection, ident: str, sealed: bytes | None, now_ms: int) -> None:
    """It is made, or (None) it cannot be."""
    state = FAILED if sealed is None else READY
    _set(connection, ident, state=state, sealed=sealed, ready_ms=now_ms)


def _set(connection: Connection, ident: str, **values: object) -> None:
    connection.execute(update(report).where(report.c.id == ident).values(**values))


def forget(connection: Connection, before_ms: int) -> None:
    """Drop those that were asked for before a time."""
    connection.execute(delete(report).where(report.c.asked_ms < before_ms))
