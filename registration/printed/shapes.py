"""What stands on a paper form, for whatever draws it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from registration.display import show
from registration.format import plain_date
from registration.regions import Kelurahan
from registration.shapes import Case, Value

DIGITS = 16
"""Of a NIK and of a KK number."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A request, as far as it is filled in; nothing of it for a blank form."""

    service: str
    case: Case
    place: Kelurahan
    values: Mapping[str, Value] = field(default_factory=dict)
    held: Collection[str] = ()
    """The papers that are here, by the code of their document."""
    day: date | None = None
    clerk: str = ""
    code: str = ""

    def text(self, name: str) -> str:
        """An answer as people write it; "" where there is none."""
        if name not in self.values:
            return ""
        return show(f"data.{name}", self.values[name]).render()

    def digits(self, name: str) -> str:
        return str(self.values.get(name, ""))

    def born(self, place: str, day: str) -> str:
        """`BEKASI, 12 Mei 1995`"""
        return ", ".join(filter(None, (self.text(place), self.text(day))))

    @property
    def address(self) -> str:
        parts = [self.text("alamat")]
        parts += [f"{label} {self.text(name)}" for name, label in _ADDRESS if self.text(name)]
        return " ".join(filter(None, parts))

    @property
    def signed(self) -> str:
        """Where and when it is signed; a line where that is not known."""
        return f"Bekasi, {plain_date(self.day) if self.day else '.' * 30}"


_ADDRESS = (("rt", "RT"), ("rw", "RW"), ("kode_pos", "KODE POS"))


@dataclass(frozen=True, slots=True)
class Line:
    """One numbered question with room for its answer."""

    number: str
    label: str
    value: str = ""
    boxes: int = 0
    """A box for each digit; 0: a line."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """One numbered question with its answers to tick."""

    number: str
    label: str
    options: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Things to tick, in columns from top to bottom."""

    items: tuple[tuple[str, bool], ...]
    columns: int = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a `Chart` column; `ticked` is None for what only heads others."""

    mark: str
    label: str
    ticked: bool | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns under headings."""

    columns: tuple[tuple[str, tuple[Entry, ...]], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str


Part = Line | Ticks | Listed | Chart | Words


@dataclass(frozen=True, slots=True)
class Section:
    """Parts under a heading; "" for none."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who signs, and the name under it where it is known."""

    role: str
    name: str = ""
    above: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form."""

    code: str
    title: str
    sections: tuple[Section, ...]
    signers: tuple[Signer, ...]
    foot: str = ""


def person(name: str = "", nik: str = "", kk: str = "") -> tuple[Line, ...]:
    """The lines that F-2.01 asks of a witness."""
    return (
        Line("1.", "Nama", name),
        Line("2.", "NIK", nik, DIGITS),
        Line("3.", "Nomor Kartu Keluarga", kk, DIGITS),
        Line("4.", "Kewarganegaraan"),
    )


def day_line(number: str, label: str, iso: str) -> Line:
    """A date as `DDMMYYYY`, in boxes."""
    year, month, day = iso.split("-") if iso.count("-") == 2 else ("", "", "")
    return Line(number, label + " (tgl-bln-thn)", day + month + year, 8)


def ticks(filled: Filled, number: str, label: str, name: str, answers: Mapping[str, str]) -> Ticks:
    """A question of ours beside the form's answers; several of ours may be one of the form's.

    :param answers: our answer → the form's.
    """
    given = answers.get(str(filled.values.get(name, "")))
    options = dict.fromkeys(answers.values())
    return Ticks(
        number,
        label,
        tuple((f"{at}. {one}", one == given) for at, one in enumerate(options, start=1)),
    )


def foot(filled: Filled) -> str:
    code = f" · permohonan {filled.code}" if filled.code else ""
    return f"Dicetak di Loket Kelurahan {filled.place.name}{code}"
