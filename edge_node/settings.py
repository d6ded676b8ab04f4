"""Settings of a kelurahan's server, from the environment (`LOKET_…`) or the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """Where things are and how often to try."""

    data: Path
    """Folder of the database."""
    key_file: Path | None
    """The key file; None: a passphrase is asked for at start."""
    host: str = "127.0.0.1"
    port: int = 8080
    portal_host: str = "127.0.0.1"
    portal_port: int = 8081
    exchange_seconds: float = 30.0
    """Between exchanges while the line is up."""
    secure_cookies: bool = True
    """Off only where staff reach the server without TLS, on loopback."""
    threads: int = 6

    @property
    def database(self) -> Path:
        return self.data / "edge.sqlite3"
