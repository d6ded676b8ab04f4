"""Who writes a log: an Ed25519 key pair (RFC 8032) and the replica id derived from it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from crypto.errors import Tampered, WrongKey

REPLICA_BYTES = 16
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64
SEED_BYTES = 32
_LABEL = b"loket replica 1"


def replica_id(public: bytes) -> bytes:
    """The 16-byte id of the replica that signs with `public` (32 bytes)."""
    return hashlib.sha256(_LABEL + public).digest()[:REPLICA_BYTES]


@dataclass(frozen=True, slots=True)
class Identity:
    """A replica's signing key."""

    seed: bytes
    public: bytes
    replica: bytes
    _key: Ed25519PrivateKey

    @classmethod
    def generate(cls) -> Identity:
        return cls.from_seed(os.urandom(SEED_BYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> Identity:
        """:raises WrongKey: not 32 bytes."""
        try:
            key = Ed25519PrivateKey.from_private_bytes(seed)
        except ValueError as error:
            raise WrongKey("an identity's seed is 32 bytes") from error
        public = key.public_key().public_bytes_raw()
        return cls(seed, public, replica_id(public), key)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def verify(public: bytes, signature: bytes, message: bytes) -> None:
    """:raises Tampered: the signature is not `public`'s over `message`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Tampered("the signature does not verify") from error
