"""Sealing to a recipient's public key: hybrid HPKE (RFC 9180) with X25519 + ML-KEM-768.

Identity data must stay secret for decades, so a recording made today must not open to a
quantum computer later: hence the hybrid KEM.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crypto.errors import Tampered, WrongKey

_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_MLKEM_SEED_BYTES = 64
_MLKEM_PUBLIC_BYTES = 1184
_X25519_BYTES = 32
PUBLIC_BYTES = _MLKEM_PUBLIC_BYTES + _X25519_BYTES


@dataclass(frozen=True, slots=True)
class Recipient:
    """One who can open what was sealed to `public`."""

    private: hpke.MLKEM768X25519PrivateKey
    secret: bytes
    """ML-KEM seed (64 bytes) ‖ X25519 private key (32 bytes)."""
    public: bytes
    """ML-KEM-768 encapsulation key (1184 bytes) ‖ X25519 public key (32 bytes)."""

    @classmethod
    def generate(cls) -> Recipient:
        return cls.from_secret(os.urandom(_MLKEM_SEED_BYTES + _X25519_BYTES))

    @classmethod
    def from_secret(cls, secret: bytes) -> Recipient:
        """:raises WrongKey: not 96 bytes."""
        if len(secret) != _MLKEM_SEED_BYTES + _X25519_BYTES:
            raise WrongKey("a recipient's secret is 96 bytes")
        mlkem = MLKEM768PrivateKey.from_seed_bytes(secret[:_MLKEM_SEED_BYTES])
        x25519 = X25519PrivateKey.from_private_bytes(secret[_MLKEM_SEED_BYTES:])
        public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes(
            Encoding.Raw, PublicFormat.Raw
        )
        return cls(hpke.MLKEM768X25519PrivateKey(mlkem, x25519), secret, public)

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What `seal_to` sealed to this recipient under the same `info`.

        :raises Tampered: altered, or sealed to another.
        """
        try:
            return _SUITE.decrypt(sealed, self.private, info=info)
        except (InvalidTag, ValueError) as error:
            raise Tampered("the sealed key does not open") from error


def seal_to(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Seal `plaintext` to a recipient's public key; 1,136 bytes more than the plaintext.

    :raises WrongKey: `public` is not a key.
    """
    if len(public) != PUBLIC_BYTES:
        raise WrongKey(f"a recipient's public key is {PUBLIC_BYTES} bytes")
    mlkem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_BYTES])
    x25519 = X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_BYTES:])
    return _SUITE.encrypt(plaintext, hpke.MLKEM768X25519PublicKey(mlkem, x25519), info=info)
