"""Taking a node's bundle: verify, append, acknowledge. Folding comes later and elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from central.centre import NAME, Centre
from central.store import audit, health, nodes
from central.workflows.keeping import (
    has_taken_over,
    keep_runs,
    lost_its_end,
    own_and_others,
    own_end,
    take_all_back,
)
from central.workflows.mandates import keys_for, orders_for, take_mandates
from central.workflows.taking_back import parted
from crypto.chain import digest
from crypto.errors import Tampered
from crypto.identity import Identity
from sync.bundle import Bundle, Excerpt, Run, Writer
from sync.cose import claimed_signer
from sync.errors import (
    BadSignature,
    Forked,
    Malformed,
    Replayed,
    Revoked,
    SyncError,
    UnknownSender,
    Unspoken,
)
from sync.exchange import Batch, Opened, Sender, answer, open_request
from sync.seals import seal_log
from vault import excerpt, log, scans
from vault.chunks import held_among
from vault.core import Vault
from vault.data_keys import (
    Epoch,
    Receiver,
    current_epoch,
    deliver_again,
    receive_epochs,
)
from vault.engine import Connection, reading, writing
from vault.errors import ContextFromFuture
from vault.exchange import Lacking, gather, writers_of
from vault.fold import lock_stream
from vault.laying_out import lay_out

_log = structlog.get_logger()
ANSWER_BYTES = 256 << 10
"""What an answer may have at most."""


def take_bundle(centre: Centre, raw: bytes, answer_bytes: int = ANSWER_BYTES) -> bytes:
    """The signed answer to a node's bundle; what it acknowledges is durable.

    :param answer_bytes: about how large the answer may be.
    :raises SyncError, ContextFromFuture, Tampered: refused; nothing of it is kept.
    """
    committed = commit_bundle(centre, raw, answer_bytes=answer_bytes)
    return signed_answer(centre, committed, answer_batch(centre, committed, answer_bytes))


@dataclass(frozen=True, slots=True)
class Committed:
    """What was made durable of a bundle, and what the answer needs of it."""

    raw: bytes
    request: Bundle
    known: Sender
    got_chunks: tuple[bytes, ...]
    epoch: Epoch
    apart: Mapping[bytes, int]
    """Own log → position behind which a node holds another branch of it."""
    new: int
    """How many changes were not held before."""
    new_pieces: int
    """How many pieces of scans were not. Counted for people: of what is brought by hand only."""
    batch: Batch | None = None
    """What to answer, where the node lacks nothing and so little is to be looked up."""


def commit_bundle(
    centre: Centre, raw: bytes, *, by_hand: bool = False, answer_bytes: int = 0
) -> Committed:
    """Make a node's bundle durable.

    :param by_hand: a person brought it, perhaps long after it was made.
    :param answer_bytes: about how large the answer may be; 0 where there will be none yet.
    :raises SyncError, ContextFromFuture, Tampered: refused; nothing of it is kept.
    """
    vault = centre.vault
    with reading(vault.engine) as connection:
        vault.keys_in(connection)
        opened = open_request(
            raw,
            _names(vault),
            lambda replica: nodes.sender(connection, replica),
            centre.spoken,
            by_hand=by_hand,
        )
    before = vault.keyring
    try:
        with writing(vault.engine) as connection:
            done = _take(centre, connection, raw, opened, by_hand=by_hand)
            ends = log.log_ends(connection, done.known.stream)
            if answer_bytes and _lacks_nothing(done, ends, vault.replica):
                # One transaction less: this one has all at hand.
                done = replace(done, batch=_batch(centre, connection, done, ends, answer_bytes))
            return done
    except BaseException:
        vault.keyring = before
        raise


def hear_out(centre: Centre, raw: bytes) -> Committed:
    """What to answer to a bundle whose log parts from the one held: ours from where it begins.

    Nothing of it is kept. Over a line the node asks by itself; by hand it would be another journey.

    :raises SyncError: not a bundle that may be answered.
    """
    vault = centre.vault
    with writing(vault.engine) as connection:
        opened = open_request(
            raw,
            _names(vault),
            lambda replica: nodes.sender(connection, replica),
            centre.spoken,
            by_hand=True,
        )
        request, known = opened.content, opened.sender
        starts = {run.replica: run.first - 1 for run in request.runs}
        lock_stream(connection, known.stream)
        lay_out(connection, vault, known.stream)
        asking = replace(request, have={**request.have, **starts}, runs=())
        receiver = Receiver(known.replica, known.seal_public)
        epoch = current_epoch(connection, vault, known.stream, centre.clock(), receiver)
    return Committed(raw, asking, known, (), epoch, {}, 0, 0)


def answer_batch(centre: Centre, committed: Committed, answer_bytes: int = ANSWER_BYTES) -> Batch:
    """What the node lacks, cut to about `answer_bytes`, and what is held of its logs."""
    batch = committed.batch
    if batch is None:
        with reading(centre.vault.engine) as connection:
            ends = log.log_ends(connection, committed.known.stream)
            batch = _batch(centre, connection, committed, ends, answer_bytes)
    # What the node holds otherwise is not acknowledged, so that it gives it back.
    have = {**batch.have, **committed.apart}
    return replace(batch, have=have, quota_days=centre.counted.quota_days)


def signed_answer(centre: Centre, committed: Committed, batch: Batch) -> bytes:
    return answer(
        _names(centre.vault)[committed.request.receiver],
        committed.raw,
        committed.request,
        batch,
        committed.got_chunks,
        centre.clock(),
        centre.spoken,
    )


def _names(vault: Vault) -> dict[bytes, Identity]:
    """Whom nodes call us by: until a node has heard of a new name, it is answered under the old."""
    keyring = vault.keyring
    return {one.replica: one for one in (*keyring.former_identities, keyring.identity)}


def _take(
    centre: Centre, connection: Connection, raw: bytes, opened: Opened, *, by_hand: bool
) -> Committed:
    vault, request = centre.vault, opened.content
    now_ms = centre.clock()
    for successor in opened.successors:
        _log.warning(
            "a node writes as a new replica",
            before=successor.came_after.hex(),
            now=successor.replica.hex(),
        )
        nodes.succeed(connection, successor, now_ms)
    found = nodes.sender(connection, opened.sender.replica, lock=True)
    known = _still(found, None if by_hand else request.number)
    take_mandates(centre, connection, request, known)
    own, given_back = own_and_others(connection, request, known)
    unjoined = take_all_back(connection, vault, known, given_back, request)
    if unjoined:
        # The node's own changes may name what is given back next, from further before.
        own = []
    apart = {**parted(connection, known.stream, request), **unjoined}
    if known.replica in apart or lost_its_end(connection, request, known):
        lock_stream(connection, known.stream)
        lay_out(connection, vault, known.stream)
    # No key and no chunk of a record slips in beside an order to shred it.
    vault.keys_in(connection)
    receive_epochs(connection, vault, known.stream, request.epochs, now_ms)
    new = keep_runs(connection, vault, known.stream, own, request.keys)
    # Chunk files may lie there before their transaction: nothing refers to them until it commits.
    pieces = [digest(one) for _, one in request.chunks] if by_hand else []
    known_pieces = held_among(connection, known.stream, pieces)
    got = scans.keep_received(connection, centre.blobs, known.stream, request.chunks)
    new_pieces = len(set(pieces) - known_pieces)
    if request.offers_chunks:
        came = held_among(connection, known.stream, request.offers_chunks)
        got += tuple(sorted(came.difference(got)))
    if known.takes_over and has_taken_over(connection, request, known):
        nodes.has_taken_over(connection, known.replica)
        known = replace(known, takes_over=False)
    heard = {r: seq for r, seq in request.have.items() if r in vault.central_writers}
    number = request.number
    if by_hand:
        nodes.brought(connection, known.replica, number, now_ms, request.more, heard)
    else:
        drift_ms = request.sent_ms - now_ms
        nodes.met(connection, known.replica, number, now_ms, drift_ms, request.more, heard)
        if request.health is not None:
            health.keep(connection, known.replica, request.health, now_ms, drift_ms)
    if request.lacks_keys:
        deliver_again(connection, known.stream, known.replica)
    receiver = Receiver(known.replica, known.seal_public)
    epoch = current_epoch(connection, vault, known.stream, now_ms, receiver)
    return Committed(raw, request, known, got, epoch, apart, new, new_pieces)


def _still(known: Sender | None, number: int | None) -> Sender:
    """Under the node's lock once more: another process may have taken the same bundle."""
    if known is None:
        raise UnknownSender("this node is not enrolled")
    known.require_standing()
    if number is not None and number <= known.last_number:
        raise Replayed(known.last_number)
    return known


def _lacks_nothing(done: Committed, ends: Mapping[bytes, log.LogEnd], own: bytes) -> bool:
    """Whether the answer only says what is held."""
    asked, known = done.request, done.known
    lacks = asked.lacks_keys or asked.lacks_chunks or asked.lacks_records
    if known.takes_over or lacks or done.apart:
        return False
    lacking = _lacking(asked, known, ends, own, done.apart)
    return not lacking.logs and ends.get(own, log.NO_LOG).seq <= (lacking.own or 0)


def _batch(
    centre: Centre,
    connection: Connection,
    committed: Committed,
    ends: Mapping[bytes, log.LogEnd],
    answer_bytes: int,
) -> Batch:
    request, known, epoch = committed.request, committed.known, committed.epoch
    vault, stream = centre.vault, known.stream
    lacking = _lacking(request, known, ends, vault.replica, committed.apart)
    piece: Excerpt | None = None
    beginnings: tuple[Run, ...] = ()
    if request.lacks_records and not known.takes_over:
        # Alone in their answer: what goes with a piece is not the end of a log.
        others = {r: seq for r, seq in request.have.items() if r != known.replica}
        beginnings = excerpt.of_records(connection, stream, request.lacks_records, others)
        lacking = replace(lacking, logs={}, own=None) if beginnings else lacking
    batch = gather(connection, vault, stream, lacking, epoch, answer_bytes, ends=ends)
    if beginnings:
        piece = excerpt.WHOLE_RECORDS
        batch = replace(batch, runs=beginnings, more=True)
    if known.takes_over:
        asked = request.excerpt or excerpt.start(connection, vault, stream, known.replica)
        if asked is not None:
            runs, piece = excerpt.next_piece(connection, stream, asked, answer_bytes, known.replica)
            records = [record for run in runs for record in run.records]
            given = gather(
                connection, vault, stream, Lacking(own=None, keys=records), epoch, answer_bytes
            )
            batch = replace(
                batch,
                runs=batch.runs + runs,
                keys=batch.keys + given.keys,
                epochs={**batch.epochs, **given.epochs},
                more=True,
            )
    wanted = scans.read_chunks(connection, stream, request.lacks_chunks, centre.blobs, answer_bytes)
    ordered = orders_for(connection, stream, request)
    return replace(
        batch,
        more=batch.more or (ordered is not None and bool(ordered.given)),
        orders=ordered,
        centre_keys=keys_for(connection, vault, request, known),
        chunks=tuple(wanted),
        excerpt=piece,
        seals=tuple(
            seal_log(
                vault.keyring.identity,
                stream,
                run.replica,
                run.last,
                log.hash_reader(connection, stream, run.replica)(run.last),
            )
            for run in batch.runs
            if run.replica != known.replica and not beginnings
        ),
        writers=writers_of(batch.runs, _writers(centre, connection, known)) if batch.runs else {},
    )


def _lacking(
    request: Bundle,
    known: Sender,
    ends: Mapping[bytes, log.LogEnd],
    own: bytes,
    apart: Mapping[bytes, int],
) -> Lacking:
    """What the node lacks. Of its own log too, where it was restored from an old backup or copied.

    Of another log that the node holds another branch of, nothing can follow on its end.
    """
    logs: dict[bytes, int] = {}
    held = dict(request.have)
    if known.replica in apart:
        logs[known.replica] = apart[known.replica]
    elif ends.get(known.replica, log.NO_LOG).seq > own_end(request, known):
        logs[known.replica] = held.get(known.replica, 0)
    if not known.takes_over:
        logs |= {
            replica: held.get(replica, 0)
            for replica, end in ends.items()
            if replica not in (own, known.replica, *apart) and end.seq > held.get(replica, 0)
        }
    nothing_own = known.takes_over or own not in ends or own in apart
    return Lacking(
        logs=logs,
        own=None if nothing_own else held.get(own, 0),
        keys=request.lacks_keys,
        keys_with_logs=True,
    )


def _writers(centre: Centre, connection: Connection, known: Sender) -> dict[bytes, Writer]:
    told = {
        replica: Writer(name, False)
        for replica, (_, name) in nodes.names(connection).items()
        if replica != known.replica
    }
    pinned = centre.vault.keyring.identity.replica
    told |= {r: Writer(NAME, True) for r in centre.vault.central_writers if r != pinned}
    return told


SLUGS: dict[type[Exception], tuple[int, str]] = {
    Malformed: (400, "malformed"),
    Unspoken: (400, "unspoken-protocol"),
    BadSignature: (400, "altered"),
    Revoked: (403, "revoked"),
    UnknownSender: (403, "unknown-sender"),
    Replayed: (409, "replayed"),
    Forked: (409, "forked"),
    ContextFromFuture: (422, "context-from-future"),
    Tampered: (422, "keys-do-not-open"),
}
"""How a refusal is told to the node: HTTP status and problem type. Others: `wrong-stream`."""


Refusal = (SyncError, ContextFromFuture, Tampered)
"""What `take_bundle` refuses with."""


def slug_of(refusal: Exception) -> tuple[int, str]:
    return SLUGS.get(type(refusal), (422, "wrong-stream"))


def told_with(refusal: Exception) -> dict[str, Any]:
    """What a problem tells beside its type, so that the node can go on."""
    if isinstance(refusal, Replayed):
        return {"last": refusal.last}
    if isinstance(refusal, Unspoken):
        return {"spoken": list(refusal.spoken)}
    return {}


def note_refusal(centre: Centre, raw: bytes, refusal: Exception) -> None:
    """Count and log a refused bundle; the node it names (proven or not) is shown to admins."""
    _, slug = slug_of(refusal)
    named = b""
    with contextlib.suppress(SyncError):
        named = claimed_signer(raw)
    _log.warning("bundle refused", reason=slug, named=named.hex(), size=len(raw))
    with writing(centre.vault.engine) as connection:
        audit.count_refusal(connection, named, slug, centre.clock())
        if named:
            nodes.note_refusal(connection, named, slug)
