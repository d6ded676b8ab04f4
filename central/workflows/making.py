"""Making reports as files in the background, and keeping them for some days.

Any process makes the next one; who falls silent while at it (a restart) loses it to another. The
files name nobody, and are sealed all the same: they are not for whoever reads the disk.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date
from itertools import islice

import cbor2
import structlog

from central.centre import Centre
from central.report_tables import book_of
from central.store import reports
from central.store.reports import AT_WORK, FAILED, READY, WAITS, Kept
from central.workflows.reporting import STEPS, Asked, report
from registration.reports import Span, period_of
from vault.engine import reading, writing
from web.sheets import Book, csv_of, pdf_of, xlsx_of

__all__ = ["AT_WORK", "FAILED", "READY", "WAITS", "Made", "ask", "find", "listed", "make_next"]

_log = structlog.get_logger()
KEPT_DAYS = 7
_DAY_MS = 86_400_000
_SILENT_MS = 60_000
_TOTAL = STEPS + 3
"""The reading, then each of three files."""
_SEALED = "report"
_MOST = 20
FILES = ("pdf", "xlsx", "csv")


@dataclass(frozen=True, slots=True)
class Made:
    """A report as it stands."""

    kept: Kept
    asked: Asked

    @property
    def waits(self) -> bool:
        return self.kept.state in (WAITS, AT_WORK)


def new_id() -> str:
    """Carried by the form, so that sending it twice asks for one report."""
    return uuid.uuid4().hex


def ask(centre: Centre, ident: str, asked: Asked) -> None:
    """Ask for a report; it is made within seconds by some process."""
    if len(ident) != 32 or not ident.isalnum():
        raise ValueError("a report needs a name of 32 letters and digits")
    with writing(centre.vault.engine) as connection:
        reports.ask(connection, ident, _written(asked), _TOTAL, centre.clock())


def _written(asked: Asked) -> str:
    period = asked.period
    return json.dumps([str(period.span), period.first.isoformat(), asked.stream, asked.layanan])


def _read(text: str) -> Asked:
    span, first, stream, layanan = json.loads(text)
    return Asked(period_of(Span(span), date.fromisoformat(first)), stream, layanan)


def find(centre: Centre, ident: str) -> Made | None:
    with reading(centre.vault.engine) as connection:
        found = reports.find(connection, ident)
    return None if found is None else Made(found, _read(found.asked))


def listed(centre: Centre, stream: str = "") -> list[Made]:
    """The newest first; those about one kelurahan where one is named."""
    with reading(centre.vault.engine) as connection:
        made = (Made(one, _read(one.asked)) for one in reports.listed(connection))
        return list(islice((one for one in made if stream in ("", one.asked.stream)), _MOST))


def file_of(centre: Centre, ident: str, kind: str) -> bytes | None:
    """One of `FILES`; None: not made (yet), or dropped."""
    with reading(centre.vault.engine) as connection:
        sealed = reports.files(connection, ident)
        if sealed is None:
            return None
        files = cbor2.loads(centre.vault.keys_in(connection).unseal_row(_SEALED, sealed))
    return bytes(files[kind])


def make_next(centre: Centre) -> bool:
    """Make the report that waits longest; whether there was one."""
    now_ms = centre.clock()
    lost, old = now_ms - _SILENT_MS, now_ms - KEPT_DAYS * _DAY_MS
    with reading(centre.vault.engine) as connection:
        # Most of the time there is none: then nobody's writing waits for this.
        if not reports.is_work(connection, lost, old):
            return False
    with writing(centre.vault.engine) as connection:
        reports.forget(connection, old)
        kept = reports.claim(connection, now_ms, lost)
    if kept is None:
        return False
    try:
        files = _files(centre, kept)
    except Exception:  # noqa: BLE001 - told on its page; the next report must not wait for it
        _log.exception("a report cannot be made", report=kept.id)
        with writing(centre.vault.engine) as connection:
            reports.end(connection, kept.id, None, centre.clock())
        return True
    with writing(centre.vault.engine) as connection:
        sealed = centre.vault.keys_in(connection).seal_row(_SEALED, cbor2.dumps(files))
        reports.end(connection, kept.id, sealed, centre.clock())
    return True


def _files(centre: Centre, kept: Kept) -> dict[str, bytes]:
    def told(done: int) -> None:
        with writing(centre.vault.engine) as connection:
            reports.go_on(connection, kept.id, done, centre.clock())

    # In the office's language: a report is a letter of the office, whoever asked for it.
    book = book_of(report(centre, _read(kept.asked), told), str)
    files: dict[str, bytes] = {}
    for number, (kind, make) in enumerate(
        (("pdf", pdf_of), ("xlsx", xlsx_of), ("csv", _csv)), start=STEPS + 1
    ):
        files[kind] = make(book)
        told(number)
    return files


def _csv(book: Book) -> bytes:
    """All tables in one file, each named before its rows."""
    width = max(len(sheet.columns) for sheet in book.sheets) if book.sheets else 1
    rows = [
        (sheet.title, *row, *[None] * (width - len(row)))
        for sheet in book.sheets
        for row in (sheet.columns, *sheet.rows)
    ]
    return csv_of((book.title, *book.lines[:1], *[""] * (width - 1)), rows)
