"""The file that an auditor takes along: all chains, signed, without anybody's data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import cbor2

from central.centre import JAKARTA, Centre
from central.evidence import archive, chapters
from central.evidence.trail import TRAIL, Entry
from central.store import evidence as store
from central.store import trail
from central.store.trail import Only
from central.workflows.seeing import Look, saw, sign_end
from sync.body import Author
from sync.cose import sign1
from vault.engine import Connection, reading
from vault.keyring import Keyring

Parts = Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Export:
    """One file to be made."""

    made_ms: int
    from_ms: int = 0
    until_ms: int = 0
    """Of the trail; 0: no end. Logs are whole always: a gap could hide in what is left out."""

    @property
    def file_name(self) -> str:
        at = datetime.fromtimestamp(self.made_ms / 1000, UTC).astimezone(JAKARTA)
        return f"loket-audit-{at:%Y%m%d-%H%M}.tar"


def begin(centre: Centre, by: Author, *, from_ms: int = 0, until_ms: int = 0) -> Export:
    """Write down that `by` takes the file, and sign the trail's end: both are in the file."""
    saw(centre, by, Look.EKSPOR, ())
    sign_end(centre)
    return Export(centre.clock(), from_ms, until_ms)


@dataclass(slots=True)
class _Packer:
    """Members as bytes, and what the signature says of them."""

    time_s: int
    listed: list[tuple[str, int, bytes]] = field(default_factory=list)
    ends: dict[str, list[Any]] = field(default_factory=dict)

    def member(self, name: str, data: bytes) -> bytes:
        made = archive.Member(name, data, self.time_s)
        self.listed.append((name, len(data), made.sha))
        return archive.packed(name, data, self.time_s)


def parts(centre: Centre, export: Export) -> Parts:
    """The file, piece by piece; no more than a part of a chain is in memory."""
    packer = _Packer(export.made_ms // 1000)
    with store.snapshot(centre.vault.engine) as connection:
        whole = trail.span(connection, Only())
        # In a transaction of its own: a change of keys waits for all who share them. After the
        # snapshot was taken: whoever signed what is in it is then known.
        with reading(centre.vault.engine) as shortly:
            keys = centre.vault.keys_in(shortly)
        only = Only(from_ms=export.from_ms, until_ms=export.until_ms)
        first, last = trail.span(connection, only)
        yield packer.member(chapters.README, chapters.README_TEXT.encode())
        head = {
            "format": chapters.FORMAT,
            "made": export.made_ms,
            "centre": _publics(keys),
            "generation": keys.generation,
            "nodes": store.known_nodes(connection),
            "writers": store.central_logs(connection, centre.vault, keys),
            "trail": [first, last, trail.hash_at(connection, first - 1), whole[1]],
        }
        yield packer.member(chapters.HEAD, cbor2.dumps(head, canonical=True))
        yield packer.member(chapters.ACTS, chapters.sequence(store.acts(connection)))
        yield packer.member(chapters.REFUSALS, chapters.sequence(store.refusals(connection)))
        signed = trail.checkpoints(connection, first, last)
        yield packer.member(chapters.CHECKPOINTS, chapters.sequence(signed))
        yield from _logs(connection, packer)
        yield from _trail(packer, trail.entries(connection, first, last))
    said = cbor2.dumps(
        {
            "format": chapters.FORMAT,
            "made": export.made_ms,
            "members": [list(one) for one in packer.listed],
            "ends": packer.ends,
        },
        canonical=True,
    )
    # Whoever pinned a former key can follow to the present one while that is not destroyed.
    signers = (keys.identity, *keys.former_identities)
    signatures = cbor2.dumps([sign1(one, said) for one in signers], canonical=True)
    yield archive.packed(chapters.SIGNED, signatures, packer.time_s)
    yield archive.end()


def _publics(keys: Keyring) -> list[bytes]:
    """All keys that the centre signed with, the present one first."""
    return list(dict.fromkeys((keys.identity.public, *keys.former_publics)))


def _logs(connection: Connection, packer: _Packer) -> Iterator[bytes]:
    for stream, replica in store.log_names(connection):
        rows: Iterable[list[Any]] = store.headers(connection, stream, replica)
        for number, part in enumerate(chapters.in_parts(rows), 1):
            packer.ends[chapters.log_name(stream, replica)] = [part[-1][0], part[-1][-1]]
            name = chapters.log_part(stream, replica, number)
            yield packer.member(name, chapters.sequence(part))


def _trail(packer: _Packer, entries: Iterator[Entry]) -> Iterator[bytes]:
    for number, part in enumerate(chapters.in_parts(entries), 1):
        packer.ends[TRAIL] = [part[-1].seq, part[-1].hash]
        rows = chapters.sequence(map(chapters.entry_row, part))
        yield packer.member(chapters.TRAIL_PART.format(number), rows)
        yield packer.member(chapters.TABLE_PART.format(number), chapters.table_of(part))
