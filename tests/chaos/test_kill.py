"""Real processes, killed at the worst moment; what was promised to people is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from demo.processes import lives
from demo.relay import Mode
from demo.report import Checks, until
from demo.story import outage, recovery
from demo.story.filing import FilingDay
from demo.story.stage import Stage
from demo.town import STREAMS, Town
from registration.invented.people import People

_END_S = 15.0


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A centre and one counter, the line between them cut."""
    town = Town.build(seed=3, streams=STREAMS[:1])
    try:
        town.start_counters()
        town.places[0].relay.set_mode(Mode.CUT)
        stage = Stage(town, Checks(), People(3))
        yield stage
        stage.close()
    finally:
        town.close()


def test_a_counter_killed_while_filing_keeps_every_receipt_and_doubles_none(stage: Stage) -> None:
    *jobs, last = stage.jobs(12)
    day = FilingDay(stage)

    work = day.start(jobs)
    given_before = outage.kill_while_filing(stage, day, stage.places[0], work)
    for one in work:
        one.result(timeout=60)
    outage.lose_an_answer(stage, last)

    outage.check_pages(stage, given_before, "before the kill")
    outage.check_pages(stage, stage.given, "in all")
    outage.check_repeats(stage, day)
    assert len(stage.given) == len({one.code for one in stage.given}) == len(jobs) + 1
    assert stage.checks.failed == 0


def test_a_centre_killed_while_it_takes_in_gets_everything_exactly_once(stage: Stage) -> None:
    for one in FilingDay(stage).start(stage.jobs(8)):
        one.result(timeout=60)
    goal = recovery.wanted(stage)

    # So slow that it cannot be over before the kill.
    stage.places[0].relay.set_mode(Mode.SLOW)
    recovery.kill_while_ingesting(stage, goal, lambda held: held.changes > 0)
    stage.places[0].relay.set_mode(Mode.CONNECTED)
    recovery.wait_for_photos(stage, goal)

    recovery.check_centre(stage)
    recovery.check_hashes(stage, "in the end")
    assert stage.checks.failed == 0


def test_sigterm_ends_both_servers_cleanly_though_the_line_hangs(stage: Stage) -> None:
    for one in FilingDay(stage).start(stage.jobs(2)):
        one.result(timeout=60)
    line = stage.places[0].relay
    line.set_mode(Mode.HANG)
    until(lambda: line.traffic.open, 30, "an exchange that hangs", meanwhile=stage.press_send)
    servers = [stage.places[0].server, stage.town.centre]
    groups = [server.pid for server in servers]
    ended = []

    for server in servers:
        process, started = server.process, time.monotonic()
        server.stop()
        assert process is not None
        ended.append((process.returncode, time.monotonic() - started < _END_S))

    assert ended == [(0, True), (0, True)]
    assert not any(map(lives, groups))
