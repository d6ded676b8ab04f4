"""Files of answers for a counter that is being served: laid here, and taken by the server itself.

A second process must not take them: the server holds in memory what they may change (its keys, who
writes which log).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import structlog

from edge_node.edge import Edge
from edge_node.workflows.carrying import Brought, import_file
from sync.carrier_file import sync_folder
from sync.errors import SyncError

_log = structlog.get_logger()
_PIECE = 1 << 20
_WAITING, _SAID = ".loket", ".json"


def _folder(data: Path) -> Path:
    return data / "inbox"


def lay(data: Path, path: Path, advance: Callable[[float], None] = lambda _: None) -> Path:
    """Copy a file for the server to take; returns where it will say what came of it.

    :param advance: told the bytes copied.
    """
    folder = _folder(data)
    folder.mkdir(mode=0o700, exist_ok=True)
    digest = hashlib.sha256()
    part = folder / f"{os.getpid()}.part"
    with path.open("rb") as source, part.open("wb") as target:
        while piece := source.read(_PIECE):
            digest.update(piece)
            target.write(piece)
            advance(source.tell())
        target.flush()
        os.fsync(target.fileno())
    said = folder / (digest.hexdigest() + _SAID)
    said.unlink(missing_ok=True)
    part.replace(folder / (digest.hexdigest() + _WAITING))
    sync_folder(folder)
    return said


def waiting(data: Path) -> list[Path]:
    """What was laid and not taken yet."""
    folder = _folder(data)
    return sorted(folder.glob("*" + _WAITING)) if folder.is_dir() else []


def drain(edge: Edge) -> None:
    """Take what was laid here; the caller holds off exchanges meanwhile."""
    for path in waiting(edge.settings.data):
        try:
            brought = import_file(edge, path)
        except SyncError as error:
            brought = Brought(trouble=str(error))
        except Exception:  # noqa: BLE001 - a file that fails must not come up again each second
            _log.exception("a file that was brought cannot be taken")
            brought = Brought(trouble="it failed here; the log of the server says why")
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(brought)))
        part.replace(path.with_suffix(_SAID))
        path.unlink()
        _log.info("took a file that was brought", **asdict(brought))


def read_said(said: Path) -> Brought | None:
    """What came of a file, and forget that; None: not taken yet."""
    if not said.exists():
        return None
    brought = Brought(**json.loads(said.read_text()))
    said.unlink()
    return brought
