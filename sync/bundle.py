"""A bundle: what one replica tells another, the same bytes on every carrier.

A COSE_Sign1 over a deterministic CBOR map; docs/protocol.md is its specification and `wire` its
encoding. Nothing is sent that the receiver can derive: of a run of changes only the first position
and previous hash stand in it, and the columns hold what differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sync.change import Context
from sync.health import Health
from sync.orders import CentreKeys, Orders
from sync.protocol import PROTOCOL
from sync.quota import QuotaDays

MEDIA_TYPE = "application/vnd.loket.bundle+cose"
MAX_BUNDLE_BYTES = 8 << 20
MAX_CHUNK_BYTES = (32 << 10) + 28
"""A sealed piece of a scan."""
END_BYTES = 8

Watermarks = Mapping[bytes, int]
"""{replica: seq}: the highest position held durably without a gap."""


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive changes of one log, as columns of equal length."""

    replica: bytes
    first: int
    """Position of the first change."""
    prev: bytes
    """Hash of the header before the first."""
    hlcs: list[int]
    doubts: list[int]
    records: list[bytes]
    kinds: list[str]
    contexts: list[Context]
    bodies: list[bytes | None]
    shas: Mapping[int, bytes] = field(default_factory=dict)
    """Offset → SHA-256 of a body that was dropped; of the others it is derived."""

    def __len__(self) -> int:
        return len(self.hlcs)

    @property
    def last(self) -> int:
        """Position of the last change; `first - 1` of an empty run."""
        return self.first + len(self.hlcs) - 1


class WrappedKey(NamedTuple):
    """A record's data key, wrapped under an epoch key that the receiver can open."""

    record: bytes
    epoch: bytes
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class LogSeal:
    """A writer's signature over the end of its log, which vouches for the whole of it."""

    replica: bytes
    seq: int
    hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Where the taking over of a stream stands: all changes of its open records, piece by piece.

    What is not in it (records whose end has come) is vouched for by the ends of the logs.
    """

    after: bytes
    """The last record that came; empty at the start."""
    upto: Watermarks
    """The positions that the excerpt goes up to, fixed at its start."""
    ends: tuple[tuple[bytes, bytes, int], ...] = ()
    """(replica, hash, HLC) at `upto`, in the last piece."""


@dataclass(frozen=True, slots=True)
class Successor:
    """Keys that a node writes with after those of replica `former`, which signed for them."""

    former: bytes
    sign_public: bytes
    seal_public: bytes
    retires: bool
    """Whether the former identity signs nothing any more."""
    signature: bytes


@dataclass(frozen=True, slots=True)
class Writer:
    """Whose word a log is."""

    name: str
    central: bool


@dataclass(frozen=True, slots=True)
class Bundle:
    """The signed content, whoever carries it."""

    stream: str
    sender: bytes
    receiver: bytes
    number: int
    """Strictly rising per sender: a number used before marks a replay. 0 in an answer."""
    sent_ms: int
    """The sender's wall clock."""
    have: Watermarks = field(default_factory=dict)
    runs: tuple[Run, ...] = ()
    keys: Sequence[WrappedKey] = ()
    epochs: Mapping[bytes, bytes] = field(default_factory=dict)
    """Epoch id → epoch key sealed to the receiver (HPKE)."""
    chunks: tuple[tuple[bytes, bytes], ...] = ()
    """(record, sealed chunk)."""
    got_chunks: tuple[bytes, ...] = ()
    """Chunks that are held durably now (SHA-256 each)."""
    lacks_chunks: tuple[bytes, ...] = ()
    answers: bytes = b""
    """SHA-256 of the bundle that this one answers."""
    more: bool = False
    """Whether the sender holds more for the receiver than fitted."""
    lacks_keys: tuple[bytes, ...] = ()
    """Records whose changes wait for a key."""
    lacks_records: tuple[bytes, ...] = ()
    """From a box that took over: records of which later changes came and the earlier are wanted."""
    excerpt: Excerpt | None = None
    seals: tuple[LogSeal, ...] = ()
    succession: tuple[Successor, ...] = ()
    """How the sender's keys came after those that the receiver knows, oldest first."""
    writers: Mapping[bytes, Writer] = field(default_factory=dict)
    """Who writes the logs of the runs, where that is neither sender nor receiver."""
    ends: Mapping[bytes, bytes] = field(default_factory=dict)
    """Of the receiver's logs in `have`: the first 8 bytes of the header hash there. Two branches of
    equal length look alike without."""
    offers_chunks: tuple[bytes, ...] = ()
    """Chunks that went by another carrier: held already? (SHA-256 each)."""
    protocol: int = PROTOCOL
    newer: tuple[int, ...] = ()
    """Newer protocols that the sender speaks too."""
    orders: Orders | None = None
    """Shredding: what is held, and what the other side lacks."""
    knows: bytes = b""
    """From a node: fingerprint of the centre's keys ‖ id of its escrow (8 bytes each)."""
    centre_keys: CentreKeys | None = None
    """From the centre, where the node knows others or the centre lacks its escrow."""
    escrow: bytes = b""
    """From a node: its key-encryption key, sealed for recovery."""
    health: Health | None = None
    """From a node: how it is."""
    quota_days: QuotaDays | None = None
    """From the centre: what its daily quotas lead to, of all services; None: nothing is said."""
    extra: Mapping[int, Any] = field(default_factory=dict)
    """Keys of later versions, kept as they came."""
