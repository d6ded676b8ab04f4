"""Settings of Disdukcapil's server, from the environment (`LOKET_…`) or the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from environs import Env

from vault.engine import sqlite_url


@dataclass(frozen=True, slots=True)
class CentralSettings:
    """Where things are and how much at once."""

    data: Path
    """Folder of the scans, and of the database where that is SQLite."""
    key_file: Path | None
    database_url: str = ""
    """SQLAlchemy URL; empty: SQLite in `data`."""
    host: str = "127.0.0.1"
    port: int = 8080
    ingest_slots: int = 8
    """Exchanges worked on at once in a process; the next one is asked to come back."""
    processes: int = 1
    threads: int = 12
    fold_here: bool = True
    """Fold in a thread of the web process. With workers of their own (PostgreSQL), off."""
    secure_cookies: bool = True
    trusted_proxies: int = 0
    public_url: str = ""
    """Where officers reach it, such as https://loket.example.go.id; passkeys are bound to it."""
    log_level: str = "INFO"

    @property
    def url(self) -> str:
        return self.database_url or sqlite_url(self.data / "central.sqlite3")

    @property
    def blobs(self) -> Path:
        return self.data / "scans"


def settings_from(env: Env, data: Path, key_file: Path | None) -> CentralSettings:
    """The settings of `loket central serve`; what is not set keeps its default.

    :raises EnvError: a variable holds what it cannot hold.
    """
    url = env.str("LOKET_DATABASE_URL", "")
    return CentralSettings(
        data=data,
        key_file=key_file,
        database_url=url,
        host=env.str("LOKET_HOST", "127.0.0.1"),
        port=env.int("LOKET_PORT", 8080),
        ingest_slots=env.int("LOKET_INGEST_SLOTS", 8),
        processes=env.int("LOKET_PROCESSES", 1),
        threads=env.int("LOKET_THREADS", 12),
        fold_here=env.bool("LOKET_FOLD_HERE", not url.startswith("postgresql")),
        secure_cookies=env.bool("LOKET_SECURE_COOKIES", True),
        trusted_proxies=env.int("LOKET_TRUSTED_PROXIES", 0),
        public_url=env.str("LOKET_PUBLIC_URL", ""),
        log_level=env.str("LOKET_LOG", "INFO"),
    )
