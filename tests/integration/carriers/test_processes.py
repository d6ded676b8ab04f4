"""The relay between real servers: two kelurahan, a centre, and one cut line."""

from __future__ import annotations

import time

from demo.processes import loket, state_hash
from demo.relay import Mode
from demo.town import Town
from registration.invented.people import People
from tests.integration.carriers.story import backlog
from tests.integration.world import BTJ, Counter

NEAR = "32.75.02.1001"
_PATIENCE_S = 150


def test_a_counter_with_a_cut_line_is_carried_by_its_neighbour() -> None:
    town = Town.build(streams=(BTJ, NEAR))
    try:
        cut_off, neighbour = town.places
        edge = town.open_edge(cut_off)
        backlog(Counter(edge, None, None, People(5)), requests=4, with_scans=1)  # type: ignore[arg-type]
        edge.vault.engine.dispose()
        cut_off.relay.set_mode(Mode.CUT)
        at_enrolment = cut_off.relay.traffic.bytes_down
        neighbour.server.start()
        cut_off.server.env["LOKET_RELAYS"] = neighbour.server.addresses["staff"]
        cut_off.server.start()

        status = ["edge", "status", *cut_off.server.command[2:]]
        deadline = time.monotonic() + _PATIENCE_S
        while "waiting 0 requests, 0 scans" not in (said := loket(*status)):
            assert time.monotonic() < deadline, (said, cut_off.server.log.read_text()[-3000:])
            time.sleep(0.5)

        assert cut_off.relay.traffic.bytes_down == at_enrolment
        while state_hash("central", town.centre, BTJ) != state_hash("edge", cut_off.server):
            assert time.monotonic() < deadline, "the centre has not folded it"
            time.sleep(0.5)
    finally:
        town.close()
