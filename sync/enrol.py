"""Enrolling a node by a one-time code, so that nobody can stand in between. Pure.

The code is 20 bytes in base32: a 10-byte secret, and the first 10 bytes of the fingerprint of the
centre's keys. The node proves the secret by a MAC over its own keys and never sends it; the
centre proves itself by keys that match the fingerprint and a MAC by the same secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass

import cbor2

from crypto.identity import Identity, replica_id
from sync import cose
from sync.errors import BadSignature, Malformed, UnknownSender

_SECRET_BYTES = 10
_FINGERPRINT_BYTES = 10
_GROUP = 4
_VERSION = 1


def fingerprint(sign_public: bytes, seal_public: bytes) -> bytes:
    """What the code carries of the centre's keys."""
    return hashlib.sha256(b"loket centre 1" + sign_public + seal_public).digest()[
        :_FINGERPRINT_BYTES
    ]


@dataclass(frozen=True, slots=True)
class EnrolCode:
    """A one-time code, read out or typed."""

    secret: bytes
    fingerprint: bytes

    @classmethod
    def issue(cls, sign_public: bytes, seal_public: bytes) -> EnrolCode:
        return cls(os.urandom(_SECRET_BYTES), fingerprint(sign_public, seal_public))

    @property
    def id(self) -> bytes:
        """What names the code without telling it."""
        return hashlib.sha256(b"loket enrol id 1" + self.secret).digest()[:8]

    def text(self) -> str:
        """Eight groups of four letters and digits."""
        plain = base64.b32encode(self.secret + self.fingerprint).decode()
        return "-".join(plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP))

    @classmethod
    def parse(cls, text: str) -> EnrolCode:
        """:raises Malformed: not a code, or mistyped."""
        plain = text.upper().replace("-", "").replace(" ", "").replace("0", "O").replace("1", "I")
        try:
            raw = base64.b32decode(plain)
        except ValueError as error:
            raise Malformed("this is not an enrolment code") from error
        if len(raw) != _SECRET_BYTES + _FINGERPRINT_BYTES:
            raise Malformed("an enrolment code has eight groups of four characters")
        return cls(raw[:_SECRET_BYTES], raw[_SECRET_BYTES:])


@dataclass(frozen=True, slots=True)
class Applicant:
    """The node that applies."""

    code_id: bytes
    sign_public: bytes
    seal_public: bytes
    mac: bytes
    asked: bytes
    """SHA-256 of the request, which the answer repeats."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What a node is told when it is taken in."""

    stream: str
    name: str
    sign_public: bytes
    seal_public: bytes
    sent_ms: int
    """The centre's clock when it answered, Unix ms."""


def _mac(secret: bytes, role: bytes, *parts: bytes) -> bytes:
    return hmac.digest(secret, role + b"\0" + b"".join(parts), "sha256")


def apply(identity: Identity, seal_public: bytes, code: EnrolCode) -> bytes:
    """The node's request."""
    mac = _mac(code.secret, b"node", identity.public, seal_public)
    return cose.sign1(
        identity,
        cbor2.dumps([_VERSION, code.id, identity.public, seal_public, mac], canonical=True),
    )


def read_application(raw: bytes) -> Applicant:
    """:raises Malformed, BadSignature: not an application, or altered."""
    try:
        outer = cbor2.loads(raw)
        version, code_id, sign_public, seal_public, mac = cbor2.loads(outer.value[2])
    except (cbor2.CBORDecodeError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise Malformed("not an enrolment request") from error
    if version != _VERSION or not all(
        isinstance(part, bytes) for part in (code_id, sign_public, seal_public, mac)
    ):
        raise Malformed("an enrolment request of another version")
    signer, _ = cose.verify1(raw, lambda _: sign_public)
    if signer != replica_id(sign_public):
        raise BadSignature("the request names another signer")
    return Applicant(code_id, sign_public, seal_public, mac, hashlib.sha256(raw).digest())


def proves(applicant: Applicant, secret: bytes) -> bool:
    """Whether the applicant knows the secret and these are its keys."""
    expected = _mac(secret, b"node", applicant.sign_public, applicant.seal_public)
    return hmac.compare_digest(expected, applicant.mac)


def admit(
    identity: Identity,
    seal_public: bytes,
    applicant: Applicant,
    secret: bytes,
    stream: str,
    name: str,
    now_ms: int,
) -> bytes:
    """The centre's answer; `now_ms` is its clock."""
    said = cbor2.dumps(
        [_VERSION, applicant.asked, stream, name, identity.public, seal_public, now_ms],
        canonical=True,
    )
    mac = _mac(secret, b"centre", said)
    return cose.sign1(identity, cbor2.dumps([said, mac], canonical=True))


def read_admission(raw: bytes, code: EnrolCode, asked: bytes) -> Admission:
    """The centre's answer, checked against the code.

    :param asked: the request it must answer.
    :raises Malformed, BadSignature, UnknownSender: not from the centre that issued the code.
    """
    try:
        said, mac = cbor2.loads(cbor2.loads(raw).value[2])
        version, answers, stream, name, sign_public, seal_public, sent_ms = cbor2.loads(said)
    except (cbor2.CBORDecodeError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise Malformed("not an answer to an enrolment") from error
    if version != _VERSION:
        raise Malformed("an enrolment answer of another version")
    if fingerprint(sign_public, seal_public) != code.fingerprint:
        raise UnknownSender("who answered is not the centre that issued this code")
    signer, _ = cose.verify1(raw, lambda _: sign_public)
    if signer != replica_id(sign_public) or not hmac.compare_digest(
        mac, _mac(code.secret, b"centre", said)
    ):
        raise BadSignature("the answer was altered")
    if answers != hashlib.sha256(asked).digest():
        raise BadSignature("the answer is to another request")
    return Admission(stream, name, sign_public, seal_public, sent_ms)
