"""The relay carrier: a neighbour keeps a sealed bundle and delivers it when its own line is up.

`PUT /relay/v1/bundles/<SHA-256 in hex>` leaves a bundle there, `GET` of the same asks for the
centre's answer. The relay is trusted with nothing: what it does wrong costs time.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

import requests

from crypto.chain import digest
from sync.bundle import MAX_BUNDLE_BYTES, MEDIA_TYPE
from sync.carrier_http import CarrierError, LineCut
from sync.cose import claimed_signer
from sync.errors import Malformed

BUNDLES_PATH = "/relay/v1/bundles/"
_CONNECT_S, _READ_S = 5.0, 45.0
_LONGEST_PROBLEM = 16 << 10


class RelayFull(CarrierError):
    """The relay has no room, or is no relay (any more)."""


class RelayLost(CarrierError):
    """The relay does not have the bundle (any more)."""


class RefusedBeyond(CarrierError):
    """The centre refused the bundle, as the relay says. Nobody signed that."""

    def __init__(self, slug: str, last: object) -> None:
        super().__init__(slug)
        self.slug = slug
        self.last = last
        """Of a replay: up to which number all were used."""


def check_shape(raw: bytes) -> None:
    """All that a relay can check: the size, and that it is somebody's signed message.

    :raises Malformed: it is not.
    """
    if len(raw) > MAX_BUNDLE_BYTES:
        raise Malformed("larger than any bundle")
    claimed_signer(raw)


def is_named(raw: bytes, sha: bytes) -> bool:
    """Whether these are the bytes that a name (SHA-256) is of: they were not altered on the way."""
    return digest(raw) == sha


@dataclass(frozen=True, slots=True)
class RelayCarrier:
    """Leaves bundles at one relay and asks for their answers."""

    base_url: str
    session: requests.Session

    @classmethod
    def to(cls, base_url: str) -> RelayCarrier:
        session = requests.Session()
        # A proxy or netrc of the machine must not reroute or annotate citizens' data.
        session.trust_env = False
        return cls(base_url.rstrip("/"), session)

    def leave(self, raw: bytes) -> bytes | None:
        """Leave a bundle; the answer to it where the relay has that already.

        :raises LineCut, RelayFull, RefusedBeyond: the relay did not keep it.
        """
        return self._call("PUT", digest(raw), raw)

    def ask(self, sha: bytes) -> bytes | None:
        """The answer to a bundle that was left; None: it is not delivered yet.

        :raises LineCut: the relay cannot be reached.
        :raises RelayLost: it does not have the bundle.
        :raises RefusedBeyond: the centre would not take it.
        """
        return self._call("GET", sha, None)

    def _call(self, method: str, sha: bytes, raw: bytes | None) -> bytes | None:
        try:
            with self.session.request(
                method,
                self.base_url + BUNDLES_PATH + sha.hex(),
                data=io.BytesIO(raw) if raw is not None else None,
                headers={"Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE},
                timeout=(_CONNECT_S, _READ_S),
                stream=True,
                allow_redirects=False,
            ) as response:
                return _read(response)
        except (requests.RequestException, OSError) as error:
            self.session.close()
            raise LineCut(type(error).__name__) from error

    def close(self) -> None:
        self.session.close()


def _read(response: requests.Response) -> bytes | None:
    kind = response.headers.get("Content-Type", "").split(";")[0]
    if response.status_code == 202:
        return None
    if response.status_code == 200 and kind == MEDIA_TYPE:
        return _body(response, MAX_BUNDLE_BYTES)
    if kind != "application/problem+json":
        raise LineCut(f"somebody else answered: {response.status_code} {kind}")
    problem = _problem(_body(response, _LONGEST_PROBLEM))
    slug = str(problem.get("type", "")).rsplit(":", 1)[-1]
    if slug == "not-here":
        raise RelayLost(slug)
    if slug == "refused-beyond":
        raise RefusedBeyond(str(problem.get("reason", "")), problem.get("last"))
    raise RelayFull(slug)


def _problem(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError as error:
        raise LineCut("somebody else answered: a problem that is none") from error
    return said if isinstance(said, dict) else {}


def _body(response: requests.Response, most: int) -> bytes:
    body = bytearray()
    for piece in response.iter_content(1 << 16):
        body += piece
        if len(body) > most:
            raise LineCut("the answer is larger than any can be")
    return bytes(body)
