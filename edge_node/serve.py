"""Running the counter: staff pages, portal and jobs in one process."""

from __future__ import annotations

import ctypes
import sys

from edge_node.app import create_apps
from edge_node.edge import Edge
from edge_node.lock import only_server
from edge_node.scheduler import start_jobs
from edge_node.workflows.delivering import Deliverer
from edge_node.workflows.exchange import Courier
from edge_node.workflows.neighbours import Neighbours
from edge_node.workflows.staff_accounts import carry_over
from sync.carrier_http import HttpCarrier
from sync.carrier_relay import RelayCarrier
from web.logs import configure_logs
from web.serve import serve_waitress
from web.turns import Turns

_SWITCH_S = 0.0005
_M_ARENA_MAX = -8
"""glibc's mallopt parameter (malloc.h)."""


def _share_heaps() -> None:
    """Two heaps for all threads: one each would cost a small box some 60 MB for nothing."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 2)


def serve_counter(edge: Edge) -> None:
    """Serve until stopped. Prints one line with both addresses when ready.

    :raises AlreadyServed: another process serves this counter.
    """
    settings = edge.settings
    configure_logs(json=not sys.stderr.isatty(), level=settings.log_level)
    _share_heaps()
    with only_server(settings.data):
        _serve(edge)


def _serve(edge: Edge) -> None:
    settings = edge.settings
    carry_over(edge)
    courier = Courier(edge, HttpCarrier(edge.node.centre_url))
    relays = [RelayCarrier.to(address) for address in settings.relays]
    neighbours = Neighbours(edge, relays, courier.between_exchanges)
    deliverer = Deliverer(edge, HttpCarrier(edge.node.centre_url))
    scheduler = start_jobs(edge, courier, neighbours, deliverer)

    def ready(addresses: list[tuple[str, int]]) -> None:
        pages, phones = (f"http://{host}:{port}" for host, port in addresses)
        edge.portal_url = settings.portal_url or phones
        print(f"ready staff={pages} portal={phones}", flush=True)  # noqa: T201 - for who started us

    # The interpreter's lock changes hands with each query; who wants it back waits this long for
    # whoever computes. At Python's own 5 ms a staff page waits a third of a second in a crowd.
    sys.setswitchinterval(_SWITCH_S)
    staff, portal = create_apps(edge)
    turns = Turns()
    staff.wsgi_app = turns.first(staff.wsgi_app)  # type: ignore[assignment,method-assign]
    portal.wsgi_app = turns.second(portal.wsgi_app)  # type: ignore[assignment,method-assign]
    try:
        serve_waitress(
            [
                (staff, settings.host, settings.port),
                (portal, settings.portal_host, settings.portal_port),
            ],
            ready,
            threads=settings.threads,
        )
    finally:
        neighbours.stop()
        deliverer.stop()
        courier.stop()
        scheduler.shutdown(wait=False)
