"""The satisfaction survey (SKM, Permenpan RB 14/2017): nine questions, and what they come to.

Every element weighs one ninth. An index is the weighted mean times 25, so it runs from 25 to 100.
All figures are exact fractions until they are shown; the grade is that of the rounded index, as
the bands of the regulation have two decimals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from registration.texts import N_

KIND = "survei"
VERSION = 1
"""Rises whenever the words of a question or of its answers change."""
FILL = "isi_survei"
"""The act that such a record begins with; it has no other."""
FILLED = "terisi"
"""Its only status."""
VALUE = "skm."
"""Opens the record field of an answer: `skm.u1`."""
COMMENT = "skm.saran"

FEWEST = 5
"""Nothing is shown of fewer answers: who gave them could be guessed."""
_SCALE = range(1, 5)
_TO_HUNDRED = 25


@dataclass(frozen=True, slots=True)
class Question:
    """One element, as it is asked. `answers` are worth 1 to 4 in their order."""

    element: str
    title: str
    asks: str
    answers: tuple[str, str, str, str]


QUESTIONS: tuple[Question, ...] = (
    Question(
        "u1",
        N_("Persyaratan"),
        N_("Apakah syarat yang diminta mudah disiapkan?"),
        (N_("Tidak mudah"), N_("Kurang mudah"), N_("Mudah"), N_("Sangat mudah")),
    ),
    Question(
        "u2",
        N_("Prosedur"),
        N_("Apakah cara mengurusnya mudah diikuti?"),
        (N_("Tidak mudah"), N_("Kurang mudah"), N_("Mudah"), N_("Sangat mudah")),
    ),
    Question(
        "u3",
        N_("Waktu penyelesaian"),
        N_("Apakah pelayanannya cepat?"),
        (N_("Tidak cepat"), N_("Kurang cepat"), N_("Cepat"), N_("Sangat cepat")),
    ),
    Question(
        "u4",
        N_("Biaya"),
        N_("Apakah Ibu/Bapak diminta membayar? Semua layanan ini gratis."),
        (
            N_("Ya, dan mahal"),
            N_("Ya, cukup mahal"),
            N_("Ya, tetapi murah"),
            N_("Tidak, gratis"),
        ),
    ),
    Question(
        "u5",
        N_("Hasil layanan"),
        N_("Apakah dokumen yang diterima sudah benar?"),
        (N_("Tidak benar"), N_("Kurang benar"), N_("Benar"), N_("Benar semua dan rapi")),
    ),
    Question(
        "u6",
        N_("Kemampuan petugas"),
        N_("Apakah petugas paham pekerjaannya?"),
        (N_("Tidak paham"), N_("Kurang paham"), N_("Paham"), N_("Sangat paham")),
    ),
    Question(
        "u7",
        N_("Sikap petugas"),
        N_("Apakah petugas sopan dan ramah?"),
        (N_("Tidak sopan"), N_("Kurang sopan"), N_("Sopan"), N_("Sangat sopan dan ramah")),
    ),
    Question(
        "u8",
        N_("Tempat dan alat"),
        N_("Bagaimana tempat pelayanan dan alatnya?"),
        (N_("Buruk"), N_("Cukup"), N_("Baik"), N_("Sangat baik")),
    ),
    Question(
        "u9",
        N_("Penanganan pengaduan"),
        N_("Kalau ada keluhan, apakah ditangani dengan baik?"),
        (
            N_("Tidak ada tempat mengadu"),
            N_("Ada, tetapi tidak ditangani"),
            N_("Ditangani, kurang cepat"),
            N_("Ditangani dengan baik"),
        ),
    ),
)
ELEMENTS = tuple(question.element for question in QUESTIONS)

Answers = Mapping[str, int]
"""Element → 1 to 4."""


def is_whole(answers: Mapping[str, object]) -> bool:
    """Whether every element, and nothing else, has an answer of the scale."""
    return answers.keys() == set(ELEMENTS) and all(
        type(value) is int and value in _SCALE for value in answers.values()
    )


class Grade(StrEnum):
    """Mutu pelayanan."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


GRADE_LABELS: Mapping[Grade, str] = MappingProxyType(
    {
        Grade.A: N_("Sangat baik"),
        Grade.B: N_("Baik"),
        Grade.C: N_("Kurang baik"),
        Grade.D: N_("Tidak baik"),
    }
)
_FROM = ((Grade.A, Decimal("88.31")), (Grade.B, Decimal("76.61")), (Grade.C, Decimal("65.00")))


def grade_of(index: Fraction) -> Grade:
    """The grade of an index from 25 to 100."""
    shown = rounded(index)
    return next((grade for grade, least in _FROM if shown >= least), Grade.D)


def rounded(value: Fraction) -> Decimal:
    """Two decimals, halves up, from the exact value."""
    cents = (200 * value.numerator + value.denominator) // (2 * value.denominator)
    return Decimal(cents).scaleb(-2)


@dataclass(frozen=True, slots=True)
class Result:
    """What some answers come to."""

    count: int
    means: Mapping[str, Fraction]
    """Element → nilai rata-rata (NRR), from 1 to 4."""

    @property
    def weighted(self) -> Mapping[str, Fraction]:
        """Element → NRR tertimbang, NRR × 1/9."""
        return {element: mean / len(ELEMENTS) for element, mean in self.means.items()}

    @property
    def index(self) -> Fraction:
        """IKM, from 25 to 100."""
        return sum(self.weighted.values(), Fraction(0)) * _TO_HUNDRED

    @property
    def grade(self) -> Grade:
        return grade_of(self.index)

    @property
    def weakest(self) -> str | None:
        """The element to work on first; None where all are alike."""
        found = min(ELEMENTS, key=lambda element: self.means[element])
        return found if self.means[found] < max(self.means.values()) else None


@dataclass(frozen=True, slots=True)
class Sums:
    """What whole answers add up to, per element."""

    count: int = 0
    totals: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.count + other.count,
            {one: self.totals.get(one, 0) + other.totals.get(one, 0) for one in ELEMENTS},
        )


def sums_of(answered: Iterable[Answers]) -> Sums:
    """The sums of whole answers."""
    count, totals = 0, Counter[str]()
    for answers in answered:
        count += 1
        totals.update(answers)
    return Sums(count, totals)


def result_of(answered: Sequence[Answers]) -> Result | None:
    """The result of whole answers; None where they are too few to be shown."""
    return result_of_sums(sums_of(answered))


def result_of_sums(sums: Sums) -> Result | None:
    """The result of what answers add up to; None where they are too few to be shown."""
    if sums.count < FEWEST:
        return None
    return Result(sums.count, {one: Fraction(sums.totals[one], sums.count) for one in ELEMENTS})


OTHERS = ""
"""The group of those who are too few to stand alone."""


def grouped(answered: Iterable[tuple[str, Answers]]) -> dict[str, Result]:
    """Results by group (a service), the largest group first; as `grouped_sums`."""
    groups: dict[str, list[Answers]] = {}
    for name, answers in answered:
        groups.setdefault(name, []).append(answers)
    return grouped_sums({name: sums_of(answers) for name, answers in groups.items()})


def grouped_sums(groups: Mapping[str, Sums]) -> dict[str, Result]:
    """Results by group, the largest group first.

    Small groups are shown as one. If that one is small too, the smallest of the others joins it:
    else it would be the difference between the whole and what is shown.
    """
    largest_first = sorted(groups, key=lambda name: -groups[name].count)
    alone = [one for one in largest_first if groups[one].count >= FEWEST and one != OTHERS]
    rest = sum((groups[one] for one in groups if one not in alone), Sums())
    while 0 < rest.count < FEWEST and alone:
        rest += groups[alone.pop()]
    shown = {name: groups[name] for name in alone}
    if rest.count:
        shown[OTHERS] = rest
    results = {name: result_of_sums(sums) for name, sums in shown.items()}
    return {name: result for name, result in results.items() if result is not None}
