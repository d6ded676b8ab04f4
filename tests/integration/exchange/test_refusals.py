"""What the centre refuses: nothing of it is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete

from central.store.tables import node
from central.workflows.ingest import take_bundle
from sync import cose
from sync.errors import BadSignature, Malformed, Replayed, SyncError, UnknownSender, WrongStream
from sync.exchange import Batch, Initiator, Peer
from sync.link import Line
from tests.integration.world import BTJ, World
from vault import log
from vault.engine import reading, writing
from vault.errors import ContextFromFuture
from vault.read import Filter, count_records


def held(world: World, stream: str = BTJ) -> int:
    with reading(world.centre.vault.engine) as connection:
        return count_records(connection, Filter(stream=stream))


class TestRefusals:
    """Each wrong bundle is refused for its own reason and leaves nothing behind."""

    def ask(self, world: World, number: int = 50, **changed: object) -> bytes:
        counter = world.counters[0]
        edge = counter.edge
        peer = changed.get("peer") or Peer(edge.centre_replica, edge.node.centre_sign)
        stream = str(changed.get("stream") or edge.stream)
        with reading(edge.vault.engine) as connection:
            run, _ = log.read_run(connection, edge.stream, edge.vault.replica, 0, 1 << 20)
        batch = Batch({}, runs=(run,) if run is not None else ())
        return Initiator(stream, peer).ask(edge.vault.keyring.identity, batch, number, 1)  # type: ignore[arg-type]

    def refused(self, world: World, raw: bytes, reason: type[Exception]) -> None:
        with pytest.raises(reason):
            take_bundle(world.centre, raw)
        world.fold()
        assert held(world) == 0
        with reading(world.centre.vault.engine) as connection:
            assert log.watermarks(connection, BTJ) == {}

    def test_altered_cut_and_foreign(self, world: World) -> None:
        counter = world.counter()
        counter.file()
        raw = self.ask(world)

        for at in range(0, len(raw), max(1, len(raw) // 40)):
            self.refused(world, raw[:at] + bytes([raw[at] ^ 4]) + raw[at + 1 :], SyncError)
        self.refused(world, raw[: len(raw) // 2], Malformed)
        self.refused(world, raw[:-1] + bytes([raw[-1] ^ 1]), BadSignature)
        self.refused(world, self.ask(world, stream="32.75.02.1001"), WrongStream)
        stranger = Peer(b"x" * 16, b"y" * 32)
        self.refused(world, self.ask(world, peer=stranger), WrongStream)

    def test_unknown_sender(self, world: World) -> None:
        counter = world.counter()
        counter.file()
        raw = self.ask(world)
        with writing(world.centre.vault.engine) as connection:
            connection.execute(delete(node))

        self.refused(world, raw, UnknownSender)

    def test_replayed(self, world: World) -> None:
        counter = world.counter()
        counter.file()
        raw = self.ask(world)
        take_bundle(world.centre, raw)

        with pytest.raises(Replayed) as replayed:
            take_bundle(world.centre, raw)

        assert replayed.value.last == 50
        with reading(world.centre.vault.engine) as connection:
            assert list(log.watermarks(connection, BTJ).values()) == [1]

    def test_a_store_older_than_its_numbers_skips_them(self, world: World) -> None:
        counter = world.counter()
        counter.file()
        take_bundle(world.centre, self.ask(world, number=500))

        assert counter.courier.run()
        assert counter.edge.standing.bundle_number > 500

    def test_a_made_up_context(self, world: World) -> None:
        counter = world.counter()
        counter.file()
        edge = counter.edge
        with reading(edge.vault.engine) as connection:
            run, _ = log.read_run(connection, edge.stream, edge.vault.replica, 0, 1 << 20)
        assert run is not None
        lying = replace(run, contexts=[{edge.centre_replica: 9}] * len(run))
        raw = Initiator(edge.stream, Peer(edge.centre_replica, edge.node.centre_sign)).ask(
            edge.vault.keyring.identity, Batch({}, runs=(lying,)), 50, 1
        )

        self.refused(world, raw, ContextFromFuture)

    def test_an_answer_that_the_centre_did_not_sign_changes_nothing(self, world: World) -> None:
        counter = world.counter()
        counter.file()
        real = counter.line.post

        def forged(path: str, raw: bytes) -> bytes:
            answer = real(path, raw)
            _, payload = cose.verify1(answer, lambda _: world.centre.vault.keyring.identity.public)
            return cose.sign1(counter.edge.vault.keyring.identity, payload)

        counter.line.post = forged  # type: ignore[method-assign]

        assert not counter.courier.run()
        assert counter.edge.standing.acked == 0
        assert counter.edge.line.link.line is Line.CUT
