"""The ministry's paper forms to print: filled in from a request, from a draft, or blank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, make_response, request, session, url_for
from werkzeug.wrappers import Response

from edge_node.edge import Edge
from edge_node.once import REQUESTS
from edge_node.views import paper_pdf
from edge_node.views.current import author, the_edge
from edge_node.views.paths import record_id
from edge_node.views.words import form_of
from edge_node.workflows import lookup
from edge_node.workflows.filing import read_draft
from registration.catalogue import DATA, Case, service
from registration.errors import InvalidValue, UnknownService
from registration.format import title_name
from registration.printed import FORMS, NAMES, forms_of
from registration.printed.shapes import Filled
from registration.regions import kelurahan
from registration.shapes import Value
from registration.values import read_value
from web.session import requires_role

blueprint = Blueprint("formulir", __name__)

SIZES = {"a4": "A4", "f4": "F4"}
_SIZE = "kertas_formulir"


@dataclass(frozen=True, slots=True)
class Link:
    """A form that can be printed here."""

    name: str
    url: str
    sizes: tuple[tuple[str, str, bool], ...]
    """(label, address, whether it is the usual one here)"""


def _size() -> str:
    """What lies in the tray of this screen's printer; asked once."""
    asked = request.args.get("kertas", "")
    if asked in SIZES:
        session[_SIZE] = asked
    kept = str(session.get(_SIZE, ""))
    return kept if kept in SIZES else "a4"


def links(case: Case | None, endpoint: str, **where: Any) -> list[Link]:
    """The forms of a case, with where to find them."""
    usual = str(session.get(_SIZE, "a4"))
    return [
        Link(
            NAMES[form],
            url_for(endpoint, form=form, **where),
            tuple(
                (label, url_for(endpoint, form=form, kertas=size, **where), size == usual)
                for size, label in SIZES.items()
            ),
        )
        for form in (forms_of(case) if case is not None else ())
    ]


@blueprint.get("/permohonan/<record>/formulir/<form>.pdf")
@requires_role()
def of_request(record: str, form: str) -> Response:
    """Filled in from a request; what waits for a decision stays empty."""
    edge = the_edge()
    found = lookup.read(edge, record_id(record))
    known = form_of(found)
    if known is None:
        abort(404)
    values = {
        name.removeprefix(DATA): one.value
        for name, one in found.fields.items()
        if name.startswith(DATA) and not one.conflicted
    }
    held = {one["jenis"] for one in found.scans.values()}
    code = str(found.value("kode", ""))
    return _print(form, _filled(edge, known[0].code, known[1], values, held, code))


@blueprint.get("/permohonan/baru/<service_code>/<case_code>/formulir/<form>.pdf")
@requires_role()
def of_draft(service_code: str, case_code: str, form: str) -> Response:
    """With what is typed so far, where it can be read; blank where nothing is."""
    edge = the_edge()
    try:
        case = service(service_code).case(case_code)
    except UnknownService:
        abort(404)
    token = request.args.get("lanjut")
    draft = read_draft(edge, REQUESTS.named_by(token)) if token else None
    typed = draft.typed if draft is not None else {}
    held = {one["jenis"] for one in draft.scans.values()} if draft is not None else set()
    values = _readable(case, typed, edge.today())
    return _print(form, _filled(edge, service_code, case, values, held, ""))


def _readable(case: Case, typed: Mapping[str, str], today: date) -> dict[str, Value]:
    """A number that cannot be right is better written by hand."""
    values: dict[str, Value] = {}
    for field in case.fields:
        try:
            if typed.get(field.name, "").strip():
                values[field.name] = read_value(field, typed[field.name], today)
        except InvalidValue:
            continue
    return values


def _filled(
    edge: Edge,
    service_code: str,
    case: Case,
    values: Mapping[str, Value],
    held: set[str],
    code: str,
) -> Filled:
    place = kelurahan(edge.stream)
    # An empty form is for another day and another desk.
    day, clerk = (edge.today(), title_name(author().name)) if values else (None, "")
    return Filled(service_code, case, place, values, held, day, clerk, code)


def _print(form: str, filled: Filled) -> Response:
    if form not in forms_of(filled.case):
        abort(404)
    response = make_response(paper_pdf.pdf(FORMS[form](filled), _size()))
    response.content_type = "application/pdf"
    # Opens beside the page, to be printed at once; its name says nothing of a person.
    response.headers["Content-Disposition"] = f"inline; filename={NAMES[form]}.pdf"
    return response
