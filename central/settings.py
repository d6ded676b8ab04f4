"""Settings of Disdukcapil's server, from the environment (`LOKET_…`) or the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from environs import Env, EnvError

from central.alert_settings import MAIL, WEBHOOK, AlertSettings, alert_settings_from
from central.outbound.smtp import Mailer, MailServer
from registration.lifecycle import Status
from vault.engine import sqlite_url

TOLD = (Status.DIKEMBALIKAN, Status.DITOLAK, Status.TERBIT, Status.SIAP_DIAMBIL)
"""The statuses that a resident is told of."""
_SCANS = ("scans_url", "scans_endpoint", "scans_region", "scans_key_id", "scans_secret")


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
    processes: int = 1
    threads: int = 128
    """Visits at once in a process. Most of them wait for a line; how many are worked on at once is
    found, not set (`central.admission`)."""
    fold_here: bool = True
    """Fold in a thread of the web process. With workers of their own (PostgreSQL), off."""
    secure_cookies: bool = True
    trusted_proxies: int = 0
    public_url: str = ""
    """Where officers reach it, such as https://loket.example.go.id; passkeys are bound to it."""
    log_level: str = "INFO"
    siak_url: str = ""
    """Where SIAK answers; empty: this centre has no line to it."""
    siak_token: str = field(default="", repr=False)
    siak_auto: bool = False
    """Send a request to SIAK as soon as an officer starts on it, without being asked to."""
    mail: MailServer = field(default_factory=MailServer)
    """For residents and for alerts."""
    scans_url: str = ""
    """`s3://bucket/prefix` of a store for scans; empty: files in `data`."""
    scans_endpoint: str = ""
    """Where that store answers."""
    scans_region: str = ""
    scans_key_id: str = field(default="", repr=False)
    scans_secret: str = field(default="", repr=False)
    gateway_url: str = ""
    """Where short messages (WhatsApp, SMS) are handed to a gateway; empty: none are sent."""
    gateway_token: str = field(default="", repr=False)
    tell_counter: bool = False
    """Tell residents who filed at a counter too. A consent is recorded where they filed
    themselves (portal, Halo Pamor); at a counter they only give the number to be called."""

    @property
    def tells(self) -> bool:
        """Whether residents are told of anything."""
        return self.mail.usable or bool(self.gateway_url)

    @property
    def heard_statuses(self) -> frozenset[str]:
        """The statuses that something is to be done about with other systems."""
        heard = set(TOLD) if self.tells else set()
        if self.siak_url and self.siak_auto:
            heard.add(Status.DIPROSES)
        return frozenset(heard)

    alerts: AlertSettings = field(default_factory=AlertSettings)

    @property
    def alert_channels(self) -> tuple[str, ...]:
        """The ways that alerts go out."""
        by_mail = (MAIL,) if self.mail.usable and self.alerts.mail_to else ()
        named = self.alerts.webhook_url and self.alerts.webhook_key_file
        return by_mail + ((WEBHOOK,) if named else ())

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
    scans = {name: env.str(f"LOKET_{name.upper()}", "") for name in _SCANS}
    if scans["scans_url"]:
        _require_store(scans)
    return CentralSettings(
        data=data,
        key_file=key_file,
        database_url=url,
        host=env.str("LOKET_HOST", "127.0.0.1"),
        port=env.int("LOKET_PORT", 8080),
        processes=env.int("LOKET_PROCESSES", 1),
        threads=env.int("LOKET_THREADS", 128),
        fold_here=env.bool("LOKET_FOLD_HERE", not url.startswith("postgresql")),
        secure_cookies=env.bool("LOKET_SECURE_COOKIES", True),
        trusted_proxies=env.int("LOKET_TRUSTED_PROXIES", 0),
        public_url=env.str("LOKET_PUBLIC_URL", ""),
        log_level=env.str("LOKET_LOG", "INFO"),
        siak_url=env.str("LOKET_SIAK_URL", ""),
        siak_token=env.str("LOKET_SIAK_TOKEN", ""),
        siak_auto=env.bool("LOKET_SIAK_AUTO", False),
        mail=_mail_server_from(env),
        **scans,
        gateway_url=env.str("LOKET_GATEWAY_URL", ""),
        gateway_token=env.str("LOKET_GATEWAY_TOKEN", ""),
        tell_counter=env.bool("LOKET_TELL_COUNTER", False),
        alerts=alert_settings_from(env),
    )


def _mail_server_from(env: Env) -> MailServer:
    password_file, ca_file = (
        env.str(name, "") for name in ("LOKET_SMTP_PASSWORD_FILE", "LOKET_SMTP_CA_FILE")
    )
    server = MailServer(
        env.str("LOKET_SMTP_URL", ""),
        env.str("LOKET_MAIL_FROM", ""),
        Path(password_file) if password_file else None,
        Path(ca_file) if ca_file else None,
    )
    if server.url:
        try:
            Mailer(server)
        except ValueError as error:
            raise EnvError(f"LOKET_SMTP_URL: {error}") from None
        if not server.sender:
            raise EnvError("LOKET_MAIL_FROM: whom mails come from must be said")
    return server


def _require_store(scans: dict[str, str]) -> None:
    """:raises EnvError: a store for scans is named, but not all of how it is reached."""
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+(/[\w!.*'()/-]*)?", scans["scans_url"]):
        raise EnvError("LOKET_SCANS_URL: must be s3://bucket or s3://bucket/prefix")
    missing = [f"LOKET_{name.upper()}" for name, value in scans.items() if not value]
    if missing:
        raise EnvError(f"LOKET_SCANS_URL needs {', '.join(missing)} too")
