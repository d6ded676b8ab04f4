"""Following a chain entry by entry: positions, hashes, and ends that somebody vouches for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from central.evidence.findings import Checked, Wrong
from central.evidence.trail import Entry, entry_hash
from crypto.chain import GENESIS, HASH_BYTES
from sync.change import associated_data, context_from, header_hash


@dataclass(slots=True)
class Chain:
    """One chain while it is read."""

    name: str
    checked: Checked
    seq: int = 0
    hash: bytes = GENESIS
    vouched: Mapping[int, bytes] = field(default_factory=dict)
    """{position: hash} that an older file has; what is met is taken out of `missing`."""
    missing: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.missing = set(self.vouched)
        self._compare()

    def step(self, seq: int, computed: bytes, stated: bytes) -> None:
        """The next entry: where it stands, what its hash comes to, and what it is said to be.

        The chain goes on from what is said, so that one altered entry is one finding.
        """
        if seq != self.seq + 1:
            # Beyond what is missing the chain cannot join: that is the same finding.
            self.checked.add(Wrong.ORDER, self.name, seq)
        elif computed != stated:
            self.checked.add(Wrong.ALTERED, self.name, seq)
        self.seq, self.hash = seq, stated
        self._compare()

    def _compare(self) -> None:
        if self.seq in self.missing:
            self.missing.discard(self.seq)
            self.checked.compared += 1
            if self.vouched[self.seq] != self.hash:
                self.checked.add(Wrong.REWRITTEN, self.name, self.seq)


def change_step(chain: Chain, stream: str, replica: bytes, row: Any) -> None:
    """A change's header in its log.

    :raises ValueError: not a header.
    """
    try:
        seq, hlc, doubt, record, kind, context, body_sha, stated = row
        said = associated_data(
            stream, replica, seq, chain.hash, hlc, doubt, record, kind, context_from(context)
        )
        computed = header_hash(said, body_sha)
    except Exception as error:  # Rows that nobody vouches for yet may raise anything.
        raise ValueError("not a header") from error
    if len(stated) != HASH_BYTES or not isinstance(stated, bytes):
        raise ValueError("not a header")
    chain.step(seq, computed, stated)


def entry_step(chain: Chain, entry: Entry) -> None:
    """An entry of the trail.

    :raises ValueError: not an entry.
    """
    try:
        computed = entry_hash(chain.hash, entry)
    except Exception as error:  # As above.
        raise ValueError("not an entry") from error
    chain.step(entry.seq, computed, entry.hash)
