"""Counting what was folded, for reports: a job that follows the logs, and makes nobody wait.

What a record gives to the sums is worked out while nothing is locked; only adding it takes a short
transaction, which does nothing where another process was faster.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from central.centre import Centre
from central.store import counts, nodes
from registration.acts_schema import AS_IT_SHOULD
from registration.catalogue import SPOT_CHECK
from registration.kinds import COMPLAINT, REQUEST, SURVEY
from registration.statistics import Facts, Step, day_of, of_answers, of_complaint, of_request
from registration.survey import ELEMENTS, VALUE, is_whole
from sync.hlc import ms_of
from vault import tally
from vault.engine import reading, writing
from vault.fold import lock_stream
from vault.read import Record, read_many

BATCH = 200
"""Changes counted in one go: their records are opened in some 50 ms."""
_NOTHING = Facts("", "")


def facts_of(record: Record) -> Facts:
    """What a record gives to the sums; of a kind that this version does not know, nothing."""
    about = str(record.value("layanan", ""))
    if record.kind == REQUEST:
        undecided = sum(one.conflicted for one in record.fields.values())
        channel = str(record.value("kanal", ""))
        return of_request(_steps(record), about, _status(record), channel, undecided)
    if record.kind == COMPLAINT:
        return of_complaint(_steps(record), str(record.value("varian", "")), _status(record))
    if record.kind == SURVEY:
        answers = {one: record.value(VALUE + one) for one in ELEMENTS}
        if is_whole(answers):
            return of_answers(day_of(record.opened_ms), about, answers)
    return _NOTHING


def _status(record: Record) -> str:
    return str(record.value("status", ""))


def _steps(record: Record) -> list[Step]:
    return [
        Step(
            ms_of(one.change.hlc),
            one.body.act,
            one.body.by.role,
            one.body.writes.get(SPOT_CHECK, AS_IT_SHOULD) != AS_IT_SHOULD,
        )
        for one in record.told
        if one.body is not None
    ]


def count_next(centre: Centre, stream: str) -> bool:
    """Count the next part of a stream; whether that was something."""
    vault = centre.vault
    with reading(vault.engine) as connection:
        found = counts.news(connection, stream, BATCH)
        if found.before == found.after and not found.records:
            return False
        records = read_many(connection, vault, [(stream, one) for one in found.records])
        facts = {one.id: facts_of(one) for one in records}
    with writing(vault.engine) as connection:
        if not counts.hold(connection, found):
            return False
        counts.keep(connection, vault.keys_in(connection), found, facts)
    return True


def count_all(
    centre: Centre,
    *,
    for_s: float = float("inf"),
    wait_for_folding: bool = False,
    told: Callable[[int], object] = lambda _done: None,
) -> bool:
    """Count what is not counted yet; whether all of it is, as far as it is laid out here.

    :param for_s: how long at most; the next call goes on.
    :param wait_for_folding: leave streams alone that are being folded just now.
    :param told: called with how many streams are done.
    """
    until = time.monotonic() + for_s
    with reading(centre.vault.engine) as connection:
        behind = counts.behind(connection)
        if wait_for_folding:
            busy = {one for one, _ in nodes.behind(connection, centre.vault.central_writers)}
            behind = [one for one in behind if one not in busy]
    for done, stream in enumerate(behind, start=1):
        while count_next(centre, stream):
            if time.monotonic() > until:
                return False
        told(done)
    counts.wipe(centre.vault.engine)
    return True


def recount(centre: Centre, told: Callable[[int], object] = lambda _done: None) -> int:
    """Make all that is counted beside the records anew; how many kelurahan that were.

    The centre may go on serving: sums are low until their kelurahan is done.
    """
    vault = centre.vault
    with writing(vault.engine) as connection:
        streams = counts.streams(connection)
        for stream in streams:
            lock_stream(connection, stream)
        tally.recount(connection)
    for done, stream in enumerate(streams, start=1):
        with writing(vault.engine) as connection:
            counts.forget(connection, stream)
        while count_next(centre, stream):
            pass
        told(done)
    return len(streams)
