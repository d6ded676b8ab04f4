"""Carrying a word about an alert out of the house: by e-mail, or to a webhook."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate

import requests

from central.alert_settings import AlertSettings

_PATIENCE_S = 20.0
_SHORTEST_KEY = 16
_DOMAIN = "loket.invalid"
"""Names messages for good; no host of ours is meant (RFC 2606)."""


class NotSent(Exception):
    """It did not go out. The text names the kind of trouble, and no person and no address."""


@dataclass(frozen=True, slots=True)
class Word:
    """What goes out. `id`: the same in each try, so that a receiver can tell a repeat."""

    id: str
    subject: str
    text: str
    body: bytes
    """The same for machines: JSON."""
    at_s: int


def send_mail(settings: AlertSettings, word: Word) -> None:
    """:raises NotSent: the mail server did not take it."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = ", ".join(settings.mail_to)
    message["Subject"] = word.subject
    message["Date"] = formatdate(word.at_s)
    message["Message-ID"] = f"<{word.id}@{_DOMAIN}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(word.text)
    try:
        server = _connected(settings)
        try:
            if settings.smtp_user and settings.smtp_password_file is not None:
                password = settings.smtp_password_file.read_text(encoding="utf-8").strip()
                server.login(settings.smtp_user, password)
            # Where it refuses some, the others have it: a repeat would reach them twice.
            server.send_message(message)
            # It has the mail, however it takes leave: a repeat would be a second mail.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(type(error).__name__) from error


def _connected(settings: AlertSettings) -> smtplib.SMTP:
    host, port = settings.smtp_host, settings.smtp_port
    if settings.smtp_tls == "off":
        return smtplib.SMTP(host, port, timeout=_PATIENCE_S)
    trusted = ssl.create_default_context(cafile=settings.smtp_ca_file)
    if settings.smtp_tls == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=_PATIENCE_S, context=trusted)
    server = smtplib.SMTP(host, port, timeout=_PATIENCE_S)
    try:
        server.starttls(context=trusted)
    except BaseException:
        server.close()
        raise
    return server


def send_webhook(settings: AlertSettings, word: Word, now_s: int) -> None:
    """:raises NotSent: the receiver did not say that it has it."""
    try:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": word.id,
            "Loket-Signature": signature(_key(settings), now_s, word.body),
        }
        with requests.post(
            settings.webhook_url,
            data=word.body,
            headers=headers,
            timeout=_PATIENCE_S,
            # A signed word goes where it was meant to go, and nowhere else.
            allow_redirects=False,
            # What it says beside its status is not waited for.
            stream=True,
        ) as answer:
            status = answer.status_code
    except (requests.RequestException, OSError) as error:
        raise NotSent(type(error).__name__) from error
    if not 200 <= status < 300:
        raise NotSent(f"HTTP {status}")


def _key(settings: AlertSettings) -> bytes:
    if settings.webhook_key_file is None:
        raise NotSent("NoKey")
    key = settings.webhook_key_file.read_bytes().strip()
    if len(key) < _SHORTEST_KEY:
        raise NotSent("ShortKey")
    return key


def signature(key: bytes, now_s: int, body: bytes) -> str:
    """`t=<Unix seconds>,v1=<HMAC-SHA-256 of "t.body" in hex>`: what a receiver checks."""
    mac = hmac.new(key, b"%d." % now_s + body, hashlib.sha256).hexdigest()
    return f"t={now_s},v1={mac}"
