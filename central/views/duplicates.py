"""Two requests that look like the same: the list, and judging a pair side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.frame import OFFICERS, go
from central.views.queue import record_url
from central.views.request import record_id
from central.views.seeing import Look, saw
from central.views.shown import case_of, shelf, value_text
from central.views.texts import gettext
from central.views.words import Tag, case_title, clock, moment, say, says, status_tag
from central.workflows import duplicates as workflow
from central.workflows.lookup import Opened
from central.workflows.seen import ChangedMeanwhile, read_token, seen_token
from registration.acts_schema import REASON, VERDICT_PICK, load_compare
from registration.catalogue import DATA, label_of, missing_documents
from registration.deciding import Twin, suggest_of_two
from registration.duplicates import can_be_cancelled
from registration.errors import FormInvalid, IllegalAct
from registration.format import in_fours, title_name
from registration.gate import FORM
from registration.regions import place_name
from registration.texts import N_
from vault.errors import NoSuchRecord
from vault.read import Record
from web.problems import Problem
from web.session import requires_role

duplicates = Blueprint("duplicates", __name__, url_prefix="/ganda")

_PAGE_SIZE = 25
_NOT_SAME = "bukan"
_CANCEL = "batal-"
_SEEN = "dilihat."
# Written into both records, so in Indonesian whatever the officer's screen speaks.
REASONS = (
    "NIK dan fotonya sama; pemohon mengajukan dua kali.",
    "Sudah dikonfirmasi ke pemohon lewat telepon.",
    "Diajukan lewat portal, lalu sekali lagi di loket.",
    "Orangnya berbeda; NIK salah ketik di salah satu.",
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, as list and page show it."""

    id: str
    url: str
    name: str
    nik: str
    code: str
    case: str
    place: str
    filed: str
    tag: Tag
    seen: str
    scans: list[Any]
    can_cancel: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One answer of both."""

    label: str
    values: tuple[str, str]
    differs: bool


def _side(record: Record, today: date, scans: list[Any] | None = None) -> Side:
    return Side(
        record.id.hex(),
        record_url(record),
        title_name(str(record.value("data.nama", "–"))),
        in_fours(str(record.value("data.nik", ""))),
        str(record.value("kode", "")),
        case_title(record),
        place_name(record.stream),
        clock(moment(record.opened_ms), today),
        status_tag(record.status),
        seen_token(record),
        scans or [],
        can_be_cancelled(record.status),
    )


@duplicates.get("")
@requires_role(*OFFICERS)
def listing() -> str:
    centre = the_centre()
    found = workflow.waiting(centre, request.args.get("halaman", 1, int), _PAGE_SIZE)
    saw(Look.DAFTAR, [one for pair in found.pairs for one in pair])
    today = centre.today()
    first = (found.page - 1) * _PAGE_SIZE + 1
    return render_template(
        "central/duplicates.html",
        pairs=[(_side(one, today), _side(other, today)) for one, other in found.pairs],
        total=found.total,
        where=gettext(
            "%(first)s–%(last)s dari %(total)s",
            first=first,
            last=first + len(found.pairs) - 1,
            total=found.total,
        ),
        prev_url=url_for(".listing", halaman=found.page - 1) if found.page > 1 else None,
        next_url=url_for(".listing", halaman=found.page + 1) if found.more else None,
    )


def _rows(one: Opened, other: Opened) -> list[Row]:
    """All answers of both, in the order of their forms; what differs is marked."""
    names: dict[str, None] = {}
    for opened in (one, other):
        case = case_of(opened.record)
        names.update(dict.fromkeys(DATA + field.name for field in (case.fields if case else ())))
    rows = []
    for name in names:
        ours, theirs = (value_text(name, opened.record.value(name)) for opened in (one, other))
        if ours or theirs:
            rows.append(Row(gettext(label_of(name)), (ours, theirs), ours != theirs))
    return rows


@dataclass(frozen=True, slots=True)
class Option:
    """What may be said of the two."""

    key: str
    words: str
    then: str
    suggested: str
    """What speaks for it, where something does."""


def _options(sides: tuple[Side, Side], twins: tuple[Twin, Twin]) -> list[Option]:
    goes_on, why = suggest_of_two(*twins)
    options = []
    for number, (drop, keep) in enumerate((sides, sides[::-1])):
        if drop.can_cancel:
            options.append(
                Option(
                    _CANCEL + drop.id,
                    gettext(
                        "Sama. Batalkan %(code)s di Loket %(place)s",
                        code=drop.code,
                        place=drop.place,
                    ),
                    gettext(
                        "%(code)s di Loket %(place)s dilanjutkan.", code=keep.code, place=keep.place
                    ),
                    # The first option keeps the second.
                    say(why) if goes_on == 1 - number else "",
                )
            )
    options.append(
        Option(
            _NOT_SAME,
            gettext("Bukan permohonan yang sama"),
            gettext("Keduanya dilanjutkan, dan tidak ditanyakan lagi."),
            say(why) if goes_on is None else "",
        )
    )
    return options


def _twin(opened: Opened) -> Twin:
    record, case = opened.record, case_of(opened.record)
    here = {str(one["jenis"]) for scan, one in record.scans.items() if opened.whole[scan]}
    lacking = len(missing_documents(case, here)) if case else 0
    return Twin(str(record.value("data.nama", "")), record.status, lacking)


def _page(
    first: str,
    second: str,
    *,
    status: int = 200,
    picked: str = "",
    reason: str = "",
    errors: Mapping[str, list[str]] | None = None,
    notice: str = "",
) -> Response:
    centre = the_centre()
    told = errors or {}
    try:
        opened = workflow.open_pair(centre, record_id(first), record_id(second))
    except NoSuchRecord:
        html = render_template(
            "central/duplicate.html",
            sides=None,
            reason=reason,
            notice_text=notice,
            form_errors=told.get(FORM, []),
        )
        return Response(html, status)
    saw(Look.GANDA, [one.record for one in opened])
    today = centre.today()
    sides = (
        _side(opened[0].record, today, shelf(opened[0], "")),
        _side(opened[1].record, today, shelf(opened[1], "")),
    )
    rows = _rows(*opened)
    html = render_template(
        "central/duplicate.html",
        sides=sides,
        differing=[row for row in rows if row.differs],
        same=[(row.label, row.values[0]) for row in rows if not row.differs],
        options=_options(sides, (_twin(opened[0]), _twin(opened[1]))),
        stuck=[side for side in sides if not side.can_cancel],
        picked=picked,
        pick_errors=told.get(VERDICT_PICK, []),
        reason=reason,
        reason_errors=told.get("alasan", []),
        reason_field=replace(REASON, help=N_("Dibaca kedua loket dan pemohon di riwayat.")),
        reasons=REASONS,
        form_errors=told.get(FORM, []),
        notice_text=notice,
    )
    return Response(html, status)


@duplicates.get("/<first>/<second>")
@requires_role(*OFFICERS)
def pair(first: str, second: str) -> Response:
    return _page(first, second)


@duplicates.post("/<first>/<second>")
@requires_role(*OFFICERS)
def decide(first: str, second: str) -> Response:
    form = request.form
    reason, picked = form.get("alasan", ""), form.get(VERDICT_PICK, "")
    one, other = record_id(first), record_id(second)
    options = [_CANCEL + one.hex(), _CANCEL + other.hex(), _NOT_SAME]
    seen = {record: read_token(form.get(_SEEN + record.hex(), "")) for record in (one, other)}
    asked = {VERDICT_PICK: picked, "alasan": reason}
    try:
        verdict, why = load_compare(asked, options=options)
        if verdict == _NOT_SAME:
            workflow.not_the_same(the_centre(), one, other, author(), why, seen=seen)
            done = gettext("Tercatat: bukan permohonan yang sama. Keduanya dilanjutkan.")
        else:
            drop, keep = (one, other) if verdict == options[0] else (other, one)
            workflow.cancel_one(the_centre(), drop, keep, author(), why, seen=seen)
            done = gettext("Satu dibatalkan. Kedua loket melihatnya begitu terhubung.")
    except FormInvalid as invalid:
        errors = {name: says(said) for name, said in invalid.errors.items()}
        return _page(first, second, status=422, picked=picked, reason=reason, errors=errors)
    except IllegalAct as illegal:
        notice = say(illegal.sentence)
        return _page(first, second, status=409, picked=picked, reason=reason, notice=notice)
    except ChangedMeanwhile:
        notice = gettext(
            "Belum diputuskan: salah satu permohonan berubah sejak halaman dibuka. "
            "Bandingkan lagi, lalu putuskan."
        )
        return _page(first, second, status=409, picked=picked, reason=reason, notice=notice)
    except NoSuchRecord:
        raise Problem(
            404,
            "permohonan-tidak-ada",
            N_("Permohonan tidak ditemukan"),
            N_("Permohonan ini tidak ada di sini, atau datanya sudah dihapus."),
        ) from None
    flash(done, "good")
    return go(url_for(".listing"))
