"""Bundles that a person brought as a file, and the file of answers that goes back."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from central.centre import Centre
from central.workflows.ingest import (
    Committed,
    Refusal,
    answer_batch,
    commit_bundle,
    hear_out,
    note_refusal,
    signed_answer,
)
from central.workflows.worklists import count_quota_days
from sync.bundle import Bundle
from sync.carrier_file import CarrierFile, Damaged, Direction, Header, Reader
from sync.errors import Forked, SyncError, WrongStream
from sync.exchange import Batch
from sync.tally import Tally
from vault import log
from vault.engine import reading, writing
from vault.errors import ContextFromFuture
from vault.fold import lock_stream
from vault.laying_out import lay_out

_MOST_ANSWERS = 10_000
"""Answers for one file: 2.5 GB of the centre's changes."""


PARTED = (Forked, ContextFromFuture)


class Parted(SyncError):
    """A node's log that parts from the one held of it."""


@dataclass(slots=True)
class Imported:
    """What a file came to."""

    stream: str
    brought: Tally = field(default_factory=Tally)
    new_changes: int = 0
    new_pieces: int = 0
    sent_back: Tally = field(default_factory=Tally)
    answers: int = 0
    trouble: Exception | None = None
    """Why the rest of the file was not taken; what came before it was."""

    @property
    def new(self) -> bool:
        return bool(self.new_changes or self.new_pieces)


def import_file(
    centre: Centre, path: Path, answer: Path, advance: Callable[[float], None] = lambda _: None
) -> Imported:
    """Take a node's file, and write the answers for it; `advance` is told the bytes read.

    Once more is harmless: what is known is recognised, and answered again. Where nothing at all
    could be taken, there is no file of answers.

    :raises Damaged: not a file of ours.
    :raises WrongStream: a file for somebody else.
    """
    with path.open("rb") as file:
        reader = Reader(file)
        head = reader.header
        pinned = centre.vault.keyring.identity.replica
        if head.direction is not Direction.UP:
            raise WrongStream(
                "this file goes from the centre to a kelurahan: import it there, "
                "with `loket edge import`"
            )
        if head.receiver != pinned:
            raise WrongStream("this file is for another centre")
        done = Imported(head.stream)
        taken = _take_all(centre, reader, done, lambda: advance(file.tell()))
        first = next(taken, None)
        if first is None:
            return done
        # Whoever reads it had no line, and may have none for weeks.
        count_quota_days(centre)
        back = Header(Direction.DOWN, head.stream, pinned, head.sender, centre.clock())
        with CarrierFile(answer, back) as answers:
            for raw in _answers(centre, itertools.chain([first], taken), done):
                answers.add(raw)
        done.answers = answers.count
    return done


def _take_all(
    centre: Centre, reader: Reader, done: Imported, advance: Callable[[], None]
) -> Iterator[Committed]:
    """Commit bundle after bundle, up to the first that cannot be taken."""
    bundles = iter(reader)
    while True:
        try:
            raw = next(bundles, None)
        except Damaged as damaged:
            done.trouble = damaged
            return
        if raw is None:
            return
        try:
            committed = commit_bundle(centre, raw, by_hand=True)
        except PARTED as refusal:
            note_refusal(centre, raw, refusal)
            done.trouble = Parted(
                "this counter's log is not the continuation of the one held here: it was restored "
                "from a backup, or its disk was copied. The answer tells it; bring that back, and "
                "export again"
            )
            yield hear_out(centre, raw)
            return
        except Refusal as refusal:
            note_refusal(centre, raw, refusal)
            done.trouble = refusal
            return
        _count(done, committed)
        advance()
        yield committed


def _count(done: Imported, committed: Committed) -> None:
    request = committed.request
    done.brought.add(request.runs, len(request.chunks))
    done.new_changes += committed.new
    done.new_pieces += committed.new_pieces


def _answers(centre: Centre, taken: Iterator[Committed], done: Imported) -> Iterator[bytes]:
    """A short answer for each bundle; for the last all that its sender lacks."""
    last = next(taken)
    for committed in taken:
        yield signed_answer(centre, last, _only_what_is_held(centre, last))
        last = committed
    for batch in _everything(centre, last):
        done.sent_back.add(batch.runs, len(batch.chunks))
        yield signed_answer(centre, last, batch)


def _only_what_is_held(centre: Centre, committed: Committed) -> Batch:
    with reading(centre.vault.engine) as connection:
        held = log.watermarks(connection, committed.known.stream)
    return Batch(have={**held, **committed.apart})


def _everything(centre: Centre, committed: Committed) -> Iterator[Batch]:
    """Batch after batch, as if the node had taken each and asked for the next.

    All that is held, laid out or not: the next journey may be weeks away.
    """
    with writing(centre.vault.engine) as connection:
        lock_stream(connection, committed.known.stream)
        lay_out(connection, centre.vault, committed.known.stream)
    for _ in range(_MOST_ANSWERS):
        batch = answer_batch(centre, committed)
        yield batch
        piece = batch.excerpt
        ended = piece is not None and bool(piece.ends)
        if not batch.more or not batch.runs or ended:
            return
        # Its own branch goes once; of others' it holds back nothing but what does not join.
        apart = {r: at for r, at in committed.apart.items() if r != committed.known.replica}
        committed = replace(committed, request=_asking_on(committed.request, batch), apart=apart)


def _asking_on(request: Bundle, batch: Batch) -> Bundle:
    have = dict(request.have)
    if batch.excerpt is None:
        for run in batch.runs:
            have[run.replica] = run.last
    going_on = batch.excerpt if batch.excerpt and batch.excerpt.upto else None
    return replace(
        request,
        have=have,
        runs=(),
        lacks_keys=(),
        lacks_chunks=(),
        lacks_records=(),
        excerpt=going_on,
    )
