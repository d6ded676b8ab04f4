"""A passkey device in Python: what a browser would hand over, right or wrong as a test wants."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url as text

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """Holds one key, for one site."""

    origin: str
    host: str
    knows_owner: bool = True
    """Whether it checked a finger, a face or a PIN."""
    uses: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    _key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, challenge: str) -> str:
        """The answer to being set up."""
        numbers = self._key.public_key().public_numbers()
        public = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        )
        credential = bytes(16) + len(self.id).to_bytes(2) + self.id + public
        shown = {"fmt": "none", "attStmt": {}, "authData": self._data(_ATTESTED) + credential}
        return self._answer(
            {
                "clientDataJSON": text(self._client("webauthn.create", challenge)),
                "attestationObject": text(cbor2.dumps(shown)),
            }
        )

    def prove(self, challenge: str) -> str:
        """The answer to signing in."""
        self.uses += 1
        client, data = self._client("webauthn.get", challenge), self._data()
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(data),
                "signature": text(signature),
                "userHandle": None,
            }
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, more: int = 0) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.knows_owner else 0) | more
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4)

    def _answer(self, response: dict[str, str | None]) -> str:
        named = {"id": text(self.id), "rawId": text(self.id), "type": "public-key"}
        return json.dumps({**named, "response": response})
