"""The machines' entrance: `POST /sync/v1/exchange` and `/sync/v1/enrol`."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from central.admission.hall import Ask, Full
from central.admission.line import Kind
from central.admission.uploads import refuse_body, whole_body
from central.turns import Turn
from central.views.current import the_centre, the_folder, the_gate, the_turns
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
from sync.carrier_http import CARGO, PATIENCE, REPLICA
from sync.errors import SyncError
from sync.link import PATIENCE_S, Cargo
from sync.way import MIN_BYTES
from web.i18n import N_
from web.problems import Problem

_REPLICA = re.compile(r"[0-9a-f]{32}", re.ASCII)

sync = Blueprint("sync", __name__, url_prefix="/sync/v1")

_KINDS = {Cargo.CHANGES: Kind.CHANGES, Cargo.SCANS: Kind.SCANS, Cargo.ASKING: Kind.PULL}
_LIKELY_BYTES = 2 << 10
"""What is this small and does not say what it carries brings a change or two."""
_ENROL_BYTES = 64 << 10


def _length(limit: int) -> int:
    length = request.content_length
    if length is None:
        raise Problem(411, "length-required", N_("Panjang isi harus disebut"))
    if length > limit:
        raise Problem(413, "too-large", N_("Bundel terlalu besar"))
    return length


def _body(length: int) -> bytes:
    raw = whole_body(request.stream, length)
    if len(raw) != length:
        raise Problem(400, "cut-short", N_("Bundel terpotong"))
    return raw


def _ask(length: int) -> Ask:
    """What the visitor says of itself. Its signature is not seen yet, so this orders, and proves
    nothing: who lies about its name waits behind that name's work."""
    said = request.headers.get(CARGO, "")
    if said in _KINDS:
        kind = _KINDS[Cargo(said)]
    else:
        kind = Kind.CHANGES if length <= _LIKELY_BYTES else Kind.SCANS
    node = request.headers.get(REPLICA, "")[:64]
    return Ask(kind, node, length)


def _patience_s() -> float:
    """How long the visitor waits for an answer once all of its bundle is here."""
    said = request.headers.get(PATIENCE, PATIENCE_S, type=float)
    # Some of it is the way back; what takes longer than we are willing to keep is not waited for.
    return min(max(said * 0.8, 1.0), PATIENCE_S)


def _answer_bytes() -> int:
    """How large the answer may be: what the node's line bears, within reason."""
    wished = request.headers.get(WISHED_BYTES, ANSWER_BYTES, type=int)
    return min(max(wished, MIN_BYTES), ANSWER_BYTES)


def _note_turn(full: Full) -> None:
    """Who says to be whom is checked by nobody here: a hint for a page, and no more."""
    said = request.headers.get(REPLICA, "")
    if _REPLICA.fullmatch(said):
        now_ms = the_centre().clock()
        turn = Turn(now_ms + full.retry_after * 1000, now_ms)
        the_turns().note(bytes.fromhex(said), turn)


def _busy(full: Full) -> Problem:
    refuse_body()
    return Problem(
        429 if full.own else 503,
        "busy",
        N_("Pusat sedang sibuk"),
        headers={"Retry-After": str(full.retry_after)},
    )


@sync.post("/exchange")
def exchange() -> Response:
    """One exchange. Refused before its body is read where too much stands before it."""
    centre, gate = the_centre(), the_gate()
    length = _length(MAX_BUNDLE_BYTES)
    try:
        with gate.visit(_ask(length)) as visit:
            raw = _body(length)
            with gate.work(visit, _patience_s()):
                try:
                    answer = take_bundle(centre, raw, _answer_bytes())
                except Refusal as refusal:
                    note_refusal(centre, raw, refusal)
                    status, slug = slug_of(refusal)
                    raise Problem(
                        status, slug, N_("Bundel ditolak"), str(refusal), extra=told_with(refusal)
                    ) from refusal
    except Full as full:
        _note_turn(full)
        raise _busy(full) from full
    folder = the_folder()
    if folder is not None:
        folder.wake()
    return Response(answer, content_type=MEDIA_TYPE)


@sync.post("/enrol")
def enrolment() -> Response:
    """A node applies with its one-time code."""
    gate, length = the_gate(), _length(_ENROL_BYTES)
    try:
        with gate.visit(Ask(Kind.CHANGES, "", length)) as visit:
            raw = _body(length)
            with gate.work(visit, PATIENCE_S):
                answer = enrol(the_centre(), raw)
    except Full as full:
        raise _busy(full) from full
    except CodeRefused as refusal:
        raise Problem(403, "code-refused", N_("Kode ditolak"), str(refusal)) from refusal
    except SyncError as refusal:
        status, slug = slug_of(refusal)
        raise Problem(status, slug, N_("Permintaan ditolak"), str(refusal)) from refusal
    return Response(answer, content_type=MEDIA_TYPE)
