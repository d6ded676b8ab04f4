"""Webhooks: a gateway that sends short messages (WhatsApp, SMS), and a receiver of signed words."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

from central.outbound.errors import LineDown
from central.outbound.http import HttpLine

_SHORTEST_KEY = 16


class Gateway:
    """Posts `{"to", "text", "id"}`; any 2xx means that it was taken."""

    def __init__(self, url: str, token: str, read_s: float = 15.0) -> None:
        self._line = HttpLine(url, token, read_s)

    def send(self, to: str, text: str, message_id: str) -> None:
        """:param message_id: the same for a repeat; also sent as `Idempotency-Key`.
        :raises OutboundError: it was not taken.
        """
        body = json.dumps({"to": to, "text": text, "id": message_id}).encode()
        self._line.hand_over(body, {"Idempotency-Key": message_id})


def post_signed(url: str, key_file: Path, body: bytes, message_id: str, now_s: int) -> None:
    """Post `body` so that the receiver can tell who says it, and a repeat from something new.

    :raises OutboundError: it was not taken.
    """
    line = HttpLine(url)
    try:
        said_by = signature(_key(key_file), now_s, body)
        line.hand_over(body, {"Idempotency-Key": message_id, "Loket-Signature": said_by})
    finally:
        line.close()


def _key(key_file: Path) -> bytes:
    try:
        key = key_file.read_bytes().strip()
    except OSError:
        raise LineDown("no-secret") from None
    if len(key) < _SHORTEST_KEY:
        raise LineDown("no-secret")
    return key


def signature(key: bytes, now_s: int, body: bytes) -> str:
    """`t=<Unix seconds>,v1=<HMAC-SHA-256 of "t.body" in hex>`: what a receiver checks."""
    mac = hmac.new(key, b"%d." % now_s + body, hashlib.sha256).hexdigest()
    return f"t={now_s},v1={mac}"
