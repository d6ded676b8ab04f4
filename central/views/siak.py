"""SIAK on the page of a request: sending it, how it stands there, and a look-up beside the form."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Response, current_app, flash, render_template, url_for

from central.app import SIAK
from central.siak.interface import Siak
from central.store.jobs import DONE, FAILED, WAITING
from central.views.current import author, the_centre
from central.views.frame import OFFICERS, go
from central.views.request import open_or_404, record_id
from central.views.siak_words import TROUBLES
from central.views.texts import gettext
from central.views.words import clock, moment, say
from central.workflows import siak
from registration.catalogue import label_of
from registration.display import show
from registration.errors import IllegalAct
from registration.format import title_name
from registration.lifecycle import Status
from registration.texts import N_
from vault.errors import NoSuchRecord
from vault.read import Record
from web.problems import Problem
from web.session import requires_role

siak_pages = Blueprint("siak", __name__, url_prefix="/permohonan/<stream>/<record>/siak")
_uniform = random.SystemRandom().uniform
_AT_CENTRE = (Status.DIVERIFIKASI, Status.DIPROSES)


def the_siak() -> Siak:
    """:raises Problem: this centre has no line to SIAK."""
    found = current_app.extensions.get(SIAK)
    if found is None:
        raise Problem(
            404,
            "tanpa-siak",
            N_("Belum tersambung ke SIAK"),
            N_("Server ini tidak diatur untuk memakai SIAK. Nomor diketik sendiri."),
        )
    return cast(Siak, found)


@dataclass(frozen=True, slots=True)
class Panel:
    """How a request stands with SIAK, as its page says it."""

    kind: str
    """Of a notice; "" where there is nothing to tell."""
    sentence: str
    detail: str
    may_send: bool
    send_label: str
    number: str
    """To issue the request with; "" where there is none that fits."""


def panel(found: Record) -> Panel | None:
    """None where there is nothing that SIAK could do for it."""
    if current_app.extensions.get(SIAK) is None or found.status not in _AT_CENTRE:
        return None
    centre = the_centre()
    told = siak.sent(centre, found)
    today = centre.today()
    send = gettext("Kirim ke SIAK")
    by_hand = gettext("Nomor boleh juga diketik sendiri di “Terbitkan”.")
    if told.state == DONE:
        said = gettext("SIAK memberi nomor %(number)s.", number=told.number)
        if told.changed:
            changed = gettext(
                "Data permohonan berubah sejak dikirim ke SIAK. Periksa dulu, lalu kirim lagi "
                "atau ketik nomornya sendiri."
            )
            return Panel("wait", said, changed, True, gettext("Kirim lagi ke SIAK"), "")
        fits = gettext("Nomor ini sudah terisi di “Terbitkan”. Periksa, lalu terbitkan.")
        return Panel("good", said, fits, False, send, told.number)
    if told.state == FAILED:
        why = gettext(TROUBLES.get(told.trouble, TROUBLES["failing"]))
        return Panel("stop", why, by_hand, True, gettext("Kirim lagi ke SIAK"), "")
    if told.state == WAITING and told.trouble:
        why = gettext(
            "%(why)s sejak %(since)s.",
            why=gettext(TROUBLES.get(told.trouble, TROUBLES["failing"])),
            since=clock(moment(told.trouble_ms), today),
        )
        again = gettext(
            "Permohonan tersimpan aman dan dicoba lagi sendiri %(when)s.",
            when=clock(moment(max(told.next_ms, centre.clock())), today),
        )
        return Panel("wait", why, f"{again} {by_hand}", False, send, "")
    if told.state == WAITING:
        since = clock(moment(told.asked_ms), today)
        said = gettext("Dikirim ke SIAK %(when)s; menunggu nomornya.", when=since)
        return Panel("info", said, by_hand, False, send, "")
    return Panel("", "", "", True, send, "")


@siak_pages.post("/kirim")
@requires_role(*OFFICERS)
def send(stream: str, record: str) -> Response:
    the_siak()
    try:
        siak.ask(the_centre(), stream, record_id(record), author())
    except NoSuchRecord:
        open_or_404(stream, record)
        raise
    except IllegalAct as illegal:
        flash(say(illegal.sentence), "stop")
    else:
        flash(gettext("Akan dikirim ke SIAK. Nomornya muncul di sini begitu ada."), "good")
    return go(url_for("request.detail", stream=stream, record=record))


@dataclass(frozen=True, slots=True)
class Line:
    """One answer beside SIAK's."""

    label: str
    form: str
    siak: str
    equal: bool


@siak_pages.post("/cocokkan")
@requires_role(*OFFICERS)
def look_up(stream: str, record: str) -> str:
    """Asked of SIAK now, shown on this page, and kept nowhere."""
    register = the_siak()
    centre = the_centre()
    found = open_or_404(stream, record).record
    told = siak.look_up(centre, register, found, _uniform)
    trouble = ""
    if told.trouble:
        trouble = gettext(
            "%(why)s sejak %(since)s.",
            why=gettext(TROUBLES.get(told.trouble, TROUBLES["failing"])),
            since=clock(moment(told.since_ms), centre.today()),
        )
    lines = [
        Line(
            gettext(label_of(one.field)),
            say(show(one.field, one.form)),
            say(show(one.field, one.siak)),
            one.equal,
        )
        for one in told.fields
    ]
    return render_template(
        "central/siak.html",
        ids={"stream": stream, "record": record},
        name=str(found.value("data.nama", "–")),
        code=str(found.value("kode", "")),
        trouble=trouble,
        known=told.known,
        lines=sorted(lines, key=lambda one: one.equal),
        different=sum(not one.equal for one in lines),
        family=[title_name(one) for one in told.family],
    )


@siak_pages.get("/cocokkan")
@requires_role(*OFFICERS)
def look_again(stream: str, record: str) -> Response:
    """A reload: what SIAK said is kept nowhere."""
    return go(url_for("request.detail", stream=stream, record=record))
