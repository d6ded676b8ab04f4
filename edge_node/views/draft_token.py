"""Names the request that a form will become: sent twice, it becomes one."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer

from web.problems import Problem


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or b"", salt="permohonan baru")


def token_of(record: bytes) -> str:
    token = _signer().dumps(record.hex())
    return token if isinstance(token, str) else token.decode()


def record_of(token: str) -> bytes:
    """:raises Problem: made up, or of another server."""
    try:
        return bytes.fromhex(_signer().loads(token))
    except (BadSignature, ValueError, TypeError):
        raise Problem(
            400,
            "formulir-tidak-dikenali",
            gettext("Formulir ini tidak dikenali"),
            gettext("Buka formulir baru dari “Permohonan baru”, lalu isi sekali lagi."),
        ) from None
