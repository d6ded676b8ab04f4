"""A copy of one's data as a file, made in memory: nothing about people touches a disk here."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from web.core_fonts import core_text

_WIDTHS = (1, 2)
"""How label and text share the breadth."""
_LINE_MM, _PICTURE_MM = 6, 240


@dataclass(frozen=True, slots=True)
class Copy:
    """The data of one request in words."""

    office: str
    title: str
    code: str
    made: datetime
    made_words: str
    parts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """Headings, and under each label and text."""
    kept: str
    """How long it is kept."""


def as_json(
    copy: Copy,
    fields: Mapping[str, Sequence[Any]],
    photos: Sequence[Mapping[str, Any]],
    history: Sequence[Mapping[str, str]],
) -> bytes:
    """UTF-8 JSON. A field has several values while two places differ about it."""
    whole = {
        "kantor": copy.office,
        "kode": copy.code,
        "dibuat": copy.made.isoformat(timespec="seconds"),
        "isian": fields,
        "foto": photos,
        "riwayat": history,
        "penyimpanan": copy.kept,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2).encode()


def pdf(copy: Copy, pictures: Sequence[tuple[str, bytes]]) -> bytes:
    """A4: what is held in words, then each photo on a page of its own.

    :param pictures: (what it is, JPEG).
    """
    from fpdf import FPDF

    paper = FPDF(format="A4")
    paper.set_title(core_text(f"{copy.title} {copy.code}"))
    paper.set_auto_page_break(True, margin=15)
    paper.add_page()
    paper.set_font("helvetica", "B", 14)
    paper.multi_cell(0, 8, core_text(f"{copy.title} - {copy.code}"), new_x="LMARGIN", new_y="NEXT")
    paper.set_font("helvetica", "", 10)
    paper.multi_cell(
        0, 5, core_text(f"{copy.office}, {copy.made_words}"), new_x="LMARGIN", new_y="NEXT"
    )
    for heading, rows in copy.parts:
        paper.ln(4)
        paper.set_font("helvetica", "B", 12)
        paper.cell(0, 8, core_text(heading), new_x="LMARGIN", new_y="NEXT")
        paper.set_font("helvetica", "", 10)
        with paper.table(
            col_widths=_WIDTHS, line_height=_LINE_MM, first_row_as_headings=False, text_align="LEFT"
        ) as table:
            for label, text in rows:
                table.row([core_text(label), core_text(text or "-")])
    paper.ln(4)
    paper.multi_cell(0, 5, core_text(copy.kept), new_x="LMARGIN", new_y="NEXT")
    for label, data in pictures:
        paper.add_page()
        paper.cell(0, 8, core_text(label), new_x="LMARGIN", new_y="NEXT")
        paper.image(io.BytesIO(data), w=paper.epw, h=_PICTURE_MM, keep_aspect_ratio=True)
    return bytes(paper.output())
