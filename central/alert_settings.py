"""Where alerts go: by e-mail, to a webhook. From the environment (`LOKET_…`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from environs import Env
from marshmallow.validate import OneOf

MAIL, WEBHOOK = "surel", "webhook"
TLS_MODES = ("starttls", "tls", "off")


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """What is empty is switched off."""

    mail_to: tuple[str, ...] = ()
    mail_from: str = "loket@localhost"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password_file: Path | None = None
    """A file: a password in the environment is read by whoever lists processes."""
    smtp_tls: str = "starttls"
    """`starttls`, `tls` (from the first byte) or `off` (on loopback only)."""
    smtp_ca_file: Path | None = None
    """Whom to believe, where the mail server's certificate is the office's own."""
    webhook_url: str = ""
    webhook_key_file: Path | None = None
    """The key that signs what goes to the webhook; both sides hold it."""
    public_url: str = ""
    """How the pages are reached, for the link in a message."""

    @property
    def channels(self) -> tuple[str, ...]:
        by_mail = (MAIL,) if self.smtp_host and self.mail_to else ()
        by_webhook = (WEBHOOK,) if self.webhook_url and self.webhook_key_file else ()
        return by_mail + by_webhook


def alert_settings_from(env: Env) -> AlertSettings:
    """:raises EnvError: a variable holds what it cannot hold."""
    return AlertSettings(
        mail_to=tuple(env.list("LOKET_ALERT_MAIL_TO", [])),
        mail_from=env.str("LOKET_ALERT_MAIL_FROM", "loket@localhost"),
        smtp_host=env.str("LOKET_SMTP_HOST", ""),
        smtp_port=env.int("LOKET_SMTP_PORT", 587),
        smtp_user=env.str("LOKET_SMTP_USER", ""),
        smtp_password_file=_path(env, "LOKET_SMTP_PASSWORD_FILE"),
        smtp_tls=env.str("LOKET_SMTP_TLS", "starttls", validate=OneOf(TLS_MODES)),
        smtp_ca_file=_path(env, "LOKET_SMTP_CA_FILE"),
        webhook_url=env.str("LOKET_ALERT_WEBHOOK_URL", ""),
        webhook_key_file=_path(env, "LOKET_ALERT_WEBHOOK_KEY_FILE"),
        public_url=env.str("LOKET_PUBLIC_URL", ""),
    )


def _path(env: Env, name: str) -> Path | None:
    named = env.str(name, "")
    return Path(named) if named else None
