"""AES-256-GCM with a random 96-bit nonce in front (NIST SP 800-38D)."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.errors import Tampered

NONCE_BYTES = 12
TAG_BYTES = 16
OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES


def seal(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """Encrypt under `key` (32 bytes), binding `associated`; returns nonce ‖ ciphertext ‖ tag.

    A key seals one record's bodies and chunks: far fewer than the 2³² messages up to which
    random nonces are safe.
    """
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, associated)


def unseal(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """The plaintext of what `seal` made.

    :raises Tampered: altered, cut short, another key, or other associated data.
    """
    if len(sealed) < OVERHEAD_BYTES:
        raise Tampered("sealed bytes are shorter than nonce and tag")
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], associated)
    except InvalidTag as error:
        raise Tampered("sealed bytes do not verify") from error
