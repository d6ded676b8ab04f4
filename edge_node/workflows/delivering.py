"""Delivering what neighbours left here, when our own line is up and our own work is done."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from edge_node.edge import Edge
from edge_node.store.relayed import Refused, Relayed
from sync.carrier_http import (
    EXCHANGE_PATH,
    CarrierError,
    CentreBusy,
    HttpCarrier,
    RefusedByCentre,
)
from sync.link import Line

_log = structlog.get_logger()
_WAIT_S = 60.0
"""After a delivery that failed: our own exchanges find out whether the line is back."""
_AT_ONCE = 16
"""Bundles delivered in one go, before our own work has another turn."""


class Deliverer:
    """Forwards the raw bytes, and keeps the centre's answers for whoever asks."""

    def __init__(
        self, edge: Edge, carrier: HttpCarrier, now: Callable[[], float] = time.time
    ) -> None:
        self._edge = edge
        self._carrier = carrier
        self._now = now
        self._next_try = 0.0
        self._stopped = False

    def run_if_due(self) -> None:
        """Deliver, if our line is up and idle. One caller at a time."""
        line, relayed = self._edge.line, self._edge.relayed
        if relayed is None or line.sending or line.link.line is not Line.UP:
            return
        now = self._now()
        # A wall clock that was set back must not make the wait longer than any can be.
        if 0 < self._next_try - now <= 3700:
            return
        for sha in relayed.waiting()[:_AT_ONCE]:
            if self._stopped or not self._deliver(relayed, sha):
                return

    def _deliver(self, relayed: Relayed, sha: bytes) -> bool:
        """Whether to go on with the next."""
        raw = relayed.read(sha)
        if raw is None:
            return True
        try:
            answer = self._carrier.post(EXCHANGE_PATH, raw)
        except RefusedByCentre as refused:
            last = refused.problem.get("last")
            relayed.refused(sha, Refused(refused.slug, last if isinstance(last, int) else None))
            _log.info("the centre refused a neighbour's bundle", reason=refused.slug)
            return True
        except CentreBusy as busy:
            self._next_try = self._now() + busy.retry_after
            return False
        except CarrierError:
            self._next_try = self._now() + _WAIT_S
            return False
        relayed.answered(sha, answer)
        _log.info("delivered a neighbour's bundle", size=len(raw))
        return True

    def stop(self) -> None:
        self._stopped = True
        self._carrier.close()
