"""Changing the centre's keys: nodes hear of it without being enrolled anew, however late."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from central.centre import open_centre
from central.store import audit
from central.workflows import centre_keys, desk
from central.workflows.consent import Consent, NotAllowed
from sync.link import Line
from tests.integration.keys.kit import ANI, BOTH, BUDI, ONE, agree, busy
from tests.integration.world import BTJ, RUDI, Counter, World, cut
from vault import tables
from vault.engine import reading


def restart(world: World) -> None:
    world.centre.vault.engine.dispose()
    world.centre = open_centre(world.centre.settings)
    for counter in world.counters:
        counter.line.centre = world.centre


def pins(counter: Counter) -> tuple[bytes, bytes]:
    return counter.edge.node.centre_sign, counter.edge.node.centre_seal


def keys_of(world: World) -> tuple[bytes, bytes]:
    keyring = world.centre.vault.keyring
    return keyring.identity.public, keyring.recipient.public


def test_the_centres_sealing_key_is_changed_and_what_was_sealed_before_still_opens(
    world: World,
) -> None:
    counter = world.counter()
    counter.line.trouble = cut
    sealed_before = counter.file()
    counter.courier.run()

    centre_keys.change_sealing_key(world.centre, ONE)
    restart(world)
    counter.line.trouble = lambda _: None
    agree(world, counter)
    sealed_after = counter.file()
    agree(world, counter)

    assert pins(counter) == keys_of(world)
    for record in (sealed_before, sealed_after):
        assert world.record(record).state == counter.record(record).state
    counter.reopen()
    assert pins(counter) == keys_of(world)
    with reading(counter.edge.vault.engine) as connection:
        epochs = connection.execute(select(tables.epoch.c.opened_ms)).scalars().all()
    assert sorted(epochs)[0] == 0, "the day's epoch was closed"
    assert sorted(epochs)[-1] > 0, "and another opened, sealed to the new key"


def test_the_centres_signing_identity_is_changed_without_enrolling_anybody_anew(
    world: World,
) -> None:
    counter = world.counter()
    record, later = counter.verified(), counter.verified()
    agree(world, counter)
    desk.start(world.centre, BTJ, record, RUDI)
    before = world.centre.vault.replica

    centre_keys.change_signing_key(world.centre, ONE)
    desk.issue(world.centre, BTJ, record, RUDI, "3275-KTP-1")
    agree(world, counter)

    assert pins(counter) == keys_of(world)
    assert counter.record(record).status == "terbit"
    assert world.centre.vault.replica == before, "its log goes on"
    assert {one.change.replica for one in counter.record(record).told} == {
        before,
        counter.edge.vault.replica,
    }
    restart(world)
    assert pins(counter) == keys_of(world)
    assert counter.edge.place_of(before) == "Disdukcapil"
    counter.reopen()
    desk.start(world.centre, BTJ, later, RUDI)
    agree(world, counter)
    assert counter.edge.place_of(before) == "Disdukcapil"
    assert counter.edge.vault.rules.authority(before) == 1


def test_a_node_that_slept_through_two_changes_of_the_signing_key_catches_up(
    world: World,
) -> None:
    sleeper = world.counter()
    record = sleeper.file()
    agree(world, sleeper)
    for _ in range(2):
        centre_keys.change_signing_key(world.centre, ONE)
        centre_keys.change_sealing_key(world.centre, ONE)
    restart(world)
    waited = sleeper.file()

    agree(world, sleeper)

    assert pins(sleeper) == keys_of(world)
    assert world.record(waited).state == sleeper.record(waited).state
    assert world.record(record).state == sleeper.record(record).state


def test_the_centre_changes_both_keys_while_it_serves(world: World) -> None:
    counter = world.counter()
    counter.file()
    agree(world, counter)

    def serve() -> None:
        counter.file()
        counter.courier.run()
        world.fold()

    with busy(serve) as done:
        command = open_centre(world.centre.settings)
        centre_keys.change_signing_key(command, ONE)
        centre_keys.change_sealing_key(command, ONE)
        command.vault.engine.dispose()
    agree(world, counter)

    assert done[0] > 0
    assert pins(counter) == keys_of(world)
    assert counter.edge.line.link.line is Line.UP


def test_a_new_counter_is_enrolled_with_the_newest_keys(world: World) -> None:
    first = world.counter()
    centre_keys.change_signing_key(world.centre, ONE)
    second = world.counter("32.75.02.1001")
    second.file()

    agree(world, second)

    assert pins(second) == keys_of(world)
    assert pins(first) != keys_of(world)


def test_forgotten_keys_answer_nobody_and_the_rest_goes_on(world: World) -> None:
    awake, asleep = world.counter(), world.counter("32.75.02.1001")
    for counter in (awake, asleep):
        counter.file()
        agree(world, counter)
    centre_keys.change_signing_key(world.centre, ONE)
    centre_keys.change_sealing_key(world.centre, ONE)
    awake.file()
    agree(world, awake)

    assert centre_keys.forget_former_keys(world.centre, ONE, days=1) == 0
    clock = world.centre.clock
    object.__setattr__(world.centre, "clock", lambda: clock() + 2 * 86_400_000)
    assert centre_keys.forget_former_keys(world.centre, ONE, days=1) == 2
    object.__setattr__(world.centre, "clock", clock)
    awake.file()
    agree(world, awake)
    asleep.courier.run()

    assert asleep.edge.line.link.line is Line.REFUSED
    with reading(world.centre.vault.engine) as connection:
        told = audit.list_acts(connection, world.centre.vault)
    assert {one.act for one in told} == {
        centre_keys.SIGNING,
        centre_keys.SEALING,
        centre_keys.FORGOTTEN,
    }


def test_the_centres_keys_are_changed_by_an_admin_only(world: World) -> None:
    before = keys_of(world)
    for change in (centre_keys.change_signing_key, centre_keys.change_sealing_key):
        with pytest.raises(NotAllowed):
            change(world.centre, Consent((BUDI,), BOTH.reason))
        with pytest.raises(NotAllowed):
            change(world.centre, Consent((ANI,), ""))

    assert keys_of(world) == before
