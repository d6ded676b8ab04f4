"""Unfinished forms: kept by the page while somebody types, listed, thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from edge_node.edge import Edge
from edge_node.once import REQUESTS
from edge_node.store.drafts import Draft
from edge_node.views import form_page
from edge_node.views.current import author, the_edge
from edge_node.views.new_request import form_of
from edge_node.views.words import at_ms
from edge_node.workflows import drafting
from registration.catalogue import service
from registration.errors import UnknownService
from registration.format import title_name
from web.session import requires_role

blueprint = Blueprint("draf", __name__, template_folder="../templates")
_INSUFFICIENT_STORAGE = 507


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One line of the list."""

    url: str
    drop_url: str
    name: str
    what: str
    when: str
    by: str


def unfinished(edge: Edge) -> list[Unfinished]:
    today = edge.today()
    return [line for one in drafting.unfinished(edge) if (line := _line(one, today)) is not None]


def _line(kept: Draft, today: date) -> Unfinished | None:
    try:
        case = service(kept.service).case(kept.case)
    except UnknownService:
        # Begun by a newer version of this program; it goes on there.
        return None
    token = REQUESTS.token(kept.record)
    return Unfinished(
        url_for("baru.blank", service_code=kept.service, case_code=kept.case, lanjut=token),
        url_for("draf.ask", token=token),
        title_name(kept.typed.get("nama", "").strip()) or gettext("Belum ada nama"),
        gettext(case.title),
        at_ms(kept.changed_ms, today),
        title_name(kept.by),
    )


@blueprint.post("/permohonan/draf/<service_code>/<case_code>")
@requires_role()
def keep(service_code: str, case_code: str) -> Response:
    """What the form holds now, while somebody types; photos come when the form is sent."""
    record = REQUESTS.named_by(request.form.get("token", ""))
    version = form_page.version_of()
    _, case = form_of(service_code, case_code, version)
    kept = drafting.keep_typed(
        the_edge(),
        record,
        service_code,
        case_code,
        form_page.typed_of(case),
        version=version,
        by=author(),
    )
    return Response(status=204 if kept else _INSUFFICIENT_STORAGE)


@blueprint.get("/permohonan/draf/<token>/hapus")
@requires_role()
def ask(token: str) -> Any:
    """What was typed by a person is thrown away by a person, and not by a slip."""
    record = REQUESTS.named_by(token)
    found = [one for one in drafting.unfinished(the_edge()) if one.record == record]
    line = _line(found[0], the_edge().today()) if found else None
    if line is None:
        return redirect(url_for("loket.hari_ini"))
    return render_template("edge/hapus_draf.html", draft=line)


@blueprint.post("/permohonan/draf/<token>/hapus")
@requires_role()
def drop(token: str) -> Response:
    drafting.throw_away(the_edge(), REQUESTS.named_by(token))
    flash(gettext("Isian yang belum selesai itu sudah dihapus."), "good")
    return redirect(url_for("loket.hari_ini"), 303)
