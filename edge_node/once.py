"""A form that may be sent twice: its token names what it will become, so that it becomes one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from web.i18n import N_
from web.problems import Problem

_BYTES = 16


@dataclass(frozen=True, slots=True)
class Names:
    """The tokens of one kind of form, for its hidden field."""

    salt: str
    do: str
    """What to do with a token that is none of ours."""

    def token(self, named: bytes) -> str:
        """The token of a form that becomes what `named` is the id of."""
        made = self._signer().dumps(named.hex())
        return made if isinstance(made, str) else made.decode()

    def new_token(self) -> str:
        """For a form that is shown anew."""
        return self.token(secrets.token_bytes(_BYTES))

    def named_by(self, token: str) -> bytes:
        """The id that a form carried.

        :raises Problem: it is none of ours.
        """
        try:
            return bytes.fromhex(self._signer().loads(token))
        except (BadSignature, ValueError, TypeError):
            title = N_("Formulir ini tidak dikenali")
            raise Problem(400, "formulir-tidak-dikenali", title, self.do) from None

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(current_app.secret_key or b"", salt=self.salt)


REQUESTS = Names(
    "permohonan baru", N_("Buka formulir baru dari “Permohonan baru”, lalu isi sekali lagi.")
)
COMPLAINTS = Names("loket pengaduan 1", N_("Buka halaman pengaduan sekali lagi."))
TICKETS = Names("loket once 1", N_("Buka halamannya sekali lagi, lalu tekan tombolnya."))
