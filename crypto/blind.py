"""Keyed blind index: find a person without storing who it is (HMAC-SHA-256, RFC 2104)."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

TOKEN_BYTES = 12


class BlindIndex:
    """Tokens of one store. Tokens of different kinds, or different stores, never match.

    96 bits keep two values of one kind from colliding up to 2⁴⁸ of them, and keep rows short.
    """

    def __init__(self, key: bytes) -> None:
        self._base = HMAC(key, SHA256())

    def token(self, kind: str, value: str) -> bytes:
        """The 12-byte token of an already normalised `value`."""
        mac = self._base.copy()
        mac.update(kind.encode() + b"\0" + value.encode())
        return mac.finalize()[:TOKEN_BYTES]
