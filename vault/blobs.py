"""Where sealed chunks are kept beside the database, and the usual place: files, one per chunk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

Piece = tuple[bytes, bytes]
"""(hash, sealed chunk)."""


class Blobs(Protocol):
    """Chunks under their hashes. What is kept is durable before anything refers to it."""

    def put(self, pieces: Iterable[Piece]) -> None:
        """Keep each under its hash; what is there already is the same by definition.

        Durable when it returns.

        :raises BlobsAway: not all of them are kept.
        """

    def get(self, sha: bytes) -> bytes | None:
        """The chunk, or None where it is not held.

        :raises BlobsAway: the store does not say.
        """

    def remove(self, sha: bytes) -> None:
        """Let go of a chunk; nothing, where it is not held.

        :raises BlobsAway: it may still be there.
        """


class FileBlobs:
    """Content-addressed files in two levels of folders below `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def put(self, pieces: Iterable[Piece]) -> None:
        for sha, data in pieces:
            self._put(sha, data)

    def _put(self, sha: bytes, data: bytes) -> None:
        path = self._path(sha)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        # The name itself must survive a power cut too, also where somebody else has just given it.
        for folder in (path.parent, path.parent.parent, self._root):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def get(self, sha: bytes) -> bytes | None:
        try:
            return self._path(sha).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, sha: bytes) -> None:
        self._path(sha).unlink(missing_ok=True)

    def _path(self, sha: bytes) -> Path:
        name = sha.hex()
        return self._root / name[:2] / name[2:4] / name
