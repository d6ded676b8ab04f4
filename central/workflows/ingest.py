"""Taking a node's bundle: verify, append, acknowledge. Folding comes later and elsewhere."""

from __future__ import annotations

import contextlib

import structlog

from central.centre import Centre
from central.store import nodes
from crypto.errors import Tampered
from sync.cose import claimed_signer
from sync.errors import BadSignature, Forked, Malformed, Replayed, SyncError, UnknownSender
from sync.exchange import Sender, answer, open_request
from vault import log, scans
from vault.core import wall_ms
from vault.engine import reading, writing
from vault.errors import ContextFromFuture
from vault.exchange import gather, take_keys, take_runs

_log = structlog.get_logger()
_ANSWER_BYTES = 256 << 10


class CentreBehind(SyncError):
    """The node holds more of this centre's log than the centre does: an old backup was restored.

    Going on would write other changes at positions that the node has seen already, and its next
    contexts would cover them unseen. A person must look first.
    """


def take_bundle(centre: Centre, raw: bytes) -> bytes:
    """The signed answer to a node's bundle; what it acknowledges is durable.

    :raises SyncError, ContextFromFuture, Tampered: refused; nothing of it is kept.
    """
    vault = centre.vault
    with reading(vault.engine) as connection:
        request, known = open_request(
            raw, vault.replica, lambda replica: nodes.sender(connection, replica)
        )
    # Chunk files may lie there before their transaction: nothing refers to them until it commits.
    with writing(vault.engine) as connection:
        _still(nodes.sender(connection, known.replica, lock=True), request.number)
        now_ms = wall_ms()
        own = log.log_end(connection, known.stream, vault.replica).seq
        if request.have.get(vault.replica, 0) > own:
            raise CentreBehind(f"the node holds more than {own} changes of the centre's log")
        take_runs(connection, known.stream, request, writer=known.replica, check_contexts=True)
        take_keys(connection, vault, known.stream, request, now_ms)
        got = scans.keep_received(connection, centre.blobs, known.stream, request.chunks)
        nodes.met(
            connection,
            known.replica,
            request.number,
            now_ms,
            request.sent_ms - now_ms,
            request.more,
        )
    with reading(vault.engine) as connection:
        batch = gather(
            connection,
            vault,
            known.stream,
            request.have.get(vault.replica, 0),
            _ANSWER_BYTES,
        )
    return answer(vault.keyring.identity, raw, request, batch, got, wall_ms())


def _still(known: Sender | None, number: int) -> None:
    """Under the node's lock once more: another process may have taken the same bundle."""
    if known is None or known.revoked:
        raise UnknownSender("this node is not enrolled, or was revoked")
    if number <= known.last_number:
        raise Replayed(known.last_number)


SLUGS: dict[type[Exception], tuple[int, str]] = {
    Malformed: (400, "malformed"),
    BadSignature: (400, "altered"),
    UnknownSender: (403, "unknown-sender"),
    Replayed: (409, "replayed"),
    Forked: (409, "forked"),
    ContextFromFuture: (422, "context-from-future"),
    Tampered: (422, "keys-do-not-open"),
    CentreBehind: (409, "centre-behind"),
}
"""How a refusal is told to the node: HTTP status and problem type. Others: `wrong-stream`."""


Refusal = (SyncError, ContextFromFuture, Tampered)
"""What `take_bundle` refuses with."""


def slug_of(refusal: Exception) -> tuple[int, str]:
    return SLUGS.get(type(refusal), (422, "wrong-stream"))


def note_refusal(centre: Centre, raw: bytes, refusal: Exception) -> None:
    """Count and log a refused bundle; the node it names (proven or not) is shown to admins."""
    _, slug = slug_of(refusal)
    named = b""
    with contextlib.suppress(SyncError):
        named = claimed_signer(raw)
    _log.warning("bundle refused", reason=slug, named=named.hex(), size=len(raw))
    if named:
        with writing(centre.vault.engine) as connection:
            nodes.note_refusal(connection, named, slug)
