"""Opening what a browser sealed: HPKE (RFC 9180) with P-256, HKDF-SHA256 and AES-256-GCM.

That is what every browser's WebCrypto has; none has ML-KEM yet. Not for anything that is recorded
for decades: see docs/adr/0015.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crypto.errors import Tampered, WrongKey

_SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_CURVE = ec.SECP256R1()
_SECRET_BYTES = 32
_ID_BYTES = 8
OVERHEAD = 65 + 16
"""What sealing adds: the sender's point, and the tag."""


@dataclass(frozen=True, slots=True)
class BrowserRecipient:
    """One who can open what browsers sealed to `public`."""

    private: ec.EllipticCurvePrivateKey
    secret: bytes
    """The private scalar, 32 bytes."""
    public: bytes
    """The point, uncompressed, 65 bytes: as WebCrypto imports it."""

    @classmethod
    def generate(cls) -> BrowserRecipient:
        made = ec.generate_private_key(_CURVE)
        return cls.from_secret(made.private_numbers().private_value.to_bytes(_SECRET_BYTES, "big"))

    @classmethod
    def from_secret(cls, secret: bytes) -> BrowserRecipient:
        """:raises WrongKey: no private key of this curve."""
        if len(secret) != _SECRET_BYTES:
            raise WrongKey("a browser recipient's secret is 32 bytes")
        try:
            private = ec.derive_private_key(int.from_bytes(secret, "big"), _CURVE)
        except ValueError as error:
            raise WrongKey("not a private key of P-256") from error
        public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return cls(private, secret, public)

    @property
    def id(self) -> bytes:
        """What a sealed thing names this key by."""
        return hashlib.sha256(self.public).digest()[:_ID_BYTES]

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What was sealed to this recipient under the same `info`.

        :raises Tampered: altered, or sealed to another or for something else.
        """
        try:
            return _SUITE.decrypt(sealed, self.private, info=info)
        except (InvalidTag, ValueError) as error:
            raise Tampered("the sealed bytes do not open") from error


def seal_as_browser(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """As a browser would: enc ‖ ciphertext.

    :raises WrongKey: `public` is not a point of the curve.
    """
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public)
    except ValueError as error:
        raise WrongKey("not a public key of P-256") from error
    return _SUITE.encrypt(plaintext, point, info=info)
