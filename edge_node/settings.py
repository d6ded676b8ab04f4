"""Settings of a kelurahan's server, from the environment (`LOKET_…`) or the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env, ValidationError


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """Where things are and how often to try."""

    data: Path
    """Folder of the database."""
    key_file: Path | None
    """The key file; None: a passphrase is asked for at start."""
    host: str = "127.0.0.1"
    port: int = 8081
    portal_host: str = "127.0.0.1"
    portal_port: int = 8082
    portal_url: str = ""
    """The portal as phones on the Wi-Fi reach it, `https://name`: codes on the counter's screen
    lead there, and phones that join. Empty: where it listens, and nobody is led."""
    exchange_seconds: float = 20.0
    """Between exchanges while the line is up."""
    secure_cookies: bool = True
    """Off only where staff reach the server without TLS, on loopback."""
    trusted_proxies: int = 0
    """How many reverse proxies in front may be believed about the caller's address."""
    free_mib_photos: float = 256.0
    """With less free on the disk, photos are refused."""
    free_mib_requests: float = 64.0
    """With less free on the disk, new requests are refused."""
    clock_battery: bool = False
    """Whether the machine's clock goes on while it is off; a Raspberry Pi's does not."""
    relays: tuple[str, ...] = ()
    """Addresses of neighbours to leave bundles with while the own line is cut; in this order."""
    relay_mib: int = 64
    """How much is kept on disk for neighbours, MiB; 0 switches it off."""
    log_level: str = "INFO"
    threads: int = 6

    @property
    def database(self) -> Path:
        return self.data / "edge.sqlite3"

    @property
    def relay_folder(self) -> Path:
        return self.data / "relay"


def settings_from(env: Env, data: Path, key_file: Path | None) -> EdgeSettings:
    """The settings of `loket edge serve`; what is not set keeps its default.

    :raises EnvError: a variable holds what it cannot hold.
    """
    return EdgeSettings(
        data=data,
        key_file=key_file,
        host=env.str("LOKET_HOST", "127.0.0.1"),
        port=env.int("LOKET_PORT", 8081),
        portal_host=env.str("LOKET_PORTAL_HOST", "127.0.0.1"),
        portal_port=env.int("LOKET_PORTAL_PORT", 8082),
        portal_url=env.str("LOKET_PORTAL_URL", "", validate=_https_address).rstrip("/"),
        exchange_seconds=env.float("LOKET_EXCHANGE_SECONDS", 20.0),
        secure_cookies=env.bool("LOKET_SECURE_COOKIES", True),
        trusted_proxies=env.int("LOKET_TRUSTED_PROXIES", 0),
        free_mib_photos=env.float("LOKET_FREE_MIB_PHOTOS", 256.0),
        free_mib_requests=env.float("LOKET_FREE_MIB_REQUESTS", 64.0),
        clock_battery=env.bool("LOKET_CLOCK_BATTERY", False),
        relays=tuple(env.list("LOKET_RELAYS", [], delimiter=",")),
        relay_mib=env.int("LOKET_RELAY_MIB", 64),
        log_level=env.str("LOKET_LOG", "INFO"),
    )


def _https_address(text: str) -> None:
    """Phones open a captive portal over TLS only (RFC 8908, section 5)."""
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and not parts.username and parts.port != 0
    except ValueError:
        named = False
    if text and not (named and text.rstrip("/") == f"https://{parts.netloc}"):
        raise ValidationError(
            "Must be https:// and a name, such as https://portal.kelurahan.example"
        )
