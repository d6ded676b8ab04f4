"""JSON over HTTP to another system, with an end to everything: time, size, patience."""

from __future__ import annotations

import json
import time
from typing import Any

import requests

from central.outbound.errors import LineDown, Refused, WrongAnswer

CONNECT_S = 5.0
MAX_BYTES = 1 << 20
_PIECE = 16_384


class JsonLine:
    """Posts to one system; the connection is kept alive."""

    def __init__(self, base_url: str, token: str, read_s: float = 15.0) -> None:
        """:param read_s: how long a whole answer may take."""
        self._base = base_url.rstrip("/")
        self._read_s = read_s
        self._session = requests.Session()
        # A proxy or netrc of the machine must not reroute or annotate citizens' data.
        self._session.trust_env = False
        self._session.headers["User-Agent"] = "Loket"
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def post(self, path: str, body: dict[str, Any], key: str = "") -> tuple[int, dict[str, Any]]:
        """(status, answer) of a success or a 404.

        :param key: names what is asked, so that a repeat after a lost answer is no second.
        :raises LineDown: no answer, or none that can be had now.
        :raises WrongAnswer: something else than JSON.
        :raises Refused: any other 4xx.
        """
        headers = {"Idempotency-Key": key} if key else {}
        until = time.monotonic() + self._read_s
        try:
            with self._session.post(
                self._base + path,
                json=body,
                headers=headers,
                timeout=(CONNECT_S, self._read_s),
                stream=True,
                allow_redirects=False,
            ) as answer:
                if answer.status_code >= 500 or answer.status_code in (408, 425, 429):
                    raise LineDown("failing", _retry_after(answer))
                if answer.status_code in (401, 403):
                    # It is about this server and not about what was asked.
                    raise LineDown("shut-out")
                raw = _read(answer, until)
        except requests.Timeout:
            raise LineDown("silent") from None
        except (requests.RequestException, OSError):
            raise LineDown("unreached") from None
        if 300 <= answer.status_code < 400:
            raise WrongAnswer("garbled")
        if answer.status_code >= 400 and answer.status_code != 404:
            raise Refused("refused")
        return answer.status_code, {} if answer.status_code == 404 else _object(raw)

    def close(self) -> None:
        self._session.close()


def _read(answer: requests.Response, until: float) -> bytes:
    raw = b""
    for piece in answer.iter_content(_PIECE):
        raw += piece
        if len(raw) > MAX_BYTES:
            raise WrongAnswer("garbled")
        if time.monotonic() > until:
            raise LineDown("silent")
    return raw


def _object(raw: bytes) -> dict[str, Any]:
    if not raw.strip():
        return {}
    try:
        told = json.loads(raw)
    except ValueError:
        raise WrongAnswer("garbled") from None
    if not isinstance(told, dict):
        raise WrongAnswer("garbled")
    return told


def _retry_after(answer: requests.Response) -> int:
    said = answer.headers.get("Retry-After", "")
    return min(int(said), 3600) * 1000 if said.isascii() and said.isdigit() else 0
