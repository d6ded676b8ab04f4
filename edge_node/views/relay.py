"""The neighbours' entrance: they leave sealed bundles here and ask for the centre's answers."""

from __future__ import annotations

from flask import Blueprint, Response, request

from edge_node.store.relayed import NoRoom, Refused, Relayed
from edge_node.views.current import the_edge
from sync.bundle import MAX_BUNDLE_BYTES, MEDIA_TYPE
from sync.carrier_relay import is_named
from sync.errors import Malformed
from web.i18n import N_
from web.problems import Problem

blueprint = Blueprint("titipan", __name__, url_prefix="/relay/v1")
_RETRY_S = "20"


def _relayed() -> Relayed:
    relayed = the_edge().relayed
    if relayed is None:
        raise Problem(404, "switched-off", N_("Loket ini tidak menerima titipan"))
    return relayed


def _sha(name: str) -> bytes:
    try:
        sha = bytes.fromhex(name)
    except ValueError:
        sha = b""
    if len(sha) != 32:
        raise Problem(404, "not-here", N_("Bundel itu tidak ada di sini"))
    return sha


@blueprint.put("/bundles/<name>")
def leave(name: str) -> Response:
    """A neighbour leaves a bundle. Only its size and shape are looked at."""
    relayed, sha, length = _relayed(), _sha(name), request.content_length
    if length is None:
        raise Problem(411, "length-required", N_("Panjang isi harus disebut"))
    if length > MAX_BUNDLE_BYTES:
        raise Problem(413, "too-large", N_("Bundel terlalu besar"))
    if not relayed.hands.acquire(blocking=False):
        raise Problem(503, "busy", N_("Loket ini sedang sibuk"), headers={"Retry-After": _RETRY_S})
    try:
        raw = request.stream.read(length + 1)
        if not is_named(raw, sha):
            raise Problem(400, "altered", N_("Bundel rusak di jalan"))
        relayed.keep(raw)
    except Malformed as error:
        raise Problem(400, "malformed", N_("Ini bukan bundel"), str(error)) from error
    except NoRoom as error:
        raise Problem(507, "no-room", N_("Tidak ada tempat lagi untuk titipan")) from error
    finally:
        relayed.hands.release()
    return _outcome(sha)


@blueprint.get("/bundles/<name>")
def ask(name: str) -> Response:
    """A neighbour asks for the answer to a bundle."""
    return _outcome(_sha(name))


def _outcome(sha: bytes) -> Response:
    try:
        outcome = _relayed().outcome(sha)
    except LookupError as error:
        raise Problem(404, "not-here", N_("Bundel itu tidak ada di sini")) from error
    if isinstance(outcome, Refused):
        raise Problem(
            409,
            "refused-beyond",
            N_("Pusat menolak bundel itu"),
            extra={"reason": outcome.slug, "last": outcome.last},
        )
    if outcome is None:
        return Response(status=202, headers={"Retry-After": _RETRY_S})
    return Response(outcome, content_type=MEDIA_TYPE)
