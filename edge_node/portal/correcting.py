"""A request that came back: put it right oneself, or withdraw it."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from edge_node.portal.access import Entry, entries, looked_up
from edge_node.portal.current import limits, say_all, t, the_edge
from edge_node.portal.fields import view_field
from edge_node.portal.limits import hold
from edge_node.portal.work import Elsewhere
from edge_node.workflows import portal
from edge_node.workflows.filing import read_draft
from registration.acts_schema import REASON, load_cancel
from registration.errors import FormInvalid, IllegalAct
from registration.texts import N_

blueprint = Blueprint("correcting", __name__)

_NO_REASON = N_("Dibatalkan oleh pemohon.")


def _owned() -> portal.Progress:
    """The request that this session may see."""
    record = looked_up()
    found = portal.progress(the_edge(), record) if record is not None else None
    if found is None:
        raise Elsewhere(url_for("following.ask", lagi=1))
    return found


@blueprint.post("/cek/perbaiki")
def begin() -> Response:
    """Open the form again, filled in; a correction begun before goes on."""
    found = _owned()
    if not found.can_correct:
        return redirect(url_for("following.result"), 303)
    edge = the_edge()
    for entry in entries():
        if entry.target == found.record.id and read_draft(edge, entry.record) is not None:
            return redirect(url_for("filing.review", token=entry.token), 303)
    hold(limits().begun)
    value = found.record.value
    draft = portal.begin(edge, value("layanan"), value("varian"), value("versi"))
    entry = Entry(draft, target=found.record.id)
    # What could not be photographed the first time may still be brought.
    entry.bring = set(found.lacking)
    entry.save()
    return redirect(url_for("filing.review", token=entry.token), 303)


@blueprint.route("/cek/batal", methods=["GET", "POST"])
def withdraw() -> str | Response | tuple[str, int]:
    """Ask once more, then withdraw."""
    found = _owned()
    if not portal.can_withdraw(found.status):
        return redirect(url_for("following.result"), 303)
    typed, errors = "", {}
    if request.method == "POST":
        typed = request.form.get(REASON.name, "")
        try:
            reason = load_cancel({REASON.name: typed if typed.strip() else _NO_REASON}).alasan
            portal.withdraw(the_edge(), found.record.id, reason)
        except FormInvalid as invalid:
            errors = say_all(invalid.errors)
        except IllegalAct:
            return redirect(url_for("following.result"), 303)
        else:
            return redirect(url_for("following.result", baru="batal"), 303)
    page = render_template(
        "portal/withdraw.html",
        title=t(found.case.title),
        code=found.record.value("kode"),
        field_spec=replace(
            view_field(REASON),
            label=t(N_("Mengapa dibatalkan?")),
            required=False,
            help="",
            example="",
        ),
        typed=typed,
        errors=errors,
    )
    return (page, 422) if errors else page
