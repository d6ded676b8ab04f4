"""The daily register on the screen, as a spreadsheet, and on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from edge_node.edge import Edge
from edge_node.views import register_files
from edge_node.views.current import the_edge
from edge_node.views.register_files import Sheet
from edge_node.views.words import lang, name_of, status_of, what
from edge_node.workflows.register import Line, Register, register_of
from registration.display import show
from registration.format import long_date, title_name
from registration.lifecycle import STATUS_LABELS, Role
from registration.texts import N_
from web.session import requires_role

blueprint = Blueprint("register", __name__, template_folder="../templates")
READERS = (Role.PETUGAS, Role.PENYELIA)
COLUMNS = (
    N_("No."),
    N_("Jam"),
    N_("Kode"),
    N_("Nama"),
    N_("Keperluan"),
    N_("Lewat"),
    N_("Petugas"),
    N_("Status"),
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _day(edge: Edge) -> date:
    """What was asked for; today where nothing was, or nothing that is a day."""
    try:
        asked = date.fromisoformat(request.args.get("hari", ""))
    except ValueError:
        return edge.today()
    return min(asked, edge.today())


def sheet_of(edge: Edge, register: Register) -> Sheet:
    return Sheet(
        gettext("Register harian"),
        gettext("Kelurahan %(place)s", place=edge.node.name),
        long_date(register.day, lang()),
        tuple(gettext(label) for label in COLUMNS),
        tuple(_row(number, line) for number, line in enumerate(register.lines, start=1)),
        tuple(
            (show("layanan", code, lang()).render(gettext), count)
            for code, count in register.by_service.items()
        ),
    )


def _row(number: int, line: Line) -> tuple[str, ...]:
    record = line.record
    status = status_of(record)
    return (
        str(number),
        f"{line.at:%H:%M}" if lang().startswith("en") else f"{line.at:%H.%M}",
        str(record.value("kode", "")),
        name_of(record),
        what(record),
        show("kanal", record.value("kanal", ""), lang()).render(gettext),
        title_name(line.clerk),
        gettext(STATUS_LABELS[status]) if status is not None else record.status,
    )


@blueprint.get("/register")
@requires_role(*READERS)
def page() -> Any:
    edge = the_edge()
    register = register_of(edge, _day(edge))
    day = register.day
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    return render_template(
        "edge/register.html",
        sheet=sheet_of(edge, register),
        whole=register.whole,
        count=len(register.lines),
        urls=[url_for("permohonan.page", record=line.record.id.hex()) for line in register.lines],
        before=url_for("register.page", hari=before),
        after=url_for("register.page", hari=after) if after <= edge.today() else None,
        pdf_url=url_for("register.as_pdf", hari=day),
        xlsx_url=url_for("register.as_xlsx", hari=day),
    )


@blueprint.get("/register.pdf")
@requires_role(*READERS)
def as_pdf() -> Response:
    return _file(register_files.pdf, "application/pdf", "pdf")


@blueprint.get("/register.xlsx")
@requires_role(*READERS)
def as_xlsx() -> Response:
    return _file(register_files.xlsx, XLSX, "xlsx")


def _file(make: Callable[[Sheet], bytes], mime: str, ending: str) -> Response:
    edge = the_edge()
    register = register_of(edge, _day(edge))
    response = make_response(make(sheet_of(edge, register)))
    response.content_type = mime
    name = f"register-{register.day.isoformat()}.{ending}"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
