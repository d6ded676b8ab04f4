"""Sealed chunks as files, one per chunk, named by its hash. Durable when `put` returns."""

from __future__ import annotations

import os
from pathlib import Path


class FileBlobs:
    """Content-addressed files in two levels of folders below `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def put(self, sha: bytes, data: bytes) -> None:
        """Keep `data` under its hash; what is there already is the same by definition."""
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
        """The chunk, or None where it is not held."""
        try:
            return self._path(sha).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, sha: bytes) -> None:
        """Let go of a chunk; nothing, where it is not held."""
        self._path(sha).unlink(missing_ok=True)

    def _path(self, sha: bytes) -> Path:
        name = sha.hex()
        return self._root / name[:2] / name[2:4] / name
