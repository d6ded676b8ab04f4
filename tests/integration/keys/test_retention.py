"""The retention schedule destroys by rule what was kept long enough, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from central.centre import Centre
from central.store import audit
from central.workflows import desk, retention
from central.workflows.consent import Consent, NotAllowed
from central.workflows.retention import NotApproved
from edge_node.workflows import acts
from registration.lifecycle import Status
from registration.retention import DAY_MS, schedule
from tests.integration.keys.kit import ANI, BOTH, agree
from tests.integration.world import BTJ, RUDI, SITI, Counter, World
from vault.engine import reading
from vault.errors import NoSuchRecord


def in_days(centre: Centre, days: int) -> Centre:
    """The same centre, so many days later."""
    clock = centre.clock
    return replace(centre, clock=lambda: clock() + days * DAY_MS)


def days_of(status: Status) -> int:
    return next(rule.days for rule in schedule().rules if rule.status == status)


def cancelled(counter: Counter) -> bytes:
    record = counter.file()
    acts.cancel(counter.edge, record, SITI, "Pemohon membatalkan.")
    return record


def rejected(world: World, counter: Counter) -> bytes:
    record = counter.verified()
    agree(world, counter)
    desk.start(world.centre, BTJ, record, RUDI)
    desk.reject(world.centre, BTJ, record, RUDI, "Data tidak ditemukan.")
    return record


def held(world: World, record: bytes) -> bool:
    try:
        world.record(record)
    except NoSuchRecord:
        return False
    return True


def due(centre: Centre) -> set[bytes]:
    return {one.record for found in retention.due(centre).due.values() for one in found}


def test_the_retention_schedule_destroys_by_rule_here_and_at_the_counter(world: World) -> None:
    counter = world.counter()
    counter.exchange()
    gone, kept_longer, waiting = cancelled(counter), rejected(world, counter), counter.file()
    agree(world, counter)
    retention.approve(world.centre, BOTH)
    later = in_days(world.centre, days_of(Status.DIBATALKAN) + 1)

    retention.nightly(later)
    agree(world, counter)

    assert [held(world, one) for one in (gone, kept_longer, waiting)] == [False, True, True]
    with pytest.raises(NoSuchRecord):
        counter.record(gone)
    assert counter.record(kept_longer).status == Status.DITOLAK
    with reading(world.centre.vault.engine) as connection:
        told = audit.list_acts(connection, world.centre.vault)
    assert [one.act for one in told] == [retention.RAN, retention.APPROVED]
    assert told[0].by == ()
    assert told[0].reason.startswith("1 × permohonan dibatalkan, 365 hari: UU 27/2022")
    retention.nightly(later)
    with reading(world.centre.vault.engine) as connection:
        assert len(audit.list_acts(connection, world.centre.vault)) == 2, "nothing was left to do"


def test_the_schedule_lists_first_and_changes_nothing(world: World) -> None:
    counter = world.counter()
    counter.exchange()
    record = cancelled(counter)
    agree(world, counter)
    days = days_of(Status.DIBATALKAN)

    assert due(in_days(world.centre, days - 1)) == set()
    assert due(in_days(world.centre, days + 1)) == {record}
    assert retention.due(world.centre, ahead_days=days + 1).count == 1
    assert held(world, record)


def test_a_schedule_that_two_persons_have_not_approved_destroys_nothing(world: World) -> None:
    counter = world.counter()
    counter.exchange()
    record = cancelled(counter)
    agree(world, counter)
    later = in_days(world.centre, 10_000)
    with pytest.raises(NotAllowed):
        retention.approve(world.centre, Consent((ANI,), BOTH.reason))
    other = replace(schedule(), fingerprint="another version")
    retention.approve(world.centre, BOTH, other)

    with pytest.raises(NotApproved):
        retention.run(later)
    retention.nightly(later)

    assert held(world, record)
    retention.approve(world.centre, BOTH)
    assert retention.run(later).count == 1
    assert not held(world, record)


def test_a_record_of_uncertain_age_is_listed_and_kept(world: World) -> None:
    counter = world.counter()
    record = cancelled(counter)
    edge = counter.edge
    edge.standing = replace(edge.standing, clock=replace(edge.standing.clock, at_ms=0))
    uncertain = cancelled(counter)
    agree(world, counter)
    retention.approve(world.centre, BOTH)
    later = in_days(world.centre, 10_000)

    report = retention.run(later)

    assert report.count == 1
    assert [one.record for found in report.uncertain.values() for one in found] == [uncertain]
    assert (held(world, record), held(world, uncertain)) == (False, True)
