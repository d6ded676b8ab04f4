"""What can be wrong with what another replica sends."""

from __future__ import annotations


class SyncError(Exception):
    """Base of all errors of this package."""


class Malformed(SyncError):
    """Bytes that are not what they claim to be: cut short, or not of this protocol."""


class Unspoken(SyncError):
    """A bundle of a protocol that is not spoken here. `spoken`: those that are."""

    def __init__(self, protocol: object, spoken: tuple[int, ...]) -> None:
        known = ", ".join(map(str, spoken))
        super().__init__(f"protocol {str(protocol)[:20]} is not spoken here; known are {known}")
        self.spoken = spoken


class BadSignature(SyncError):
    """A bundle that its sender did not sign, or that was altered."""


class UnknownSender(SyncError):
    """A bundle from a replica that is not enrolled, or that gave its name to another."""


class Revoked(UnknownSender):
    """A bundle from a node whose word counts no more."""


class WrongStream(SyncError):
    """A bundle for a stream that its sender does not write, or for another receiver."""


class Replayed(SyncError):
    """A bundle whose number was used before. `last` is the highest number seen."""

    def __init__(self, last: int) -> None:
        super().__init__(f"bundle numbers up to {last} were used")
        self.last = last


class Forked(SyncError):
    """A log that holds another change at a position that is already taken."""

    def __init__(self, replica: bytes, seq: int) -> None:
        super().__init__(f"log {replica.hex()} forks at or before {seq}")
        self.replica = replica
        self.seq = seq
