"""What goes wrong in the field with clocks: wrong by years, forward and back; reboots."""

from __future__ import annotations

from dataclasses import replace

import pytest

from central.workflows import desk
from sync.hlc import UNKNOWN_DOUBT, ms_of, trusted
from sync.timekeeping import Reading
from tests.integration.world import BTJ, RUDI, Counter, World

YEAR_MS = 365 * 24 * 3600 * 1000


def set_clock(counter: Counter, years: int, boot: str | None = None) -> None:
    """The wall clock is set wrong; with `boot`, by a reboot."""
    real = counter.edge.clock()

    def read() -> Reading:
        shown = replace(real, wall_ms=real.wall_ms + years * YEAR_MS)
        return shown if boot is None else replace(shown, boot=boot, up_ms=5_000)

    counter.edge.clock = read


def last_stamp(counter: Counter, record: bytes) -> tuple[int, int]:
    change = counter.record(record).told[-1].change
    return ms_of(change.hlc), change.doubt


@pytest.mark.parametrize("years", [-20, -1, 1, 20])
def test_a_clock_set_wrong_while_the_box_runs_changes_no_stamp(world: World, years: int) -> None:
    counter = world.counter()
    counter.exchange()
    real = counter.edge.stamp().now_ms
    set_clock(counter, years)

    record = counter.file()

    at, doubt = last_stamp(counter, record)
    assert abs(at - real) < 60_000
    assert trusted(doubt)


@pytest.mark.parametrize("years", [-20, -1, 1, 20])
def test_a_clock_wrong_after_a_reboot_says_so_until_it_is_compared_again(
    world: World, years: int
) -> None:
    counter = world.counter()
    counter.exchange()
    real = counter.edge.stamp().now_ms
    set_clock(counter, years, boot="another")

    record = counter.file()
    assert last_stamp(counter, record)[1] == UNKNOWN_DOUBT
    counter.exchange()
    world.fold()

    assert world.record(record).value("kode"), "nothing is rejected for its clock"
    later = counter.file()
    at, doubt = last_stamp(counter, later)
    assert abs(at - real) < 60_000, "back to the right time, however far ahead the log had run"
    assert trusted(doubt)


@pytest.mark.parametrize("years", [-20, 20])
def test_a_stamp_in_doubt_loses_to_a_trusted_one_and_carries_nobody_away(
    world: World, years: int
) -> None:
    counter = world.counter()
    record = counter.verified()
    counter.exchange()
    world.fold()
    set_clock(counter, years, boot="another")
    counter.correct(record, telepon="+6281200000001")
    typed = {**_typed(world, record), "telepon": "081200000002"}
    desk.correct(world.centre, BTJ, record, typed, RUDI)

    counter.exchange()
    world.fold()

    assert world.record(record).value("data.telepon") == "+6281200000002"
    counter.exchange()
    assert counter.state() == world.state()
    desk.start(world.centre, BTJ, record, RUDI)
    for one in world.record(record).told:
        if one.change.replica == world.centre.vault.replica:
            assert abs(world.centre.clock() - ms_of(one.change.hlc)) < 60_000, "it did not follow"


def _typed(world: World, record: bytes) -> dict[str, str]:
    return {name: str(value) for name, value in world.record(record).named("data").items()}


def test_a_box_with_a_battery_for_its_clock_is_believed_after_a_reboot(world: World) -> None:
    counter = world.counter()
    counter.exchange()
    counter.edge.settings = replace(counter.edge.settings, clock_battery=True)
    set_clock(counter, 0, boot="another")

    record = counter.file()

    assert trusted(last_stamp(counter, record)[1])


def test_a_clock_set_back_does_not_keep_the_line_from_being_tried(world: World) -> None:
    counter = world.counter()
    counter.file()
    counter.courier.run()
    counter.now[0] -= 10 * YEAR_MS / 1000
    sent = len(counter.line.sent)

    counter.courier.run_if_due()

    assert len(counter.line.sent) > sent
