"""All that Loket wants of SIAK. Whoever speaks to the real one implements these four calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Person = Mapping[str, str]
"""What SIAK holds of a person, by the names of our forms (`nik`, `no_kk`, `nama`, …)."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A request as SIAK is given it."""

    reference: str
    """Names it in both systems: sent twice, it is one."""
    service: str
    case: str
    code: str
    nik: str
    """Of whom the document is about or who asks for it; "" where nobody has one yet."""
    data: Mapping[str, str]


class Siak(Protocol):
    """:raises LineDown, WrongAnswer, Refused: from any of the calls."""

    def person(self, nik: str) -> Person | None:
        """Who has this NIK; None: nobody."""

    def family(self, no_kk: str) -> tuple[Person, ...] | None:
        """Who stands in this family card; None: there is no such card."""

    def submit(self, wanted: Submission) -> None:
        """Hand over a request; once more under the same reference changes nothing."""

    def number(self, wanted: Submission) -> str | None:
        """The number of its document; None: not made yet."""
