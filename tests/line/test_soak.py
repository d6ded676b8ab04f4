"""The long forms of the line's conditions: more data, real luck, more than one trouble at once."""

from __future__ import annotations

import random
import threading
import time

import pytest

from sync.link import Cut, Line
from tests.line import middlebox as boxes
from tests.line.far import far_lane
from tests.line.middlebox import middlebox
from tests.line.test_conditions import fill, flapping
from tests.line.town import Town

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]
MINUTES = 60.0


def test_64_kbit_and_30_percent_of_random_loss_for_a_morning_of_scans(town: Town) -> None:
    counter = town.counter()
    requests = fill(counter, 40, scans=6, size=60_000)
    town.lane.rate(64, 64)
    town.lane.loss(30)

    counter.work(counter.all_sent, 30 * MINUTES)

    town.assert_arrived_once(counter, requests)


def test_2_s_of_delay_each_way_with_scans(town: Town) -> None:
    with far_lane(town.lane, 2.0) as ip:
        counter = town.counter(f"http://{ip}:{town.port}")
        requests = fill(counter, 20, scans=6, size=120_000)

        held = counter.send()

    assert held
    town.assert_arrived_once(counter, requests)
    # Where each turn costs four seconds, more is carried per turn.
    assert counter.edge.line.link.budget > 100_000


def test_a_far_proxy_that_takes_all_at_once_is_slow_and_not_dead(town: Town) -> None:
    with middlebox(town.lane.centre, town.port, boxes.delays(8.0)) as box:
        counter = town.counter(box.url)
        requests = fill(counter, 10, scans=3, size=120_000)

        held = counter.send()

    assert held
    town.assert_arrived_once(counter, requests)


def test_an_asymmetric_line_for_long(town: Town) -> None:
    counter = town.counter()
    requests = fill(counter, 30, scans=8, size=60_000)
    town.lane.rate(64, 4000)

    assert counter.send()

    town.assert_arrived_once(counter, requests)


def test_a_line_that_flaps_every_5_s_for_ten_minutes(town: Town) -> None:
    counter = town.counter()
    requests = fill(counter, 20, scans=5, size=60_000)
    town.lane.rate(64, 64)

    with flapping(town, 5.0):
        counter.work(counter.all_sent, 20 * MINUTES)

    town.assert_arrived_once(counter, requests)


def test_a_middlebox_that_hangs_on_the_answer_is_given_up_in_time(town: Town) -> None:
    with middlebox(town.lane.centre, town.port, boxes.hangs_on_answers) as box:
        counter = town.counter(box.url)
        requests = fill(counter, 4)
        started = time.monotonic()

        assert not counter.send()
        assert (counter.line, counter.edge.line.link.reason) == (Line.CUT, Cut.SILENT)
        assert 20 <= time.monotonic() - started < 120

        box.act = boxes.honest
        counter.work(counter.all_sent, 2 * MINUTES)

    town.assert_arrived_once(counter, requests)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_day_of_changing_troubles(town: Town, seed: int) -> None:
    """Every quarter of a minute the line gets another trouble, while people go on filing."""
    counter, rng = town.counter(), random.Random(seed)
    print(f"seed {seed}")
    stop, requests = threading.Event(), fill(counter, 3)

    def trouble() -> None:
        while not stop.wait(15):
            town.lane.mend()
            town.lane.rate(rng.choice((64, 128, 512)), rng.choice((32, 64, 2000)))
            town.lane.loss(rng.choice((1, 10, 30, 60, 100)))

    thread = threading.Thread(target=trouble, daemon=True)
    thread.start()
    try:
        ends = time.monotonic() + 4 * MINUTES
        while time.monotonic() < ends:
            requests += fill(counter, 2, scans=1, size=20_000)
            pause = time.monotonic() + 20
            counter.work(lambda pause=pause: time.monotonic() > pause, 10 * MINUTES)
    finally:
        stop.set()
        thread.join()
    town.lane.mend()
    counter.work(counter.all_sent, 10 * MINUTES)

    town.assert_arrived_once(counter, requests)
