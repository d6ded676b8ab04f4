"""What waits for a decision: values, states, and what came after a decision; what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for

from central.views.current import the_centre
from central.views.frame import OFFICERS
from central.views.queue import Tab, chosen_place, places
from central.views.seeing import Look, saw
from central.views.texts import gettext, ngettext
from central.views.words import Tag, case_title, clock, moment, status_tag
from central.workflows import bulk, duplicates, reviewing
from central.workflows.late import late_in
from central.workflows.reviewing import Decided, Kind, Waiting, Wanted, Won
from central.workflows.watching import shared_identities
from registration.catalogue import label_of
from registration.format import title_name
from registration.regions import place_name
from registration.texts import N_
from vault.read import Record
from web.session import requires_role

differences = Blueprint("differences", __name__, url_prefix="/perbedaan")

REASONS = (
    "Sesuai KK yang difoto.",
    "Sesuai KTP lama yang difoto.",
    "Sesuai surat kehilangan yang difoto.",
    "Sesuai data SIAK.",
    "Sudah dikonfirmasi ke loket lewat telepon.",
)
KINDS = {
    Kind.ISIAN: N_("Isian berbeda"),
    Kind.STATUS: N_("Status bertentangan"),
    Kind.SUSULAN: N_("Menyusul setelah keputusan"),
}
WORD_OF = {
    Won.LOKET: N_("isian loket"),
    Won.PUSAT: N_("isian Disdukcapil"),
    Won.LAIN: N_("isian lain"),
}
_PAGE_SIZE = 50
_DAYS = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A request that waits for a decision."""

    url: str
    name: str
    code: str
    case: str
    place: str
    kind: str
    fields: str
    since: str
    tag: Tag


def labels(names: list[str]) -> str:
    """What record fields are called, each once."""
    return ", ".join(dict.fromkeys(gettext(label_of(name)) for name in names))


@differences.get("")
@requires_role(*OFFICERS)
def listing() -> str:
    centre = the_centre()
    asked = request.args.get("jenis", "")
    kind = Kind(asked) if asked in tuple(Kind) else None
    place = chosen_place()
    wanted = Wanted(kind, place or None)
    found = reviewing.waiting(centre, wanted, request.args.get("halaman", 1, int), _PAGE_SIZE)
    counts = reviewing.counts(centre)
    saw(Look.DAFTAR, [one.record for one in found.requests])
    today = centre.today()
    kept: dict[str, Any] = {"jenis": kind, "kelurahan": place or None}
    return render_template(
        "central/differences.html",
        rows=[_row(one, today) for one in found.requests],
        tabs=_tabs(kind, place, counts),
        kind=kind,
        place=place,
        places=places(),
        alike=duplicates.count(centre),
        shared=[
            (
                ngettext(
                    "%(num)s kotak menulis dengan satu identitas: %(place)s",
                    "%(num)s kotak menulis dengan satu identitas: %(place)s",
                    one.boxes,
                    place=one.name,
                ),
                url_for("servers.page", name=one.newest.hex()),
            )
            for one in shared_identities(centre)
        ],
        many=[
            (gettext(label_of(name)), number, url_for(".many", name=name))
            for name, number in bulk.kinds(centre).items()
            if number > 1
        ]
        if counts.get(Kind.ISIAN, 0) + counts.get(Kind.STATUS, 0) > 1
        else [],
        where=gettext("Halaman %(page)s", page=found.page),
        prev_url=url_for(".listing", halaman=found.page - 1, **kept) if found.page > 1 else None,
        next_url=url_for(".listing", halaman=found.page + 1, **kept) if found.more else None,
    )


def _tabs(kind: Kind | None, place: str, counts: Mapping[Kind, int]) -> list[Tab]:
    def tab(label: str, one: Kind | None, count: int) -> Tab:
        url = url_for(".listing", jenis=one, kelurahan=place or None)
        return Tab(gettext(label), url, kind is one, count)

    kinds = [tab(label, one, counts.get(one, 0)) for one, label in KINDS.items()]
    return [tab(N_("Semua"), None, sum(counts.values())), *kinds]


def _row(one: Waiting, today: date) -> Row:
    record = one.record
    undecided = sorted(name for name, found in record.fields.items() if found.conflicted)
    ids: dict[str, Any] = {"stream": record.stream, "record": record.id.hex()}
    if undecided:
        kind = Kind.STATUS if "status" in undecided else Kind.ISIAN
        url, fields = url_for(".settle", **ids), labels(undecided)
    else:
        late = late_in(the_centre(), record)
        kind, url = Kind.SUSULAN, url_for(".late", **ids)
        fields = labels(list(late.fields)) if late else ""
    return Row(
        url,
        *_who(record),
        gettext(KINDS[kind]),
        fields,
        clock(moment(one.since_ms), today),
        status_tag(record.status),
    )


def _who(record: Record) -> tuple[str, str, str, str]:
    """Name, code, case and kelurahan."""
    return (
        title_name(str(record.value("data.nama", "–"))),
        str(record.value("kode", "")),
        case_title(record),
        place_name(record.stream),
    )


@dataclass(frozen=True, slots=True)
class Past:
    """A decision of the last days."""

    name: str
    code: str
    case: str
    place: str
    field: str
    word: str
    when: str
    url: str
    again_url: str


@differences.get("/sudah")
@requires_role(*OFFICERS)
def decided() -> str:
    centre = the_centre()
    today = centre.today()
    found = reviewing.decided(centre, _DAYS, _PAGE_SIZE * 2)
    saw(Look.DAFTAR, [one.record for one in found])
    return render_template(
        "central/decided.html", rows=[_past(one, today) for one in found], days=_DAYS
    )


def _past(one: Decided, today: date) -> Past:
    record, row = one.record, one.row
    ids: dict[str, Any] = {"stream": record.stream, "record": record.id.hex()}
    decision = f"{row.settled.replica.hex()[:12]}-{row.settled.seq}"
    return Past(
        *_who(record),
        gettext(label_of(row.field)),
        gettext(WORD_OF[row.won]),
        clock(moment(row.settled_ms), today),
        url_for("request.detail", **ids),
        url_for(".again", field=row.field, decision=decision, **ids),
    )
