"""Mail over SMTP."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from urllib.parse import unquote, urlsplit

from central.outbound.errors import LineDown, Refused

TIMEOUT_S = 20.0
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    """The one that takes all mails of this centre."""

    url: str = field(default="", repr=False)
    """`smtp://user:password@host:587` (STARTTLS, checked), `smtps://…:465`, or `smtp+plain://…`
    where the server stands on the machine's own network; empty: no mail is sent."""
    sender: str = ""
    password_file: Path | None = None
    """Instead of a password in the address; read for each mail."""
    ca_file: Path | None = None
    """Whom to believe, where the server's certificate is the office's own."""

    @property
    def usable(self) -> bool:
        return bool(self.url and self.sender)


class Mailer:
    """Hands mails to one server, each on a connection of its own."""

    def __init__(self, server: MailServer, timeout_s: float = TIMEOUT_S) -> None:
        """:raises ValueError: the server's address is none, or says the password twice."""
        parts = urlsplit(server.url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("a mail server's address begins with smtp, smtps or smtp+plain")
        if server.password_file is not None and (parts.password or not parts.username):
            raise ValueError("a password file goes with an address that names a user, no password")
        self._scheme = parts.scheme
        self._host = parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._server = server
        self._timeout_s = timeout_s

    def send(self, to: str, subject: str, text: str, message_id: str) -> None:
        """:param to: one receiver, or several with commas between. Where the server refuses some of
            them the others have it: a repeat would reach them twice.
        :param message_id: the same for a repeat, so that a mailbox can tell.
        :raises LineDown: the server does not take anything now.
        :raises Refused: it does not take this one.
        """
        sender = self._server.sender
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Date"] = formatdate()
        domain = sender.rpartition("@")[2].strip("> ")
        mail["Message-ID"] = f"<{message_id}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        password = self._secret()
        try:
            server = self._connected(password)
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
        except ssl.SSLCertVerificationError:
            raise LineDown("not-believed") from None
        except (smtplib.SMTPException, OSError):
            raise LineDown("unreached") from None

    def _secret(self) -> str:
        if self._server.password_file is None:
            return self._password
        try:
            return self._server.password_file.read_text(encoding="utf-8").strip()
        except OSError:
            raise LineDown("no-secret") from None

    def _connected(self, password: str) -> smtplib.SMTP:
        # Certificates are checked: a mail names a person's request.
        try:
            context = ssl.create_default_context(cafile=self._server.ca_file)
        except OSError:
            raise LineDown("not-believed") from None
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
                server.login(self._user, password)
        except BaseException:
            server.close()
            raise
        return server


def _of_code(code: int) -> LineDown | Refused:
    return Refused("refused") if 500 <= code < 600 else LineDown("failing")
