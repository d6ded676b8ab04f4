"""The first page: what is it about today?"""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from edge_node.portal.access import entries, my_place
from edge_node.portal.current import t, the_edge
from edge_node.workflows.filing import read_draft
from registration.catalogue import SERVICES, Service, service
from registration.errors import UnknownService
from registration.texts import N_
from sync.link import Line

blueprint = Blueprint("home", __name__)


def line_is_cut() -> bool:
    """Whether what is sent now stays here for a while."""
    return the_edge().line.link.line in (Line.CUT, Line.REFUSED)


@blueprint.get("/")
def index() -> str:
    services = [
        {
            "label": t(one.title),
            "note": t(one.summary),
            "url": url_for("home.cases_of", code=one.code),
        }
        for one in SERVICES
    ]
    follow = [
        _number(),
        {
            "label": t(N_("Cek permohonan saya")),
            "note": t(N_("Pakai kode dan tanggal lahir.")),
            "url": url_for("following.ask"),
        },
        {
            "label": t(N_("Pengaduan")),
            "note": t(N_("Ada yang tidak beres? Ceritakan, kami jawab.")),
            "url": url_for("complaining.index"),
        },
        {
            "label": t(N_("Data saya")),
            "note": t(N_("Apa yang kami simpan, dan hak Ibu/Bapak.")),
            "url": url_for("my_data.index"),
        },
    ]
    return render_template(
        "portal/home.html",
        services=services,
        follow=follow,
        unfinished=_unfinished(),
        cut=line_is_cut(),
    )


def _number() -> dict[str, str]:
    """The way to a number of the queue, or to the one that this phone has."""
    place = my_place()
    if place is None or not place.ticket.open:
        label, note = t(N_("Ambil nomor antrean")), t(N_("Untuk dilayani di loket hari ini."))
        return {"label": label, "note": note, "url": url_for("tickets.ask")}
    label = gettext("Nomor antrean saya: %(code)s", code=place.ticket.code)
    return {"label": label, "note": t(N_("Lihat giliran.")), "url": url_for("tickets.mine")}


def _unfinished() -> list[dict[str, str]]:
    """The forms that this phone began."""
    found = []
    for entry in entries():
        if entry.filed or entry.target is not None:
            continue
        draft = read_draft(the_edge(), entry.record)
        if draft is not None:
            found.append(
                {
                    "title": t(service(draft.service).case(draft.case, draft.version).title),
                    "url": url_for("filing.resume", token=entry.token),
                    "drop_url": url_for("filing.drop", token=entry.token),
                }
            )
    return found


@blueprint.get("/urus/<code>")
def cases_of(code: str) -> str:
    """The reasons to ask for a service, one of which is to be chosen."""
    known = service_of(code)
    cases = [
        {
            "label": t(one.title),
            "note": t(one.summary),
            "url": url_for("filing.start", code=code, case=one.code),
        }
        for one in known.cases
    ]
    return render_template("portal/cases.html", title=t(known.title), cases=cases)


def service_of(code: str) -> Service:
    """The service of an address.

    :raises NotFound: there is none of this name.
    """
    try:
        return service(code)
    except UnknownService as unknown:
        raise NotFound from unknown
