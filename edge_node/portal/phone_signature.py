"""A box to sign in on a phone, for a hand-over on the counter's screen: no login."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from edge_node.portal.current import limits, say, t, the_edge
from edge_node.portal.limits import hold
from edge_node.workflows import phone_signature
from edge_node.workflows.phone_signature import NothingToSign
from registration.acts_schema import SIGNATURE
from registration.errors import InvalidValue
from web.i18n import N_
from web.problems import Problem

blueprint = Blueprint("ttd", __name__)


def _over() -> Problem:
    return Problem(
        410,
        "kode-lewat",
        N_("Kode QR ini sudah tidak berlaku"),
        N_("Minta petugas menampilkan kode QR yang baru, lalu pindai sekali lagi."),
    )


@blueprint.get("/ttd/<ticket>")
def page(ticket: str) -> Any:
    return _page(ticket, done="selesai" in request.args)


@blueprint.post("/ttd/<ticket>")
def take(ticket: str) -> Response | tuple[str, int]:
    """Lay the signature on the petugas's desk."""
    drawn = request.form.get(SIGNATURE.name, "")
    hold(limits().photos)
    try:
        phone_signature.sign(the_edge(), ticket, drawn)
    except NothingToSign:
        raise _over() from None
    except InvalidValue as refused:
        return _page(ticket, strokes=drawn, errors=[say(refused.sentence)]), 422
    return redirect(url_for("ttd.page", ticket=ticket, selesai=1), 303)


def _page(
    ticket: str, *, strokes: str = "", errors: list[str] | None = None, done: bool = False
) -> str:
    try:
        signing = phone_signature.signing_of(the_edge(), ticket)
    except NothingToSign:
        raise _over() from None
    return render_template(
        "portal/ttd.html",
        ticket=ticket,
        code=signing.code,
        what=t(signing.title),
        strokes=strokes,
        errors=errors or [],
        done=done,
    )
