"""The HTTP carrier: bundles as bodies of `POST /sync/v1/exchange`, on a connection kept alive."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from sync.bundle import MAX_BUNDLE_BYTES, MEDIA_TYPE
from sync.line_socket import LineAdapter, Meter
from sync.link import Cut, Terms, Trip

EXCHANGE_PATH = "/sync/v1/exchange"
ENROL_PATH = "/sync/v1/enrol"
PARTED = ("forked", "context-from-future")
"""Refusals after which a node asks what the centre holds, before it sends anything more."""
ANSWER_BYTES = "Loket-Answer-Bytes"
"""Header of a request: about how many bytes the answer may have. A wish, not part of the bundle:
only this carrier has a line whose size matters."""
CARGO = "Loket-Cargo"
"""Header of a request: a `Cargo`. This and the next two order the line before the centre, where the
bundle is not opened yet; what is proven stands in the bundle."""
REPLICA = "Loket-Replica"
"""Header of a request: who sends, in hex."""
PATIENCE = "Loket-Patience"
"""Header of a request: for how many seconds an answer is waited for, once all of it has come."""
CONNECT_S = 20.0
"""A lost SYN is repeated after 1, 3, 7 and 15 s."""
_DEFAULT_RETRY_S = 10.0


class CarrierError(Exception):
    """Base: no answer was had."""


class LineCut(CarrierError):
    """Nobody answered, or somebody who is not the centre (a captive portal, a proxy)."""

    def __init__(self, said: str, how: Cut = Cut.UNREACHED, size: int = 0) -> None:
        super().__init__(said)
        self.how = how
        self.size = size
        """Bytes of the message that did not come through."""


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


@dataclass(frozen=True, slots=True)
class Carried:
    """An answer, and what it took."""

    answer: bytes
    trip: Trip


class HttpCarrier:
    """Carries bundles to one centre, one at a time."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url.rstrip("/")
        self._meter = Meter()
        self._session = requests.Session()
        # A proxy or netrc of the machine must not reroute or annotate citizens' data.
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, LineAdapter(self._meter))

    def post(self, path: str, raw: bytes) -> bytes:
        """The body of the answer to `raw`.

        :raises LineCut, CentreBusy, RefusedByCentre: no answer.
        """
        return self._send(path, raw, Terms()).answer

    def carry(self, raw: bytes, terms: Terms) -> Carried:
        """The answer to a bundle.

        :raises LineCut, CentreBusy, RefusedByCentre: no answer.
        """
        return self._send(EXCHANGE_PATH, raw, terms)

    def close(self) -> None:
        self._session.close()

    def _send(self, path: str, raw: bytes, terms: Terms) -> Carried:
        meter = self._meter
        meter.begin(terms)
        body = bytearray()
        try:
            with self._session.post(
                self._base + path,
                # In pieces, so that progress counts: see `line_socket`.
                data=io.BytesIO(raw),
                headers={
                    "Content-Type": MEDIA_TYPE,
                    "Accept": MEDIA_TYPE,
                    ANSWER_BYTES: str(terms.answer_bytes),
                    CARGO: terms.cargo,
                    PATIENCE: f"{terms.patience_s:.0f}",
                    **({REPLICA: terms.replica} if terms.replica else {}),
                },
                timeout=(CONNECT_S, terms.patience_s),
                stream=True,
                allow_redirects=False,
            ) as response:
                _check(response, len(raw))
                for piece in response.iter_content(1 << 16):
                    body += piece
                    if len(body) > MAX_BUNDLE_BYTES:
                        raise LineCut("the answer is larger than any bundle", Cut.STRANGER)
        except (requests.RequestException, OSError) as error:
            # Pooled connections of a cut line are dead as well.
            self._session.close()
            raise self._cut(error, len(raw), len(body)) from error
        finally:
            if meter.cut_off:
                self._session.close()
        ended = time.monotonic()
        answered = meter.answered_at or ended
        trip = Trip(len(raw), answered - meter.started, len(body), ended - answered, meter.rtt_s)
        return Carried(bytes(body), trip)

    def _cut(self, error: Exception, sent: int, got: int) -> LineCut:
        said = type(error).__name__
        if not self._meter.connected:
            return LineCut(said, Cut.UNREACHED)
        if _timed_out(error):
            return LineCut(said, Cut.SILENT, sent)
        if self._meter.answered_at and got:
            return LineCut(said, Cut.BROKEN_DOWN, got)
        return LineCut(said, Cut.BROKEN_UP, sent)


def _timed_out(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, TimeoutError | requests.Timeout):
            return True
        error = error.__cause__ or error.__context__
    return False


def _check(response: requests.Response, sent: int) -> None:
    """Nothing, where a bundle follows.

    :raises LineCut, CentreBusy, RefusedByCentre: something else.
    """
    content_type = response.headers.get("Content-Type", "").split(";")[0]
    status = response.status_code
    is_problem = content_type == "application/problem+json"
    # A centre that failed has not judged the bundle: it may take the same one a moment later.
    if status in (429, 503) or (is_problem and status >= 500):
        raise CentreBusy(retry_after_s(response.headers.get("Retry-After")))
    if status == 413:
        raise LineCut("too large for somebody on the way", Cut.TOO_LARGE, sent)
    if is_problem:
        problem = response.json()
        slug = str(problem.get("type", "")).rsplit(":", 1)[-1]
        raise RefusedByCentre(slug, problem)
    if status in (502, 504):
        raise LineCut(f"a gateway without a centre: {status}", Cut.UNREACHED)
    if status != 200 or content_type != MEDIA_TYPE:
        raise LineCut(f"somebody else answered: {status} {content_type}", Cut.STRANGER)


def retry_after_s(header: str | None) -> float:
    """Seconds of a Retry-After (RFC 9110 §10.2.3: seconds or a date), within reason."""
    said = (header or "").strip()
    try:
        if said.isascii() and said.isdecimal():
            seconds = float(said)
        else:
            at = parsedate_to_datetime(said).astimezone(UTC)
            seconds = (at - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError):
        return _DEFAULT_RETRY_S
    return min(max(seconds, 0.5), 3600.0)
