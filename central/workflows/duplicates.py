"""Two requests that look like the same: an officer cancels one, or says that they are two matters.

The verdict is a change in the log of each request, in one transaction: both counters are told, and
nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from central.centre import Centre
from central.store import duplicates
from central.store.duplicates import Pair
from central.workflows.acting import acting
from central.workflows.lookup import Opened, open_in
from central.workflows.seen import require_seen
from registration.catalogue import KIND
from registration.duplicates import Outcome, Verdict, can_be_cancelled
from registration.errors import IllegalAct
from registration.lifecycle import Act, Role, Status, apply
from registration.texts import N_, Sentence
from sync.body import Author, Body
from sync.change import Context
from vault.core import Shown
from vault.corrections import require_decided_status
from vault.engine import Connection, reading
from vault.errors import NoSuchRecord
from vault.fold import lock_stream
from vault.read import Record, read_many, read_record
from vault.write import write


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of the pairs that wait."""

    pairs: list[tuple[Record, Record]]
    total: int
    page: int
    more: bool


def waiting(centre: Centre, page: int, page_size: int) -> Waiting:
    """A page (from 1), those with the oldest request first; one behind the end gives the last."""
    vault = centre.vault
    with reading(vault.engine) as connection:
        total = duplicates.count_pairs(connection)
        page = max(1, min(page, -(-total // page_size)))
        pairs = duplicates.list_pairs(connection, page, page_size)
        sides = [
            side
            for pair in pairs
            for side in ((pair.stream_a, pair.record_a), (pair.stream_b, pair.record_b))
        ]
        held = {one.id: one for one in read_many(connection, vault, list(dict.fromkeys(sides)))}
        found = [
            (held[pair.record_a], held[pair.record_b])
            for pair in pairs
            if pair.record_a in held and pair.record_b in held
        ]
    return Waiting(found, total, page, page * page_size < total)


def count(centre: Centre) -> int:
    with reading(centre.vault.engine) as connection:
        return duplicates.count_pairs(connection)


def alike(centre: Centre, record: bytes) -> list[bytes]:
    """The requests that wait to be held against this one."""
    with reading(centre.vault.engine) as connection:
        pairs = duplicates.pairs_of(connection, record)
    return [pair.record_b if pair.record_a == record else pair.record_a for pair in pairs]


def open_pair(centre: Centre, first: bytes, second: bytes) -> tuple[Opened, Opened]:
    """Both requests, the older first.

    :raises NoSuchRecord: they do not wait to be compared (any more).
    """
    with reading(centre.vault.engine) as connection:
        pair = _pair(connection, first, second)
        if pair is None:
            raise NoSuchRecord(f"{first.hex()} and {second.hex()}")
        return (
            open_in(connection, centre, pair.stream_a, pair.record_a),
            open_in(connection, centre, pair.stream_b, pair.record_b),
        )


def _pair(connection: Connection, first: bytes, second: bytes) -> Pair | None:
    return duplicates.pair_of(connection, first, second)


Seen = Mapping[bytes, Context | None]
"""Record → what the officer had on the screen of it; None, or none of it: anything goes."""


def cancel_one(
    centre: Centre, drop: bytes, keep: bytes, by: Author, reason: str, *, seen: Seen
) -> None:
    """They are the same: `drop` is cancelled, `keep` goes on.

    :raises IllegalAct: a colleague judged them already, or `drop` cannot be cancelled (any more).
    :raises ChangedMeanwhile: one of them holds more than the officer saw.
    """
    with acting(centre) as connection:
        dropped, kept = _open_both(centre, connection, drop, keep)
        require_decided_status(dropped)
        if not can_be_cancelled(dropped.status):
            raise IllegalAct(
                Sentence(
                    N_("%(code)s tidak bisa dibatalkan lagi. Batalkan yang lain, bila masih bisa."),
                    {"code": str(dropped.value("kode", ""))},
                )
            )
        after = apply(Act.BATALKAN_GANDA, Role(by.role), Status(dropped.status))
        require_seen(dropped, seen.get(drop))
        require_seen(kept, seen.get(keep))
        verdict = Verdict(keep, Outcome.BATAL, kept.stream, str(kept.value("kode", "")))
        name, value = verdict.written()
        writes = {"status": after, "alasan": reason, name: value}
        _write(centre, connection, dropped, Body(Act.BATALKAN_GANDA, by, writes, reason))
        goes_on = Verdict(drop, Outcome.LANJUT, dropped.stream, str(dropped.value("kode", "")))
        _judge(centre, connection, kept, goes_on, by, reason)


def not_the_same(
    centre: Centre, first: bytes, second: bytes, by: Author, reason: str, *, seen: Seen
) -> None:
    """They are two matters, and are not held against each other again.

    :raises IllegalAct: a colleague judged them already.
    :raises ChangedMeanwhile: one of them holds more than the officer saw.
    """
    with acting(centre) as connection:
        one, other = _open_both(centre, connection, first, second)
        require_seen(one, seen.get(first))
        require_seen(other, seen.get(second))
        # The code of a stranger's request is not for this counter's eyes.
        _judge(centre, connection, one, Verdict(second, Outcome.BUKAN, other.stream), by, reason)
        _judge(centre, connection, other, Verdict(first, Outcome.BUKAN, one.stream), by, reason)


def _open_both(
    centre: Centre, connection: Connection, first: bytes, second: bytes
) -> tuple[Record, Record]:
    """Both records under the locks that writing them takes, in the one order of all."""
    vault = centre.vault
    pair = _pair(connection, first, second)
    if pair is None:
        raise IllegalAct(Sentence(N_("Dua permohonan ini sudah diputuskan atau sudah selesai.")))
    streams = {pair.record_a: pair.stream_a, pair.record_b: pair.stream_b}
    for stream in sorted(set(streams.values())):
        lock_stream(connection, stream)
    found = [read_record(connection, vault, streams[one], one) for one in (first, second)]
    shown = [Shown(r.stream, r.id, vault.project(r.state, vault.rules), r.told) for r in found]
    duplicates.lock(connection, duplicates.tokens_of(vault, shown))
    # Whoever held the locks before may have judged them.
    if _pair(connection, first, second) is None:
        raise IllegalAct(Sentence(N_("Dua permohonan ini sudah diputuskan atau sudah selesai.")))
    return found[0], found[1]


def _judge(
    centre: Centre,
    connection: Connection,
    record: Record,
    verdict: Verdict,
    by: Author,
    reason: str,
) -> None:
    known = tuple(Status)
    apply(
        Act.PERIKSA_GANDA, Role(by.role), Status(record.status) if record.status in known else None
    )
    name, value = verdict.written()
    writes: dict[str, Any] = {name: value}
    _write(centre, connection, record, Body(Act.PERIKSA_GANDA, by, writes, reason))


def _write(centre: Centre, connection: Connection, record: Record, body: Body) -> None:
    write(connection, centre.vault, record.stream, record.id, KIND, body, centre.stamp())
