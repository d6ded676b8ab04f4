"""The first page: what is it about today?"""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from edge_node.portal.access import entries
from edge_node.portal.current import t, the_edge
from edge_node.workflows.filing import read_draft
from registration.catalogue import service
from registration.texts import N_
from sync.link import Line

blueprint = Blueprint("home", __name__)

SERVICE = "ktp-el"
CASES = ("hilang", "rusak", "perubahan", "baru")
"""The commonest first."""
NOTES = {
    "hilang": N_("Siapkan surat kehilangan dari polisi."),
    "rusak": N_("Siapkan KTP yang rusak."),
    "perubahan": N_("Alamat, nama, status, atau data lain."),
    "baru": N_("Untuk yang sudah 17 tahun, atau sudah kawin."),
}


def line_is_cut() -> bool:
    """Whether what is sent now stays here for a while."""
    return the_edge().line.link.line in (Line.CUT, Line.REFUSED)


@blueprint.get("/")
def index() -> str:
    edge = the_edge()
    known = service(SERVICE)
    unfinished = [
        {
            "title": t(known.case(entry.case).title),
            "url": url_for("filing.resume", token=entry.token),
            "drop_url": url_for("filing.drop", token=entry.token),
        }
        for entry in entries()
        if not entry.filed and entry.target is None and read_draft(edge, entry.record) is not None
    ]
    cases = [
        {
            "label": t(known.case(code).title),
            "note": t(NOTES[code]),
            "url": url_for("filing.start", case=code),
        }
        for code in CASES
    ]
    follow = [
        {
            "label": t(N_("Cek permohonan saya")),
            "note": t(N_("Pakai kode dan tanggal lahir.")),
            "url": url_for("following.ask"),
        }
    ]
    return render_template(
        "portal/home.html", cases=cases, follow=follow, unfinished=unfinished, cut=line_is_cut()
    )
