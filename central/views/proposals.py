"""What waits for a second officer: the list, and the second officer's word."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.frame import OFFICERS, go
from central.views.request import (
    act_refused,
    act_stale,
    not_found,
    open_or_404,
    page_again,
    record_id,
    request_pages,
)
from central.views.standing import Proposed, proposed
from central.views.texts import gettext
from central.views.words import case_title
from central.workflows import proposing
from central.workflows.proposing import SENT_BACK, WAITS, Found
from central.workflows.seen import ChangedMeanwhile
from registration.errors import IllegalAct
from registration.format import title_name
from registration.regions import place_name
from vault.errors import NoSuchRecord
from web.session import requires_role

proposals = Blueprint("proposals", __name__, url_prefix="/usulan")

PAGE_SIZE = 25
SHORTEST = 5
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Row:
    url: str
    name: str
    case: str
    code: str
    place: str
    what: Proposed


def _row(found: Found) -> Row:
    record = found.record
    return Row(
        url_for("request.detail", stream=record.stream, record=record.id.hex()),
        title_name(str(record.value("data.nama", "–"))),
        case_title(record),
        str(record.value("kode", "")),
        place_name(record.stream),
        proposed(found),
    )


@proposals.get("")
@requires_role(*OFFICERS)
def listing() -> str:
    centre = the_centre()
    page = proposing.listed(centre, WAITS, request.args.get("halaman", 1, int), PAGE_SIZE)
    back = proposing.listed(centre, SENT_BACK, 1, PAGE_SIZE, author().id)
    first = (page.page - 1) * PAGE_SIZE + 1
    return render_template(
        "central/proposals.html",
        rows=[_row(found) for found in page.found],
        back=[_row(found) for found in back.found],
        where=gettext(
            "%(first)s–%(last)s dari %(total)s",
            first=first,
            last=first + len(page.found) - 1,
            total=page.total,
        ),
        prev_url=url_for(".listing", halaman=page.page - 1) if page.page > 1 else None,
        next_url=url_for(".listing", halaman=page.page + 1) if page.more else None,
    )


@request_pages.post("/<record>/setujui")
@requires_role(*OFFICERS)
def confirm(stream: str, record: str) -> Response:
    number = request.form.get("usulan", "")
    try:
        proposing.confirm(the_centre(), stream, record_id(record), number, author())
    except NoSuchRecord:
        raise not_found() from None
    except IllegalAct as illegal:
        return act_refused(stream, record, "setujui", illegal)
    except ChangedMeanwhile:
        notice = gettext(
            "Belum dilakukan: permohonan ini berubah sesudah diusulkan, jadi usulannya gugur. "
            "Baca dulu perubahannya."
        )
        return act_stale(stream, record, "setujui", notice)
    code = str(open_or_404(stream, record).record.value("kode", ""))
    flash(gettext("Usulan untuk %(code)s disetujui dan dilaksanakan.", code=code), "good")
    return go(url_for("proposals.listing"))


@request_pages.post("/<record>/tolak-usulan")
@requires_role(*OFFICERS)
def send_back(stream: str, record: str) -> Response:
    typed = request.form.get("jawaban", "")
    answer = " ".join(typed.split())
    if not SHORTEST <= len(answer) <= LONGEST:
        said = gettext(
            "Tulis alasannya dengan %(least)s sampai %(most)s huruf, supaya pengusul tahu apa "
            "yang harus diperbaiki.",
            least=SHORTEST,
            most=LONGEST,
        )
        return page_again(stream, record, "tolak-usulan", typed, [said])
    try:
        proposing.send_back(
            the_centre(),
            stream,
            record_id(record),
            request.form.get("usulan", ""),
            author(),
            answer,
        )
    except NoSuchRecord:
        raise not_found() from None
    except IllegalAct as illegal:
        return act_refused(stream, record, "tolak-usulan", illegal, typed)
    flash(gettext("Usulan dikembalikan ke pengusulnya dengan catatan Anda."), "good")
    return go(url_for("proposals.listing"))


@request_pages.post("/<record>/tarik-usulan")
@requires_role(*OFFICERS)
def withdraw(stream: str, record: str) -> Response:
    number = request.form.get("usulan", "")
    try:
        proposing.withdraw(the_centre(), stream, record_id(record), number, author())
    except NoSuchRecord:
        raise not_found() from None
    except IllegalAct as illegal:
        return act_refused(stream, record, "tarik-usulan", illegal)
    flash(gettext("Usulan ditarik. Permohonannya tetap seperti semula."), "good")
    return go(url_for("request.detail", stream=stream, record=record))
