"""A counter's log in memory: what it writes is what a counter writes, byte for byte; only its own
store is left out."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crypto import aead
from crypto.chain import GENESIS, digest
from crypto.keys import new_key, wrap
from crypto.recipient import seal_to
from registration.catalogue import KIND, SCAN
from registration.lifecycle import Act, Role
from sync.bindings import chunk_data, epoch_info
from sync.body import Author, Body, BodyCodec
from sync.bundle import END_BYTES, Run, WrappedKey
from sync.change import associated_data, header_hash
from sync.hlc import pack
from sync.ids import new_record_id

CHUNK_BYTES = 32 << 10
_CHANGE_BYTES = 48
"""What a change costs beside its body, as a counter counts it."""
_EPOCH_BYTES = 8
SITI = Author("siti", "Siti", Role.PETUGAS)


@dataclass(frozen=True, slots=True)
class Piece:
    """A sealed piece of a scan."""

    record: bytes
    sealed: bytes
    seq: int
    """The change that names it."""


StampOf = Callable[[int], int]
"""Position → Unix ms of that change."""


class LogBook:
    """The log of one counter, written as far as it is asked to be."""

    def __init__(
        self,
        replica: bytes,
        stream: str,
        seal_public: bytes,
        codec: BodyCodec,
        forms: Iterator[Mapping[str, Any]],
        stamp_of: StampOf,
        scan_bytes: Callable[[int], int],
        rng: random.Random,
    ) -> None:
        """:param seal_public: the centre's, to seal the epoch key to.
        :param scan_bytes: position → how large a scan that change brings; 0: none.
        """
        self._replica, self._stream, self._codec = replica, stream, codec
        self._forms, self._stamp_of, self._scan_bytes = forms, stamp_of, scan_bytes
        self._rng = rng
        self._epoch, self._epoch_key = os.urandom(_EPOCH_BYTES), new_key()
        info = epoch_info(stream, self._epoch)
        self.epochs = {self._epoch: seal_to(seal_public, self._epoch_key, info)}
        """The epoch that all keys are wrapped under, sealed to the centre."""
        self._hlcs: list[int] = []
        self._records: list[bytes] = []
        self._bodies: list[bytes] = []
        self._wrapped: list[bytes] = []
        self._hashes: list[bytes] = [GENESIS]
        self._last_hlc = 0
        self.pieces: dict[bytes, Piece] = {}
        """SHA-256 → what was not acknowledged yet."""

    def __len__(self) -> int:
        """The position of the last change that is written."""
        return len(self._hlcs)

    def write_to(self, seq: int) -> None:
        """Write what is missing up to a position."""
        while len(self._hlcs) < seq:
            self._write()

    def stamp_ms(self, seq: int) -> int:
        return self._hlcs[seq - 1] >> 16

    def end(self, seq: int) -> bytes:
        """What names the branch of the log that ends at a position."""
        return self._hashes[seq][:END_BYTES]

    def run(self, after: int, upto: int, budget: int) -> tuple[Run | None, bool]:
        """Changes behind a position as far as `budget` bytes go, but one at least; whether more
        would follow up to `upto`."""
        self.write_to(upto)
        last, left = after, budget
        while last < upto:
            left -= len(self._bodies[last]) + _CHANGE_BYTES
            if left < 0 and last > after:
                break
            last += 1
        if last == after:
            return None, False
        count = last - after
        run = Run(
            self._replica,
            after + 1,
            self._hashes[after],
            self._hlcs[after:last],
            [0] * count,
            self._records[after:last],
            [KIND] * count,
            [{}] * count,
            list(self._bodies[after:last]),
        )
        return run, last < upto

    def keys(self, first: int, last: int) -> tuple[WrappedKey, ...]:
        """Of the records that these changes began: each does."""
        return tuple(
            WrappedKey(self._records[at], self._epoch, self._wrapped[at])
            for at in range(first - 1, last)
        )

    def keys_of(self, records: frozenset[bytes]) -> tuple[WrappedKey, ...]:
        """Of records that the centre asks for."""
        return tuple(
            WrappedKey(record, self._epoch, wrapped)
            for record, wrapped in zip(self._records, self._wrapped, strict=True)
            if record in records
        )

    def size(self, first: int, last: int) -> int:
        """Sealed bytes of these changes."""
        return sum(len(body) for body in self._bodies[first - 1 : last])

    def _write(self) -> None:
        seq = len(self._hlcs) + 1
        now_ms = self._stamp_of(seq)
        record, key = new_record_id(now_ms), new_key()
        writes = dict(next(self._forms))
        size = self._scan_bytes(seq)
        if size:
            scan = self._rng.randbytes(8).hex()
            writes[SCAN + scan] = self._add_scan(record, key, scan, seq, size)
        self._last_hlc = hlc = max(pack(now_ms), self._last_hlc + 1)
        prev = self._hashes[-1]
        aad = associated_data(self._stream, self._replica, seq, prev, hlc, 0, record, KIND, {})
        body = Body(Act.AJUKAN, SITI, writes)
        sealed = aead.seal(key, self._codec.encode(body.plain()), aad)
        self._hlcs.append(hlc)
        self._records.append(record)
        self._bodies.append(sealed)
        self._wrapped.append(wrap(self._epoch_key, key))
        self._hashes.append(header_hash(aad, digest(sealed)))

    def _add_scan(
        self, record: bytes, key: bytes, scan: str, seq: int, size: int
    ) -> dict[str, Any]:
        """Pieces of a picture, which does not get smaller by packing; its manifest."""
        picture = self._rng.randbytes(size)
        parts = [picture[at : at + CHUNK_BYTES] for at in range(0, size, CHUNK_BYTES)]
        hashes = []
        for number, part in enumerate(parts):
            bound = chunk_data(self._stream, record, scan, number, len(parts))
            sealed = aead.seal(key, part, bound)
            hashes.append(digest(sealed))
            self.pieces[hashes[-1]] = Piece(record, sealed, seq)
        return {
            "jenis": "kk",
            "mime": "image/jpeg",
            "size": size,
            "sha256": digest(picture),
            "width": 0,
            "height": 0,
            "chunks": hashes,
        }
