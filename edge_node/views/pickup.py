"""The list of documents to be fetched: on the screen, and on paper to be signed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from edge_node.edge import Edge
from edge_node.views import register_files
from edge_node.views.current import the_edge
from edge_node.views.register import READERS
from edge_node.views.register_files import Sheet
from edge_node.views.words import lang, name_of, what
from edge_node.workflows.pickup import PickUp, Waiting, pick_up
from registration.format import long_date, short_when
from registration.lifecycle import STATUS_LABELS, Status
from registration.texts import N_
from web.session import requires_role

blueprint = Blueprint("pengambilan", __name__, template_folder="../templates")

COLUMNS = (
    N_("No."),
    N_("Nama"),
    N_("NIK, 4 angka akhir"),
    N_("Kode"),
    N_("Keperluan"),
    N_("Nomor dokumen"),
    N_("Sejak"),
    N_("Tanda tangan"),
)
_WIDTHS_MM = (10, 52, 22, 30, 46, 42, 33, 42)
_ROW_MM = 12
"""Room for a signature."""
_SHOWN = 4
"""Digits of a NIK that tell two people of one name apart; a list lies on a desk."""


def sheet_of(edge: Edge, found: PickUp) -> Sheet:
    return Sheet(
        gettext("Daftar pengambilan dokumen"),
        gettext("Kelurahan %(place)s", place=edge.node.name),
        long_date(edge.today(), lang()),
        tuple(gettext(label) for label in COLUMNS),
        tuple(_row(number, line) for number, line in enumerate(found.lines, start=1)),
        (),
        _WIDTHS_MM,
        _ROW_MM,
    )


def _row(number: int, line: Waiting) -> tuple[str, ...]:
    record = line.record
    status = Status.SIAP_DIAMBIL if line.here else Status.TERBIT
    return (
        str(number),
        name_of(record),
        str(record.value("data.nik", "") or "")[-_SHOWN:] or "–",
        str(record.value("kode", "")),
        what(record),
        str(record.value("nomor_dokumen", "") or "–"),
        f"{gettext(STATUS_LABELS[status])}, {short_when(line.since, lang())}",
        "",
    )


@blueprint.get("/pengambilan")
@requires_role(*READERS)
def page() -> Any:
    edge = the_edge()
    found = pick_up(edge)
    return render_template(
        "edge/pengambilan.html",
        sheet=sheet_of(edge, found),
        whole=found.whole,
        here=sum(line.here for line in found.lines),
        coming=sum(not line.here for line in found.lines),
        urls=[url_for("permohonan.page", record=line.record.id.hex()) for line in found.lines],
    )


@blueprint.get("/pengambilan.pdf")
@requires_role(*READERS)
def as_pdf() -> Response:
    edge = the_edge()
    response = make_response(register_files.pdf(sheet_of(edge, pick_up(edge))))
    response.content_type = "application/pdf"
    name = f"pengambilan-{edge.today().isoformat()}.pdf"
    response.headers["Content-Disposition"] = f"inline; filename={name}"
    return response
