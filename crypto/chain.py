"""The SHA-256 chain of a log: each header holds the hash of the one before."""

from __future__ import annotations

import hashlib

HASH_BYTES = 32
GENESIS = bytes(HASH_BYTES)
"""What the first header of a log holds."""


def digest(data: bytes) -> bytes:
    """SHA-256 of `data`."""
    return hashlib.sha256(data).digest()
