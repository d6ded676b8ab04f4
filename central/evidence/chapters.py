"""What stands in an auditor's file: names of its members, rows, tables and the words beside. Pure.

Every `.cbor` member is a sequence (RFC 8742) of arrays; those of a chain come in parts, so that
neither side ever holds a city's log.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import cbor2

from central.evidence.trail import Entry

Row = TypeVar("Row")

FORMAT = "loket evidence 1"
README, HEAD, ACTS, REFUSALS = "BACA-SAYA.txt", "kepala.cbor", "tindakan.cbor", "penolakan.cbor"
CHECKPOINTS, SIGNED = "titik-periksa.cbor", "tanda-tangan.cbor"
LOG, TRAIL_PART, TABLE_PART = "log/", "jejak/{:06}.cbor", "jejak/{:06}.csv"
PART = 4_000
"""Rows of a chain in one member."""
_JAKARTA = ZoneInfo("Asia/Jakarta")
_COLUMNS = ("nomor", "waktu", "akun", "peran", "apa", "permohonan", "sidik")


def log_name(stream: str, replica: bytes) -> str:
    """A log's name, in files and reports."""
    return f"{LOG}{stream}/{replica.hex()}"


def log_part(stream: str, replica: bytes, number: int) -> str:
    return f"{log_name(stream, replica)}/{number:06}.cbor"


def in_parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """As many rows at a time as go into one member."""
    left = iter(rows)
    while part := list(islice(left, PART)):
        yield part


def sequence(rows: Iterable[Any]) -> bytes:
    return b"".join(cbor2.dumps(row, canonical=True) for row in rows)


def unsequenced(data: bytes) -> Iterator[Any]:
    """The rows of a member.

    :raises ValueError: not CBOR (any more); rows before that have been given.
    """
    file = io.BytesIO(data)
    decoder = cbor2.CBORDecoder(file)
    while file.tell() < len(data):
        try:
            yield decoder.decode()
        except Exception as error:  # Bytes that nobody vouches for yet may raise anything.
            raise ValueError("not CBOR") from error


def entry_row(entry: Entry) -> list[Any]:
    return [
        entry.seq,
        entry.at_ms,
        entry.account,
        entry.role,
        entry.kind,
        [list(thing) for thing in entry.things],
        entry.about,
        entry.sealed_sha,
        entry.hash,
    ]


def entry_of(row: Any) -> Entry:
    """:raises ValueError: no entry."""
    try:
        seq, at_ms, account, role, kind, things, about, sealed_sha, end = row
        named = tuple((stream, record) for stream, record in things)
    except TypeError as error:
        raise ValueError("not an entry") from error
    if not all(isinstance(one, int) for one in (seq, at_ms)):
        raise ValueError("not an entry")
    return Entry(seq, at_ms, account, role, kind, named, about, sealed_sha, end)


def table_of(entries: Iterable[Entry]) -> bytes:
    """The same entries, to be read by people."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for one in entries:
        at = datetime.fromtimestamp(one.at_ms / 1000, UTC).astimezone(_JAKARTA)
        named = " ".join(f"{stream}/{record.hex()}" for stream, record in one.things)
        writer.writerow(
            (
                one.seq,
                at.isoformat(timespec="seconds"),
                one.account,
                one.role,
                one.kind,
                named,
                one.hash.hex(),
            )
        )
    return text.getvalue().encode()


README_TEXT = """\
LOKET: BERKAS UNTUK AUDITOR

Isi berkas ini:
  jejak/*.csv          siapa melihat data siapa, dan tindakan pengelola; bisa dibuka di lembar kerja
  jejak/*.cbor         catatan yang sama, dengan rantai sidik (SHA-256)
  titik-periksa.cbor   tanda tangan pusat atas ujung jejak, paling jarang tiap 1.000 catatan
  tindakan.cbor        tindakan admin; penolakan.cbor: bundel yang ditolak
  log/                 kepala semua perubahan per kelurahan dan per penulis, tanpa isinya
  kepala.cbor          kunci publik pusat dan semua server kelurahan
  tanda-tangan.cbor    tanda tangan pusat atas seluruh berkas ini

Nama orang dan isi data warga tidak ada di sini: hanya sidiknya. Akun ditulis dengan nomornya;
namanya terlihat di halaman "Jejak akses" di server pusat.

Memeriksa, di komputer mana pun, tanpa jaringan:   loket audit-verify BERKAS
Membandingkan dengan berkas lama:                  loket audit-verify BERKAS --against BERKAS-LAMA
Simpan tiap berkas di tempat yang tidak dikuasai pusat: hanya berkas lama yang membuktikan bahwa
pusat sendiri tidak menulis ulang catatannya. Cocokkan juga sidik kunci pusat yang dicetak.

LOKET: AN AUDITOR'S FILE

In this file:
  jejak/*.csv          who saw whose data, and acts of admins; opens in a spreadsheet
  jejak/*.cbor         the same entries, chained by SHA-256
  titik-periksa.cbor   the centre's signatures over the trail's end, at least each 1,000 entries
  tindakan.cbor        acts of admins; penolakan.cbor: bundles that were refused
  log/                 headers of all changes by kelurahan and writer, without their bodies
  kepala.cbor          public keys of the centre and of all nodes
  tanda-tangan.cbor    the centre's signature over this whole file

No names and no data of residents are in here, only their hashes. Accounts stand by their number;
the page "Jejak akses" on the centre's server has the names.

To check it on any computer, without a network:    loket audit-verify FILE
To compare with an older file:                     loket audit-verify FILE --against OLDER
Keep each file where the centre has no say: only an older file proves that the centre itself has
not written its records anew. Compare the fingerprint of the centre's key that is printed, too.
"""
