"""The running centre: store, scans and settings, handed to every workflow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from central.settings import CentralSettings
from central.store import derived, worklist
from sync.protocol import SPOKEN
from sync.quota import QuotaDays
from vault.blobs import Blobs, FileBlobs
from vault.core import Stamp, Vault, wall_ms
from vault.engine import Engine, make_engine
from vault.keyring import Keyring
from vault.migrate import require_next_release, upgrade
from vault.opening import open_vault, unlock

JAKARTA = ZoneInfo("Asia/Jakarta")
NAME = "Disdukcapil"
_MIGRATIONS = [Path(__file__).parent / "store" / "migrations" / "versions"]


@dataclass(slots=True)
class Counted:
    """What this process counts now and then, so that no exchange has to."""

    quota_days: QuotaDays | None = None
    """None: not counted yet."""


@dataclass(frozen=True, slots=True)
class Centre:
    """Disdukcapil's open store."""

    settings: CentralSettings
    vault: Vault
    blobs: Blobs
    clock: Callable[[], int] = wall_ms
    """Unix ms."""
    spoken: tuple[int, ...] = SPOKEN
    """The protocols that nodes may speak."""
    counted: Counted = field(default_factory=Counted)

    def stamp(self) -> Stamp:
        """Now. The centre's clock is the one that all others are measured against."""
        return Stamp(self.clock(), 0)

    def today(self) -> date:
        return datetime.fromtimestamp(self.clock() / 1000, UTC).astimezone(JAKARTA).date()


def open_engine(settings: CentralSettings) -> Engine:
    return make_engine(settings.url)


def migrate(engine: Engine) -> None:
    upgrade(engine, _MIGRATIONS)


def migrate_while_serving(engine: Engine) -> None:
    """Migrate under processes of the release before, which go on with their work.

    :raises UpgradeTooFar: they would not work on what follows. Nothing was changed.
    """
    require_next_release(engine, _MIGRATIONS)
    migrate(engine)


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
    return Centre(settings, vault, _blobs(settings))


def _blobs(settings: CentralSettings) -> Blobs:
    """Where scans are kept."""
    if not settings.scans_url:
        return FileBlobs(settings.blobs)
    # Its client is large, and most have no use for it.
    from vault.s3_blobs import S3Blobs, S3Place

    bucket, _, prefix = settings.scans_url.removeprefix("s3://").partition("/")
    prefix = prefix.rstrip("/")
    return S3Blobs(
        S3Place(
            bucket,
            f"{prefix}/" if prefix else "",
            settings.scans_endpoint,
            settings.scans_region,
            settings.scans_key_id,
            settings.scans_secret,
        )
    )
