"""Two kelurahan beside each other: the first one's line is cut, the second one's is up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from werkzeug.serving import make_server

from edge_node.app import create_staff_app
from edge_node.edge import Edge
from edge_node.workflows.delivering import Deliverer
from edge_node.workflows.neighbours import Neighbours, Relay
from sync.carrier_relay import RelayCarrier
from tests.integration.world import Counter, World, cut

OTHER = "32.75.02.1001"


@contextmanager
def served(edge: Edge) -> Iterator[str]:
    """A counter's pages and entrances on a socket; its address."""
    server = make_server("127.0.0.1", 0, create_staff_app(edge), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(slots=True)
class Neighbourhood:
    """`a` cannot reach the centre; `b` can, and carries."""

    a: Counter
    b: Counter
    address: str
    neighbours: Neighbours
    deliverer: Deliverer
    clock: list[float] = field(default_factory=lambda: [1000.0])

    def with_relays(self, *relays: Relay) -> None:
        self.neighbours = Neighbours(
            self.a.edge, relays, self.a.courier.between_exchanges, lambda: self.clock[0]
        )

    def cut_off(self) -> None:
        self.a.line.trouble = cut
        for _ in range(3):
            self.a.courier.run()

    def pass_on(self, rounds: int = 6, wait_s: float = 10.0) -> None:
        """The jobs of both counters, in turn."""
        for _ in range(rounds):
            self.clock[0] += wait_s
            self.neighbours.run_if_due()
            self.deliverer.run_if_due()


@contextmanager
def neighbourhood(world: World) -> Iterator[Neighbourhood]:
    a, b = world.counter(), world.counter(OTHER)
    b.courier.run()
    with served(b.edge) as address:
        relay = RelayCarrier.to(address)
        deliverer = Deliverer(b.edge, b.line, lambda: 0.0)  # type: ignore[arg-type]
        placeholder = Neighbours(a.edge, (), a.courier.between_exchanges)
        both = Neighbourhood(a, b, address, placeholder, deliverer)
        both.with_relays(relay)
        both.cut_off()
        yield both
        relay.close()
