"""The HTTP carrier: bundles as bodies of `POST /sync/v1/exchange`, on a connection kept alive."""

from __future__ import annotations

import io
from typing import Any

import requests

from sync.bundle import MAX_BUNDLE_BYTES, MEDIA_TYPE

EXCHANGE_PATH = "/sync/v1/exchange"
ENROL_PATH = "/sync/v1/enrol"
PARTED = ("forked", "context-from-future")
"""Refusals after which a node asks what the centre holds, before it sends anything more."""
_CONNECT_S = 5.0
_READ_S = 45.0
"""A slow line moves at least something in this time; a dead one does not."""
_DEFAULT_RETRY_S = 10.0


class CarrierError(Exception):
    """Base: no answer was had."""


class LineCut(CarrierError):
    """Nobody answered, or somebody who is not the centre (a captive portal, a proxy)."""


class CentreBusy(CarrierError):
    """The centre asks to come back in `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"busy, come back in {retry_after:.0f} s")
        self.retry_after = retry_after


class RefusedByCentre(CarrierError):
    """The centre refused with a problem (RFC 9457)."""

    def __init__(self, slug: str, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail") or problem.get("title") or slug)
        self.slug = slug
        self.problem = problem


class HttpCarrier:
    """Carries bundles to one centre."""

    def __init__(self, base_url: str, read_timeout_s: float = _READ_S) -> None:
        self._base = base_url.rstrip("/")
        self._timeout = (_CONNECT_S, read_timeout_s)
        self._session = requests.Session()
        # A proxy or netrc of the machine must not reroute or annotate citizens' data.
        self._session.trust_env = False

    def post(self, path: str, raw: bytes) -> bytes:
        """The body of the answer to `raw`.

        :raises LineCut, CentreBusy, RefusedByCentre: no answer.
        """
        try:
            with self._session.post(
                self._base + path,
                # In pieces: each has the time-out to itself, so that a slow line is not a dead one.
                data=io.BytesIO(raw),
                headers={"Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE},
                timeout=self._timeout,
                stream=True,
                allow_redirects=False,
            ) as response:
                return _read(response)
        except (requests.RequestException, OSError) as error:
            # Pooled connections of a cut line are dead as well.
            self._session.close()
            raise LineCut(type(error).__name__) from error

    def close(self) -> None:
        self._session.close()


def _read(response: requests.Response) -> bytes:
    content_type = response.headers.get("Content-Type", "").split(";")[0]
    if response.status_code in (429, 503):
        raise CentreBusy(_retry_after(response.headers.get("Retry-After")))
    if content_type == "application/problem+json":
        problem = response.json()
        slug = str(problem.get("type", "")).rsplit(":", 1)[-1]
        raise RefusedByCentre(slug, problem)
    if response.status_code != 200 or content_type != MEDIA_TYPE:
        raise LineCut(f"somebody else answered: {response.status_code} {content_type}")
    body = bytearray()
    for piece in response.iter_content(1 << 16):
        body += piece
        if len(body) > MAX_BUNDLE_BYTES:
            raise LineCut("the answer is larger than any bundle")
    return bytes(body)


def _retry_after(header: str | None) -> float:
    try:
        return min(max(float(header or _DEFAULT_RETRY_S), 0.5), 3600.0)
    except ValueError:
        return _DEFAULT_RETRY_S
