"""Hybrid logical clock: Unix milliseconds and a counter in one 64-bit number.

After Kulkarni et al., "Logical Physical Clocks" (2014), with one guard: a stamp from too far in
the future is never adopted, so that one dead clock battery cannot carry a whole city away.
"""

from __future__ import annotations

from datetime import UTC, datetime

COUNTER_BITS = 16
MAX_AHEAD_MS = 60 * 60 * 1000
"""How far ahead of our own clock another's stamp may be and still be adopted."""
UNKNOWN_DOUBT = 0xFFFF_FFFF
"""The doubt of a stamp from a clock that was never compared with the centre's."""
TRUSTED_DOUBT_S = 3600
"""A stamp in doubt by more than this loses to any trusted one among concurrent writes."""


def pack(ms: int, counter: int = 0) -> int:
    return (ms << COUNTER_BITS) | counter


def ms_of(hlc: int) -> int:
    """Unix milliseconds of a stamp."""
    return hlc >> COUNTER_BITS


def when(hlc: int) -> datetime:
    """The aware UTC time of a stamp."""
    return datetime.fromtimestamp(ms_of(hlc) / 1000, UTC)


def trusted(doubt_s: int) -> bool:
    return doubt_s <= TRUSTED_DOUBT_S


def tick(last: int, now_ms: int) -> int:
    """The stamp of a new local event: after `last`, and not before the wall clock."""
    wall = pack(now_ms)
    # A full counter runs over into the next millisecond, which is what it should do.
    return wall if wall > last else last + 1


def observe(last: int, seen: int, now_ms: int) -> int:
    """The stamp to count on from, having seen another's: never adopts a far-future one."""
    if ms_of(seen) > now_ms + MAX_AHEAD_MS:
        return last
    return max(last, seen)
