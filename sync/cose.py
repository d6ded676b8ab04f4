"""COSE_Sign1 (RFC 9052 §4.2) with EdDSA (RFC 9053 §2.2), and nothing more of COSE."""

from __future__ import annotations

from collections.abc import Callable

import cbor2

from crypto.errors import Tampered
from crypto.identity import Identity, verify
from sync.errors import BadSignature, Malformed

_TAG = 18
_ALGORITHM, _KEY_ID = 1, 4
_EDDSA = -8


def _to_sign(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)


def sign1(identity: Identity, payload: bytes) -> bytes:
    """A tagged COSE_Sign1 over `payload`, its key id the signer's replica id."""
    protected = cbor2.dumps({_ALGORITHM: _EDDSA, _KEY_ID: identity.replica}, canonical=True)
    signature = identity.sign(_to_sign(protected, payload))
    return _envelope(protected, payload, signature)


def _envelope(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(_TAG, [protected, {}, payload, signature]), canonical=True)


def verify1(data: bytes, public_of: Callable[[bytes], bytes]) -> tuple[bytes, bytes]:
    """(replica id of the signer, payload) of a COSE_Sign1.

    :param public_of: replica id → public key; raises `UnknownSender`.
    :raises Malformed: not a COSE_Sign1 of ours.
    :raises BadSignature: altered.
    """
    try:
        tagged = cbor2.loads(data)
        protected, _unprotected, payload, signature = tagged.value
        headers = cbor2.loads(protected)
        signer = headers[_KEY_ID]
        plausible = (
            tagged.tag == _TAG
            and headers[_ALGORITHM] == _EDDSA
            and isinstance(signer, bytes)
            and isinstance(payload, bytes)
            and isinstance(signature, bytes)
        )
    except (cbor2.CBORDecodeError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Malformed("not a COSE_Sign1 message, or cut short") from error
    if not plausible:
        raise Malformed("not a COSE_Sign1 message signed with EdDSA")
    # What no signature covers (the envelope's own bytes, the unprotected header, what trails
    # behind) has one form only: a message altered there is another message.
    if data != _envelope(protected, payload, signature):
        raise Malformed("not in the one deterministic form, or with bytes behind its end")
    try:
        verify(public_of(signer), signature, _to_sign(protected, payload))
    except Tampered as error:
        raise BadSignature("the bundle's signature does not verify: it was altered") from error
    return signer, payload


def claimed_signer(data: bytes) -> bytes:
    """Whom a message names as its signer, unverified: for counting refusals only.

    :raises Malformed: not a COSE_Sign1.
    """
    try:
        signer = cbor2.loads(cbor2.loads(data).value[0])[_KEY_ID]
    except (cbor2.CBORDecodeError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Malformed("not a COSE_Sign1 message") from error
    if not isinstance(signer, bytes):
        raise Malformed("a key id is bytes")
    return signer
