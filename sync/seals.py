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


def _introduced(stream: str, former: bytes, successor: bytes, seal_public: bytes) -> bytes:
    return cbor2.dumps([_SUCCESSOR, stream, former, successor, seal_public], canonical=True)


def introduce(
    identity: Identity, seal_public: bytes, stream: str, former: bytes, *, retires: bool
) -> Successor:
    """The new `identity` as successor of replica `former`; to be sent under the former's name."""
    said = _introduced(stream, former, identity.replica, seal_public)
    return Successor(identity.public, seal_public, identity.sign(said), retires)


def check_successor(stream: str, former: bytes, successor: Successor) -> bytes:
    """The successor's replica id.

    :raises BadSignature: its keys are not held by who introduces them.
    """
    replica = replica_id(successor.sign_public)
    said = _introduced(stream, former, replica, successor.seal_public)
    try:
        verify(successor.sign_public, successor.proof, said)
    except Tampered as error:
        raise BadSignature("the successor's key does not sign for itself") from error
    return replica
