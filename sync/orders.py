"""What the centre orders, and which keys of the centre hold: small statements in bundles. Pure.

An order to shred a record is signed by itself, beside the bundle that brings it: whoever keeps it
can give it back to a centre that lost it with an old backup, and cannot have made it up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cbor2

from crypto import identity
from crypto.errors import Tampered
from crypto.identity import Identity
from sync.errors import BadSignature, Malformed
from sync.ids import RECORD_BYTES

_LABEL = "loket shred 1"
_SIGN_BYTES = 32
_SIGNATURE_BYTES = 64
FINGERPRINT_BYTES = 8


@dataclass(frozen=True, slots=True)
class ShredOrder:
    """Destroy the key and all that is left of one record."""

    number: int
    """Rises within a stream: the time of the order, Unix ms, or one more than the last."""
    record: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Orders:
    """The shredding orders of a stream: how many the sender holds, and some for the receiver."""

    upto: int
    """The number of the last one held. Less than the other side's: give back those behind it."""
    count: int
    given: tuple[ShredOrder, ...] = ()


def _said(stream: str, number: int, record: bytes) -> bytes:
    return cbor2.dumps([_LABEL, stream, number, record], canonical=True)


def order_shredding(by: Identity, stream: str, number: int, record: bytes) -> ShredOrder:
    return ShredOrder(number, record, by.sign(_said(stream, number, record)))


def check_order(publics: Iterable[bytes], stream: str, order: ShredOrder) -> None:
    """:raises BadSignature: none of these keys signed it for this stream."""
    said = _said(stream, order.number, order.record)
    for public in publics:
        try:
            identity.verify(public, order.signature, said)
        except Tampered:
            continue
        return
    raise BadSignature("an order that the centre did not sign")


def pack_orders(orders: Orders) -> list[Any]:
    return [
        orders.upto,
        orders.count,
        [[one.number, one.record, one.signature] for one in orders.given],
    ]


def unpack_orders(packed: Any) -> Orders:
    """:raises Malformed, ValueError, TypeError: not orders."""
    upto, count, given = packed
    _need(isinstance(upto, int) and isinstance(count, int) and min(upto, count) >= 0)
    for number, record, signature in given:
        _need(isinstance(number, int) and 0 < number < 1 << 63)
        _need(isinstance(record, bytes) and len(record) == RECORD_BYTES)
        _need(isinstance(signature, bytes) and len(signature) == _SIGNATURE_BYTES)
    return Orders(upto, count, tuple(ShredOrder(*one) for one in given))


@dataclass(frozen=True, slots=True)
class CentreKeys:
    """The centre's public keys, told in an answer that is signed by one that is pinned already."""

    sign_public: bytes
    seal_public: bytes
    recovery_public: bytes = b""
    """What nodes seal their key-encryption key to, for two persons to open; empty: nobody can."""

    @property
    def fingerprint(self) -> bytes:
        joined = self.sign_public + self.seal_public + self.recovery_public
        return hashlib.sha256(b"loket centre keys 1" + joined).digest()[:FINGERPRINT_BYTES]


def pack_keys(keys: CentreKeys) -> list[bytes]:
    return [keys.sign_public, keys.seal_public, keys.recovery_public]


def unpack_keys(packed: Any) -> CentreKeys:
    """:raises Malformed, ValueError, TypeError: not keys."""
    sign, seal, recovery = packed
    _need(all(isinstance(one, bytes) for one in (sign, seal, recovery)))
    _need(len(sign) == _SIGN_BYTES)
    return CentreKeys(sign, seal, recovery)


def escrow_id(sealed: bytes) -> bytes:
    """What names a sealed key-encryption key."""
    return hashlib.sha256(sealed).digest()[:FINGERPRINT_BYTES]


def escrow_info(stream: str) -> bytes:
    """What a node's key-encryption key is bound to when it is sealed for recovery."""
    return b"loket escrow 1\0" + stream.encode()


def _need(true: bool) -> None:
    if not true:
        raise Malformed("an order or a key of the centre is not well formed")
