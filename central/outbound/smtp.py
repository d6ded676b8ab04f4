"""Mail over SMTP."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from central.outbound.errors import LineDown, Refused

TIMEOUT_S = 20.0
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


class Mailer:
    """Hands mails to one server, each on a connection of its own."""

    def __init__(self, url: str, sender: str, timeout_s: float = TIMEOUT_S) -> None:
        """:param url: `smtp://user:password@host:587` (STARTTLS, checked), `smtps://…`, or
            `smtp+plain://…` where the server stands on the machine's own network.
        :raises ValueError: none of these."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("a mail server's address begins with smtp, smtps or smtp+plain")
        self._scheme = parts.scheme
        self._host = parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = sender
        self._timeout_s = timeout_s

    def send(self, to: str, subject: str, text: str, message_id: str) -> None:
        """:param message_id: the same for a repeat, so that a mailbox can tell.
        :raises LineDown: the server does not take anything now.
        :raises Refused: it does not take this one.
        """
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, to, subject
        domain = self._sender.rpartition("@")[2].strip("> ")
        mail["Message-ID"] = f"<{message_id}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        try:
            server = self._connected()
            try:
                server.send_message(mail)
                # It has the mail, however it takes leave: a repeat would be a second mail.
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    server.quit()
            finally:
                server.close()
        except smtplib.SMTPRecipientsRefused as refused:
            code = next(iter(refused.recipients.values()))[0]
            raise _of_code(code) from None
        except smtplib.SMTPAuthenticationError:
            raise LineDown("shut-out") from None
        except smtplib.SMTPResponseException as answer:
            raise _of_code(answer.smtp_code) from None
        except TimeoutError:
            raise LineDown("silent") from None
        except (smtplib.SMTPException, OSError):
            raise LineDown("unreached") from None

    def _connected(self) -> smtplib.SMTP:
        # Certificates are checked: a mail names a person's request.
        context = ssl.create_default_context()
        if self._scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout_s, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout_s)
        try:
            if self._scheme == "smtp":
                server.starttls(context=context)
            if self._user:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server


def _of_code(code: int) -> LineDown | Refused:
    return Refused("refused") if 500 <= code < 600 else LineDown("failing")
