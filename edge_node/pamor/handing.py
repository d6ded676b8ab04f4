"""Handing over: sealed things piece by piece, then the word to open them.

A thing is sent by PATCH with `Upload-Offset` and `Upload-Length`; the answer says how much is here,
and so does HEAD after a cut. In the manner of the IETF's resumable uploads, with the name of a
thing, its SHA-256, in place of an address that would have to be asked for first.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, jsonify, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from edge_node.pamor.entry import in_their_language, refusal, signed_in, whoever
from edge_node.portal.current import lang, say, t, the_edge
from edge_node.workflows import field_drafts, field_upload
from edge_node.workflows.field_drafts import AtCounter, CannotOpen, Lacking
from edge_node.workflows.field_upload import (
    MOST_PIECE,
    CannotTake,
    Damaged,
    Full,
    TooMuch,
    WrongPlace,
)
from edge_node.workflows.promising import WHY_QUEUED
from registration.format import long_date, short_when
from web.problems import Problem

blueprint = Blueprint("pamor_serah", __name__, url_prefix="/pamor/api")

_HEX = re.compile(r"[0-9a-f]+")
_STATUS = {TooMuch: 413, Full: 507, Damaged: 409, CannotOpen: 422}
_SLUG = {
    TooMuch: "terlalu-besar",
    Full: "penuh",
    Damaged: "kiriman-rusak",
    CannotOpen: "tidak-terbuka",
}


def _named(text: object, length: int) -> bytes:
    """:raises Problem: it is no hexadecimal name of this many bytes."""
    if isinstance(text, str) and len(text) == 2 * length and _HEX.fullmatch(text):
        return bytes.fromhex(text)
    raise refusal(400, "permintaan-tidak-dikenali", gettext("Kiriman tidak terbaca."))


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if text.isascii() and text.isdecimal() and len(text) < 12:
        return int(text)
    raise refusal(400, "permintaan-tidak-dikenali", gettext("Kiriman tidak terbaca."))


def _refused(error: CannotTake) -> Problem:
    return refusal(_STATUS[type(error)], _SLUG[type(error)], say(error.sentence))


def _offset(status: int, have: int) -> Response:
    return Response(status=status, headers={"Upload-Offset": str(have)})


@blueprint.get("/potongan/<name>")
@in_their_language
@signed_in
def offset(name: str) -> Response:
    """How much of a thing is here. Browsers ask by HEAD."""
    found = field_upload.held(the_edge(), whoever().id, _named(name, field_upload.SHA_BYTES))
    return _offset(204, found.have if found else 0)


@blueprint.patch("/potongan/<name>")
@in_their_language
@signed_in
def take(name: str) -> Response:
    """Keep the next piece."""
    sha = _named(name, field_upload.SHA_BYTES)
    at, size = _number("Upload-Offset"), _number("Upload-Length")
    if (request.content_length or 0) > MOST_PIECE:
        raise _refused(TooMuch(field_upload.TOO_LARGE))
    body = request.get_data(cache=False)
    try:
        now = field_upload.append(the_edge(), whoever().id, sha, at, size, body)
    except WrongPlace as wrong:
        return _offset(409, wrong.have)
    except CannotTake as error:
        raise _refused(error) from None
    return _offset(204, now.have)


@blueprint.post("/serah/<draft>")
@in_their_language
@signed_in
def hand_over(draft: str) -> Response:
    """Open what has come, file it, and say what became of it."""
    told = request.get_json(silent=True)
    asked: dict[str, Any] = told if isinstance(told, dict) else {}
    try:
        answer = field_drafts.hand_over(
            the_edge(),
            _named(draft, field_drafts.DRAFT_BYTES),
            _named(asked.get("kunci"), field_drafts.KEY_BYTES),
            _named(asked.get("isian"), field_upload.SHA_BYTES),
            whoever(),
        )
    except CannotTake as error:
        raise _refused(error) from None
    if isinstance(answer, Lacking):
        said = gettext("Belum semuanya sampai.")
        lacking = [one.hex() for one in answer.shas]
        raise Problem(409, "belum-lengkap", said, extra={"kurang": lacking})
    if isinstance(answer, AtCounter):
        return jsonify(hasil="loket", alasan=[say(one) for one in answer.reasons])
    told = answer.promise
    return jsonify(
        hasil="diajukan",
        kode=answer.code,
        perkiraan=long_date(told.day, lang()) if told else "",
        sebab=gettext(WHY_QUEUED) if told and told.queued else "",
    )


@blueprint.get("/diserahkan")
@in_their_language
@signed_in
def handed_over() -> Response:
    """What this account handed over lately, without a name."""
    return jsonify(
        [
            {
                "kode": one.code,
                "layanan": t(one.service),
                "keadaan": say(one.sentence),
                "pukul": _when(one.at_ms),
            }
            for one in field_drafts.handed_over(the_edge(), whoever().id)
        ]
    )


def _when(at_ms: int) -> str:
    return short_when(datetime.fromtimestamp(at_ms / 1000, UTC), lang())
