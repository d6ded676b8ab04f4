"""Complaints of all kelurahan, to be seen and not acted on: the counters answer them.

Neither what was written nor by whom is shown: only what it is about, and whether it is answered
in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request, url_for

from central.views.current import the_centre
from central.views.frame import OFFICERS
from central.views.seeing import Look, saw
from central.views.texts import gettext, ngettext
from central.views.words import Tag, clock, day_of, moment
from central.workflows import lookup
from registration.complaints import (
    ANSWER_TIME,
    KIND,
    STATUS_LABELS,
    SUBJECT_LABELS,
    WAITING,
    Status,
    Subject,
)
from registration.regions import place_name
from registration.texts import N_
from vault.read import Filter, Record
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


@dataclass(frozen=True, slots=True)
class Row:
    """One complaint of the list."""

    place: str
    about: str
    code: str
    asked: str
    tag: Tag
    left: str
    late: bool


def _row(record: Record, today: date) -> Row:
    about, at = record.value("varian"), asked_ms(record)
    days = ANSWER_TIME.days_left(day_of(at), today)
    waits = record.status in WAITING
    return Row(
        place_name(record.stream),
        gettext(SUBJECT_LABELS[Subject(about) if about in tuple(Subject) else Subject.LAIN]),
        str(record.value("kode", "")),
        clock(moment(at), today),
        _tag(record.status),
        _left(days) if waits else "",
        waits and days < 0,
    )


def _tag(status: str) -> Tag:
    if status not in tuple(Status):
        return Tag("plain", status)
    known = Status(status)
    return Tag(_KINDS[known], gettext(STATUS_LABELS[known]))


def _left(days: int) -> str:
    if days < 0:
        return ngettext("Terlambat %(num)s hari", "Terlambat %(num)s hari", -days)
    if days == 0:
        return gettext("Batasnya hari ini")
    return ngettext("Sisa %(num)s hari", "Sisa %(num)s hari", days)


@complaints.get("")
@requires_role(*OFFICERS)
def listing() -> str:
    """Those that wait, the oldest first; or all, the newest first."""
    centre = the_centre()
    everything = request.args.get("kelompok") == "semua"
    only = Filter(
        kind=KIND,
        statuses=None if everything else tuple(sorted(WAITING)),
        oldest_first=not everything,
    )
    found = lookup.queue(centre, only, request.args.get("halaman", 1, int), _PAGE_SIZE)
    saw(Look.PENGADUAN, found.records)
    group = "semua" if everything else None

    def at(page: int) -> str:
        return url_for("complaints.listing", kelompok=group, halaman=page)

    first = (found.page - 1) * _PAGE_SIZE + 1
    return render_template(
        "central/complaints.html",
        tabs=[
            {
                "label": gettext(label),
                "url": url_for("complaints.listing", kelompok=code),
                "current": code == group,
                "count": None,
            }
            for label, code in ((N_("Menunggu jawaban"), None), (N_("Semua"), "semua"))
        ],
        rows=[_row(one, centre.today()) for one in found.records],
        where=gettext(
            "%(first)s–%(last)s dari %(count)s",
            first=min(first, found.total),
            last=first + len(found.records) - 1 if found.records else found.total,
            count=found.total,
        ),
        prev_url=at(found.page - 1) if found.page > 1 else None,
        next_url=at(found.page + 1) if found.more else None,
    )
