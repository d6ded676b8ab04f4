"""A counter without a store: real bundles of real changes, made fast, to fill a centre with."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import Any

from crypto import aead
from crypto.chain import GENESIS, digest
from crypto.keys import new_key, wrap
from crypto.recipient import seal_to
from edge_node.edge import Edge
from registration.lifecycle import Act
from sync.bindings import epoch_info
from sync.body import Body
from sync.bundle import Run, WrappedKey
from sync.change import associated_data, header_hash
from sync.exchange import Batch, Initiator, Peer
from sync.hlc import pack
from sync.ids import new_record_id
from tests.bench.harness import LATER, SITI, filings

KIND = "permohonan"
_STARTED_MS = 1_790_000_000_000
_BETWEEN_MS = 40_000
"""A new act at a counter each 40 s."""


class BulkCounter:
    """Writes an enrolled counter's log in memory: filed requests, or their whole lives.

    What it makes is what a counter makes, byte for byte; only its own store is left out. Nobody
    files twice: else each request would be held against all that the same person filed before.
    """

    def __init__(self, edge: Edge, seed: int, *, lives: bool) -> None:
        """:param lives: each request is verified, corrected, arrives and is handed over too."""
        self._edge = edge
        self._lives = lives
        self._forms = filings(seed)
        peer = Peer(edge.centre_replica, edge.node.centre_sign)
        self._initiator = Initiator(edge.stream, peer)
        self._number = 0
        self._seq, self._hash = 0, GENESIS
        self._acts = self._all_acts()
        self._epoch = (os.urandom(8), new_key())
        info = epoch_info(edge.stream, self._epoch[0])
        self._sealed = seal_to(edge.node.centre_seal, self._epoch[1], info)

    def _all_acts(self) -> Iterator[tuple[bytes, bytes, bool, Body]]:
        """(record, its key, whether it is new, the act) for ever."""
        for number, form in enumerate(self._forms):
            record, key = new_record_id(_STARTED_MS + number * _BETWEEN_MS), new_key()
            yield record, key, True, Body(Act.AJUKAN, SITI, form)
            if self._lives:
                for later in LATER:
                    yield record, key, False, later

    def bundle(self, count: int) -> bytes:
        """The next `count` changes, signed."""
        vault, stream = self._edge.vault, self._edge.stream
        run = Run(vault.replica, self._seq + 1, self._hash, [], [], [], [], [], [])
        keys = []
        for record, key, new, body in itertools.islice(self._acts, count):
            self._seq += 1
            hlc = pack(_STARTED_MS + self._seq * _BETWEEN_MS)
            aad = associated_data(
                stream, vault.replica, self._seq, self._hash, hlc, 0, record, KIND, {}
            )
            sealed = aead.seal(key, vault.codec.encode(body.plain()), aad)
            self._hash = header_hash(aad, digest(sealed))
            run.hlcs.append(hlc)
            run.doubts.append(0)
            run.records.append(record)
            run.kinds.append(KIND)
            run.contexts.append({})
            run.bodies.append(sealed)
            if new:
                keys.append(WrappedKey(record, self._epoch[0], wrap(self._epoch[1], key)))
        epochs = {} if self._number else {self._epoch[0]: self._sealed}
        return self._signed(runs=(run,), keys=tuple(keys), epochs=epochs)

    def poll(self) -> bytes:
        """A bundle that brings nothing."""
        return self._signed()

    def photos(self, count: int, size: int) -> bytes:
        """A bundle of so many pieces of scans."""
        record = new_record_id(_STARTED_MS)
        return self._signed(chunks=tuple((record, os.urandom(size)) for _ in range(count)))

    def _signed(self, **batch: Any) -> bytes:
        self._number += 1
        replica = self._edge.vault.replica
        asked = Batch(have={replica: self._seq} if self._seq else {}, **batch)
        identity = self._edge.vault.keyring.identity
        raw = self._initiator.ask(identity, asked, self._number, _STARTED_MS)
        self._initiator.failed()
        return raw
