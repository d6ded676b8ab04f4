"""The open store: database, keys and the domain's rules, handed to every function here."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, Engine

from crypto.errors import WrongKey
from sync.body import BodyCodec
from sync.hlc import UNKNOWN_DOUBT
from sync.record import RecordState
from sync.resolve import Rules
from vault.keyring import Keyring, keys_in
from vault.writers import central_writers

if TYPE_CHECKING:
    from vault.fold import Told


class Projection(NamedTuple):
    """What of a folded record may stand in clear, and what it is found by."""

    layanan: str
    varian: str
    kanal: str
    status: str
    tokens: frozenset[tuple[str, str]]
    """(kind, normalised value) for the blind index."""
    remarks: frozenset[bytes] = frozenset()
    """What a server's own projection found for its own `on_shown`."""
    weight: int = 0
    """How much care its content asks for, by a server's own projection."""


Project = Callable[[RecordState, Rules], Projection]


class Shown(NamedTuple):
    """A record as it was just folded."""

    stream: str
    record: bytes
    projection: Projection
    told: Sequence[Told]
    """All changes of it that are held."""


OnShown = Callable[[Connection, "Vault", Sequence[Shown]], None]


@dataclass(frozen=True, slots=True)
class Stamp:
    """The time of an act: Unix ms as the centre's clock would show it, and how sure that is."""

    now_ms: int
    doubt: int = UNKNOWN_DOUBT


@dataclass(slots=True)
class Vault:
    """One server's store."""

    engine: Engine
    keyring: Keyring
    """Replaced while the server runs, in the transaction that changes its keys."""
    codec: BodyCodec
    rules: Rules
    project: Project
    central_writers: set[bytes]
    """The logs that are the centre's word."""
    on_shown: OnShown | None = None
    """What else a server derives from records; called in the transaction that shows them."""
    first_acts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """{kind: the acts that its records begin with}; a record of such a kind is shown only with one
    of them. For stores that hold excerpts, and so may hear of a record without its beginning."""
    opening: bytes = field(default_factory=lambda: os.urandom(16))
    """Names this opening of the store: each process has its own."""

    @property
    def replica(self) -> bytes:
        """Under which own changes are written now."""
        return self.keyring.writer

    def keys_in(self, connection: Connection) -> Keyring:
        """The keys as they stand in this transaction, which a change of keys waits for.

        :raises WrongKey: they were changed, and what this process holds opens them no more.
        """
        found = keys_in(connection, self.keyring)
        if found.generation > self.keyring.generation:
            self.keyring = found
            self.central_writers.update(central_writers(connection))
        return found

    def is_whole(self, kind: str, acts: Iterable[str | None]) -> bool:
        """Whether a history of these acts has its beginning; None: one that cannot be read."""
        first = self.first_acts.get(kind)
        return first is None or any(act is None or act in first for act in acts)

    def unwrap(self, connection: Connection, wrapped: bytes) -> bytes:
        """A key that is kept wrapped here.

        :raises WrongKey: altered bytes, or a key-encryption key that was never ours.
        """
        try:
            return self.keyring.unwrap(wrapped)
        except WrongKey:
            # Somebody began to wrap under another key-encryption key.
            return self.keys_in(connection).unwrap(wrapped)


def wall_ms() -> int:
    """This machine's clock, Unix ms."""
    return time.time_ns() // 1_000_000
