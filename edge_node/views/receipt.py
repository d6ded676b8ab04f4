"""The receipt: what the resident takes home, on A6 or on the paper roll of a small printer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import segno
from flask import Blueprint, render_template, request, session
from flask_babel import gettext
from markupsafe import Markup

from edge_node.edge import JAKARTA
from edge_node.views.current import author, the_edge
from edge_node.views.paths import record_id
from edge_node.views.words import at_time, form_of, lang, name_of, what
from edge_node.workflows import lookup
from edge_node.workflows.lookup import Known
from edge_node.workflows.promising import WHY_QUEUED, promise
from registration.catalogue import Case
from registration.format import long_date, title_name
from registration.lifecycle import Role, Status
from web.session import requires_role

blueprint = Blueprint("tanda_terima", __name__, template_folder="../templates")


PAPERS = {"a6": "A6", "80": "80 mm", "58": "58 mm"}
_PAPER = "kertas"


def paper() -> str:
    """What this screen prints on; asked once, as the printer stays where it is."""
    asked = request.args.get(_PAPER, "")
    if asked in PAPERS:
        session[_PAPER] = asked
    kept = str(session.get(_PAPER, ""))
    return kept if kept in PAPERS else "a6"


@blueprint.get("/permohonan/<record>/tanda-terima")
@requires_role()
def page(record: str) -> Any:
    edge = the_edge()
    known = lookup.know(edge, record_id(record))
    found = known.record
    form = form_of(found)
    code = str(found.value("kode", ""))
    opened = datetime.fromtimestamp(found.opened_ms / 1000, UTC).astimezone(JAKARTA)
    held, lacking = _documents(known, form[1] if form else None)
    told = promise(found) if found.status != Status.DIKEMBALIKAN else None
    day = long_date(told.day, lang()) if told else ""
    complete = bool(found.verified_ms)
    return render_template(
        "edge/tanda_terima.html",
        paper=paper(),
        papers=PAPERS,
        record=found.id.hex(),
        place=edge.node.name,
        code=code,
        qr_svg=qr(code),
        name=name_of(found),
        what=what(found),
        held=held,
        lacking=lacking,
        expected=day if complete else "",
        soonest=day if told and told.queued and not complete else "",
        why=gettext(WHY_QUEUED) if told and told.queued else "",
        days=form[0].standard.working_days if form else 0,
        opened=f"{long_date(opened.date(), lang())}, {at_time(opened, opened.date())}",
        clerk=_clerk(known),
        sent=not known.unsent,
    )


def qr(code: str) -> Markup:
    """The code as a picture; a QR reader of the portal or the counter knows it by its prefix."""
    made = segno.make_qr(f"LOKET:{code}", error="m")
    svg = made.svg_inline(border=2, scale=4, dark="#000", light="#fff")
    return Markup(svg)  # noqa: S704 - made here, of a checked code


def _documents(known: Known, case: Case | None) -> tuple[list[str], list[str]]:
    shown = {one["jenis"] for one in known.record.scans.values()}
    documents = case.documents if case is not None else ()
    held = [gettext(one.label) for one in documents if one.code in shown]
    lacking = [gettext(one.label) for one in documents if one.required and one.code not in shown]
    return held, lacking


def _clerk(known: Known) -> str:
    """Who took the request in; who prints, where the resident filed it alone."""
    first = known.history[0].body if known.history else None
    if first is not None and first.by.role != Role.PEMOHON and first.by.name:
        return title_name(first.by.name)
    return title_name(author().name)
