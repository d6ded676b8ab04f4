"""Photos by phone for a form on the counter's screen: no login, and nothing of it is shown."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from edge_node.portal.current import limits, say_all, t, the_edge
from edge_node.portal.limits import hold
from edge_node.store.drafts import Draft
from edge_node.workflows import phone_photos
from edge_node.workflows.filing import Upload
from edge_node.workflows.phone_photos import TicketOver
from registration.catalogue import SCAN
from web.i18n import N_
from web.problems import Problem

blueprint = Blueprint("hp", __name__)


def _draft(ticket: str) -> Draft:
    try:
        return phone_photos.draft_of(the_edge(), ticket)
    except TicketOver:
        raise _over() from None


def _over() -> Problem:
    return Problem(
        410,
        "kode-lewat",
        N_("Kode QR ini sudah tidak berlaku"),
        N_("Minta petugas menampilkan kode QR yang baru, lalu pindai sekali lagi."),
    )


@blueprint.get("/hp/<ticket>")
def page(ticket: str) -> Any:
    return _page(ticket, _draft(ticket), {})


@blueprint.post("/hp/<ticket>")
def take(ticket: str) -> Response | tuple[str, int]:
    """Keep the photos that came."""
    kept = _draft(ticket)
    uploads = [
        Upload(one.code, file.read())
        for one in phone_photos.case_of(kept).documents
        for file in request.files.getlist(SCAN + one.code)
        if file.filename
    ]
    if not uploads:
        return redirect(url_for("hp.page", ticket=ticket), 303)
    hold(limits().photos)
    try:
        errors = say_all(phone_photos.add_photos(the_edge(), kept, uploads))
    except TicketOver:
        raise _over() from None
    if errors:
        return _page(ticket, _draft(ticket), errors), 422
    return redirect(url_for("hp.page", ticket=ticket), 303)


def _page(ticket: str, kept: Draft, errors: dict[str, list[str]]) -> str:
    here = Counter(manifest["jenis"] for manifest in kept.scans.values())
    return render_template(
        "portal/hp.html",
        ticket=ticket,
        errors=errors,
        documents=[
            {
                "name": SCAN + one.code,
                "label": t(one.label),
                "help": t(one.help),
                "count": here[one.code],
                "said": gettext("%(count)s foto sudah masuk", count=here[one.code]),
            }
            for one in phone_photos.case_of(kept).documents
        ],
    )
