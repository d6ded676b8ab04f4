"""Symmetric keys and their wrapping (AES-KW, RFC 3394): 32 bytes become 40."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from crypto.errors import WrongKey

KEY_BYTES = 32
WRAPPED_BYTES = 40


def new_key() -> bytes:
    """A random 256-bit key."""
    return os.urandom(KEY_BYTES)


def wrap(wrapping_key: bytes, key: bytes) -> bytes:
    """`key` (32 bytes) wrapped under `wrapping_key` (32 bytes): 40 bytes."""
    return aes_key_wrap(wrapping_key, key)


def unwrap(wrapping_key: bytes, wrapped: bytes) -> bytes:
    """The key that `wrap` wrapped.

    :raises WrongKey: another wrapping key, or altered bytes.
    """
    try:
        return aes_key_unwrap(wrapping_key, wrapped)
    except (InvalidUnwrap, ValueError) as error:
        raise WrongKey("the wrapped key does not open with this key") from error
