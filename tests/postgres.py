"""A throw-away PostgreSQL cluster for tests: real server, its own folder, ended by pid."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


class PostgresMissing(Exception):
    """No server binaries: `make system` installs them."""


def _bindir() -> Path:
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    try:
        asked = subprocess.run(
            ["pg_config", "--bindir"], capture_output=True, text=True, check=True
        ).stdout.strip()
        candidates.insert(0, Path(asked))
    except (OSError, subprocess.CalledProcessError):
        pass  # Debian's pg_config needs the development package; the server does not.
    for folder in candidates:
        if (folder / "initdb").exists():
            return folder
    raise PostgresMissing("PostgreSQL's server is not installed: run `make system`")


def _as_other_user() -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


@contextmanager
def running_postgres() -> Iterator[str]:
    """A running cluster on a socket of its own; yields a SQLAlchemy URL without a database name.

    fsync stays on: the tests are about durability.
    """
    binaries, user = _bindir(), _as_other_user()
    folder = Path(tempfile.mkdtemp(prefix="loket-pg-"))
    try:
        if user:
            shutil.chown(folder, "postgres", "postgres")
        data = folder / "data"
        subprocess.run(
            [*user, str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "loket", "-N"],
            check=True,
            capture_output=True,
            cwd=folder,
        )
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
        control = [*user, str(binaries / "pg_ctl"), "-D", str(data), "-w"]
        subprocess.run(
            [*control, "-o", options, "-l", str(folder / "log"), "start"],
            check=True,
            capture_output=True,
            cwd=folder,
        )
        try:
            yield f"postgresql+psycopg://loket@/{{database}}?host={folder}"
        finally:
            subprocess.run(
                [*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd=folder
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(url: str, name: str) -> str:
    """Create a database in the cluster; its URL."""
    plain = url.format(database="postgres").replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.format(database=name)
