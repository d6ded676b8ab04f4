"""A tar file of which every byte is determined by names, contents and one time. Pure.

Anybody's tools can unpack it. Ours read it strictly: a header is what we would have written, gaps
are zeros, nothing stands behind the end. So the hashes of the members cover the whole file.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from crypto.chain import digest

BLOCK = 512
MOST_BYTES = 64 << 20
"""No member is larger: each is held in memory while it is read."""
_END = bytes(2 * BLOCK)
_NAME, _SIZE, _TIME = slice(0, 100), slice(124, 136), slice(136, 148)


class Broken(ValueError):
    """Not a file of ours, from a position on."""

    def __init__(self, at: int, after: str) -> None:
        super().__init__(f"unreadable from byte {at}")
        self.at = at
        self.after = after
        """The last member that could be read."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside."""

    name: str
    data: bytes
    time_s: int

    @property
    def sha(self) -> bytes:
        return digest(self.data)


def packed(name: str, data: bytes, time_s: int) -> bytes:
    """A member as it stands in the file."""
    return _header(name, len(data), time_s) + data + bytes(-len(data) % BLOCK)


def end() -> bytes:
    """What closes the file."""
    return _END


def _header(name: str, size: int, time_s: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mtime = size, time_s
    return info.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")


def members(file: BinaryIO) -> Iterator[Member]:
    """All members in order, one at a time in memory.

    :raises Broken: from there on it is not ours.
    """
    at, name = 0, ""
    while True:
        head = file.read(BLOCK)
        if head == _END[:BLOCK]:
            if file.read(BLOCK + 1) != _END[BLOCK:]:
                raise Broken(at, name)
            return
        try:
            name_here, size, time_s = _read_header(head)
        except (ValueError, tarfile.TarError) as error:
            raise Broken(at, name) from error
        padding = -size % BLOCK
        data = file.read(size)
        gap = file.read(padding)
        if len(data) != size or gap != bytes(padding):
            raise Broken(at, name)
        name = name_here
        yield Member(name, data, time_s)
        at += BLOCK + size + padding


def _read_header(head: bytes) -> tuple[str, int, int]:
    """:raises ValueError: no header that we would have written."""
    if len(head) != BLOCK:
        raise ValueError("cut short")
    name = head[_NAME].rstrip(b"\0").decode("ascii")
    size, time_s = (int(head[part].rstrip(b"\0 "), 8) for part in (_SIZE, _TIME))
    if not name or not 0 <= size <= MOST_BYTES or head != _header(name, size, time_s):
        raise ValueError("another's header")
    return name, size, time_s


def listed(data: bytes) -> list[Member]:
    """All members of a file in memory."""
    return list(members(io.BytesIO(data)))
