"""How a node is, in its own words: counts and versions, nothing about people. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sync.errors import Malformed

_MOST = 1 << 63
_LONGEST_VERSION = 40
_NUMBERS = 6


@dataclass(frozen=True, slots=True)
class Health:
    """What a node tells with a bundle. What waits is what is left when this bundle has arrived."""

    version: str
    """Of its program; empty where it does not know."""
    requests: int
    """Records of which something waits to be sent."""
    waiting_bytes: int
    """Of changes and of pieces of scans."""
    oldest_ms: int
    """Stamp of the oldest change that waits (Unix ms); 0: none waits."""
    free_bytes: int
    total_bytes: int
    """Of the disk that holds its database; 0: not known."""
    up_s: int
    """How long its program has run."""


def pack_health(health: Health) -> list[Any]:
    return [
        health.version[:_LONGEST_VERSION],
        health.requests,
        health.waiting_bytes,
        health.oldest_ms,
        health.free_bytes,
        health.total_bytes,
        health.up_s,
    ]


def unpack_health(packed: Any) -> Health:
    """What a later version says behind what is known here is passed over.

    :raises Malformed, ValueError, TypeError: not a node's word about itself.
    """
    version, *numbers = packed
    if not isinstance(version, str) or len(version) > _LONGEST_VERSION:
        raise Malformed("a version is not well formed")
    told = numbers[:_NUMBERS]
    if len(told) < _NUMBERS or not all(type(one) is int and 0 <= one < _MOST for one in told):
        raise Malformed("a node's word about itself is not well formed")
    return Health(version, *told)
