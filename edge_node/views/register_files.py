"""The register as files, made in memory: nothing about people touches a disk here.

fpdf2 and openpyxl are plain Python and light enough for a small box; they are loaded when the first
file is asked for, as most days ask for none.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from web.core_fonts import core_text
from web.sheets import safe

_WIDTHS_MM = (10, 14, 32, 56, 60, 28, 38, 39)
"""Of the columns on A4 across, 277 mm in all."""
_WIDTHS_CHARS = (6, 8, 16, 32, 36, 16, 24, 24)
_LINE_MM = 5


@dataclass(frozen=True, slots=True)
class Sheet:
    """The register in words, for whatever carries it."""

    title: str
    place: str
    day: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[tuple[str, int], ...]
    widths_mm: tuple[int, ...] = _WIDTHS_MM
    row_mm: float = _LINE_MM
    """How high a row is at least."""


def xlsx(sheet: Sheet) -> bytes:
    """An Office Open XML workbook with one sheet (ECMA-376)."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet.day[:31]
    for line in (f"{sheet.title} · {sheet.place}", sheet.day):
        page.append([safe(line)])
    page.append([])
    page.append(list(sheet.columns))
    for cell in page[page.max_row]:
        cell.font = Font(bold=True)
    page.freeze_panes = page.cell(page.max_row + 1, 1)
    for row in sheet.rows:
        page.append([int(row[0]), *map(safe, row[1:])])
    page.append([])
    for label, count in sheet.totals:
        page.append(["", "", "", "", label, count])
    for number, width in enumerate(_WIDTHS_CHARS, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf(sheet: Sheet) -> bytes:
    """A4 across, with the head of the table on each page."""
    from fpdf import FPDF

    class Paper(FPDF):
        def header(self) -> None:
            self.set_font("helvetica", "B", 12)
            head = core_text(f"{sheet.title} - {sheet.place}")
            self.cell(0, 7, head, new_x="LMARGIN", new_y="NEXT")
            self.set_font("helvetica", "", 10)
            self.cell(0, 6, core_text(sheet.day), new_x="LMARGIN", new_y="NEXT")
            self.ln(2)

        def footer(self) -> None:
            self.set_y(-12)
            self.set_font("helvetica", "", 8)
            self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="R")

    paper = Paper(orientation="landscape", format="A4")
    paper.set_auto_page_break(True, margin=15)
    paper.add_page()
    paper.set_font("helvetica", "", 8)
    widths = sheet.widths_mm
    with paper.table(col_widths=widths, line_height=_LINE_MM, text_align="LEFT") as table:
        table.row([core_text(cell) for cell in sheet.columns])
        for row in sheet.rows:
            table.row([core_text(cell) for cell in row], min_height=sheet.row_mm)
    paper.ln(4)
    for label, count in sheet.totals:
        paper.cell(0, 5, core_text(f"{label}: {count}"), new_x="LMARGIN", new_y="NEXT")
    return bytes(paper.output())
