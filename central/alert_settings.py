"""Who hears of alerts: by e-mail, at a webhook. From the environment (`LOKET_ALERT_…`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from environs import Env

MAIL, WEBHOOK = "surel", "webhook"


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """What is empty is switched off."""

    mail_to: tuple[str, ...] = ()
    webhook_url: str = ""
    webhook_key_file: Path | None = None
    """The key that signs what goes to the webhook; both sides hold it."""


def alert_settings_from(env: Env) -> AlertSettings:
    """:raises EnvError: a variable holds what it cannot hold."""
    key_file = env.str("LOKET_ALERT_WEBHOOK_KEY_FILE", "")
    return AlertSettings(
        mail_to=tuple(env.list("LOKET_ALERT_MAIL_TO", [])),
        webhook_url=env.str("LOKET_ALERT_WEBHOOK_URL", ""),
        webhook_key_file=Path(key_file) if key_file else None,
    )
