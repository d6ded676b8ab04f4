"""Passphrases and passwords: Argon2id (RFC 9106)."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from crypto.keys import KEY_BYTES

SALT_BYTES = 16
# RFC 9106's second recommendation (64 MiB, 3 passes) fits a Raspberry Pi; it takes 0.1-0.3 s.
_ITERATIONS = 3
_LANES = 4
_MEMORY_KIB = 64 * 1024
# Logins come many at a time on a small box: OWASP's 19 MiB profile.
_LOGIN_ITERATIONS = 2
_LOGIN_MEMORY_KIB = 19 * 1024


def new_salt() -> bytes:
    return os.urandom(SALT_BYTES)


def key_from_passphrase(passphrase: str, salt: bytes) -> bytes:
    """A 32-byte key-encryption key from what a person typed."""
    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=_ITERATIONS,
        lanes=_LANES,
        memory_cost=_MEMORY_KIB,
    ).derive(passphrase.encode())


def hash_password(password: str) -> str:
    """A PHC string to keep instead of the password."""
    return Argon2id(
        salt=new_salt(),
        length=KEY_BYTES,
        iterations=_LOGIN_ITERATIONS,
        lanes=1,
        memory_cost=_LOGIN_MEMORY_KIB,
    ).derive_phc_encoded(password.encode())


def password_matches(password: str, phc: str) -> bool:
    """Whether `password` is the one that `phc` was made of."""
    try:
        Argon2id.verify_phc_encoded(password.encode(), phc)
    except InvalidKey:
        return False
    return True
