"""A stream given to a new box: all changes of its open records, vouched for by the centre.

The box takes the place of one that was stolen or broke. It needs what is still to be served, not
the whole past; so it gets the changes of open records, and of those it wrote about meanwhile,
piece by piece in order of record, and at the end where each log ends, from which it goes on like
any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, or_, select

from registration.kinds import COMPLAINT, FINAL, REQUEST
from sync.bundle import Excerpt, Run, Watermarks
from sync.change import Change
from sync.log import changes_in
from vault import log
from vault.core import Vault
from vault.fold import folded_to
from vault.history import changes_of_many
from vault.tables import log as log_table
from vault.tables import view

# Answers to the survey are finished and go all the same: their sum is what they are for.
_FINISHED = sorted(str(status) for kind in (REQUEST, COMPLAINT) for status in FINAL[kind])
_MOST_RECORDS = 500
_CHANGE_BYTES = 120


def start(connection: Connection, vault: Vault, stream: str, receiver: bytes) -> Excerpt | None:
    """The begin of an excerpt for `receiver`; None while the stream is not folded to its end."""
    upto = log.watermarks(connection, stream)
    upto.pop(receiver, None)
    if any(
        folded_to(connection, stream, replica) < seq
        for replica, seq in upto.items()
        if replica not in vault.central_writers
    ):
        return None
    return Excerpt(b"", upto)


def next_piece(
    connection: Connection, stream: str, asked: Excerpt, budget: int, receiver: bytes
) -> tuple[tuple[Run, ...], Excerpt]:
    """The runs of the next records, and where the excerpt then stands; with `ends` when done."""
    of_receiver = select(log_table.c.record).where(
        log_table.c.stream == stream, log_table.c.replica == receiver
    )
    records = list(
        connection.execute(
            select(view.c.record)
            .where(
                view.c.stream == stream,
                view.c.record > asked.after,
                # A status of a newer version may well be an open one.
                or_(
                    view.c.status.not_in(_FINISHED),
                    view.c.conflicts > 0,
                    view.c.record.in_(of_receiver),
                ),
            )
            .order_by(view.c.record)
            .limit(_MOST_RECORDS)
        ).scalars()
    )
    logged = changes_of_many(connection, stream, records)
    runs: list[Run] = []
    after, size = asked.after, 0
    for record in records:
        changes = [c for c in logged[record] if c.seq <= asked.upto.get(c.replica, 0)]
        size += sum(len(change.body or b"") + _CHANGE_BYTES for change in changes)
        if size > budget and runs:
            return tuple(runs), Excerpt(after, asked.upto)
        runs += [_alone(change) for change in changes]
        after = record
    if len(records) == _MOST_RECORDS:
        return tuple(runs), Excerpt(after, asked.upto)
    ends = tuple(
        (replica, end.hash, end.hlc)
        for replica, end in _ends_at(connection, stream, asked.upto).items()
    )
    return tuple(runs), Excerpt(after, asked.upto, ends)


def of_records(
    connection: Connection, stream: str, records: Sequence[bytes], have: Watermarks
) -> tuple[Run, ...]:
    """The changes up to `have` of some records, for a box that lacks their beginning.

    They go as a piece of an excerpt that goes up to nowhere.
    """
    logged = changes_of_many(connection, stream, records)
    return tuple(
        _alone(change)
        for record in records
        for change in logged[record]
        if change.seq <= have.get(change.replica, 0)
    )


WHOLE_RECORDS = Excerpt(b"", {})
"""What a piece of whole records says of the excerpt: that there is none."""


def _alone(change: Change) -> Run:
    return Run(
        change.replica,
        change.seq,
        change.prev,
        [change.hlc],
        [change.doubt],
        [change.record],
        [change.kind],
        [change.context],
        [change.body],
        {0: change.body_sha} if change.body is None else {},
    )


def _ends_at(connection: Connection, stream: str, upto: Watermarks) -> Mapping[bytes, log.LogEnd]:
    found: dict[bytes, log.LogEnd] = {}
    for replica, seq in upto.items():
        changes = log.read_changes(connection, stream, replica, seq - 1, 1)
        found[replica] = log.LogEnd(seq, changes[0].hash, changes[0].hlc)
    return found


def take_piece(
    connection: Connection, stream: str, runs: Sequence[Run], excerpt: Excerpt
) -> list[Change]:
    """Keep a piece; its changes. The last one sets where the logs go on."""
    changes = [change for run in runs for change in changes_in(stream, run)]
    log.insert_excerpt(connection, changes)
    for replica, end, hlc in excerpt.ends:
        log.set_end(connection, stream, replica, log.LogEnd(excerpt.upto[replica], end, hlc))
    return changes
