"""The file carrier: bundles on a USB stick, for a kelurahan that is off line for weeks.

A CBOR sequence (RFC 8742): a header, the bundles as they are sent on any carrier, an end that
counts them. Nothing here is trusted: header and end only help to say what is wrong with a file,
and each bundle is signed for itself. docs/protocol.md is its specification.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Self

import cbor2

from crypto.identity import REPLICA_BYTES
from sync.bundle import MAX_BUNDLE_BYTES
from sync.errors import Malformed, SyncError

VERSION = 1
_MAGIC = "loket carrier"
_HEADER, _BUNDLE, _END = b"\x87", b"\xd2\x84", b"\x83"
"""How the items begin: an array of seven, a tagged COSE_Sign1, an array of three."""
_MOST_FRAME = 512
"""Bytes of a header or an end, at the most."""


class Direction(StrEnum):
    """Which way a file goes."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Header:
    """Whose bundles these are, as the file says; its bundles prove it or do not."""

    direction: Direction
    stream: str
    sender: bytes
    receiver: bytes
    made_ms: int
    """The maker's wall clock."""


class Damaged(Malformed):
    """A file that is not whole. What came before the damage is; `whole` bundles did."""

    def __init__(self, what: str, whole: int) -> None:
        super().__init__(what)
        self.whole = whole


class WouldOverwrite(SyncError):
    """The name of a carrier file to be is taken by something else."""


class CarrierFile:
    """A file being written: nothing stands under its name before all of it is on the medium.

    Used as a context; one that is left by an error leaves nothing.
    """

    def __init__(self, path: Path, header: Header) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._digest = hashlib.sha256()
        self._file: BinaryIO | None = None
        self._header = header
        self.count = 0

    def __enter__(self) -> Self:
        """:raises WouldOverwrite: another kind of file has that name."""
        if self._path.exists() and not is_carrier_file(self._path):
            raise WouldOverwrite(f"{self._path} is another kind of file; it was left as it is")
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        said = self._header
        self._write(
            cbor2.dumps(
                [
                    _MAGIC,
                    VERSION,
                    str(said.direction),
                    said.stream,
                    said.sender,
                    said.receiver,
                    said.made_ms,
                ],
                canonical=True,
            )
        )
        return self

    def add(self, raw: bytes) -> None:
        """The next bundle."""
        self._write(raw)
        self.count += 1

    def _write(self, data: bytes) -> None:
        if self._file is None:
            raise ValueError("this file is not open")
        self._digest.update(data)
        self._file.write(data)

    def __exit__(self, error: object, *_: object) -> None:
        file, self._file = self._file, None
        if file is None:
            return
        if error is not None:
            file.close()
            self._part.unlink(missing_ok=True)
            return
        with file:
            end = ["end", self.count, self._digest.digest()]
            file.write(cbor2.dumps(end, canonical=True))
            file.flush()
            os.fsync(file.fileno())
        self._part.replace(self._path)
        sync_folder(self._path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable, where its file system can."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # Some file systems of USB sticks refuse to sync a folder; their renames need no more.
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Reader:
    """A file being read, one bundle in memory at a time."""

    def __init__(self, file: BinaryIO) -> None:
        """:raises Damaged: not a carrier file, or of a version that is not read here."""
        self._file = file
        self._digest = hashlib.sha256()
        self._whole = 0
        self.header = self._read_header()

    def __iter__(self) -> Iterator[bytes]:
        """The bundles, to the end of the file.

        :raises Damaged: cut short or altered; what was given before that is whole.
        """
        while True:
            start = self._take(1)
            if start == _BUNDLE[:1]:
                raw = self._bundle(start)
                self._digest.update(raw)
                self._whole += 1
                yield raw
            elif start == _END:
                return self._check_end(start)
            else:
                raise self._damaged("it was altered")

    def _read_header(self) -> Header:
        start = self._file.read(1)
        if start != _HEADER:
            raise Damaged("this is not a carrier file of Loket", 0)
        try:
            item, raw = self._item(start)
            magic, version, direction, stream, sender, receiver, made_ms = item
            if magic != _MAGIC:
                raise ValueError("another kind of file")
        except (Malformed, ValueError, TypeError) as error:
            raise Damaged("this is not a carrier file of Loket, or it was altered", 0) from error
        if version != VERSION:
            raise Damaged(
                f"a carrier file of version {version}; this side reads version {VERSION}", 0
            )
        if (
            direction not in tuple(Direction)
            or not isinstance(stream, str)
            or not isinstance(made_ms, int)
            or any(not isinstance(r, bytes) or len(r) != REPLICA_BYTES for r in (sender, receiver))
        ):
            raise Damaged("the head of this carrier file was altered", 0)
        self._digest.update(raw)
        return Header(Direction(direction), stream, sender, receiver, made_ms)

    def _item(self, start: bytes) -> tuple[list[Any], bytes]:
        """A small array and its bytes, in its one deterministic form."""
        rest = self._file.read(_MOST_FRAME)
        try:
            item = cbor2.loads(start + rest)
            raw = cbor2.dumps(item, canonical=True)
        except (cbor2.CBORError, ValueError, TypeError) as error:
            raise self._damaged("it was cut short or altered") from error
        if not isinstance(item, list) or not (start + rest).startswith(raw):
            raise self._damaged("it was altered")
        self._file.seek(len(raw) - len(start) - len(rest), os.SEEK_CUR)
        return item, raw

    def _bundle(self, start: bytes) -> bytes:
        """One COSE_Sign1, found by its lengths: nothing that nobody has signed is parsed."""
        raw = bytearray(start + self._take(1))
        if raw != _BUNDLE:
            raise self._damaged("it was altered")
        self._copy_byte_string(raw)
        raw += self._take(1)
        self._copy_byte_string(raw)
        self._copy_byte_string(raw)
        return bytes(raw)

    def _copy_byte_string(self, raw: bytearray) -> None:
        head = self._take(1)
        short = head[0] & 0x1F
        wide = {24: 1, 25: 2, 26: 4}.get(short, 0)
        if head[0] >> 5 != 2 or (short > 23 and not wide):
            raise self._damaged("it was altered")
        width = self._take(wide)
        length = int.from_bytes(width, "big") if wide else short
        if len(raw) + length > MAX_BUNDLE_BYTES:
            raise self._damaged("it was altered")
        raw += head + width + self._take(length)

    def _take(self, length: int) -> bytes:
        data = self._file.read(length)
        if len(data) != length:
            raise self._damaged("it was cut short")
        return data

    def _check_end(self, start: bytes) -> None:
        item, _ = self._item(start)
        if item != ["end", self._whole, self._digest.digest()]:
            raise Damaged(
                f"the file was altered, or bundles are missing from it; {self._whole} are whole",
                self._whole,
            )
        if self._file.read(1):
            raise Damaged("something was added behind the end of the file", self._whole)

    def _damaged(self, how: str) -> Damaged:
        where = f"behind bundle {self._whole}" if self._whole else "before its first bundle"
        return Damaged(f"the file is damaged {where}: {how}", self._whole)


def is_carrier_file(path: Path) -> bool:
    """Whether a file is one of ours, whole or not: what may be written over."""
    with path.open("rb") as file:
        try:
            Reader(file)
        except Damaged:
            return False
    return True
