"""What the tests of the field ask of a world."""

from __future__ import annotations

from edge_node.workflows.outlook import waiting
from registration.lifecycle import Act
from sync.link import Line
from sync.log import run_end
from tests.integration.world import BTJ, Counter, World
from vault import log
from vault.core import Vault
from vault.engine import reading
from vault.read import Filter, list_records


def receipts(world: World) -> dict[bytes, str]:
    """{record: receipt code} of all that the centre shows."""
    with reading(world.centre.vault.engine) as connection:
        listed, _ = list_records(connection, world.centre.vault, Filter(), 1, 1000)
    return {one.id: one.value("kode") for one in listed}


def times_filed(world: World, record: bytes) -> int:
    told = world.record(record).told
    return sum(one.body is not None and one.body.act == Act.AJUKAN for one in told)


def chains_verify(vault: Vault) -> None:
    with reading(vault.engine) as connection:
        for replica, end in log.log_ends(connection, BTJ).items():
            run, more = log.read_run(connection, BTJ, replica, 0, 8 << 20)
            if run is not None and run.last == end.seq:
                assert not more
                assert run_end(BTJ, run) == end.hash


def listed(counter: Counter) -> list[bytes]:
    with reading(counter.edge.vault.engine) as connection:
        found, _ = list_records(connection, counter.edge.vault, Filter(), 1, 100)
    return [one.id for one in found]


def settled(world: World, *counters: Counter) -> None:
    """All have exchanged all, and show the same."""
    for _ in range(3):
        for counter in counters:
            counter.exchange()
            world.fold()
    for counter in counters:
        assert counter.state() == world.state()
        assert counter.edge.line.link.line is Line.UP, counter.edge.line.link
        assert waiting(counter.edge).requests == 0
        chains_verify(counter.edge.vault)
    chains_verify(world.centre.vault)
