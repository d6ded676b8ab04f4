"""The machines' entrance: `POST /sync/v1/exchange` and `/sync/v1/enrol`."""

from __future__ import annotations

from flask import Blueprint, Response, request

from central.admission import Full
from central.views.current import the_centre, the_folder, the_slots
from central.workflows.enrolment import CodeRefused, enrol
from central.workflows.ingest import (
    ANSWER_BYTES,
    Refusal,
    note_refusal,
    slug_of,
    take_bundle,
    told_with,
)
from sync.bundle import MAX_BUNDLE_BYTES, MEDIA_TYPE
from sync.carrier_http import ANSWER_BYTES as WISHED_BYTES
from sync.errors import SyncError
from sync.way import MIN_BYTES
from web.i18n import N_
from web.problems import Problem

sync = Blueprint("sync", __name__, url_prefix="/sync/v1")


def _body(limit: int) -> bytes:
    length = request.content_length
    if length is None:
        raise Problem(411, "length-required", N_("Panjang isi harus disebut"))
    if length > limit:
        raise Problem(413, "too-large", N_("Bundel terlalu besar"))
    raw = request.stream.read(limit + 1)
    if len(raw) != length:
        raise Problem(400, "cut-short", N_("Bundel terpotong"))
    return raw


def _answer_bytes() -> int:
    """How large the answer may be: what the node's line bears, within reason."""
    wished = request.headers.get(WISHED_BYTES, ANSWER_BYTES, type=int)
    return min(max(wished, MIN_BYTES), ANSWER_BYTES)


def _busy(full: Full) -> Problem:
    return Problem(
        503,
        "busy",
        N_("Pusat sedang sibuk"),
        headers={"Retry-After": str(full.retry_after), "Connection": "close"},
    )


@sync.post("/exchange")
def exchange() -> Response:
    """One exchange. Refused before its body is read when all slots are taken."""
    centre = the_centre()
    try:
        with the_slots().one():
            raw = _body(MAX_BUNDLE_BYTES)
            try:
                answer = take_bundle(centre, raw, _answer_bytes())
            except Refusal as refusal:
                note_refusal(centre, raw, refusal)
                status, slug = slug_of(refusal)
                raise Problem(
                    status, slug, N_("Bundel ditolak"), str(refusal), extra=told_with(refusal)
                ) from refusal
    except Full as full:
        raise _busy(full) from full
    folder = the_folder()
    if folder is not None:
        folder.wake()
    return Response(answer, content_type=MEDIA_TYPE)


@sync.post("/enrol")
def enrolment() -> Response:
    """A node applies with its one-time code."""
    try:
        with the_slots().one():
            answer = enrol(the_centre(), _body(64 << 10))
    except Full as full:
        raise _busy(full) from full
    except CodeRefused as refusal:
        raise Problem(403, "code-refused", N_("Kode ditolak"), str(refusal)) from refusal
    except SyncError as refusal:
        status, slug = slug_of(refusal)
        raise Problem(status, slug, N_("Permintaan ditolak"), str(refusal)) from refusal
    return Response(answer, content_type=MEDIA_TYPE)
