"""One request for the eye: its data in groups, its scans on a shelf, its history in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from central.views.texts import gettext, ngettext
from central.views.words import clock_with_doubt, lang, say
from central.workflows.lookup import Opened
from registration.catalogue import DATA, SCAN, label_of, policy_of, service
from registration.display import show
from registration.errors import UnknownService
from registration.shapes import Case
from registration.texts import N_
from sync.hlc import trusted
from vault.read import Record
from vault.telling import timeline

_KIB = 1024


@dataclass(frozen=True, slots=True)
class Proof:
    """A scan beside which an answer is checked."""

    scan: str
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """One answer of the form."""

    label: str
    value: str
    conflicted: bool
    proof: Proof | None = None
    """The paper to read it from."""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan on the shelf."""

    id: str
    label: str
    note: str
    whole: bool
    picture: bool
    url: str
    current: bool
    jenis: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the history."""

    when: str
    sentence: str
    notes: list[str]
    fresh: bool


def case_of(record: Record) -> Case | None:
    """None where a newer version filed it."""
    try:
        known = service(str(record.value("layanan")))
        return known.case(str(record.value("varian")), record.value("versi"))
    except UnknownService:
        return None


def value_text(name: str, value: object) -> str:
    """A field's value as people write it; numbers of identity in fours."""
    if value is None:
        return ""
    return say(show(name, value, lang()))


def proofs(record: Record, scans: Sequence[Scan]) -> dict[str, Proof]:
    """{question: the scan to check it with}: the first paper that bears on it, once it is here."""
    case = case_of(record)
    first: dict[str, Proof] = {}
    for scan in scans:
        if scan.whole:
            first.setdefault(scan.jenis, Proof(scan.id, scan.label))
    found: dict[str, Proof] = {}
    for field in case.fields if case else ():
        for document in case.proofs_of(field.name) if case else ():
            if document.code in first:
                found[field.name] = first[document.code]
                break
    return found


def data_groups(record: Record, scans: Sequence[Scan] = ()) -> list[Group]:
    """All answers, in the order of the form; what the form does not know comes last."""
    values = record.named("data")
    papers = proofs(record, scans)
    groups: list[Group] = []
    case = case_of(record)
    for group in case.groups if case else ():
        items = [
            _item(record, field.name, papers)
            for field in group.fields
            if values.pop(field.name, None)
        ]
        if items:
            groups.append(Group(gettext(group.title), items))
    if values:
        groups.append(Group(gettext("Data lain"), [_item(record, name, papers) for name in values]))
    return groups


def _item(record: Record, name: str, papers: Mapping[str, Proof]) -> Item:
    field = DATA + name
    resolution = record.fields[field]
    return Item(
        gettext(label_of(field)),
        value_text(field, resolution.value),
        resolution.conflicted,
        papers.get(name),
    )


def shelf(opened: Opened, wanted: str) -> list[Scan]:
    """The scans in the order of the required documents; `wanted`, or the first whole, is current.

    Several of one document are numbered as they came.
    """
    record = opened.record
    case = case_of(record)
    order = [document.code for document in case.documents] if case else []
    labels = {document.code: document.label for document in case.documents} if case else {}
    manifests = record.scans

    def place(scan: str) -> tuple[int, int]:
        jenis = str(manifests[scan]["jenis"])
        first = record.fields[SCAN + scan].entries[0]
        return (order.index(jenis) if jenis in order else len(order), first.hlc)

    ordered = sorted(manifests, key=place)
    here = [scan for scan in ordered if opened.whole[scan]]
    current = wanted if wanted in manifests else (here or ordered or [""])[0]
    kinds = [str(manifests[scan]["jenis"]) for scan in ordered]
    listed: list[Scan] = []
    for number, (scan, jenis) in enumerate(zip(ordered, kinds, strict=True)):
        label = gettext(labels.get(jenis, N_("Berkas")))
        if kinds.count(jenis) > 1:
            label = f"{label} {kinds[: number + 1].count(jenis)}"
        listed.append(
            Scan(
                scan,
                label,
                _size(int(manifests[scan]["size"])),
                opened.whole[scan],
                str(manifests[scan]["mime"]).startswith("image/"),
                url_for("request.scan", stream=record.stream, record=record.id.hex(), scan=scan),
                scan == current,
                jenis,
            )
        )
    return listed


def _size(size: int) -> str:
    if size < _KIB * _KIB:
        return gettext("%(num)s KB", num=max(1, round(size / _KIB)))
    return gettext("%(num)s MB", num=f"{size / _KIB / _KIB:.1f}".replace(".", ","))


def story(opened: Opened, today: date, fresh: Sequence[bool] = ()) -> list[Moment]:
    """The history, newest first. `fresh`: which changes came while the page was open."""
    lines = timeline(opened.told, opened.place_of, policy_of, opened.undecided)
    marks = fresh or [False] * len(lines)
    told = [
        Moment(
            # Beyond trust, the line carries a note of its own.
            clock_with_doubt(line.at, line.doubt_s if trusted(line.doubt_s) else 0, today),
            say(line.sentence),
            [say(note) for note in line.notes],
            mark,
        )
        for line, mark in zip(lines, marks, strict=True)
    ]
    return told[::-1]


def still_coming(scans: Sequence[Scan]) -> str:
    """A word where scans are still at the counter."""
    missing = sum(not scan.whole for scan in scans)
    if not missing:
        return ""
    return ngettext(
        "%(num)s foto masih di loket dan menyusul.",
        "%(num)s foto masih di loket dan menyusul.",
        missing,
    )
