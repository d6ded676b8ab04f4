"""Tables as files: CSV, a workbook, a PDF; made in memory.

Cells are words or numbers. Words that begin like a formula must not become one on the computer of
whoever opens the file, so they are marked as text; numbers stay numbers.

The CSV is the one that Excel opens rightly by a double click where Windows speaks Indonesian: UTF-8
with a byte order mark (else it is read as Windows-1252), semicolons (the list separator there, as
the comma is the decimal sign), decimal commas. RFC 4180 otherwise.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from web.core_fonts import core_text

Cell = str | int | float | Decimal | None

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    note: str = ""
    wide: int = 2
    """How many times as wide as the others the first column is."""


@dataclass(frozen=True, slots=True)
class Book:
    """Several tables under one head."""

    title: str
    lines: tuple[str, ...]
    sheets: tuple[Sheet, ...]


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


def _shown(cell: Cell) -> str:
    """As people write it: decimal comma, at most two decimals."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return str(cell)
    return f"{cell:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe(one) for one in columns])
    for row in rows:
        writer.writerow([safe(one) if isinstance(one, str) else _shown(one) for one in row])
    return (_BOM + out.getvalue()).encode()


def xlsx_of(book: Book) -> bytes:
    """A workbook with a sheet for each table (ECMA-376)."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    made = Workbook()
    made.remove(made.worksheets[0])
    for sheet in book.sheets:
        page = made.create_sheet(_tab(sheet.title, made.sheetnames))
        for line in (book.title, *book.lines, sheet.title, sheet.note):
            if line:
                page.append([safe(line)])
        page["A1"].font = Font(bold=True, size=14)
        page.append([])
        page.append([safe(one) for one in sheet.columns])
        for cell in page[page.max_row]:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.freeze_panes = page.cell(page.max_row + 1, 2)
        for row in sheet.rows:
            page.append([safe(one) if isinstance(one, str) else _number(one) for one in row])
        for number in range(1, len(sheet.columns) + 1):
            width = 36 if number == 1 else 16
            page.column_dimensions[get_column_letter(number)].width = width
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _number(cell: int | float | Decimal | None) -> int | float | None:
    return cell if cell is None or isinstance(cell, int) else round(float(cell), 2)


def _tab(title: str, taken: Sequence[str]) -> str:
    """A name that a workbook allows: 31 characters, without `[]:*?/\\`, none twice."""
    plain = "".join(" " if char in r"[]:*?/\'" else char for char in title).strip()[:31] or "-"
    number = 2
    name = plain
    while name in taken:
        name = f"{plain[:28]} {number}"
        number += 1
    return name


_ACROSS_MM = 277
_LINE_MM = 5


def pdf_of(book: Book) -> bytes:
    """A4 across, a page or more for each table, its head on each page."""
    from fpdf import FPDF
    from fpdf.fonts import FontFace

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font("helvetica", "", 8)
            self.cell(0, 5, core_text(f"{book.title} - {book.lines[0] if book.lines else ''}"))
            self.set_x(10)
            self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="R")

    paper = Paper(orientation="landscape", format="A4")
    paper.set_auto_page_break(True, margin=15)
    paper.set_title(core_text(book.title))
    paper.add_page()
    paper.set_font("helvetica", "B", 16)
    paper.cell(0, 9, core_text(book.title), new_x="LMARGIN", new_y="NEXT")
    paper.set_font("helvetica", "", 10)
    for line in book.lines:
        paper.multi_cell(0, 5, core_text(line), new_x="LMARGIN", new_y="NEXT")
    for sheet in book.sheets:
        paper.ln(4)
        if paper.will_page_break(30):
            paper.add_page()
        paper.set_font("helvetica", "B", 12)
        paper.cell(0, 7, core_text(sheet.title), new_x="LMARGIN", new_y="NEXT")
        if sheet.note:
            paper.set_font("helvetica", "", 9)
            paper.multi_cell(0, 5, core_text(sheet.note), new_x="LMARGIN", new_y="NEXT")
        paper.set_font("helvetica", "", 8)
        shares = [sheet.wide, *[1] * (len(sheet.columns) - 1)]
        widths = [_ACROSS_MM * share / sum(shares) for share in shares]
        numbers = ("LEFT", *["RIGHT"] * (len(sheet.columns) - 1))
        with paper.table(
            col_widths=widths,
            line_height=_LINE_MM,
            text_align=numbers if sheet.rows and _is_number(sheet.rows[0][-1]) else "LEFT",
            headings_style=FontFace(emphasis="BOLD", fill_color=(235, 239, 241)),
        ) as table:
            table.row([core_text(one) for one in sheet.columns])
            for row in sheet.rows:
                table.row([core_text(_shown(one)) for one in row])
    return bytes(paper.output())


def _is_number(cell: Cell) -> bool:
    return not isinstance(cell, str)
