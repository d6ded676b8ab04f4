"""What the environment says about the mail server, or says wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest
from environs import Env, EnvError

from central.alert_settings import MAIL
from central.settings import CentralSettings, settings_from


def from_env(monkeypatch: pytest.MonkeyPatch, **variables: str) -> CentralSettings:
    for name, value in variables.items():
        monkeypatch.setenv(f"LOKET_{name}", value)
    return settings_from(Env(), Path("data"), None)


def test_one_mail_server_serves_residents_and_alerts(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = from_env(
        monkeypatch,
        SMTP_URL="smtp://loket@mail.example",
        SMTP_PASSWORD_FILE="/etc/loket/smtp.password",
        MAIL_FROM="loket@disdukcapil.example",
        ALERT_MAIL_TO="jaga@example.test,siaga@example.test",
    )

    assert settings.tells
    assert settings.alert_channels == (MAIL,)
    assert settings.alerts.mail_to == ("jaga@example.test", "siaga@example.test")
    assert settings.mail.password_file == Path("/etc/loket/smtp.password")


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"SMTP_URL": "mail.example", "MAIL_FROM": "loket@example"}, "LOKET_SMTP_URL"),
        ({"SMTP_URL": "smtp://mail.example"}, "LOKET_MAIL_FROM"),
    ],
)
def test_a_mail_server_that_could_not_work_is_said_at_the_start(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
) -> None:
    with pytest.raises(EnvError, match=named):
        from_env(monkeypatch, **variables)
