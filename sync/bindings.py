"""What sealed things are bound to, so that none can stand in another's place. Pure.

Bodies are bound to their headers (`change.associated_data`).
"""

from __future__ import annotations


def epoch_info(stream: str, epoch_id: bytes) -> bytes:
    """Of an epoch key, sealed to the side that is to open it."""
    return b"loket epoch 1\0" + stream.encode() + b"\0" + epoch_id


def chunk_data(stream: str, record: bytes, scan: str, number: int, count: int) -> bytes:
    """Of the piece `number` (from 0) of a scan in `count` pieces."""
    return b"\0".join(
        (b"loket chunk 1", stream.encode(), record, scan.encode(), b"%d/%d" % (number, count))
    )
