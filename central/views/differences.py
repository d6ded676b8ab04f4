"""Undecided differences: the list, and deciding them side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.frame import OFFICERS, go
from central.views.request import open_or_404, opened_status, record_id
from central.views.seeing import Look, saw
from central.views.shown import Scan, shelf, still_coming, value_text
from central.views.texts import gettext, ngettext
from central.views.words import Tag, case_title, clock, clock_with_doubt, say, says, status_tag
from central.workflows import bulk, lookup, settling
from central.workflows.lookup import Opened
from central.workflows.settling import Conflict, Side
from registration.acts_schema import PICK, REASON, load_settle
from registration.catalogue import SCAN, label_of
from registration.errors import FormInvalid, IllegalAct
from registration.format import title_name
from registration.gate import FORM
from registration.lifecycle import Act, Role, may
from registration.regions import place_name
from registration.signature import drawn_in
from registration.texts import N_
from sync.hlc import when
from vault.errors import NoSuchRecord
from vault.read import Filter, Record
from web.problems import Problem
from web.session import requires_role

differences = Blueprint("differences", __name__, url_prefix="/perbedaan")

SEEN = "terlihat."
"""Opens the name of a hidden field: the keys of all sides that the page showed."""
REASONS = (
    "Sesuai KK yang difoto.",
    "Sesuai KTP lama yang difoto.",
    "Sesuai surat kehilangan yang difoto.",
    "Sesuai data SIAK.",
    "Sudah dikonfirmasi ke loket lewat telepon.",
)
_PAGE_SIZE = 50
_KEY_MOST = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A request that waits for a decision."""

    url: str
    name: str
    code: str
    case: str
    place: str
    fields: str
    since: str
    tag: Tag


@differences.get("")
@requires_role(*OFFICERS)
def listing() -> str:
    centre = the_centre()
    only = Filter(conflicted=True)
    found = lookup.queue(centre, only, request.args.get("halaman", 1, int), _PAGE_SIZE)
    saw(Look.DAFTAR, found.records)
    today = centre.today()
    records = sorted(found.records, key=_since)
    first = (found.page - 1) * _PAGE_SIZE + 1
    return render_template(
        "central/differences.html",
        rows=[_row(record, today) for record in records],
        total=found.total,
        kinds=[
            (gettext(label_of(name)), number, url_for(".many", name=name))
            for name, number in bulk.kinds(centre).items()
            if number > 1
        ]
        if found.total > 1
        else [],
        where=gettext(
            "%(first)s–%(last)s dari %(total)s",
            first=first,
            last=first + len(records) - 1,
            total=found.total,
        ),
        prev_url=url_for(".listing", halaman=found.page - 1) if found.page > 1 else None,
        next_url=url_for(".listing", halaman=found.page + 1) if found.more else None,
    )


def _since(record: Record) -> int:
    """Stamp of the write that made the oldest of a record's conflicts."""
    return min(
        (
            max(entry.hlc for entry in found.entries)
            for found in record.fields.values()
            if found.conflicted
        ),
        default=0,
    )


def _row(record: Record, today: date) -> Row:
    names = sorted(name for name, found in record.fields.items() if found.conflicted)
    return Row(
        url_for(".settle", stream=record.stream, record=record.id.hex()),
        title_name(str(record.value("data.nama", "–"))),
        str(record.value("kode", "")),
        case_title(record),
        place_name(record.stream),
        ", ".join(gettext(label_of(name)) for name in names),
        clock(when(_since(record)), today),
        status_tag(record.status),
    )


@dataclass(frozen=True, slots=True)
class Base:
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Option:
    """As the component `compare` wants it."""

    key: str
    title: str
    value: str
    who: str
    evidence: str
    evidence_url: str | None
    drawing: str = ""
    """A signature that belongs to the value, as an SVG path."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field to decide."""

    field: str
    name: str
    legend: str
    step: str
    base: Base
    options: list[Option]
    current: str
    chosen: str | None
    seen: str
    errors: list[str]


def who_and_when(side: Side, today: date) -> str:
    at = clock_with_doubt(when(side.entry.hlc), side.entry.doubt, today)
    body = side.told.body
    person = title_name(body.by.name) if body and body.by.name else ""
    return f"{person}, {at}" if person else at


def _option(name: str, side: Side, opened: Opened, scans: list[Scan], today: date) -> Option:
    body = side.told.body
    role = body.by.role if body else ""
    officer = role in OFFICERS
    if officer:
        title = gettext("Disdukcapil")
    elif role == Role.PEMOHON:
        title = gettext("Pemohon, lewat portal")
    else:
        title = gettext("Loket %(place)s", place=opened.place_of(side.entry.dot.replica))
    added = [
        one.removeprefix(SCAN) for one in (body.writes if body else {}) if one.startswith(SCAN)
    ]
    evidence = next((scan for scan in scans if scan.id in added), None)
    return Option(
        side.key,
        title,
        value_text(name, side.value),
        who_and_when(side, today),
        evidence.label if evidence else "",
        # To its place on the shelf: another page would lose what is typed on this one.
        f"#berkas-{evidence.id}" if evidence else None,
        drawn_in(side.value) if name == "penerima" else "",
    )


def _difference(
    number: int,
    conflicts: list[Conflict],
    opened: Opened,
    scans: list[Scan],
    picked: Mapping[str, str],
    errors: Mapping[str, list[str]],
    today: date,
) -> Difference:
    one = conflicts[number]
    keys = [side.key for side in one.sides]
    chosen = picked.get(one.field)
    return Difference(
        one.field,
        PICK + one.field,
        gettext(label_of(one.field)),
        gettext("%(number)s dari %(all)s perbedaan", number=number + 1, all=len(conflicts))
        if len(conflicts) > 1
        else "",
        Base(value_text(one.field, one.base), gettext("yang dilihat keduanya")),
        [_option(one.field, side, opened, scans, today) for side in one.sides],
        value_text(one.field, one.provisional),
        chosen if chosen in keys else None,
        " ".join(sorted(keys)),
        errors.get(PICK + one.field, []),
    )


def _page(
    stream: str,
    record: str,
    *,
    status: int = 200,
    picked: Mapping[str, str] | None = None,
    reason: str = "",
    errors: Mapping[str, list[str]] | None = None,
    notice: str = "",
) -> Response:
    centre = the_centre()
    opened = open_or_404(stream, record)
    found, conflicts = settling.conflicts_of(centre, stream, record_id(record))
    saw(Look.PERBEDAAN, [found])
    today = centre.today()
    told = errors or {}
    scans = shelf(opened, request.args.get("berkas", ""))
    role = Role(author().role)
    html = render_template(
        "central/settle.html",
        ids={"stream": stream, "record": record},
        name=str(found.value("data.nama", "–")),
        code=str(found.value("kode", "")),
        title=case_title(found),
        place=place_name(stream),
        tag=status_tag(found.status),
        differences=[
            _difference(number, conflicts, opened, scans, picked or {}, told, today)
            for number in range(len(conflicts))
        ],
        scans=scans,
        coming=still_coming(scans),
        reason=reason,
        reason_errors=told.get("alasan", []),
        reason_field=replace(
            REASON, help=N_("Dibaca loket di riwayat. Tulis dari mana Anda tahu mana yang benar.")
        ),
        reasons=REASONS,
        form_errors=told.get(FORM, []),
        notice_text=notice,
        can_ask=may(Act.KEMBALIKAN, role, opened_status(found.status)),
    )
    return Response(html, status)


@differences.get("/<stream>/<record>")
@requires_role(*OFFICERS)
def settle(stream: str, record: str) -> Response:
    return _page(stream, record)


@differences.post("/<stream>/<record>")
@requires_role(*OFFICERS)
def decide(stream: str, record: str) -> Response:
    centre = the_centre()
    form = request.form
    reason = form.get("alasan", "")
    picked = {
        name.removeprefix(PICK): value
        for name, value in form.items()
        if name.startswith(PICK) and value
    }
    seen = {name: form.get(SEEN + name, "").split() for name in picked}
    try:
        _, conflicts = settling.conflicts_of(centre, stream, record_id(record))
        options = {one.field: {side.key for side in one.sides} for one in conflicts}
        # What the page offered may stand no more; `settle` says so better than the gate would.
        for name, key in picked.items():
            if len(key) <= _KEY_MOST:
                options.setdefault(name, set()).add(key)
        posted = {PICK + name: key for name, key in picked.items()}
        asked = load_settle({**posted, "alasan": reason}, options=options)
        left = settling.settle(
            centre,
            stream,
            record_id(record),
            asked.pilihan,
            author(),
            asked.alasan,
            seen=seen,
        )
    except NoSuchRecord:
        raise Problem(
            404,
            "permohonan-tidak-ada",
            N_("Permohonan tidak ditemukan"),
            N_("Permohonan ini tidak ada di sini, atau datanya sudah dihapus."),
        ) from None
    except FormInvalid as invalid:
        errors = {name: says(said) for name, said in invalid.errors.items()}
        if not picked:
            errors[FORM] = [gettext("Pilih dulu isi mana yang benar.")]
        return _page(stream, record, status=422, picked=picked, reason=reason, errors=errors)
    except IllegalAct as illegal:
        notice = say(illegal.sentence)
        return _page(stream, record, status=409, picked=picked, reason=reason, notice=notice)
    if left > 0:
        flash(
            ngettext(
                "Diputuskan. Masih ada %(num)s perbedaan di permohonan ini.",
                "Diputuskan. Masih ada %(num)s perbedaan di permohonan ini.",
                left,
            ),
            "good",
        )
        return go(url_for(".settle", stream=stream, record=record))
    flash(gettext("Diputuskan. Semua loket melihat hal yang sama begitu terhubung."), "good")
    return go(url_for("request.detail", stream=stream, record=record))
