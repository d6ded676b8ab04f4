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


_NOT_DURABLE = (
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off"
    " -c max_connections=200"
)


@contextmanager
def running_postgres(*, durable: bool = True) -> Iterator[str]:
    """A running cluster on a socket of its own; yields a SQLAlchemy URL without a database name.

    :param durable: off, nothing waits for the disk. Tests kill our processes, which this does not
        touch; none cuts the power under PostgreSQL itself.
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
        if not durable:
            options += f" {_NOT_DURABLE}"
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


def new_database(url: str, name: str, template: str = "template1") -> str:
    """Create a database in the cluster, as a copy of another one; its URL."""
    with _server(url) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return url.format(database=name)


def drop_database(url: str, name: str) -> None:
    """Hundreds of left databases would slow down the cluster."""
    with _server(url) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _server(url: str) -> psycopg.Connection[tuple[object, ...]]:
    plain = url.format(database="postgres").replace("postgresql+psycopg", "postgresql")
    return psycopg.connect(plain, autocommit=True)
