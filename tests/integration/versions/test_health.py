"""A node that tells how it is at a centre that does not know of it, and the other way round."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest

import vault.exchange
from central.store import health
from edge_node.workflows import exchange
from sync import wire
from sync.bundle import Bundle
from sync.cose import unverified_payload
from sync.errors import Malformed
from sync.health import Health
from tests.integration.world import Counter, World
from vault.engine import reading

_KEY = 29


def told(world: World, counter: Counter) -> health.Told | None:
    with reading(world.centre.vault.engine) as connection:
        return health.told_by_all(connection).get(counter.edge.vault.replica)


def test_the_centre_knows_how_a_node_is_after_each_exchange(world: World) -> None:
    counter = world.counter()
    counter.file()

    assert counter.courier.run()

    found = told(world, counter)
    assert found is not None
    assert (found.health.requests, found.health.waiting_bytes, found.health.oldest_ms) == (0, 0, 0)
    assert 0 < found.health.free_bytes <= found.health.total_bytes
    assert found.health.version == "0.1.0"
    assert found.growing == 0


def test_what_did_not_fit_is_told_as_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    counter = world.counter()
    for _ in range(12):
        counter.file()
    # One bundle alone, and a small one.
    monkeypatch.setattr(exchange, "_MOST_BUNDLES", 1)
    real: Any = vault.exchange.gather
    monkeypatch.setattr(exchange, "gather", lambda *a, **_: real(*a[:5], 300, form_budget=300))

    counter.courier.run()

    found = told(world, counter)
    assert found is not None
    assert 0 < found.health.requests < 12
    assert found.health.waiting_bytes > 0
    assert found.health.oldest_ms > 0


def test_an_older_node_leaves_it_out_and_nothing_is_missed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = world.counter()
    monkeypatch.setattr(exchange, "health", lambda *_: None)
    record = counter.file()

    assert counter.courier.run()
    world.fold()

    assert all(_KEY not in cbor2.loads(unverified_payload(raw)) for raw in counter.line.sent[1:])
    assert told(world, counter) is None
    assert world.record(record).value("kode") == counter.record(record).value("kode")


def test_an_older_centre_passes_over_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    counter = world.counter()
    counter.file()
    real = wire.decode

    def of_an_older_version(payload: bytes, *rest: tuple[int, ...]) -> Bundle:
        plain = cbor2.loads(payload)
        # A key that this version does not know stands where 29 stood.
        if _KEY in plain:
            plain[99] = plain.pop(_KEY)
        return real(cbor2.dumps(plain, canonical=True), *rest)

    monkeypatch.setattr(wire, "decode", of_an_older_version)

    assert counter.courier.run()
    world.fold()

    assert told(world, counter) is None
    assert world.state() == counter.state()


def test_a_later_version_may_say_more_and_nonsense_is_refused() -> None:
    known = Health("9.9", 1, 2, 3, 4, 5, 6)
    plain = cbor2.loads(wire.encode(Bundle("s", b"a" * 16, b"b" * 16, 1, 1, health=known)))

    more = wire.decode(cbor2.dumps({**plain, _KEY: [*plain[_KEY], "more"]}, canonical=True))

    assert more.health == known
    for wrong in (["9.9", 1], ["9.9", -1, 2, 3, 4, 5, 6], [1] * 7, ["9" * 41, 1, 2, 3, 4, 5, 6]):
        with pytest.raises(Malformed):
            wire.decode(cbor2.dumps({**plain, _KEY: wrong}, canonical=True))
