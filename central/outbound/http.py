"""HTTP to another system, with an end to everything: time, size, patience."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from central.outbound.errors import LineDown, Refused, WrongAnswer

CONNECT_S = 5.0
MAX_BYTES = 1 << 20
_PIECE = 16_384


class HttpLine:
    """Posts to one system; the connection is kept alive."""

    def __init__(self, base_url: str, token: str = "", read_s: float = 15.0) -> None:
        """:param read_s: how long a whole answer may take."""
        self._base = base_url.rstrip("/")
        self._read_s = read_s
        self._session = requests.Session()
        # A proxy or netrc of the machine must not reroute or annotate citizens' data.
        self._session.trust_env = False
        self._session.headers["User-Agent"] = "Loket"
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def hand_over(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Any 2xx means that it was taken; what is said besides is not waited for.

        :param body: JSON.
        :raises LineDown: it cannot take it now.
        :raises WrongAnswer: it sends the body elsewhere.
        :raises Refused: any other 4xx.
        """
        with self._posted("", body, headers) as answer:
            if answer.status_code == 404:
                # It is about the address and not about what was sent.
                raise LineDown("failing")

    def post(self, path: str, body: dict[str, Any], key: str = "") -> tuple[int, dict[str, Any]]:
        """(status, JSON) of a success or a 404.

        :param key: names what is asked, so that a repeat after a lost answer is no second.
        :raises LineDown: no answer, or none that can be had now.
        :raises WrongAnswer: something else than JSON.
        :raises Refused: any other 4xx.
        """
        until = time.monotonic() + self._read_s
        headers = {"Idempotency-Key": key} if key else {}
        with self._posted(path, json.dumps(body).encode(), headers) as answer:
            raw = _read(answer, until)
        return answer.status_code, {} if answer.status_code == 404 else _object(raw)

    @contextmanager
    def _posted(
        self, path: str, body: bytes, headers: Mapping[str, str]
    ) -> Iterator[requests.Response]:
        """The answer, of a success or a 404."""
        try:
            with self._session.post(
                self._base + path,
                data=body,
                headers={"Content-Type": "application/json", **headers},
                timeout=(CONNECT_S, self._read_s),
                stream=True,
                allow_redirects=False,
            ) as answer:
                _check(answer)
                yield answer
        except (requests.Timeout, ReadTimeoutError):
            raise LineDown("silent") from None
        except (requests.RequestException, HTTPError, OSError):
            raise LineDown("unreached") from None

    def close(self) -> None:
        self._session.close()


def _check(answer: requests.Response) -> None:
    status = answer.status_code
    if status >= 500 or status in (408, 425, 429):
        raise LineDown("failing", _retry_after(answer))
    if status in (401, 403):
        # It is about this server and not about what was asked.
        raise LineDown("shut-out")
    if 300 <= status < 400:
        raise WrongAnswer("garbled")
    if status >= 400 and status != 404:
        raise Refused("refused")


def _read(answer: requests.Response, until: float) -> bytes:
    """All of it. Looked at whenever something comes: each byte alone would keep within the
    time-out of a socket, however long they take together."""
    raw = b""
    while piece := answer.raw.read1(_PIECE, decode_content=True):
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
