"""What writers sign beside bundles: the end of a log, and the keys that come after theirs. Pure.

A bundle's signature vouches for it on its way only. The seal of a log stays: whoever holds the
log and the seal can give both back to a writer that lost them, and cannot have made them up. (As
a signed tree head does for a transparency log, RFC 9162 §4.10.)
"""

from __future__ import annotations

from collections.abc import Iterable

import cbor2

from crypto.errors import Tampered
from crypto.identity import Identity, replica_id, verify
from sync.bundle import LogSeal, Successor
from sync.errors import BadSignature

_LOG = "loket log 1"
_SUCCESSOR = "loket successor 1"


def _sealed(stream: str, replica: bytes, seq: int, end: bytes) -> bytes:
    return cbor2.dumps([_LOG, stream, replica, seq, end], canonical=True)


def seal_log(identity: Identity, stream: str, replica: bytes, seq: int, end: bytes) -> LogSeal:
    """`identity` vouches for log `replica` of `stream` up to `seq`, whose header hash is `end`."""
    signature = identity.sign(_sealed(stream, replica, seq, end))
    return LogSeal(replica, seq, end, signature)


def check_seal(publics: Iterable[bytes], stream: str, seal: LogSeal) -> None:
    """:raises BadSignature: sealed by none of these keys, or for another log."""
    said = _sealed(stream, seal.replica, seal.seq, seal.hash)
    for public in publics:
        try:
            verify(public, seal.signature, said)
        except Tampered:
            continue
        return
    raise BadSignature("the seal of a log does not verify")


def _succeeded(
    stream: str, former: bytes, sign_public: bytes, seal_public: bytes, retires: bool
) -> bytes:
    said = [_SUCCESSOR, stream, former, sign_public, seal_public, retires]
    return cbor2.dumps(said, canonical=True)


def sign_successor(
    former: Identity, stream: str, sign_public: bytes, seal_public: bytes, *, retires: bool
) -> Successor:
    """`former` says that the node writes under `sign_public` from now on."""
    said = _succeeded(stream, former.replica, sign_public, seal_public, retires)
    return Successor(former.replica, sign_public, seal_public, retires, former.sign(said))


def check_successor(former_public: bytes, stream: str, successor: Successor) -> None:
    """:raises BadSignature: the former identity did not sign for these keys."""
    said = _succeeded(
        stream,
        replica_id(former_public),
        successor.sign_public,
        successor.seal_public,
        successor.retires,
    )
    try:
        verify(former_public, successor.signature, said)
    except Tampered as error:
        raise BadSignature("the former key did not sign for its successor") from error
