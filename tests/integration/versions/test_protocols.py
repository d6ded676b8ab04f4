"""A newer node at an older centre, and the other way round. Protocol 2 is made up: the same bytes
under another number."""

from __future__ import annotations

from dataclasses import replace

import cbor2
import pytest

from edge_node.views.weather import REFUSALS
from edge_node.workflows.exchange import Courier
from sync import bundle, wire
from sync.cose import unverified_payload
from sync.errors import Malformed, Unspoken
from sync.link import Line
from tests.integration.world import Counter, World


def speaking(counter: Counter, *spoken: int) -> Counter:
    """The counter after a restart as a version that speaks these."""
    counter.courier = Courier(
        counter.edge,
        counter.line,  # type: ignore[arg-type]
        now=lambda: counter.now[0],
        uniform=lambda low, _high: low,
        spoken=spoken,
    )
    return counter


def protocols(counter: Counter) -> list[int]:
    """Of the bundles that were sent since the last look."""
    found = [cbor2.loads(unverified_payload(raw))[0] for raw in counter.line.sent]
    counter.line.sent.clear()
    return found


def centre(world: World, *spoken: int) -> None:
    """The centre after a restart as a version that speaks these."""
    world.centre = replace(world.centre, spoken=spoken)
    for counter in world.counters:
        counter.line.centre = world.centre


def ready(world: World) -> Counter:
    counter = world.counter()
    counter.line.sent.clear()
    return counter


def test_alike_they_lose_no_round_trip_and_no_byte(world: World) -> None:
    counter = ready(world)
    counter.file()

    assert counter.courier.run()

    raw = counter.line.sent[0]
    plain = cbor2.loads(unverified_payload(raw))
    assert set(protocols(counter)) == {1}
    assert 26 not in plain
    world.fold()
    assert world.state() == counter.state()


def test_both_new_they_speak_the_new_one_at_once(world: World) -> None:
    counter = speaking(ready(world), 1, 2)
    centre(world, 1, 2)
    counter.file()

    assert counter.courier.run()

    assert set(protocols(counter)) == {2}
    world.fold()
    assert world.state() == counter.state()


def test_a_newer_node_falls_back_at_once_and_asks_no_second_time(world: World) -> None:
    counter = speaking(ready(world), 1, 2)
    counter.file()

    assert counter.courier.run()
    first = protocols(counter)
    counter.file()
    assert counter.courier.run()
    later = protocols(counter)
    world.fold()

    assert first[0] == 2
    assert set(first[1:]) == set(later) == {1}
    assert counter.edge.line.link.line is Line.UP
    assert world.state() == counter.state()


def test_when_the_centre_is_upgraded_the_node_goes_up_with_it(world: World) -> None:
    counter = speaking(ready(world), 1, 2)
    counter.file()
    assert counter.courier.run()
    protocols(counter)
    centre(world, 1, 2)

    counter.file()
    assert counter.courier.run()
    told = protocols(counter)
    counter.file()
    assert counter.courier.run()

    assert told[0] == 1
    assert set(protocols(counter)) == {2}
    world.fold()
    assert world.state() == counter.state()


def test_an_older_node_is_served_by_a_newer_centre_for_as_long_as_it_takes(world: World) -> None:
    counter = ready(world)
    centre(world, 1, 2)
    for _ in range(3):
        counter.file()
        assert counter.courier.run()
    world.fold()

    assert set(protocols(counter)) == {1}
    assert world.state() == counter.state()


def test_without_a_common_one_nothing_is_lost_and_the_staff_are_told(world: World) -> None:
    counter = ready(world)
    centre(world, 2, 3)
    record = counter.file()

    assert not counter.courier.run()

    assert len(counter.line.sent) == 1
    assert counter.edge.line.link.line is Line.REFUSED
    assert "tidak saling mengerti lagi" in REFUSALS[counter.edge.line.link.reason]
    centre(world, 1, 2, 3)
    assert counter.courier.run()
    world.fold()
    assert world.record(record).value("kode") == counter.record(record).value("kode")


def test_keys_of_a_later_version_in_a_bundle_change_nothing_and_are_kept() -> None:
    content = bundle.Bundle("s", b"a" * 16, b"b" * 16, 1, 1, extra={99: {"baru": [1, b"x"]}})

    again = wire.decode(wire.encode(content))

    assert again.extra == {99: {"baru": [1, b"x"]}}
    assert wire.encode(again) == wire.encode(content)


@pytest.mark.parametrize("protocol", [0, -1, "1", None, 2**70])
def test_a_number_that_is_none_is_refused_by_name(protocol: object) -> None:
    plain = {0: protocol, 1: "s", 2: b"a" * 16, 3: b"b" * 16, 4: 1, 5: 1, 6: {}}

    with pytest.raises(Unspoken if isinstance(protocol, int) else Malformed):
        wire.decode(cbor2.dumps(plain))
