"""A box of finished documents has come: tick those that are in it, note them at one press."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from edge_node.views.current import author, the_edge
from edge_node.views.paths import record_id
from edge_node.views.register import READERS
from edge_node.views.words import at_ms, name_of, safe_sentence, say, what
from edge_node.workflows import acts, lookup
from vault.errors import NoSuchRecord
from web.session import requires_role

blueprint = Blueprint("kiriman", __name__, template_folder="../templates")

_TICKED = "tiba"


@blueprint.get("/dokumen-tiba")
@requires_role(*READERS)
def page() -> Any:
    return _page()


def _page(status: int = 200, notice: str = "") -> Any:
    edge = the_edge()
    found, more = lookup.issued(edge)
    today = edge.today()
    rows = [
        {
            "id": one.id.hex(),
            "name": name_of(one),
            "what": what(one),
            "code": str(one.value("kode", "")),
            "number": str(one.value("nomor_dokumen", "") or ""),
            "when": at_ms(one.changed_ms, today),
            "url": url_for("permohonan.page", record=one.id.hex()),
        }
        for one in found
    ]
    rows.sort(key=lambda row: row["name"])
    rendered = render_template("edge/dokumen_tiba.html", rows=rows, more=more, notice_text=notice)
    return rendered, status


@blueprint.post("/dokumen-tiba")
@requires_role(*READERS)
def arrived() -> Any:
    edge, ticked = the_edge(), request.form.getlist(_TICKED)
    if not ticked:
        return _page(422, gettext("Centang dulu dokumen yang sudah ada di loket."))
    done, refused = acts.documents_arrived(edge, [record_id(one) for one in ticked], author())
    if done:
        said = ngettext(
            "%(num)s dokumen tercatat sudah di loket.",
            "%(num)s dokumen tercatat sudah di loket.",
            done,
        )
        flash(f"{said} {safe_sentence(edge.line.link.line)}", "good")
    for record, sentence in refused:
        flash(f"{_name(record)}: {say(sentence)}", "wait")
    return redirect(url_for("kiriman.page"), 303)


def _name(record: bytes) -> str:
    try:
        return name_of(lookup.read(the_edge(), record))
    except NoSuchRecord:
        return str(gettext("Permohonan ini"))
