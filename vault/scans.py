"""Scans as content-addressed sealed chunks.

A scan is cut into pieces of 32 KiB (4 s on a 64 kbit/s line), each sealed under its record's key.
The change that adds the scan holds the manifest: what it shows, its size and hash, its chunks.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    func,
    select,
    update,
)

from crypto import aead
from crypto.chain import digest
from crypto.errors import Tampered
from sync.bindings import chunk_data
from vault import orders
from vault.blobs import Blobs, Piece
from vault.errors import ScanIncomplete
from vault.prepared import Prepared
from vault.sql import insert_new, upsert
from vault.tables import chunk

CHUNK_BYTES = 32 << 10
_MANY = 400
"""Chunks looked up by one statement."""
_SCAN_BYTES = 8


class ChunkState(IntEnum):
    """How far a chunk has come."""

    DRAFT = 0
    WAITING = 1
    """Part of a filed request; the other side does not hold it yet."""
    HELD = 2
    """The other side has acknowledged it, or it came from there."""
    EXPECTED = 3
    """A change names it, and it has not come yet."""


@dataclass(frozen=True, slots=True)
class ScanContent:
    """A picture or document, ready to be kept."""

    jenis: str
    """Which required document it shows (a document code of the catalogue)."""
    mime: str
    data: bytes
    width: int = 0
    height: int = 0


def new_scan_id() -> str:
    return os.urandom(_SCAN_BYTES).hex()


def add_scan(
    connection: Connection,
    stream: str,
    record: bytes,
    key: bytes,
    scan: str,
    content: ScanContent,
    state: ChunkState,
) -> dict[str, Any]:
    """Seal a scan into chunks and keep them; returns its manifest."""
    pieces = [
        content.data[at : at + CHUNK_BYTES] for at in range(0, len(content.data), CHUNK_BYTES)
    ]
    sealed = [
        aead.seal(key, piece, chunk_data(stream, record, scan, number, len(pieces)))
        for number, piece in enumerate(pieces)
    ]
    hashes = [digest(one) for one in sealed]
    insert_new(
        connection,
        chunk,
        [
            {
                "stream": stream,
                "sha": sha,
                "record": record,
                "scan": bytes.fromhex(scan),
                "state": state,
                "size": len(one),
                "bytes": one,
            }
            for sha, one in zip(hashes, sealed, strict=True)
        ],
    )
    return {
        "jenis": content.jenis,
        "mime": content.mime,
        "size": len(content.data),
        "sha256": digest(content.data),
        "width": content.width,
        "height": content.height,
        "chunks": hashes,
    }


def read_scan(
    connection: Connection,
    stream: str,
    record: bytes,
    key: bytes,
    scan: str,
    manifest: Mapping[str, Any],
    blobs: Blobs | None = None,
) -> bytes:
    """A whole scan, its integrity checked at the end.

    :raises ScanIncomplete: chunks have not come yet.
    :raises Tampered: what came is not what was filed.
    """
    hashes: list[bytes] = manifest["chunks"]
    held: dict[bytes, bytes | None] = dict(
        connection.execute(
            select(chunk.c.sha, chunk.c.bytes).where(
                chunk.c.stream == stream,
                chunk.c.sha.in_(hashes),
                chunk.c.state != ChunkState.EXPECTED,
            )
        )
        .tuples()
        .all()
    )
    plain = bytearray()
    for number, sha in enumerate(hashes):
        sealed = held.get(sha) or (blobs.get(sha) if blobs and sha in held else None)
        if sealed is None:
            raise ScanIncomplete(f"{len(held)} of {len(hashes)} parts are here")
        plain += aead.unseal(key, sealed, chunk_data(stream, record, scan, number, len(hashes)))
    if digest(bytes(plain)) != manifest["sha256"]:
        raise Tampered("the scan is not the one that was filed")
    return bytes(plain)


def complete_scans(
    connection: Connection, stream: str, manifests: Mapping[str, Mapping[str, Any]]
) -> dict[str, bool]:
    """Which scans are here whole: {scan id: whole}."""
    wanted = {sha for manifest in manifests.values() for sha in manifest["chunks"]}
    held = set(
        connection.execute(
            select(chunk.c.sha).where(
                chunk.c.stream == stream,
                chunk.c.sha.in_(wanted),
                chunk.c.state != ChunkState.EXPECTED,
            )
        ).scalars()
    )
    return {scan: held.issuperset(m["chunks"]) for scan, m in manifests.items()}


def file_drafts(connection: Connection, stream: str, record: bytes) -> None:
    """The draft is filed: its chunks wait to be sent."""
    connection.execute(
        update(chunk)
        .where(
            chunk.c.stream == stream,
            chunk.c.record == record,
            chunk.c.state == ChunkState.DRAFT,
        )
        .values(state=ChunkState.WAITING)
    )


def drop_scan(connection: Connection, stream: str, hashes: Sequence[bytes]) -> None:
    """Forget the chunks of a scan that was never filed."""
    connection.execute(
        delete(chunk).where(
            chunk.c.stream == stream,
            chunk.c.sha.in_(list(hashes)),
            chunk.c.state == ChunkState.DRAFT,
        )
    )


_LOOKED_AT = 256
"""Chunks considered for one bundle: 8 MiB of them."""


_NEXT = Prepared(
    select(chunk.c.sha, chunk.c.size)
    .where(chunk.c.stream == bindparam("stream"), chunk.c.state == bindparam("state"))
    .order_by(chunk.c.record)
    .limit(bindparam("most"))
)


def chunks_to_send(
    connection: Connection,
    stream: str,
    max_bytes: int,
    besides: Set[bytes] = frozenset(),
) -> list[tuple[bytes, bytes]]:
    """(record, sealed chunk) of what waits, the oldest citizen first; at least one.

    :param besides: hashes of those that went by another carrier.
    """
    waiting = {"stream": stream, "state": int(ChunkState.WAITING)}
    most = _LOOKED_AT + len(besides)
    chosen: list[bytes] = []
    total = 0
    for sha, size in _NEXT.rows(connection, {**waiting, "most": most}):
        if sha in besides:
            continue
        if len(chosen) == _LOOKED_AT:
            break
        total += size
        if total > max_bytes and chosen:
            break
        chosen.append(sha)
    if not chosen:
        return []
    sealed = connection.execute(
        select(chunk.c.record, chunk.c.bytes)
        .where(chunk.c.stream == stream, chunk.c.sha.in_(chosen))
        .order_by(chunk.c.record)
    )
    return [(record, data) for record, data in sealed.tuples() if data is not None]


def mark_held(connection: Connection, stream: str, hashes: Sequence[bytes]) -> None:
    """The other side holds these durably."""
    for start in range(0, len(hashes), _MANY):
        some = list(hashes[start : start + _MANY])
        connection.execute(
            update(chunk)
            .where(chunk.c.stream == stream, chunk.c.sha.in_(some))
            .values(state=ChunkState.HELD)
        )


def mark_lost(connection: Connection, stream: str, records: Sequence[bytes]) -> None:
    """The other side lost these records (an old backup): their chunks wait again."""
    if records:
        connection.execute(
            update(chunk)
            .where(
                chunk.c.stream == stream,
                chunk.c.record.in_(list(records)),
                chunk.c.state == ChunkState.HELD,
            )
            .values(state=ChunkState.WAITING)
        )


def keep_received(
    connection: Connection,
    blobs: Blobs | None,
    stream: str,
    received: Sequence[tuple[bytes, bytes]],
) -> tuple[bytes, ...]:
    """Keep chunks that came, in `blobs` where there are any; returns their hashes.

    The chunks first, then their rows. What belongs to a shredded record is let go of.

    :raises BlobsAway: not all of them are kept.
    """
    if not received:
        return ()
    rows: list[dict[str, Any]] = []
    pieces: list[Piece] = []
    hashes = [digest(data) for _, data in received]
    gone = orders.shredded(connection, stream, {record for record, _ in received})
    for sha, (record, data) in zip(hashes, received, strict=True):
        if record in gone:
            continue
        pieces.append((sha, data))
        rows.append(
            {
                "stream": stream,
                "sha": sha,
                "record": record,
                "scan": None,
                "state": ChunkState.HELD,
                "size": len(data),
                "bytes": data if blobs is None else None,
            }
        )
    if blobs is not None:
        blobs.put(pieces)
    upsert(connection, chunk, rows)
    return tuple(hashes)


def expect(
    connection: Connection, stream: str, record: bytes, manifests: Sequence[Mapping[str, Any]]
) -> None:
    """Note the pieces that changes name; those that are here already stay as they are."""
    rows = [
        {
            "stream": stream,
            "sha": sha,
            "record": record,
            "scan": None,
            "state": ChunkState.EXPECTED,
            "size": 0,
            "bytes": None,
        }
        for manifest in manifests
        for sha in manifest["chunks"]
    ]
    insert_new(connection, chunk, rows)


def send_again(connection: Connection, stream: str, hashes: Sequence[bytes]) -> None:
    """The other side asked for these: those that are here wait to be sent once more."""
    if hashes:
        connection.execute(
            update(chunk)
            .where(
                chunk.c.stream == stream,
                chunk.c.sha.in_(list(hashes)),
                chunk.c.state == ChunkState.HELD,
            )
            .values(state=ChunkState.WAITING)
        )


def read_chunks(
    connection: Connection,
    stream: str,
    hashes: Sequence[bytes],
    blobs: Blobs,
    max_bytes: int,
) -> list[tuple[bytes, bytes]]:
    """(record, sealed chunk) of those asked for that are here, as many as fit; at least one."""
    if not hashes:
        return []
    rows = connection.execute(
        select(chunk.c.record, chunk.c.sha, chunk.c.bytes).where(
            chunk.c.stream == stream,
            chunk.c.sha.in_(list(hashes)),
            chunk.c.state != ChunkState.EXPECTED,
        )
    )
    found: list[tuple[bytes, bytes]] = []
    size = 0
    for record, sha, data in rows.tuples():
        sealed = data if data is not None else blobs.get(sha)
        if sealed is None:
            continue
        size += len(sealed)
        if size > max_bytes and found:
            break
        found.append((record, sealed))
    return found


def waiting_scans(connection: Connection, stream: str) -> int:
    """How many scans have chunks that wait to be sent.

    Of chunks that came back from the other side only the record is known: they count as one each.
    """
    scan = func.coalesce(chunk.c.scan, chunk.c.record)
    return int(
        connection.execute(
            select(func.count(scan.distinct())).where(
                chunk.c.stream == stream, chunk.c.state == ChunkState.WAITING
            )
        ).scalar_one()
    )
