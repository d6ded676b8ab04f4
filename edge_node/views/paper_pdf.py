"""Drawing a paper form as a PDF, in memory: nothing about people touches a disk here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from registration.printed.shapes import (
    Chart,
    Line,
    Listed,
    Section,
    Sheet,
    Signer,
    Ticks,
    Words,
)
from web.core_fonts import core_text

if TYPE_CHECKING:
    from fpdf import FPDF

SIZES = {"a4": (210.0, 297.0), "f4": (210.0, 330.0)}
"""Width and height of a page in mm; F4 (folio) is what most offices have in the tray."""
_MARGIN = 14.0
_ROW = 6.2
_BOX = 5.4
_NUMBER = 8.0
_LABEL = 52.0
_TICK = 3.4
_SMALL, _TEXT, _HEAD = 7.5, 9.0, 11.0
_LEAST = 5.0
"""Points: what does not fit is set smaller, down to here, and then cut."""
_SIGNATURE = 20.0
_PT = 25.4 / 72


def pdf(sheet: Sheet, size: str = "a4") -> bytes:
    """The form on as few pages as it takes; a section never begins at the foot of one."""
    from fpdf import FPDF

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-9)
            self.set_font("helvetica", "", 6.5)
            self.cell(0, 4, core_text(sheet.foot))
            self.set_x(_MARGIN)
            self.cell(0, 4, f"{sheet.code} - {self.page_no()}/{{nb}}", align="R")

    paper = Paper(format=SIZES[size])
    paper.set_title(sheet.code)
    paper.set_margins(_MARGIN, 10, _MARGIN)
    paper.set_auto_page_break(False)
    paper.set_line_width(0.2)
    paper.add_page()
    pen = _Pen(paper)
    pen.head(sheet)
    for section in sheet.sections:
        pen.section(section)
    pen.signatures(sheet.signers)
    return bytes(paper.output())


class _Pen:
    """Writes from top to bottom."""

    def __init__(self, paper: FPDF) -> None:
        self.paper = paper
        self._draw: dict[type, Callable[[Any], None]] = {
            Line: self._line,
            Ticks: self._ticks,
            Listed: self._listed,
            Chart: self._chart,
            Words: self._words,
        }

    @property
    def _wide(self) -> float:
        return float(self.paper.epw)

    def _room(self, height: float) -> None:
        """A new page, unless so much fits on this one."""
        if self.paper.get_y() + height > self.paper.h - 11:
            self.paper.add_page()

    def _say(
        self, x: float, y: float, wide: float, text: str, size: float = _TEXT, align: str = "L"
    ) -> None:
        """One line of text, smaller where it would be too long."""
        said = core_text(text)
        while True:
            self.paper.set_font_size(size)
            if self.paper.get_string_width(said) <= wide or size <= _LEAST:
                break
            size -= 0.5
        while said and self.paper.get_string_width(said) > wide:
            said = said[:-1]
        self.paper.set_xy(x, y)
        self.paper.cell(wide, _ROW, said, align=align)

    def head(self, sheet: Sheet) -> None:
        paper = self.paper
        paper.set_font("helvetica", "B", _TEXT)
        right = paper.w - _MARGIN - 24
        paper.rect(right, paper.get_y(), 24, _ROW)
        self._say(right, paper.get_y(), 24, sheet.code, align="C")
        paper.set_xy(_MARGIN, paper.get_y() + _ROW + 2)
        paper.set_font_size(_HEAD)
        paper.multi_cell(0, 5.5, core_text(sheet.title), align="C", new_x="LMARGIN", new_y="NEXT")
        paper.ln(1.5)

    def section(self, section: Section) -> None:
        paper = self.paper
        self._room(self._height(section))
        if section.title:
            paper.ln(1)
            paper.set_font("helvetica", "B", _TEXT)
            self._say(_MARGIN, paper.get_y(), self._wide, section.title)
            paper.set_y(paper.get_y() + _ROW)
        paper.set_font("helvetica", "", _TEXT)
        for part in section.parts:
            self._draw[type(part)](part)

    def _height(self, section: Section) -> float:
        """What is to fit below: all of a few questions, or the beginning of what is longer."""
        short = all(isinstance(part, Line | Ticks) for part in section.parts)
        return _ROW * (1 + (len(section.parts) if short else 2))

    def _asked(self, number: str, label: str) -> float:
        """The question; returns where its answer begins."""
        y = self.paper.get_y()
        self._say(_MARGIN + 2, y, _NUMBER, number, _SMALL + 0.5)
        self._say(_MARGIN + 2 + _NUMBER, y, _LABEL, label, _SMALL + 0.5)
        x = _MARGIN + 2 + _NUMBER + _LABEL
        self._say(x, y, 3, ":")
        return x + 4

    def _line(self, line: Line) -> None:
        self._room(_ROW)
        paper, y = self.paper, self.paper.get_y()
        x = self._asked(line.number, line.label)
        if line.boxes:
            for at in range(line.boxes):
                paper.rect(x + at * _BOX, y + 0.4, _BOX, _BOX)
            self._in_boxes(x, y, line.value[: line.boxes])
        else:
            wide = _MARGIN + self._wide - x
            self._say(x, y, wide, line.value)
            paper.line(x, y + _ROW - 0.8, x + wide, y + _ROW - 0.8)
        paper.set_xy(_MARGIN, y + _ROW)

    def _in_boxes(self, x: float, y: float, digits: str) -> None:
        """A digit in each box, and yet one piece of text, so that it can be found and copied."""
        if not digits:
            return
        paper = self.paper
        paper.set_font("courier", "B", _TEXT + 1)
        width = paper.get_string_width("0")
        paper.set_char_spacing((_BOX - width) / _PT)
        paper.set_xy(x + (_BOX - width) / 2 - paper.c_margin, y + 0.4)
        paper.cell(len(digits) * _BOX + 2, _BOX, digits)
        paper.set_char_spacing(0)
        paper.set_font("helvetica", "", _TEXT)

    def _box(self, x: float, y: float, ticked: bool) -> None:
        paper, top = self.paper, y + (_ROW - _TICK) / 2
        paper.rect(x, top, _TICK, _TICK)
        if ticked:
            paper.set_font("helvetica", "B", _TEXT)
            self._say(x - 1, y, _TICK + 2, "X", _TEXT, "C")
            paper.set_font("helvetica", "", _TEXT)

    def _ticks(self, ticks: Ticks) -> None:
        self._room(_ROW)
        x = self._asked(ticks.number, ticks.label)
        y, right = self.paper.get_y(), _MARGIN + self._wide
        start = x
        for label, ticked in ticks.options:
            self.paper.set_font_size(_SMALL)
            wide = float(self.paper.get_string_width(core_text(label))) + 4
            if x + _TICK + wide > right:
                x, y = start, y + _ROW
                self._room(2 * _ROW)
            self._box(x, y, ticked)
            self._say(x + _TICK, y, wide, label, _SMALL)
            x += _TICK + wide
        self.paper.set_xy(_MARGIN, y + _ROW)

    def _listed(self, listed: Listed) -> None:
        rows = -(-len(listed.items) // listed.columns)
        self._room(rows * (_ROW - 1))
        top, wide = self.paper.get_y(), (self._wide - 4) / listed.columns
        for at, (label, ticked) in enumerate(listed.items):
            x = _MARGIN + 4 + at // rows * wide
            y = top + at % rows * (_ROW - 1)
            self._box(x, y, ticked)
            self._say(x + _TICK + 0.5, y, wide - _TICK - 3, label, _SMALL)
        self.paper.set_xy(_MARGIN, top + rows * (_ROW - 1))

    def _chart(self, chart: Chart) -> None:
        rows = max(len(entries) for _, entries in chart.columns)
        high = (rows + 1) * (_ROW - 0.6) + 1
        self._room(high)
        paper, top = self.paper, self.paper.get_y()
        wide = self._wide / len(chart.columns)
        for at, (title, entries) in enumerate(chart.columns):
            x = _MARGIN + at * wide
            paper.rect(x, top, wide, high)
            paper.set_font("helvetica", "B", _SMALL)
            self._say(x, top, wide, title, _SMALL)
            for row, entry in enumerate(entries, start=1):
                y = top + row * (_ROW - 0.6)
                paper.set_font("helvetica", "" if "." in entry.mark else "B", _SMALL)
                if entry.ticked is not None:
                    self._box(x + 1.2, y, entry.ticked)
                    paper.set_font("helvetica", "" if "." in entry.mark else "B", _SMALL)
                said = f"{entry.mark.rpartition('.')[2]}. {entry.label}"
                self._folded(x + 1.2 + _TICK, y, wide - _TICK - 2.4, said, _SMALL - 0.5)
            paper.line(x, top + _ROW - 0.4, x + wide, top + _ROW - 0.4)
        paper.set_xy(_MARGIN, top + high + 1)

    def _folded(self, x: float, y: float, wide: float, text: str, size: float) -> None:
        """In two lines, where it is too long for one."""
        self.paper.set_font_size(size)
        said = core_text(text)
        if self.paper.get_string_width(said) <= wide:
            self._say(x, y, wide, text, size)
            return
        first = self._lines(wide, said)[0]
        self._say(x, y - 1.3, wide, first, size)
        self._say(x, y + 1.3, wide, said[len(first) :].strip(), size)

    def _lines(self, wide: float, said: str) -> list[str]:
        lines = self.paper.multi_cell(wide, 4, said, dry_run=True, output="LINES")
        return [str(line) for line in lines] if isinstance(lines, list) else [said]

    def _words(self, words: Words) -> None:
        paper = self.paper
        paper.set_font_size(_SMALL + 0.5)
        said = core_text(words.text)
        self._room(len(self._lines(self._wide, said)) * 4.2 + 2)
        paper.ln(1)
        paper.multi_cell(self._wide, 4.2, said, new_x="LMARGIN", new_y="NEXT")
        paper.ln(1)

    def signatures(self, signers: tuple[Signer, ...]) -> None:
        """Side by side, with room to sign: never torn from one another."""
        self._room(_SIGNATURE + 4 * _ROW)
        paper = self.paper
        paper.ln(3)
        paper.set_font("helvetica", "", _TEXT)
        top, wide = paper.get_y(), self._wide / len(signers)
        for at, signer in enumerate(signers):
            x = _MARGIN + at * wide
            self._say(x, top, wide, signer.above, _TEXT, "C")
            self._say(x, top + 5, wide, signer.role, _TEXT, "C")
            name = signer.name or "." * 40
            self._say(x, top + 8 + _SIGNATURE, wide, f"( {name} )", _TEXT, "C")
        paper.set_y(top + 8 + _SIGNATURE + _ROW)
