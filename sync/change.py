"""One immutable act in a log: a header in clear and a sealed body.

Header = deterministic CBOR (RFC 8949 §4.2) of the array
[stream, replica, seq, prev, hlc, doubt, record, kind, context, body_sha]. The first nine items,
as an array of nine, are the associated data of the body; the hash of all ten is what the next
header holds as `prev`. The chain runs over headers only, so a body can be dropped when its time
is over and the chain still verifies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cbor2

from crypto.chain import digest
from sync.cbor import EMPTY_MAP, byte_string, text, unsigned

ARRAY_OF_NINE = b"\x89"
ARRAY_OF_TEN = b"\x8a"
BYTES_32 = b"\x58\x20"
"""The head of a hash as it stands in a header."""

Context = Mapping[bytes, int]
"""{replica: seq}: what the author had seen of the record. Its own log up to seq - 1 is implied."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it stands in a log."""

    stream: str
    replica: bytes
    seq: int
    prev: bytes
    hlc: int
    doubt: int
    """Uncertainty of the stamp in seconds; `hlc.UNKNOWN_DOUBT` where nothing is known."""
    record: bytes
    kind: str
    context: Context
    body: bytes | None
    """Sealed; None where it was dropped."""
    body_sha: bytes
    hash: bytes
    """SHA-256 of the header."""

    @property
    def associated(self) -> bytes:
        return associated_data(
            self.stream,
            self.replica,
            self.seq,
            self.prev,
            self.hlc,
            self.doubt,
            self.record,
            self.kind,
            self.context,
        )


def associated_data(
    stream: str,
    replica: bytes,
    seq: int,
    prev: bytes,
    hlc: int,
    doubt: int,
    record: bytes,
    kind: str,
    context: Context,
) -> bytes:
    """What a body is bound to: its header but for the body's own hash."""
    return b"".join(
        (
            ARRAY_OF_NINE,
            text(stream),
            byte_string(replica),
            unsigned(seq),
            byte_string(prev),
            unsigned(hlc),
            unsigned(doubt),
            byte_string(record),
            text(kind),
            context_item(context),
        )
    )


def context_item(context: Context) -> bytes:
    """A context as it stands in a header."""
    return cbor2.dumps(context, canonical=True) if context else EMPTY_MAP


def header_hash(associated: bytes, body_sha: bytes) -> bytes:
    """The hash of the header whose first nine items are `associated`."""
    return digest(b"".join((ARRAY_OF_TEN, associated[1:], BYTES_32, body_sha)))


ORIGIN_BYTES = 16


def origin_of(change: Change, carried: bytes) -> bytes:
    """What names a change in whatever log it stands: the hash of its first header, 16 bytes of it.

    :param carried: the origin that its body carries, where it was moved.
    """
    return carried or change.hash[:ORIGIN_BYTES]


def context_bytes(context: Context) -> bytes:
    """A context as it is kept; empty for the empty one, which is the most frequent."""
    return cbor2.dumps(context, canonical=True) if context else b""


def context_from(data: bytes) -> Context:
    if not data:
        return {}
    loaded: dict[bytes, int] = cbor2.loads(data)
    return loaded
