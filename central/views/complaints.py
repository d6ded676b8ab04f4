"""Complaints of all kelurahan: what is due, and those that Disdukcapil reads and answers itself.

Of the others neither what was written nor by whom is shown: only what they are about, and whether
they are answered in time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for

from central.centre import Centre
from central.views.current import author, the_centre
from central.views.figures import duration, number, percent
from central.views.forms import question
from central.views.frame import OFFICERS, go
from central.views.scope import WATCHERS, own_stream
from central.views.seeing import Look, saw
from central.views.texts import gettext, ngettext
from central.views.words import Tag, clock, lang, moment, say, says
from central.workflows import complaints as work
from central.workflows import lookup
from central.workflows.complaints import Heard
from central.workflows.seen import ChangedMeanwhile, read_token, seen_token
from registration.complaint_forms import ANSWER, WHY_TAKEN, load_answer, load_why_taken
from registration.complaints import (
    ABOUT_STAFF,
    ANSWER_TIME,
    KIND,
    PHONE,
    SETTLE_TIME,
    STATUS_LABELS,
    SUBJECT_LABELS,
    Status,
)
from registration.errors import FormInvalid, IllegalAct
from registration.format import long_date
from registration.lifecycle import Role
from registration.phone import pretty
from registration.regions import place_name
from registration.statistics import Voice
from registration.texts import N_
from vault.errors import NoSuchRecord
from vault.read import Filter
from vault.telling import asked_ms
from web.session import requires_role

complaints = Blueprint("complaints", __name__, url_prefix="/pengaduan")

_PAGE_SIZE = 50
_KINDS = {
    Status.DITERIMA: "wait",
    Status.DITANGANI: "sent",
    Status.DIJAWAB: "good",
    Status.SELESAI: "plain",
    Status.DITARIK: "plain",
}
_GROUPS = {
    "": N_("Menunggu jawaban"),
    "pusat": N_("Perlu Disdukcapil"),
    "semua": N_("Semua"),
}
_EMPTY = {
    "": N_("Tidak ada pengaduan yang menunggu."),
    "pusat": N_("Tidak ada pengaduan yang perlu ditangani Disdukcapil."),
    "semua": N_("Belum ada pengaduan."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One complaint of the list."""

    url: str
    """Empty where it is not read here."""
    place: str
    about: str
    code: str
    asked: str
    tag: Tag
    left: str
    late: bool
    note: str


def _row(heard: Heard, today: date) -> Row:
    record = heard.record
    return Row(
        url_for("complaints.page", stream=record.stream, record=record.id.hex())
        if heard.readable and author().role in OFFICERS
        else "",
        place_name(record.stream),
        gettext(SUBJECT_LABELS[heard.subject]),
        heard.code,
        clock(moment(asked_ms(record)), today),
        _tag(heard),
        _left(heard.days_left) if heard.waiting else "",
        heard.late,
        _why_here(heard),
    )


def _why_here(heard: Heard) -> str:
    """Why this one is for the centre."""
    if heard.taken:
        return gettext("diambil alih Disdukcapil")
    if heard.subject in ABOUT_STAFF:
        return gettext("tentang petugas kelurahan")
    if heard.unsettled:
        return gettext("belum selesai sesudah %(num)s hari", num=SETTLE_TIME.days)
    return gettext("belum dijawab kelurahan") if heard.late else ""


def _tag(heard: Heard) -> Tag:
    if heard.status is None:
        return Tag("plain", heard.record.status)
    return Tag(_KINDS[heard.status], gettext(STATUS_LABELS[heard.status]))


def _left(days: int) -> str:
    if days < 0:
        return ngettext("Terlambat %(num)s hari", "Terlambat %(num)s hari", -days)
    if days == 0:
        return gettext("Batasnya hari ini")
    return ngettext("Sisa %(num)s hari", "Sisa %(num)s hari", days)


@dataclass(frozen=True, slots=True)
class _Page:
    rows: Sequence[Heard]
    total: int
    number: int
    more: bool


def _page_of(found: Sequence[Heard], asked: int) -> _Page:
    number = max(1, min(asked, -(-len(found) // _PAGE_SIZE)))
    end = number * _PAGE_SIZE
    return _Page(found[end - _PAGE_SIZE : end], len(found), number, len(found) > end)


@complaints.get("")
@requires_role(*WATCHERS)
def listing() -> str:
    """Those that wait, the most urgent first; those for the centre; or all, the newest first."""
    centre, stream = the_centre(), own_stream() or None
    group = request.args.get("kelompok", "")
    group = group if group in _GROUPS else ""
    desk, asked = work.desk(centre, stream), request.args.get("halaman", 1, int)
    if group == "semua":
        found = lookup.queue(centre, Filter(stream, kind=KIND), asked, _PAGE_SIZE)
        page = _Page(work.listed(centre, found.records), found.total, found.page, found.more)
    else:
        page = _page_of(desk.ours if group == "pusat" else desk.waiting, asked)
    counts = {"": desk.count, "pusat": len(desk.ours), "semua": None}
    saw(Look.PENGADUAN, [one.record for one in page.rows])

    def at(number: int) -> str:
        return url_for("complaints.listing", kelompok=group or None, halaman=number)

    first = (page.number - 1) * _PAGE_SIZE + 1
    return render_template(
        "central/complaints.html",
        tabs=[
            {
                "label": gettext(label),
                "url": url_for("complaints.listing", kelompok=code or None),
                "current": code == group,
                "count": counts[code],
            }
            for code, label in _GROUPS.items()
        ],
        rows=[_row(one, centre.today()) for one in page.rows],
        year=_year(centre),
        empty=gettext(_EMPTY[group]),
        days=ANSWER_TIME.days,
        basis=ANSWER_TIME.basis,
        where=gettext(
            "%(first)s–%(last)s dari %(count)s",
            first=min(first, page.total),
            last=first + len(page.rows) - 1 if page.rows else page.total,
            count=page.total,
        ),
        prev_url=at(page.number - 1) if page.number > 1 else None,
        next_url=at(page.number + 1) if page.more else None,
    )


def _year(centre: Centre) -> str:
    """How the year went so far, in one line; "" while there was nothing."""
    found = work.this_year(centre, own_stream() or None)
    if not found.said(Voice.MADE):
        return ""
    parts = [
        gettext("Tahun ini %(num)s pengaduan masuk", num=number(found.said(Voice.MADE))),
        gettext("%(num)s dijawab", num=number(found.said(Voice.ANSWERED))),
    ]
    if found.answered_in_time is not None:
        parts.append(gettext("%(share)s tepat waktu", share=percent(found.answered_in_time)))
        parts.append(gettext("rata-rata dalam %(time)s", time=duration(found.to_answer)))
    return ", ".join(parts)


def _id(record: str) -> bytes:
    try:
        return bytes.fromhex(record)
    except ValueError:
        abort(404)


@complaints.get("/<stream>/<record>")
@requires_role(*OFFICERS)
def page(stream: str, record: str) -> Any:
    return _render(stream, _id(record))


def _render(
    stream: str,
    record: bytes,
    *,
    status: int = 200,
    act: str = "",
    notice: str = "",
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, list[str]] | None = None,
) -> Any:
    centre, role = the_centre(), Role(author().role)
    try:
        told = work.know(centre, stream, record)
    except NoSuchRecord:
        abort(404)
    heard, today = told.heard, centre.today()
    if not heard.readable:
        abort(404)
    saw(Look.PENGADUAN, [heard.record])
    phone = heard.record.value(PHONE)
    html = render_template(
        "central/complaint.html",
        ids={"stream": stream, "record": record.hex()},
        seen=seen_token(heard.record),
        title=gettext(SUBJECT_LABELS[heard.subject]),
        code=heard.code,
        place=place_name(stream),
        tag=_tag(heard),
        why_here=_why_here(heard),
        taken=heard.taken,
        text=heard.text,
        about_code=heard.about_code,
        phone=pretty(str(phone)) if phone else "",
        left=_left(heard.days_left) if heard.waiting else "",
        late=heard.late,
        due=long_date(heard.due, lang()),
        closable_from=long_date(heard.quiet_until, lang())
        if heard.taken and heard.status is Status.DIJAWAB
        else "",
        acts={str(one) for one in heard.acts(role)},
        answer_field=question(ANSWER, gettext(ANSWER.help)),
        why_field=question(WHY_TAKEN, gettext(WHY_TAKEN.help)),
        refused_act=act,
        notice_text=notice,
        typed=typed or {},
        errors=errors or {},
        history=[
            {
                "when": clock(line.at, today),
                "sentence": say(line.sentence),
                "notes": says(list(line.notes)),
            }
            for line in reversed(told.lines)
        ],
    )
    return html, status


def _try(stream: str, record: bytes, act: str, do: Callable[[], object], sentence: str) -> Any:
    """Do the act; where it is refused, the page again with the reason and what was typed."""
    typed = {"alasan": request.form.get("alasan", "")}
    try:
        do()
    except NoSuchRecord:
        abort(404)
    except IllegalAct as refused:
        told = say(refused.sentence)
        return _render(stream, record, status=409, act=act, notice=told, typed=typed)
    except ChangedMeanwhile:
        told = gettext("Ada yang baru pada pengaduan ini. Baca riwayatnya, lalu kirim lagi.")
        return _render(stream, record, status=409, act=act, notice=told, typed=typed)
    except FormInvalid as invalid:
        errors = {name: says(list(found)) for name, found in invalid.errors.items()}
        return _render(stream, record, status=422, act=act, typed=typed, errors=errors)
    later = gettext("Loket melihatnya setelah kirim berikutnya.")
    flash(f"{sentence} {later}", "good")
    return go(url_for("complaints.page", stream=stream, record=record.hex()))


def _form() -> dict[str, str]:
    return {"alasan": request.form.get("alasan", "")}


@complaints.post("/<stream>/<record>/alihkan")
@requires_role(*OFFICERS)
def take_over(stream: str, record: str) -> Any:
    one, by, seen = _id(record), author(), read_token(request.form.get("dilihat", ""))

    def act() -> None:
        work.take_over(the_centre(), stream, one, by, load_why_taken(_form()), seen)

    done = gettext("Pengaduan diambil alih. Sekarang Disdukcapil yang menjawab.")
    return _try(stream, one, "alihkan", act, done)


@complaints.post("/<stream>/<record>/jawab")
@requires_role(*OFFICERS)
def answer(stream: str, record: str) -> Any:
    one, by, seen = _id(record), author(), read_token(request.form.get("dilihat", ""))

    def act() -> None:
        work.answer(the_centre(), stream, one, by, load_answer(_form()), seen)

    return _try(stream, one, "jawab", act, gettext("Jawaban tersimpan."))


@complaints.post("/<stream>/<record>/tutup")
@requires_role(*OFFICERS)
def close(stream: str, record: str) -> Any:
    one, by, seen = _id(record), author(), read_token(request.form.get("dilihat", ""))

    def act() -> None:
        work.close(the_centre(), stream, one, by, seen)

    return _try(stream, one, "tutup", act, gettext("Pengaduan ditutup."))


@complaints.get("/<stream>/<record>/<any(alihkan, jawab, tutup):act>")
@requires_role(*OFFICERS)
def back(stream: str, record: str, act: str) -> Any:
    """A reload of the page that a refused act came back with."""
    return go(url_for("complaints.page", stream=stream, record=record))
