"""COSE_Sign1 (RFC 9052 §4.2) with EdDSA (RFC 9053 §2.2), and nothing more of COSE."""

from __future__ import annotations

from collections.abc import Callable

import cbor2

from crypto.errors import Tampered
from crypto.identity import Identity, verify
from sync.cbor import EMPTY_MAP, byte_head, byte_string, text
from sync.errors import BadSignature, Malformed

_ALGORITHM, _KEY_ID = 1, 4
_EDDSA = -8
_TAGGED_ARRAY = b"\xd2\x84"
_SIGNATURE1 = b"\x84" + text("Signature1")
_NO_DATA = byte_string(b"")
_LONGEST_HEADER = 64
_NOT_OURS = "not in the one deterministic form, cut short, or with bytes behind its end"


def _to_sign(protected: bytes, payload: bytes) -> bytes:
    return b"".join((_SIGNATURE1, byte_string(protected), _NO_DATA, byte_string(payload)))


def sign1(identity: Identity, payload: bytes) -> bytes:
    """A tagged COSE_Sign1 over `payload`, its key id the signer's replica id."""
    protected = cbor2.dumps({_ALGORITHM: _EDDSA, _KEY_ID: identity.replica}, canonical=True)
    signature = identity.sign(_to_sign(protected, payload))
    return _envelope(protected, payload, signature)


def _envelope(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    parts = (_TAGGED_ARRAY, byte_string(protected), EMPTY_MAP, byte_string(payload))
    return b"".join((*parts, byte_string(signature)))


def verify1(data: bytes, public_of: Callable[[bytes], bytes]) -> tuple[bytes, bytes]:
    """(replica id of the signer, payload) of a COSE_Sign1.

    :param public_of: replica id → public key; raises `UnknownSender`.
    :raises Malformed: not a COSE_Sign1 of ours.
    :raises BadSignature: altered.
    """
    protected, payload, signature = _open(data)
    signer = _signer(protected)
    try:
        verify(public_of(signer), signature, _to_sign(protected, payload))
    except Tampered as error:
        raise BadSignature("the bundle's signature does not verify: it was altered") from error
    return signer, payload


def unverified_payload(data: bytes) -> bytes:
    """What a message says, signed by nobody known yet: only to learn whose key it must verify by.

    :raises Malformed: not a COSE_Sign1.
    """
    return _open(data)[1]


def claimed_signer(data: bytes) -> bytes:
    """Whom a message names as its signer, unverified: for counting refusals only.

    :raises Malformed: not a COSE_Sign1.
    """
    return _signer(_open(data)[0])


def _open(data: bytes) -> tuple[bytes, bytes, bytes]:
    """(protected, payload, signature), by position: our messages have one form only.

    No parser runs on bytes that nobody has signed. Each head being the shortest, what no signature
    covers (the envelope, the unprotected header, what trails behind) cannot be altered without
    another message coming out.
    """
    if data[:2] != _TAGGED_ARRAY:
        raise Malformed("not a COSE_Sign1 message")
    protected, at = _byte_string(data, 2)
    if data[at : at + 1] != EMPTY_MAP:
        raise Malformed("not a COSE_Sign1 message of ours: something is in its open header")
    payload, at = _byte_string(data, at + 1)
    signature, at = _byte_string(data, at)
    if at != len(data):
        raise Malformed(_NOT_OURS)
    return protected, payload, signature


def _byte_string(data: bytes, at: int) -> tuple[bytes, int]:
    """A definite-length byte string at a position, and the position behind it (RFC 8949 §3)."""
    head = data[at] if at < len(data) else 0
    short, wide = head & 0x1F, {24: 1, 25: 2, 26: 4}.get(head & 0x1F, 0)
    if head >> 5 != 2 or (short > 23 and not wide):
        raise Malformed("a byte string was expected, or the message is cut short")
    start = at + 1 + wide
    length = int.from_bytes(data[at + 1 : start], "big") if wide else short
    end = start + length
    if end > len(data) or data[at:start] != byte_head(length):
        raise Malformed(_NOT_OURS)
    return data[start:end], end


def _signer(protected: bytes) -> bytes:
    if len(protected) > _LONGEST_HEADER:
        raise Malformed("a protected header is short")
    try:
        headers = cbor2.loads(protected)
        algorithm, signer = headers[_ALGORITHM], headers[_KEY_ID]
    except (cbor2.CBORDecodeError, ValueError, TypeError, KeyError) as error:
        raise Malformed("not a protected header of ours") from error
    if algorithm != _EDDSA or not isinstance(signer, bytes):
        raise Malformed("not a COSE_Sign1 message signed with EdDSA")
    return signer
