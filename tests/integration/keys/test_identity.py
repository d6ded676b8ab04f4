"""Changing a node's identity: what waits is sent, and the former key signs nothing any more."""

from __future__ import annotations

import pytest

from central.store import nodes
from crypto.identity import Identity
from edge_node.edge import open_edge
from edge_node.workflows.keys import change_identity
from edge_node.workflows.outlook import waiting
from sync.carrier_http import EXCHANGE_PATH, RefusedByCentre
from sync.exchange import Batch, Initiator, Peer
from sync.link import Line
from sync.seals import sign_successor
from tests.integration.keys.kit import busy
from tests.integration.world import BTJ, Counter, World, cut, swallow_answer
from vault.engine import reading


def agree(world: World, counter: Counter) -> None:
    counter.exchange()
    world.fold()
    assert counter.state() == world.state()
    assert counter.edge.line.link.line is Line.UP
    assert waiting(counter.edge).requests == 0


def test_a_node_signs_under_a_new_identity_and_what_waited_arrives(world: World) -> None:
    counter = world.counter()
    counter.file()
    counter.exchange()
    former = counter.edge.vault.keyring.identity
    counter.line.trouble = cut
    unsent = counter.file()

    change_identity(counter.edge)
    after = counter.file()
    assert waiting(counter.edge).requests == 1, "what stands in the present log"
    counter.line.trouble = lambda _: None
    agree(world, counter)

    told = {one.change.replica for r in (unsent, after) for one in world.record(r).told}
    assert told == {former.replica, counter.edge.vault.replica}
    (link,) = counter.edge.vault.keyring.succession
    assert link.former == former.replica
    seed = counter.edge.vault.keyring.identity.seed
    assert seed != former.seed, "of the former key only its signature is left"


def test_the_former_identity_signs_nothing_any_more(world: World) -> None:
    counter = world.counter()
    thief = counter.edge.vault.keyring
    change_identity(counter.edge)
    counter.exchange()
    asker = Initiator(BTJ, Peer(counter.edge.centre_replica, counter.edge.node.centre_sign))
    other = Identity.generate()
    signed = sign_successor(
        thief.identity, BTJ, other.public, thief.recipient.public, retires=False
    )

    for identity, batch in (
        (thief.identity, Batch(have={})),
        (other, Batch(have={}, succession=(signed,))),
    ):
        with pytest.raises(RefusedByCentre) as refused:
            counter.line.post(EXCHANGE_PATH, asker.ask(identity, batch, 1 << 30, 1))
        assert refused.value.slug == "unknown-sender"


def test_an_introduction_whose_answer_is_lost_is_made_again(world: World) -> None:
    counter = world.counter()
    counter.file()
    counter.exchange()
    change_identity(counter.edge)
    counter.line.trouble = swallow_answer
    for _ in range(3):
        counter.courier.run()
    counter.line.trouble = lambda _: None
    counter.reopen()
    record = counter.file()

    agree(world, counter)

    assert world.record(record).told[0].change.replica == counter.edge.vault.replica
    with reading(world.centre.vault.engine) as connection:
        known = {one.replica: one for one in nodes.list_nodes(connection)}
    assert len(known) == 2


def test_a_command_beside_the_server_changes_its_identity_while_it_serves(world: World) -> None:
    counter = world.counter()
    counter.file()
    counter.exchange()
    former = counter.edge.vault.replica

    with busy(counter.file, counter.courier.run) as done:
        command = open_edge(counter.edge.settings)
        change_identity(command)
        command.vault.engine.dispose()
    agree(world, counter)

    assert min(done) > 0
    assert counter.edge.vault.replica == command.vault.replica != former


def test_two_new_identities_in_a_row_are_introduced_together(world: World) -> None:
    counter = world.counter()
    counter.file()
    change_identity(counter.edge)
    counter.file()
    change_identity(counter.edge)
    counter.file()

    agree(world, counter)

    assert len(counter.edge.vault.keyring.succession) == 2
    counter.reopen()
    agree(world, counter)
