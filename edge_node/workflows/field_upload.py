"""Sealed things that come from a phone piece by piece, resumable at every byte.

A thing is named by its SHA-256, so that nobody can add to it what does not belong to it, and what
is sent twice is the same. It stays sealed here until its draft is handed over.
"""

from __future__ import annotations

from crypto.chain import digest
from edge_node.edge import Edge
from edge_node.store import field
from edge_node.store.field import Item
from edge_node.workflows.room import Room, room
from registration.texts import N_, Sentence
from vault.engine import reading, writing

SHA_BYTES = 32
MOST_PIECE = 256 << 10
MOST_ITEM = 4 << 20
"""A photo from the app is a tenth of that; a PDF may be 3 MB."""
MOST_OF_ACCOUNT = 96 << 20


class CannotTake(Exception):
    """Not taken, with the sentence to show. What is on the phone stays there."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class TooMuch(CannotTake):
    """One thing is too large, or too many wait at once."""


class Full(CannotTake):
    """The disk of this server has no room."""


class Damaged(CannotTake):
    """What came is not what it is named by; it begins anew."""


class WrongPlace(Exception):
    """The piece does not follow what is here."""

    def __init__(self, have: int) -> None:
        super().__init__(have)
        self.have = have


TOO_LARGE = Sentence(N_("Satu foto terlalu besar untuk diserahkan. Hapus, lalu ambil ulang."))
TOO_MUCH = Sentence(
    N_("Terlalu banyak yang menunggu dibuka di kelurahan. Selesaikan dulu yang sudah diserahkan.")
)
NO_ROOM = Sentence(
    N_(
        "Penyimpanan di kelurahan hampir penuh, jadi isian belum bisa diterima. Isian tetap aman "
        "di HP ini. Beri tahu petugas loket."
    )
)
DAMAGED = Sentence(N_("Kiriman rusak di jalan. Tekan “Serahkan” sekali lagi."))


def held(edge: Edge, account: str, sha: bytes) -> Item | None:
    """How much of a thing is here."""
    with reading(edge.vault.engine) as connection:
        return field.item(connection, account, sha)


def append(edge: Edge, account: str, sha: bytes, at: int, size: int, body: bytes) -> Item:
    """Keep the next piece of a thing of `size` bytes.

    :raises WrongPlace: it does not begin where what is here ends.
    :raises CannotTake: it does not fit, or the whole is not what it is named by.
    """
    if size > MOST_ITEM or at + len(body) > size:
        raise TooMuch(TOO_LARGE)
    if room(edge) is not Room.ENOUGH:
        raise Full(NO_ROOM)
    now_ms = edge.stamp().now_ms
    with writing(edge.vault.engine) as connection:
        known = field.item(connection, account, sha)
        if at != (known.have if known else 0):
            raise WrongPlace(known.have if known else 0)
        if known is not None and known.size != size:
            raise TooMuch(TOO_LARGE)
        if known is None:
            if field.bytes_of(connection, account) + size > MOST_OF_ACCOUNT:
                raise TooMuch(TOO_MUCH)
            field.add_item(connection, account, sha, size, now_ms)
        if body:
            field.add_piece(connection, account, sha, at, body, now_ms)
        now = Item(size, at + len(body))
        whole = now.whole and digest(field.contents(connection, account, sha)) == sha
        if now.whole and not whole:
            field.drop_item(connection, account, sha)
    if now.whole and not whole:
        raise Damaged(DAMAGED)
    return now
