"""A light edge: what a kelurahan's server says and hears, without store and pages. Sans I/O.

It believes nothing: each answer is verified, and the watermark in it must be what was sent, no less
and no more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from crypto.identity import Identity
from load.writing import LogBook
from sync.bundle import Bundle, WrappedKey
from sync.exchange import Batch, Initiator, Peer
from sync.health import Health
from sync.link import Line, Link
from sync.orders import FINGERPRINT_BYTES, CentreKeys

_FOR_OTHERS = 1 << 62
"""Light edges that share a kelurahan say that they hold each other's logs: else each would be sent
what all others wrote, which no kelurahan of one server is."""
_DISK_BYTES = 32 << 30


class Group(StrEnum):
    """Edges that are measured together."""

    EDGES = "edges"
    FLOODER = "flooder"
    PROBES = "probes"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A node that the centre took in."""

    identity: Identity
    stream: str
    centre: Peer
    centre_seal: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """A bundle on its way."""

    raw: bytes
    last: int
    """The last change in it; what is acknowledged already where there is none."""
    pieces: tuple[bytes, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer acknowledged."""

    before: int
    acked: int
    """All changes behind `before` up to here."""
    scans: tuple[int, ...]
    """The changes of which the last piece of the scan is acknowledged now."""
    piece_bytes: int
    more: bool
    """Whether one of the two has more for the other."""


@dataclass(slots=True)
class LightEdge:
    """One node. Times are seconds from the start of the run."""

    number: int
    group: Group
    node: Enrolled
    book: LogBook
    arrivals: Sequence[float]
    """When each change of its log arrives, in order."""
    link: Link
    siblings: frozenset[bytes] = frozenset()
    """Other light edges of its stream."""
    acked: int = 0
    tried: int = 0
    """How many changes had arrived when it last called."""
    broken: list[str] = field(default_factory=list)
    """What the centre answered that it must not."""
    finished_at: float | None = None
    _initiator: Initiator = field(init=False)
    _bundle_number: int = 0
    _sent: int = 0
    """The last change that ever went out: an answer to it may have been lost."""
    _epoch_known: bool = False
    _heard: dict[bytes, int] = field(default_factory=dict)
    _keys_wanted: frozenset[bytes] = frozenset()
    _unscanned: dict[int, int] = field(default_factory=dict)
    """Change with a scan → how many of its pieces are not acknowledged."""
    _counted: int = 0
    """Up to which change `_unscanned` was counted."""
    _fingerprint: bytes = b""

    def __post_init__(self) -> None:
        node = self.node
        self._initiator = Initiator(node.stream, node.centre)
        self._fingerprint = CentreKeys(node.centre.public, node.centre_seal).fingerprint

    def arrived(self, now: float) -> int:
        """How many of its changes have arrived."""
        return bisect_right(self.arrivals, now)

    def waits(self, now: float) -> bool:
        """Whether something is not acknowledged."""
        arrived = self.arrived(now)
        first = next(iter(self.book.pieces.values()), None)
        return arrived > self.acked or (first is not None and first.seq <= arrived)

    def done(self, now: float) -> bool:
        """Whether all that it will ever write is acknowledged."""
        return self.acked == len(self.arrivals) and not self.book.pieces

    def due(self, now: float) -> float:
        """When it calls next: as the scheduler of an edge does (`Courier.run_if_due`)."""
        arrived, link = self.arrived(now), self.link
        if link.line is Line.BUSY:
            return link.next_try
        if arrived > self.tried:
            return now
        upcoming = self.arrivals[arrived] if arrived < len(self.arrivals) else link.next_try
        return min(link.next_try, upcoming)

    def ask(self, now: float, wall_ms: int) -> Asked:
        """The next bundle, as large as the line bears: changes first, then pieces of scans."""
        book, own = self.book, self.node.identity.replica
        self.tried = upto = self.arrived(now)
        budget, form_budget = self.link.budget, self.link.form_budget
        run, more = book.run(self.acked, upto, max(budget, form_budget))
        last = run.last if run is not None else self.acked
        self._count_pieces(upto)
        left = budget - (book.size(self.acked + 1, last) if run is not None else 0)
        pieces = () if more else self._pieces(upto, left, alone=run is None)
        waiting = sum(1 for piece in book.pieces.values() if piece.seq <= upto)
        more = more or waiting > len(pieces)
        keys: tuple[WrappedKey, ...] = book.keys(self.acked + 1, last) if run is not None else ()
        if self._keys_wanted:
            keys += book.keys_of(self._keys_wanted)
        batch = Batch(
            have=self._have(own, upto),
            runs=(run,) if run is not None else (),
            keys=keys,
            epochs=book.epochs if keys and not self._epoch_known else {},
            chunks=tuple((book.pieces[sha].record, book.pieces[sha].sealed) for sha in pieces),
            more=more,
            ends={own: book.end(upto)} if upto else {},
            knows=self._fingerprint + bytes(FINGERPRINT_BYTES),
            health=self._health(last, upto, now),
        )
        self._bundle_number += 1
        self._sent = max(self._sent, last)
        raw = self._initiator.ask(self.node.identity, batch, self._bundle_number, wall_ms)
        return Asked(raw, last, pieces, more)

    def take(self, asked: Asked, raw: bytes, now: float) -> Taken:
        """What the centre answered to the last `ask`.

        :raises SyncError: it is not the centre's answer to it.
        """
        answer = self._initiator.answered(raw)
        before, held = self.acked, answer.have.get(self.node.identity.replica, 0)
        self._check(held, before, asked.last, self._sent)
        self.acked = max(before, min(held, len(self.book)))
        self._epoch_known = not answer.lacks_keys
        self._keys_wanted = frozenset(answer.lacks_keys)
        self._hear(answer)
        scans, size = self._take_pieces(answer.got_chunks)
        if self.finished_at is None and self.done(now):
            self.finished_at = now
        more = asked.more or answer.more or bool(answer.chunks or answer.lacks_keys)
        return Taken(before, self.acked, scans, size, more)

    def failed(self) -> None:
        """The answer did not come."""
        self._initiator.failed()

    def skip_numbers(self, last: int) -> None:
        """The centre has seen bundles up to this number."""
        self._bundle_number = max(self._bundle_number, last)

    def _have(self, own: bytes, upto: int) -> Mapping[bytes, int]:
        others = dict.fromkeys(self.siblings, _FOR_OTHERS)
        have = {**others, **self._heard}
        return {**have, own: upto} if upto else have

    def _check(self, held: int, before: int, sent: int, ever_sent: int) -> None:
        if held < before:
            self.broken.append(f"acknowledged {held} after {before}")
        elif held < sent:
            self.broken.append(f"acknowledged {held} of {sent}")
        elif held > ever_sent:
            self.broken.append(f"acknowledged {held}, and {ever_sent} were sent")

    def _hear(self, answer: Bundle) -> None:
        """Keep count of what others wrote, so that it comes once."""
        centre = self.node.centre.replica
        for run in answer.runs:
            if run.replica == centre and run.first <= self._heard.get(centre, 0) + 1:
                self._heard[centre] = run.last
        for replica in answer.have:
            if replica not in (centre, self.node.identity.replica):
                self._heard[replica] = _FOR_OTHERS
        if answer.centre_keys is not None:
            self._fingerprint = answer.centre_keys.fingerprint

    def _count_pieces(self, upto: int) -> None:
        if upto > self._counted:
            for piece in self.book.pieces.values():
                if self._counted < piece.seq <= upto:
                    self._unscanned[piece.seq] = self._unscanned.get(piece.seq, 0) + 1
            self._counted = upto

    def _pieces(self, upto: int, left: int, *, alone: bool) -> tuple[bytes, ...]:
        """Those that still fit; one at least where nothing else goes."""
        chosen: list[bytes] = []
        for sha, piece in self.book.pieces.items():
            if piece.seq > upto:
                break
            left -= len(piece.sealed)
            if left < 0 and (chosen or not alone):
                break
            chosen.append(sha)
        return tuple(chosen)

    def _take_pieces(self, got: Sequence[bytes]) -> tuple[tuple[int, ...], int]:
        whole, size = [], 0
        for sha in got:
            piece = self.book.pieces.pop(sha, None)
            if piece is None:
                continue
            size += len(piece.sealed)
            self._unscanned[piece.seq] -= 1
            if not self._unscanned[piece.seq]:
                del self._unscanned[piece.seq]
                whole.append(piece.seq)
        return tuple(whole), size

    def _health(self, last: int, upto: int, now: float) -> Health:
        book = self.book
        waiting = book.size(last + 1, upto)
        oldest = book.stamp_ms(last + 1) if last < upto else 0
        return Health("load", upto - last, waiting, oldest, _DISK_BYTES, _DISK_BYTES, int(now))
