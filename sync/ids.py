"""UUIDv7 record ids (RFC 9562 §5.7): 16 bytes, sorted by time of birth."""

from __future__ import annotations

import os

RECORD_BYTES = 16


def new_record_id(now_ms: int) -> bytes:
    """A new id; `now_ms` is Unix time in milliseconds."""
    random = bytearray(os.urandom(10))
    random[0] = 0x70 | (random[0] & 0x0F)
    random[2] = 0x80 | (random[2] & 0x3F)
    return now_ms.to_bytes(6, "big") + bytes(random)
