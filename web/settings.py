"""What a web app must be told."""

from __future__ import annotations

from dataclasses import dataclass, field

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WebSettings:
    secret_key: bytes = field(repr=False)
    cookie_name: str = "loket"
    # True wherever people reach the app over HTTPS; the cookie is then never sent in clear.
    secure_cookies: bool = False
    # Bodies are held in memory, never on disk, so this bounds memory as well.
    max_body_bytes: int = 64 * MIB
    default_locale: str = "id"
    title: str = "Loket"
    # How many reverse proxies in front of the app may be believed about host and scheme.
    trusted_proxies: int = 0
    debug_gallery: bool = False
    # What to do when the session ran out while a form was open, where the app keeps what was typed.
    after_session: str = ""
