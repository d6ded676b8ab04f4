"""A form that may be sent twice: its token names what it will become, so that it becomes one."""

from __future__ import annotations

import secrets

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from web.i18n import N_
from web.problems import Problem

_SALT = "loket once 1"
_BYTES = 16


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or b"", salt=_SALT)


def new_token() -> str:
    """For the hidden field of a form that is shown anew."""
    token = _signer().dumps(secrets.token_bytes(_BYTES).hex())
    return token if isinstance(token, str) else token.decode()


def named_by(token: str) -> bytes:
    """The id that a form carried.

    :raises Problem: it is none of ours.
    """
    try:
        return bytes.fromhex(_signer().loads(token))
    except (BadSignature, ValueError, TypeError):
        raise Problem(
            400,
            "formulir-tidak-dikenali",
            N_("Formulir ini tidak dikenali"),
            N_("Buka halamannya sekali lagi, lalu tekan tombolnya."),
        ) from None
