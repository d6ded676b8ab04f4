"""Scans, opened: only for staff who are logged in, never kept by the browser."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from edge_node.once import REQUESTS
from edge_node.views.current import the_edge
from edge_node.views.paths import record_id
from edge_node.workflows import lookup
from web.session import requires_role

blueprint = Blueprint("berkas", __name__)


def _answer(record: bytes, scan: str) -> Response:
    found = lookup.scan_of(the_edge(), record, scan)
    if found is None:
        abort(404)
    mime, content = found
    response = Response(content, content_type=mime)
    response.headers["Content-Disposition"] = "inline; filename=berkas"
    if mime == "application/pdf":
        # A PDF may hold scripts and links: it gets no rights of ours.
        response.headers["Content-Security-Policy"] = "sandbox"
    return response


@blueprint.get("/permohonan/<record>/berkas/<scan>")
@requires_role()
def of_request(record: str, scan: str) -> Response:
    return _answer(record_id(record), scan)


@blueprint.get("/permohonan/baru/berkas/<token>/<scan>")
@requires_role()
def of_draft(token: str, scan: str) -> Response:
    return _answer(REQUESTS.named_by(token), scan)
