"""A revoked node is refused at its next contact, and everybody can see by whom and why."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from central.store import audit
from central.store.tables import refusal
from central.workflows.consent import Consent, NotAllowed
from central.workflows.ingest import note_refusal
from central.workflows.revoking import ACT, NoSuchNode, find_node, revoke
from edge_node.views.weather import REFUSALS
from edge_node.workflows.keys import change_identity
from sync.errors import Malformed, Revoked
from sync.link import Line
from tests.integration.keys.kit import ANI, BOTH, BUDI, ONE, agree
from tests.integration.world import BTJ, World
from vault.engine import reading


def test_a_node_is_revoked_and_refused_at_its_next_contact_with_a_plain_sentence(
    world: World,
) -> None:
    counter = world.counter()
    before = counter.file()
    agree(world, counter)

    revoke(world.centre, counter.edge.vault.replica, ONE)
    after = counter.file()
    counter.courier.run()
    world.fold()

    link = counter.edge.line.link
    assert (link.line, link.reason) == (Line.REFUSED, "revoked")
    assert "dicabut" in REFUSALS["revoked"]
    assert world.record(before).status == "diajukan", "what it sent before stays"
    assert counter.record(after).status == "diajukan", "and what it did not send is kept there"
    with reading(world.centre.vault.engine) as connection:
        told = audit.list_acts(connection, world.centre.vault)
    assert [(one.act, one.by, one.reason) for one in told] == [(ACT, (ANI,), ONE.reason)]
    assert counter.edge.vault.replica.hex() in told[0].subject
    assert told[0].at_ms > 0


def test_a_revoked_node_cannot_introduce_a_successor(world: World) -> None:
    counter = world.counter()
    counter.file()
    agree(world, counter)
    revoke(world.centre, counter.edge.vault.replica, ONE)

    change_identity(counter.edge)
    counter.exchange()

    assert counter.edge.line.link.reason == "revoked"
    assert find_node(world.centre, counter.edge.vault.keyring.succession[0].former.hex())
    with pytest.raises(NoSuchNode):
        find_node(world.centre, counter.edge.vault.replica.hex())


def test_revoking_a_node_names_those_that_came_after_it(world: World) -> None:
    counter = world.counter()
    first = counter.edge.vault.replica
    change_identity(counter.edge)
    counter.exchange()

    after = revoke(world.centre, first, ONE)

    assert [one.replica for one in after] == [counter.edge.vault.replica]


def test_refused_bundles_are_counted_by_day_node_and_reason(world: World) -> None:
    counter = world.counter()
    counter.file()
    counter.exchange()
    raw = counter.line.sent[-1]
    for refused in (Revoked("x"), Revoked("x"), Malformed("x")):
        note_refusal(world.centre, raw, refused)
    for stranger in (b"nonsense", b"other nonsense"):
        note_refusal(world.centre, stranger, Malformed("x"))

    with reading(world.centre.vault.engine) as connection:
        told = audit.list_refusals(connection)
        rows = connection.execute(select(refusal)).all()

    own = counter.edge.vault.replica
    assert {(one.replica, one.place, one.slug, one.count) for one in told} == {
        (own, "Bintarajaya", "revoked", 2),
        (own, "Bintarajaya", "malformed", 1),
        (b"", "", "malformed", 2),
    }
    assert len(rows) == 3, "names that nobody knows take no room"


def test_a_node_is_revoked_by_an_admin_who_says_why(world: World) -> None:
    counter = world.counter()
    for consent in (Consent((BUDI,), BOTH.reason), Consent((ANI,), "hilang")):
        with pytest.raises(NotAllowed):
            revoke(world.centre, counter.edge.vault.replica, consent)
    with pytest.raises(NoSuchNode):
        revoke(world.centre, bytes(16), ONE)

    counter.exchange()

    assert counter.edge.line.link.line is Line.UP


def test_a_node_is_named_by_its_replica_or_by_the_kelurahan_that_has_one(world: World) -> None:
    first = world.counter()
    assert find_node(world.centre, BTJ).replica == first.edge.vault.replica
    second = world.counter()

    with pytest.raises(NoSuchNode, match="2 nodes"):
        find_node(world.centre, BTJ)
    with pytest.raises(NoSuchNode):
        find_node(world.centre, "")
    named = second.edge.vault.replica.hex()[:12]
    assert find_node(world.centre, named).replica == second.edge.vault.replica
