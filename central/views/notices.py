"""Messages to residents: what waits, what failed and why. Addresses are not shown."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, render_template, request, url_for

from central.store.jobs import DONE, FAILED
from central.views.current import the_centre
from central.views.frame import go
from central.views.texts import gettext, ngettext
from central.views.words import Tag, clock, moment, status_tag
from central.workflows import notices
from central.workflows.notices import MAIL, Overview, Waiting
from registration.lifecycle import Role
from registration.texts import N_
from web.session import requires_role

notice_pages = Blueprint("notices", __name__, url_prefix="/sambungan/pesan-warga")

TROUBLES = {
    "unreached": N_("tidak terjangkau"),
    "silent": N_("tidak menjawab"),
    "failing": N_("sedang bermasalah"),
    "garbled": N_("jawabannya tidak terbaca"),
    "shut-out": N_("menolak sandi atau token server ini"),
    "refused": N_("alamat atau nomornya ditolak"),
    "not-believed": N_("menunjukkan sertifikat yang tidak dikenal server ini"),
    "no-secret": N_("menunggu sandi, berkasnya di server ini tidak terbaca"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A message that was not sent."""

    code: str
    url: str
    about: Tag
    since: str
    failed: bool
    why: str
    queue: str
    key: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to residents."""

    title: str
    tag: Tag
    told: str
    sent: str
    rows: list[Row]


def why(slug: str) -> str:
    """What is wrong with a way to residents."""
    return gettext(TROUBLES.get(slug, TROUBLES["failing"]))


def _row(one: Waiting) -> Row:
    job = one.job
    told = why(job.trouble) if job.trouble else gettext("menunggu giliran")
    return Row(
        one.code or "–",
        url_for("request.detail", stream=job.stream, record=job.record.hex()),
        status_tag(job.phase),
        clock(moment(job.made_ms), the_centre().today()),
        job.state == FAILED,
        told,
        job.queue,
        job.key,
    )


def _way(found: Overview) -> Way:
    mail = found.line == MAIL
    state = found.breaker
    told = ""
    tag = Tag("good", gettext("jalan"))
    if state.failures:
        tag = Tag("wait", gettext("terganggu"))
        since = clock(moment(state.since_ms), the_centre().today())
        who = gettext("Server surel") if mail else gettext("Gerbang pesan")
        told = gettext(
            "%(who)s %(why)s sejak %(since)s. Pesan tersimpan dan dicoba lagi sendiri.",
            who=who,
            why=why(state.reason),
            since=since,
        )
    done = found.count(DONE)
    return Way(
        gettext("Surel") if mail else gettext("WhatsApp atau SMS"),
        tag,
        told,
        ngettext("%(num)s pesan terkirim", "%(num)s pesan terkirim", done),
        [_row(one) for one in found.waiting],
    )


@notice_pages.get("")
@requires_role(Role.ADMIN)
def listing() -> str:
    ways = [_way(one) for one in notices.overview(the_centre())]
    return render_template("central/notices.html", ways=ways)


@notice_pages.post("/ulang")
@requires_role(Role.ADMIN)
def again() -> Response:
    queue, key = request.form.get("jalur", ""), request.form.get("pesan", "")
    if notices.try_again(the_centre(), queue, key):
        flash(gettext("Pesan itu dicoba lagi sekarang."), "good")
    else:
        flash(gettext("Pesan itu sudah terkirim atau sudah tidak ada."), "info")
    return go(url_for(".listing"))
