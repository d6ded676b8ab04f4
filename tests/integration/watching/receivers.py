"""A real mail server and a real receiver of webhooks, on free ports of this machine."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Mailbox:
    """What a mail server took, and what it says to the next."""

    port: int = field(default_factory=free_port)
    says: str = "250 OK"
    leave: str = "221 Bye"
    mails: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        if self.says.startswith("250"):
            self.mails.append(envelope)
        return self.says

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Envelope) -> str:
        return self.leave

    @property
    def texts(self) -> list[str]:
        return [one.original_content.decode() for one in self.mails if one.original_content]

    @contextmanager
    def running(self, **options: Any) -> Iterator[Mailbox]:
        controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()


def guarded(folder: Path, password: bytes) -> tuple[dict[str, Any], Path]:
    """Options of a mail server that wants TLS and a password; whom to believe about it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, SHA256())
    )
    certificate, secret = folder / "mail.crt", folder / "mail.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)

    def check(_s: Any, _session: Any, _e: Any, _how: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password == password
        return AuthResult(success=right, handled=False)

    options = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": check,
        "auth_required": True,
    }
    return options, certificate


@dataclass
class Hook:
    """A receiver of webhooks."""

    port: int = field(default_factory=free_port)
    says: int = 204
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/alerts"

    @contextmanager
    def running(self) -> Iterator[Hook]:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.came.append((dict(self.headers), body))
                self.send_response(hook.says)
                if hook.says == 302:
                    self.send_header("Location", hook.url)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Silent."""

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
