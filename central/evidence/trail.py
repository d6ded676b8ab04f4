"""The trail: who looked at whose data, and which acts were done, one entry after the other. Pure.

Each entry holds the SHA-256 of the one before, as the headers of a log do. What names a person is
sealed beside it; the entry holds the hash of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cbor2

from crypto.chain import digest
from crypto.identity import Identity
from sync.cose import sign1

TRAIL = "jejak"
"""The chain's name in files and reports."""
_ENTRY, _ACT, _CHECKPOINT = "loket trail 1", "loket act 1", "loket checkpoint 1"

Thing = tuple[str, bytes]
"""(stream, record): whose data it was."""


class Look(StrEnum):
    """How somebody came to see personal data."""

    PERMOHONAN = "permohonan"
    BERKAS = "berkas"
    DAFTAR = "daftar"
    CARI = "cari"
    PERBAIKAN = "perbaikan"
    PERBEDAAN = "perbedaan"
    SEKALIGUS = "sekaligus"
    GANDA = "ganda"
    PENGADUAN = "pengaduan"
    EKSPOR = "ekspor"
    API = "api"


ACT = "tindakan"
"""An entry that is not a look: an act of an admin, which it holds the hash of."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as all may read it."""

    seq: int
    at_ms: int
    account: str
    """Account id; empty: a schedule."""
    role: str
    kind: str
    things: tuple[Thing, ...]
    about: bytes
    """Hash of the act; empty for a look."""
    sealed_sha: bytes
    hash: bytes


def entry_hash(prev: bytes, entry: Entry) -> bytes:
    """The hash that the next entry holds."""
    said = [
        _ENTRY,
        entry.seq,
        prev,
        entry.at_ms,
        entry.account,
        entry.role,
        entry.kind,
        [list(thing) for thing in entry.things],
        entry.about,
        entry.sealed_sha,
    ]
    return digest(cbor2.dumps(said, canonical=True))


def act_hash(act_id: str, at_ms: int, act: str, subject: str, sealed_sha: bytes) -> bytes:
    """What an entry holds of an act."""
    return digest(cbor2.dumps([_ACT, act_id, at_ms, act, subject, sealed_sha], canonical=True))


def sign_checkpoint(identity: Identity, seq: int, end: bytes, at_ms: int) -> bytes:
    """The centre's word that the trail ended there, then (COSE_Sign1)."""
    return sign1(identity, cbor2.dumps([_CHECKPOINT, seq, end, at_ms], canonical=True))


def checkpoint_said(payload: bytes) -> tuple[int, bytes, int]:
    """(seq, hash, Unix ms) of a checkpoint whose signature was verified.

    :raises ValueError: it is something else.
    """
    said = cbor2.loads(payload)
    if not isinstance(said, Sequence) or len(said) != 4 or said[0] != _CHECKPOINT:
        raise ValueError("not a checkpoint")
    return int(said[1]), bytes(said[2]), int(said[3])
