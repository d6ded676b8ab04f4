"""The running centre: store, scans and settings, handed to every workflow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from central.settings import CentralSettings
from central.store import derived, worklist
from sync.protocol import SPOKEN
from vault.blobs import FileBlobs
from vault.core import Stamp, Vault, wall_ms
from vault.engine import Engine, make_engine
from vault.keyring import Keyring
from vault.migrate import upgrade
from vault.opening import open_vault, unlock

JAKARTA = ZoneInfo("Asia/Jakarta")
NAME = "Disdukcapil"


@dataclass(frozen=True, slots=True)
class Centre:
    """Disdukcapil's open store."""

    settings: CentralSettings
    vault: Vault
    blobs: FileBlobs
    clock: Callable[[], int] = wall_ms
    """Unix ms."""
    spoken: tuple[int, ...] = SPOKEN
    """The protocols that nodes may speak."""

    def stamp(self) -> Stamp:
        """Now. The centre's clock is the one that all others are measured against."""
        return Stamp(self.clock(), 0)

    def today(self) -> date:
        return datetime.fromtimestamp(self.clock() / 1000, UTC).astimezone(JAKARTA).date()


def open_engine(settings: CentralSettings) -> Engine:
    return make_engine(settings.url)


def migrate(engine: Engine) -> None:
    upgrade(engine, [Path(__file__).parent / "store" / "migrations" / "versions"])


def open_centre(settings: CentralSettings, passphrase: str | None = None) -> Centre:
    """Open an initialised centre.

    :raises NotInitialised: `loket central init` is missing.
    :raises WrongKey: the key file or passphrase is another store's.
    """
    engine = open_engine(settings)
    migrate(engine)
    return centre_on(engine, settings, unlock(engine, settings.key_file, passphrase))


def centre_on(engine: Engine, settings: CentralSettings, keyring: Keyring) -> Centre:
    """The centre of an open database."""
    vault = open_vault(
        engine,
        keyring,
        keyring.identity.replica,
        project=worklist.project_for_desk,
        on_shown=derived.noting(settings.heard_statuses),
    )
    return Centre(settings, vault, FileBlobs(settings.blobs))
