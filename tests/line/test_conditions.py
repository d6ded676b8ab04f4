"""What lines do in the field: each condition as a real one, in network namespaces.

Everything arrives exactly once, staff read the right sentence, and slow is never taken for dead.
The longer forms are in `test_soak.py`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from central.store import nodes
from sync.carrier_http import LineCut
from sync.link import START_BYTES, Cut, Line
from tests.line import middlebox as boxes
from tests.line.far import far_lane
from tests.line.middlebox import LIMIT, Middlebox, middlebox
from tests.line.town import Counter, Town
from vault.engine import reading, writing
from vault.read import stream_hash

SCAN = 70_000
"""Three pieces."""


def fill(counter: Counter, requests: int, scans: int = 1, size: int = SCAN) -> int:
    for _ in range(requests - scans):
        counter.file()
    for _ in range(scans):
        counter.file_with_scan(size)
    return requests


def test_64_kbit_per_second_is_slow_and_not_dead(town: Town) -> None:
    counter = town.counter()
    requests = fill(counter, 5, size=30_000)
    town.lane.rate(64, 64)

    held = counter.send()

    assert held
    assert counter.line is Line.UP
    assert "Terhubung · semua terkirim" in counter.sentence()
    town.assert_arrived_once(counter, requests)
    # 64 kbit/s bear 32,000 bytes in the four seconds that a request should take.
    assert 16_000 < counter.edge.line.link.budget <= 40_000


def test_2_s_of_delay_each_way_is_slow_and_not_dead(town: Town) -> None:
    with far_lane(town.lane, 2.0) as ip:
        counter = town.counter(f"http://{ip}:{town.port}")
        requests = fill(counter, 3, scans=0)

        held = counter.send()

    assert held
    assert counter.line is Line.UP
    assert "Terhubung" in counter.sentence()
    town.assert_arrived_once(counter, requests)
    assert counter.edge.line.link.turn_s >= 4.0


def test_30_percent_loss_is_slow_and_not_dead(town: Town) -> None:
    counter = town.counter()
    requests = fill(counter, 3, size=10_000)
    town.lane.loss_in_turn(30)

    counter.work(counter.all_sent, 60)

    assert Line.CUT not in counter.lines
    assert "Terhubung · semua terkirim" in counter.sentence()
    town.assert_arrived_once(counter, requests)


def test_an_asymmetric_line_is_measured_each_way(town: Town) -> None:
    counter = town.counter()
    requests = fill(counter, 3, size=40_000)
    town.lane.rate(64, 4000)

    assert counter.send()

    link = counter.edge.line.link
    assert link.up.budget < 40_000
    assert link.down.budget == START_BYTES
    town.assert_arrived_once(counter, requests)


def test_a_line_that_flaps_every_5_s_brings_everything_once(town: Town) -> None:
    counter = town.counter()
    requests = fill(counter, 5, size=40_000)
    town.lane.rate(64, 64)

    with flapping(town, 5.0):
        counter.work(counter.all_sent, 60)

    town.assert_arrived_once(counter, requests)
    assert counter.edge.line.link.up.ceiling > LIMIT


def test_a_captive_portal_is_told_from_the_centre(town: Town) -> None:
    with middlebox(town.lane.centre, town.port, boxes.captive_portal) as box:
        counter = town.counter(box.url)
        requests = fill(counter, 3)

        assert not counter.send()
        assert (counter.line, counter.edge.line.link.reason) == (Line.CUT, Cut.STRANGER)
        assert "minta login" in counter.sentence()
        assert town.held(counter.edge.stream) == 0

        box.act = boxes.honest
        counter.work(counter.all_sent, 30)

    assert "Terhubung · semua terkirim" in counter.sentence()
    town.assert_arrived_once(counter, requests)


@pytest.mark.parametrize("act", [boxes.refuses_large, boxes.resets_large, boxes.truncates_large])
def test_a_proxy_that_cuts_bodies_at_100_kb_is_found_and_remembered(
    town: Town, act: Callable[[Middlebox, boxes.Request], bytes]
) -> None:
    with middlebox(town.lane.centre, town.port, act) as box:
        counter = town.counter(box.url)
        requests = fill(counter, 4, scans=2, size=200_000)

        counter.work(counter.all_sent, 60)
        tried_over = sum(size > LIMIT for size in counter.carrier.tried)
        learnt = len(counter.carrier.tried)
        requests += fill(counter, 2, size=200_000)
        counter.work(counter.all_sent, 30)

    town.assert_arrived_once(counter, requests)
    assert 1 <= tried_over <= 3
    assert counter.edge.line.link.up.ceiling <= LIMIT
    assert max(counter.carrier.tried[learnt:]) <= LIMIT
    assert counter.line is Line.UP


def test_answers_that_are_cut_at_100_kb_come_in_smaller_ones(town: Town) -> None:
    stolen = town.counter()
    requests = fill(stolen, 4, scans=2, size=200_000)
    stolen.work(stolen.all_sent, 30)
    town.assert_arrived_once(stolen, requests)
    with writing(town.centre.vault.engine) as connection:
        nodes.revoke(connection, stolen.edge.vault.replica)

    with middlebox(town.lane.centre, town.port, boxes.refuses_large) as box:
        new = town.counter(box.url, stolen.edge.stream)
        new.work(lambda: new.records() == requests and not new.lacks(), 60)

    assert 1 <= box.cut <= 3
    assert new.line is Line.UP
    with reading(new.edge.vault.engine) as here, reading(town.centre.vault.engine) as there:
        stream = stolen.edge.stream
        ours = stream_hash(here, new.edge.vault, stream)
        assert ours == stream_hash(there, town.centre.vault, stream)


def test_an_answer_swallowed_after_the_commit_doubles_nothing(town: Town) -> None:
    with middlebox(town.lane.centre, town.port, boxes.swallows_answers) as box:
        counter = town.counter(box.url)
        requests = fill(counter, 4)

        for _ in range(2):
            assert not counter.send()
        assert box.passed == 2
        assert counter.line is Line.CUT
        assert "4 permohonan dan 1 foto aman di sini" in counter.sentence()

        box.act = boxes.honest
        counter.work(counter.all_sent, 30)

    town.assert_arrived_once(counter, requests)


def test_form_data_of_200_requests_with_scans_arrives_in_3_exchanges(town: Town) -> None:
    counter = town.counter()
    requests = fill(counter, 200, scans=200, size=30_000)
    town.lane.rate(64, 64)
    done_after: list[int] = []

    def look() -> None:
        # What the exchanges so far have brought.
        done_after.append(counter.edge.standing.acked)
        if len(done_after) == 4:
            raise LineCut("enough was seen")

    counter.carrier.before = look
    counter.send()

    assert done_after[0] == 0
    assert done_after[3] == requests, done_after
    deadline = time.monotonic() + 20
    while town.held(counter.edge.stream) < requests and time.monotonic() < deadline:
        time.sleep(0.05)
    assert town.held(counter.edge.stream) == requests


@contextmanager
def flapping(town: Town, period_s: float) -> Iterator[None]:
    """Up and down by turns: packets swallowed silently, then the cable pulled, and so on."""
    stop = threading.Event()

    def work() -> None:
        silent = True
        while not stop.wait(period_s):
            if silent:
                town.lane.loss(100)
            else:
                town.lane.carrier(False)
            if stop.wait(period_s):
                break
            town.lane.no_loss()
            town.lane.carrier(True)
            silent = not silent

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        town.lane.no_loss()
        town.lane.carrier(True)
