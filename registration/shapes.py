"""The shape of a service as data: what is asked, in which groups, with which documents.

`registration.catalogue` holds the services themselves; `registration.services` has a module
for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from registration.errors import UnknownService
from registration.standard import Standard
from registration.texts import Sentence
from sync.policy import Policy

Value = str | int
"""What a form field may hold: plain values that CBOR knows; dates are ISO strings."""

Rule = Callable[[Mapping[str, Value], date], list[tuple[str, Sentence]]]
"""A check over several fields, on the filing day: refusals as (field name, sentence)."""


class FieldKind(StrEnum):
    """How a value is typed, checked and shown."""

    NIK = "nik"
    KK = "kk"
    NAME = "name"
    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    CHOICE = "choice"
    PHONE = "phone"
    EMAIL = "email"
    RT_RW = "rt_rw"
    POSTCODE = "postcode"
    NUMBER = "number"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a list."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question. Texts are msgids; examples are shown as they are."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    policy: Policy | None = None
    """How concurrent values merge; every question of a service says it (a test holds them to it).
    None is for boxes that are no field of a record by their own name."""
    help: str = ""
    example: str = ""
    choices: tuple[Choice, ...] = ()
    suggestions: tuple[str, ...] = ()
    min_length: int = 0
    max_length: int = 100
    width: str = "half"
    """"short", "half" or "full" of the form's breadth."""
    autocomplete: str = "off"
    """For a resident's own phone; the counter types about others and ignores it."""
    inputmode: str = "text"
    capitals: bool = False
    """Kept in capitals, as on the card, so that "Bekasi" and "BEKASI" never differ."""
    since: int = 1
    """The first version of the form that asks this."""
    until: int | None = None
    """The last one; None: it is still asked. A question is never taken out of the catalogue:
    requests that were filed with it are read and corrected for years."""


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Questions under one heading."""

    title: str
    fields: tuple[Field, ...]


class Look(StrEnum):
    """What a paper looks like: which drawing of it a person is shown."""

    SURAT = "surat"
    KARTU = "kartu"
    KK = "kk"
    AKTA = "akta"
    BUKU = "buku"
    FORMULIR = "formulir"
    FOTO = "foto"


@dataclass(frozen=True, slots=True)
class Document:
    """A paper to be photographed; its code is the scan's `jenis`."""

    code: str
    label: str
    help: str = ""
    required: bool = True
    since: int = 1
    until: int | None = None
    look: Look = Look.SURAT
    proves: tuple[str, ...] = ()
    """The questions whose answers can be read from it: beside which it is shown to who checks."""


def _asked(one: Field | Document, version: int) -> bool:
    return one.since <= version and (one.until is None or version <= one.until)


@dataclass(frozen=True, slots=True)
class Case:
    """One reason to come: new, changed, lost, damaged.

    In the catalogue it holds what any version asks; rules cope with the answers of each.
    """

    code: str
    title: str
    summary: str
    groups: tuple[FieldGroup, ...]
    documents: tuple[Document, ...]
    rules: tuple[Rule, ...] = ()
    doubts: tuple[Rule, ...] = ()
    """What looks odd and is to be confirmed; of values of which some may still be missing."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """All questions in the order of the page."""
        return tuple(field for group in self.groups for field in group.fields)

    def at(self, version: int) -> Case:
        """The form as it is in one version."""
        groups = (
            FieldGroup(group.title, tuple(one for one in group.fields if _asked(one, version)))
            for group in self.groups
        )
        return replace(
            self,
            groups=tuple(group for group in groups if group.fields),
            documents=tuple(one for one in self.documents if _asked(one, version)),
        )

    def field(self, name: str) -> Field:
        """The question of this name; KeyError when it is not asked here."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def proofs_of(self, name: str) -> tuple[Document, ...]:
        """The documents that bear on a question, in their order."""
        return tuple(one for one in self.documents if name in one.proves)

    def document(self, code: str) -> Document:
        """The document of this code; KeyError when it does not belong here."""
        for document in self.documents:
            if document.code == code:
                return document
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class SameMatter:
    """What two requests of a service share when they are probably about the same matter."""

    fields: tuple[str, ...]
    """Questions whose answers all agree; a request that lacks one is like none other."""
    while_open: bool = True
    """A person may ask again for what was handed over (a card); not so for a birth."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the counter. `version` rises with every change of its questions."""

    code: str
    title: str
    short: str
    version: int
    summary: str
    cases: tuple[Case, ...]
    standard: Standard
    same: tuple[SameMatter, ...] = ()
    """Any of these makes two requests candidates for a duplicate, whatever their cases."""

    def is_newer(self, version: object) -> bool:
        """Whether a form of this version asks what we do not know."""
        return isinstance(version, int) and version > self.version

    def case(self, code: str, version: object = None) -> Case:
        """The form of this case as a version asks it, or UnknownService.

        :param version: as a record or draft holds it; the newest where it is none that is known
            here.
        """
        known = isinstance(version, int) and 1 <= version <= self.version
        for case in self.cases:
            if case.code == code:
                return case.at(version if known and isinstance(version, int) else self.version)
        raise UnknownService(f"{self.code}/{code}")
