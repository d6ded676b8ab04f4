"""The proof of a hand-over: who took the document, when, and with whose signature."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template

from edge_node.edge import JAKARTA
from edge_node.views.current import the_edge
from edge_node.views.paths import record_id
from edge_node.views.receipt import PAPERS, paper
from edge_node.views.words import at_time, lang, name_of, say, what
from edge_node.workflows import lookup
from edge_node.workflows.lookup import Known
from registration.display import show
from registration.format import long_date, title_name
from registration.lifecycle import Act
from registration.signature import drawn_in
from sync.hlc import when
from vault.fold import Told
from web.session import requires_role

blueprint = Blueprint("bukti", __name__, template_folder="../templates")


@blueprint.get("/permohonan/<record>/bukti-penyerahan")
@requires_role()
def page(record: str) -> Any:
    edge = the_edge()
    known = lookup.know(edge, record_id(record))
    found = known.record
    act = _hand_over(known)
    if act is None or act.body is None:
        abort(404)
    at = when(act.change.hlc).astimezone(JAKARTA)
    return render_template(
        "edge/bukti_penyerahan.html",
        paper=paper(),
        papers=PAPERS,
        record=found.id.hex(),
        place=edge.node.name,
        code=str(found.value("kode", "")),
        name=name_of(found),
        what=what(found),
        number=str(found.value("nomor_dokumen", "") or ""),
        receiver=say(show("penerima", found.value("penerima"), lang())),
        handed=f"{long_date(at.date(), lang())}, {at_time(at, at.date())}",
        clerk=title_name(act.body.by.name),
        signature=drawn_in(found.value("penerima")),
        undecided=found.fields["penerima"].conflicted,
    )


def _hand_over(known: Known) -> Told | None:
    """The act itself; where two counters did not know of each other, the one that holds."""
    holds = known.record.value("penerima")
    acts = [one for one in known.history if one.body and one.body.act == Act.SERAHKAN]
    held = [one for one in acts if one.body and one.body.writes.get("penerima") == holds]
    return next(iter((*held, *acts)), None)
