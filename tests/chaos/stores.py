"""What the stores hold, read into the values that are judged. Nothing here writes."""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Iterator

from central.centre import Centre
from central.store import nodes
from registration.lifecycle import UNFINISHED
from sync.log import run_end
from sync.record import encode, state_hash
from tests.chaos.field import Counter
from tests.chaos.history import Held, StreamEnd
from vault import log
from vault.chunks import waiting_chunks
from vault.core import Vault
from vault.engine import Connection, reading
from vault.read import Filter, Record, list_records, stream_hash
from vault.scans import complete_scans
from vault.writers import central_writers

_ALL = 100_000


def all_sent(counter: Counter, centre: Centre) -> bool:
    """Whether the centre holds all that a counter wrote, scans too."""
    edge = counter.open()
    try:
        with reading(edge.vault.engine) as here, reading(centre.vault.engine) as there:
            replica, stream = edge.vault.replica, counter.stream
            ours = log.log_end(here, stream, replica)
            theirs = log.log_end(there, stream, replica)
            return ours.hash == theirs.hash and not waiting_chunks(here, stream)
    finally:
        edge.vault.engine.dispose()


def at_rest(counter: Counter, centre: Centre) -> bool:
    """Whether nothing is under way between a counter and the centre, in either direction."""
    if not all_sent(counter, centre):
        return False
    edge = counter.open()
    try:
        with reading(edge.vault.engine) as here, reading(centre.vault.engine) as there:
            # Its processes may have begun a log since this store was opened.
            own = {*centre.vault.central_writers, *central_writers(there)}
            behind = {stream for stream, _ in nodes.behind(there, own)}
            ours, theirs = (log.watermarks(one, counter.stream) for one in (here, there))
            heard = all(ours.get(replica, 0) == theirs.get(replica, 0) for replica in own)
            return heard and counter.stream not in behind
    finally:
        edge.vault.engine.dispose()


def end_of(counter: Counter, centre: Centre, settled: bool) -> StreamEnd:
    """One kelurahan, at the counter and at the centre."""
    edge, stream = counter.open(), counter.stream
    try:
        with reading(edge.vault.engine) as here, reading(centre.vault.engine) as there:
            return StreamEnd(
                stream,
                counter.replaced,
                _held(here, edge.vault, stream),
                _held(there, centre.vault, stream),
                stream_hash(here, edge.vault, stream).hex(),
                stream_hash(there, centre.vault, stream).hex(),
                settled,
                (
                    *_broken_chains(here, stream, "the counter", excerpt=counter.replaced),
                    *_broken_chains(there, stream, "the centre", excerpt=False),
                ),
            )
    finally:
        edge.vault.engine.dispose()


def _held(connection: Connection, vault: Vault, stream: str) -> dict[str, Held]:
    records, _ = list_records(connection, vault, Filter(stream=stream), 1, _ALL)
    return {one.id.hex(): _as_held(connection, one) for one in records}


def _as_held(connection: Connection, record: Record) -> Held:
    whole = complete_scans(connection, record.stream, record.named("berkas"))
    bodies = [told.body for told in record.told if told.body is not None]
    return Held(
        record.id.hex(),
        str(record.value("kode")),
        str(record.value("data.nik")),
        record.status in UNFINISHED,
        Counts(str(body.act) for body in bodies),
        Counts(
            (str(body.act), word)
            for body in bodies
            for word in {body.note, *map(str, body.writes.values())}
        ),
        state_hash(encode(record.state)).hex(),
        len(whole),
        sum(whole.values()),
    )


def _broken_chains(
    connection: Connection, stream: str, where: str, *, excerpt: bool
) -> Iterator[str]:
    """:param excerpt: logs with gaps are no fault: only what is unfinished was taken back."""
    for replica, end in log.log_ends(connection, stream).items():
        run, _ = log.read_run(connection, stream, replica, 0, 1 << 30, 1 << 30)
        whole = end.seq == 0 or (run is not None and run.last == end.seq)
        if not whole and not excerpt:
            yield f"log {replica.hex()[:8]} at {where} has a gap"
        if whole and run is not None and run_end(stream, run) != end.hash:
            yield f"log {replica.hex()[:8]} at {where} does not verify"
