"""What the pages ask of the store, on each database."""

from __future__ import annotations

import pytest

from central.store import health
from central.workflows.consent import Consent
from central.workflows.ingest import note_refusal
from central.workflows.new_boxes import code_for, replace_box
from central.workflows.revoking import NoSuchNode
from central.workflows.town import story, survey
from sync.body import Author
from sync.errors import Forked
from sync.health import Health
from tests.integration.world import BTJ, World
from vault.engine import writing

ANI = Author("ani", "Ani Suryani", "admin")
HOUR_MS = 3_600_000


def test_a_server_s_story_holds_its_hours_and_its_refusals(world: World) -> None:
    counter = world.counter()
    counter.file()
    assert counter.courier.run()
    replica, now_ms = counter.edge.vault.replica, world.centre.clock()
    with writing(world.centre.vault.engine) as connection:
        for hours, waiting in ((200, 1), (2, 30), (2, 20)):
            word = Health("0.1.0", waiting, 100 * waiting, now_ms, 7, 100, 60)
            health.keep(connection, replica, word, now_ms - hours * HOUR_MS, 0)
    note_refusal(world.centre, counter.line.sent[-1], Forked(replica, 7))

    found = story(world.centre, replica)

    assert [one.start_ms for one in found.hours] == sorted(
        (one.start_ms for one in found.hours), reverse=True
    )
    earlier = found.hours[-1]
    assert (earlier.exchanges, earlier.requests, earlier.waiting_bytes) == (2, 30, 3000)
    assert [one.slug for one in found.refusals] == ["forked"]
    assert (found.owed_orders, found.escrow_ms, len(found.others)) == (0, 0, 0)
    with pytest.raises(NoSuchNode):
        story(world.centre, b"nobody".ljust(16))


def test_a_replaced_box_counts_no_more_in_the_picture_of_the_town(world: World) -> None:
    counter = world.counter()
    before = survey(world.centre).live(BTJ)

    code_for(world.centre, BTJ, ANI)
    replace_box(world.centre, counter.edge.vault.replica, Consent((ANI,), "Perangkat rusak."))

    assert [one.replica for one in before] == [counter.edge.vault.replica]
    assert survey(world.centre).live(BTJ) == []
