"""Empty stores for tests that are not about migrations: migrated once a process, then copied."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from vault.engine import Engine, make_engine, sqlite_url

Migrate = Callable[[Engine], None]


def put_empty(migrate: Migrate, path: Path) -> None:
    """A SQLite database at `path` as this migration leaves a new one."""
    path.write_bytes(_migrated(migrate))


@cache
def _migrated(migrate: Migrate) -> bytes:
    with tempfile.TemporaryDirectory(prefix="loket-empty-") as folder:
        path = Path(folder) / "empty.sqlite3"
        engine = make_engine(sqlite_url(path))
        migrate(engine)
        # The last connection that closes puts all into the one file.
        engine.dispose()
        return path.read_bytes()
