"""What a daily quota of the centre leads to is told to the counters, and kept there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import cbor2
import pytest

from central.store import desk_settings
from central.workflows import worklists
from central.workflows.carrying import import_file
from central.workflows.worklists import count_quota_days
from edge_node.workflows import carrying
from edge_node.workflows.promising import promise
from registration.quota import Promise
from sync import wire
from sync.bundle import Bundle
from tests.integration.world import Counter, World
from vault.engine import writing

TUESDAY_MS = 1_795_496_400_000
"""24 November 2026, 12.00 in Jakarta."""
MINUTE_MS = 60_000
KEY = 31


def at(world: World, now_ms: int) -> None:
    """The centre's clock shows this; the counters follow it."""
    world.centre = replace(world.centre, clock=lambda: now_ms)
    for counter in world.counters:
        counter.line.centre = world.centre


def limit(world: World, **daily: int) -> None:
    with writing(world.centre.vault.engine) as connection:
        named = {layanan.replace("_", "-"): number for layanan, number in daily.items()}
        desk_settings.set_quotas(connection, named)


def told(counter: Counter) -> dict[str, date]:
    return dict(counter.edge.standing.quotas.days)


@pytest.fixture
def counter(world: World) -> Counter:
    """A counter of which three requests wait at the centre."""
    at(world, TUESDAY_MS)
    made = world.counter()
    made.exchange()
    for _ in range(3):
        made.verified()
    made.exchange()
    world.fold()
    return made


def ten_wait_for_one_a_day(world: World, counter: Counter) -> None:
    """And the counter has heard of it."""
    limit(world, ktp_el=1)
    for _ in range(7):
        counter.verified()
    counter.exchange()
    world.fold()
    count_quota_days(world.centre)
    counter.exchange()


def test_the_day_by_the_quota_reaches_the_counter_and_outlives_a_restart(
    world: World, counter: Counter
) -> None:
    limit(world, ktp_el=1, kia=5)
    count_quota_days(world.centre)

    counter.exchange()
    heard = told(counter)
    counter.reopen()

    # Nobody waits for a KIA: there is nothing to say.
    assert heard == {"ktp-el": date(2026, 11, 27)}
    assert told(counter) == heard


def test_answers_repeat_what_was_counted_and_count_nothing(
    world: World, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(world, ktp_el=1)
    count_quota_days(world.centre)
    counter.verified()
    counter.exchange()
    world.fold()
    asked: list[Any] = []
    real = worklists.loads
    monkeypatch.setattr(worklists, "loads", lambda centre: asked.append(1) or real(centre))

    counter.exchange()
    before = told(counter)
    counted = len(asked)
    count_quota_days(world.centre)
    counter.exchange()

    assert (counted, before) == (0, {"ktp-el": date(2026, 11, 27)})
    assert told(counter) == {"ktp-el": date(2026, 11, 30)}


def test_a_quota_that_is_taken_away_delays_nobody_any_more(world: World, counter: Counter) -> None:
    limit(world, ktp_el=1)
    count_quota_days(world.centre)
    counter.exchange()
    limit(world)
    count_quota_days(world.centre)

    counter.exchange()

    assert told(counter) == {}


def test_a_centre_that_has_not_counted_yet_says_nothing_and_what_was_told_stays(
    world: World, counter: Counter
) -> None:
    limit(world, ktp_el=1)
    count_quota_days(world.centre)
    counter.exchange()
    world.centre.counted.quota_days = None

    counter.exchange()

    assert told(counter) == {"ktp-el": date(2026, 11, 27)}


def test_a_promise_is_made_by_what_was_told_last_and_kept_whatever_comes_after(
    world: World, counter: Counter
) -> None:
    ten_wait_for_one_a_day(world, counter)
    record = counter.file()
    limit(world)
    count_quota_days(world.centre)

    counter.exchange()
    world.fold()

    assert told(counter) == {}
    # Ten wait, one a day: the tenth working day after the 24th.
    made = Promise(date(2026, 12, 8), queued=True)
    assert promise(counter.record(record)) == made
    assert promise(world.record(record)) == made
    assert world.record(record).conflicts == 0


def test_a_file_for_a_kelurahan_without_a_line_tells_it_too(
    world: World, counter: Counter, tmp_path: Path
) -> None:
    limit(world, ktp_el=1)
    up, down = tmp_path / "naik", tmp_path / "turun"
    carrying.export_file(counter.edge, up)
    import_file(world.centre, up, down)

    carrying.import_file(counter.edge, down)

    assert told(counter) == {"ktp-el": date(2026, 11, 27)}


def test_an_answer_that_lay_in_a_drawer_does_not_bring_an_old_day_back(
    world: World, counter: Counter, tmp_path: Path
) -> None:
    limit(world, ktp_el=1)
    up, down = tmp_path / "naik", tmp_path / "turun"
    carrying.export_file(counter.edge, up)
    import_file(world.centre, up, down)
    limit(world)
    at(world, TUESDAY_MS + MINUTE_MS)
    count_quota_days(world.centre)
    counter.exchange()

    carrying.import_file(counter.edge, down)

    assert told(counter) == {}


def test_an_older_counter_passes_over_it(
    world: World, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(world, ktp_el=1)
    count_quota_days(world.centre)
    real = wire.decode
    seen: list[int] = []

    def of_an_older_version(payload: bytes, *rest: tuple[int, ...]) -> Bundle:
        plain = cbor2.loads(payload)
        # A key that this version does not know stands where 31 stood.
        if KEY in plain:
            seen.append(KEY)
            plain[99] = plain.pop(KEY)
        return real(cbor2.dumps(plain, canonical=True), *rest)

    monkeypatch.setattr(wire, "decode", of_an_older_version)
    counter.verified()

    assert counter.courier.run()
    world.fold()

    assert seen
    assert told(counter) == {}
    assert world.state() == counter.state()


def test_an_officer_is_shown_no_earlier_day_than_the_resident_was_told(
    world: World, counter: Counter
) -> None:
    ten_wait_for_one_a_day(world, counter)
    record = counter.verified()
    counter.exchange()
    world.fold()
    limit(world)

    assert worklists.promise(world.centre, world.record(record)) == date(2026, 12, 8)
