"""What this counter carries for neighbours: sealed bundles on disk, bounded in number and bytes.

Files and not rows: they are somebody else's, as large as scans, and go as quickly as they came.
Nothing of them is opened here.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from crypto.chain import digest
from sync.carrier_file import sync_folder
from sync.carrier_relay import check_shape

_WAITING, _ANSWER, _REFUSED = ".waiting", ".answer", ".refused"


class NoRoom(Exception):
    """So many bundles, or bytes, are kept already; or this machine's own disk is nearly full."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The centre would not take a bundle. `last`: of a replay, up to which number all were used."""

    slug: str
    last: int | None = None


class Relayed:
    """The neighbours' bundles in one folder. Threads may share it; a process has it to itself."""

    def __init__(
        self, folder: Path, most_bytes: int, most_bundles: int = 512, floor_bytes: int = 256 << 20
    ) -> None:
        """:param floor_bytes: what must stay free on the disk, for this counter's own work."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._most_bundles = most_bundles
        self._floor = floor_bytes
        self._lock = threading.Lock()
        self.hands = threading.Semaphore(2)
        """Neighbours' bundles in memory at once: staff come first."""

    def keep(self, raw: bytes) -> None:
        """Keep a bundle until it is delivered; once more is harmless.

        :raises Malformed: not a bundle by its size and shape.
        :raises NoRoom: not kept.
        """
        check_shape(raw)
        name = digest(raw).hex()
        with self._lock:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            if any((self._folder / (name + kind)).exists() for kind in (_WAITING, _ANSWER)):
                return
            self._make_room(len(raw))
            # One that was refused is tried again: whoever left it may know better by now.
            self._write(name + _WAITING, raw)
            (self._folder / (name + _REFUSED)).unlink(missing_ok=True)

    def _make_room(self, needed: int) -> None:
        files = self._by_age()
        sizes = {path: path.stat().st_size for path in files}
        used, number = sum(sizes.values()) + needed, len(files) + 1
        done = [path for path in files if path.suffix != _WAITING]
        while (used > self._most_bytes or number > self._most_bundles) and done:
            oldest = done.pop(0)
            used, number = used - sizes[oldest], number - 1
            oldest.unlink()
        if used > self._most_bytes or number > self._most_bundles:
            raise NoRoom("as much is kept for neighbours as may be")
        disk = os.statvfs(self._folder)
        if disk.f_bavail * disk.f_frsize < self._floor + needed:
            raise NoRoom("the disk is nearly full")

    def _by_age(self) -> list[Path]:
        found = [p for p in self._folder.iterdir() if p.suffix in (_WAITING, _ANSWER, _REFUSED)]
        return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))

    def _write(self, name: str, data: bytes) -> None:
        part = self._folder / (name + ".part")
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._folder / name)
        sync_folder(self._folder)

    def waiting(self) -> list[bytes]:
        """The bundles that are not delivered (SHA-256 each), in the order they came."""
        with self._lock:
            if not self._folder.is_dir():
                return []
            return [bytes.fromhex(p.stem) for p in self._by_age() if p.suffix == _WAITING]

    def read(self, sha: bytes) -> bytes | None:
        """A bundle that waits; None: it does not (any more), or was altered on the disk."""
        with self._lock:
            path = self._folder / (sha.hex() + _WAITING)
            if not path.exists():
                return None
            raw = path.read_bytes()
            if digest(raw) != sha:
                path.unlink()
                return None
            return raw

    def answered(self, sha: bytes, answer: bytes) -> None:
        """It was delivered: its answer is kept in its place until it is asked for."""
        self._replace(sha, _ANSWER, answer)

    def refused(self, sha: bytes, refused: Refused) -> None:
        """The centre would not take it."""
        said = json.dumps([refused.slug, refused.last]).encode()
        self._replace(sha, _REFUSED, said)

    def _replace(self, sha: bytes, kind: str, data: bytes) -> None:
        with self._lock:
            self._write(sha.hex() + kind, data)
            (self._folder / (sha.hex() + _WAITING)).unlink(missing_ok=True)

    def outcome(self, sha: bytes) -> bytes | Refused | None:
        """The answer to a bundle, or that it was refused; None: it waits.

        :raises LookupError: it is not here (any more).
        """
        with self._lock:
            stem = self._folder / sha.hex()
            answer, refused = stem.with_suffix(_ANSWER), stem.with_suffix(_REFUSED)
            if answer.exists():
                return answer.read_bytes()
            if stem.with_suffix(_WAITING).exists():
                return None
            if refused.exists():
                return Refused(*json.loads(refused.read_bytes()))
            raise LookupError(sha.hex())
