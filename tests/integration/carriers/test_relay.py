"""Through a neighbour, who can read nothing and whose word counts for nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from central.workflows import desk
from crypto.chain import digest
from edge_node.app import create_staff_app
from edge_node.store import carried
from edge_node.store.relayed import NoRoom, Relayed
from registration.lifecycle import Act
from sync.bundle import MAX_BUNDLE_BYTES, MEDIA_TYPE
from sync.carrier_http import EXCHANGE_PATH, LineCut, RefusedByCentre
from sync.carrier_relay import BUNDLES_PATH, RefusedBeyond, RelayCarrier, RelayFull, RelayLost
from sync.errors import Malformed
from tests.integration.carriers.neighbourhood import Neighbourhood, neighbourhood, served
from tests.integration.carriers.story import all_arrived, backlog, parted_by_an_old_backup
from tests.integration.world import BTJ, RUDI, World, cut, make_world
from vault import log
from vault.engine import reading


@pytest.fixture
def small_world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path)
    yield made
    made.centre.vault.engine.dispose()
    for counter in made.counters:
        counter.edge.vault.engine.dispose()


@pytest.fixture
def street(small_world: World) -> Iterator[Neighbourhood]:
    with neighbourhood(small_world) as both:
        yield both


def test_a_backlog_arrives_through_a_neighbour_and_the_answer_comes_back(world: World) -> None:
    with neighbourhood(world) as street:
        tried = len(street.a.line.sent)
        records = backlog(street.a)
        street.pass_on()
        world.fold()
        desk_record = street.a.verified()
        street.pass_on()
        world.fold()
        desk.start(world.centre, BTJ, desk_record, RUDI)
        street.pass_on(rounds=4, wait_s=400)

        assert street.a.record(desk_record).status == "diproses"
        assert len(street.a.line.sent) == tried
        all_arrived(world, street.a, [*records, desk_record])


def test_a_neighbour_keeps_it_until_its_own_line_is_back_and_over_a_restart(
    street: Neighbourhood, small_world: World
) -> None:
    street.b.line.trouble = cut
    street.b.courier.run()
    records = backlog(street.a, requests=3, with_scans=1)
    street.pass_on()
    assert street.a.edge.standing.acked == 0
    kept = street.b.edge.relayed
    assert kept is not None
    waiting = kept.waiting()
    assert waiting

    street.b.edge.relayed = Relayed(street.b.edge.settings.relay_folder, 64 << 20)
    assert street.b.edge.relayed.waiting() == waiting
    street.b.line.trouble = lambda _: None
    street.b.courier.run()
    street.pass_on()

    all_arrived(small_world, street.a, records)


def test_a_neighbour_holds_nothing_that_it_could_read(
    street: Neighbourhood, small_world: World
) -> None:
    street.b.line.trouble = cut
    street.b.courier.run()
    records = backlog(street.a, requests=2, with_scans=1)
    street.pass_on()

    folder = street.b.edge.settings.relay_folder
    kept = b"".join(path.read_bytes() for path in folder.iterdir())
    assert kept
    for record in records:
        for value in street.a.record(record).named("data").values():
            assert str(value).encode() not in kept or len(str(value)) < 4
    with reading(street.b.edge.vault.engine) as connection:
        assert log.watermarks(connection, BTJ) == {}


def test_when_the_own_line_is_back_nothing_arrives_twice(
    street: Neighbourhood, small_world: World
) -> None:
    street.b.line.trouble = cut
    street.b.courier.run()
    records = backlog(street.a)
    street.pass_on()
    street.a.line.trouble = lambda _: None
    street.a.exchange()
    all_arrived(small_world, street.a, records)
    state = small_world.state()

    street.b.line.trouble = lambda _: None
    street.b.courier.run()
    street.pass_on()

    assert small_world.state() == state
    all_arrived(small_world, street.a, records)


class Liar:
    """A neighbour that lies as the test says, and else passes on."""

    def __init__(self, honest: RelayCarrier) -> None:
        self.honest = honest
        self.base_url = honest.base_url
        self.on_leave: Callable[[bytes], bytes | None] = honest.leave
        self.on_ask: Callable[[bytes], bytes | None] = honest.ask

    def leave(self, raw: bytes) -> bytes | None:
        return self.on_leave(raw)

    def ask(self, sha: bytes) -> bytes | None:
        return self.on_ask(sha)

    def close(self) -> None:
        self.honest.close()


def hears_lies(street: Neighbourhood, world: World, liar: Liar, until: int = 40) -> None:
    """However it lies, what is filed is safe here; when it tells the truth again, all arrives."""
    street.with_relays(liar)
    records = backlog(street.a, requests=4, with_scans=1)
    street.pass_on(rounds=10)
    claimed = street.a.edge.standing.acked
    with reading(world.centre.vault.engine) as connection:
        held = log.watermarks(connection, BTJ).get(street.a.edge.vault.replica, 0)
    assert claimed <= held

    liar.on_leave, liar.on_ask = liar.honest.leave, liar.honest.ask
    street.pass_on(rounds=until, wait_s=1000)

    all_arrived(world, street.a, records)


def test_a_relay_that_answers_with_noise_costs_time_only(
    street: Neighbourhood, small_world: World
) -> None:
    liar = Liar(RelayCarrier.to(street.address))
    liar.on_ask = lambda _sha: b"\xd2\x84everything is fine"

    hears_lies(street, small_world, liar)


def test_a_relay_that_drops_what_it_took_costs_time_only(
    street: Neighbourhood, small_world: World
) -> None:
    liar = Liar(RelayCarrier.to(street.address))
    liar.on_leave = lambda _raw: None

    hears_lies(street, small_world, liar)


def test_a_relay_that_is_silent_for_ever_costs_time_only(
    street: Neighbourhood, small_world: World
) -> None:
    liar = Liar(RelayCarrier.to("http://127.0.0.1:9"))
    liar.on_leave = lambda _raw: None
    liar.on_ask = lambda _sha: None
    street.with_relays(liar, RelayCarrier.to(street.address))
    records = backlog(street.a, requests=4, with_scans=1)

    street.pass_on(rounds=40, wait_s=60)

    all_arrived(small_world, street.a, records)


def test_a_relay_that_repeats_an_old_answer_costs_time_only(
    street: Neighbourhood, small_world: World
) -> None:
    honest = RelayCarrier.to(street.address)
    street.a.file()
    old: list[bytes] = []
    liar = Liar(honest)

    def remember(sha: bytes) -> bytes | None:
        answer = honest.ask(sha)
        old.extend([answer] if answer else [])
        return answer

    liar.on_ask = remember
    street.with_relays(liar)
    street.pass_on(rounds=4)
    assert old
    first = street.a.edge.standing.acked
    liar.on_ask = lambda _sha: old[0]
    street.a.file()
    street.pass_on(rounds=4)
    assert street.a.edge.standing.acked == first
    with reading(street.a.edge.vault.engine) as connection:
        assert not carried.outstanding(connection, honest.base_url), "it is still relied on"

    liar.on_ask = honest.ask
    street.pass_on(rounds=20, wait_s=1000)

    assert street.a.edge.standing.acked == first + 1


def test_a_relay_that_alters_what_it_carries_costs_time_only(
    street: Neighbourhood, small_world: World
) -> None:
    honest = RelayCarrier.to(street.address)
    liar = Liar(honest)
    as_left: dict[bytes, bytes] = {}

    def alter(raw: bytes) -> bytes | None:
        altered = raw[:-9] + bytes([raw[-9] ^ 1]) + raw[-8:]
        as_left[digest(raw)] = digest(altered)
        return honest.leave(altered)

    liar.on_leave = alter
    liar.on_ask = lambda sha: honest.ask(as_left[sha])

    hears_lies(street, small_world, liar)


def test_a_relay_that_delivers_twice_and_in_the_wrong_order_costs_time_only(
    street: Neighbourhood, small_world: World
) -> None:
    relayed = street.b.edge.relayed
    assert relayed is not None
    street.b.line.trouble = cut
    street.b.courier.run()
    records = backlog(street.a, requests=4, with_scans=8)
    street.pass_on()
    assert len(relayed.waiting()) > 2
    raws = [relayed.read(sha) for sha in relayed.waiting()]
    street.b.line.trouble = lambda _: None

    for raw in [*reversed(raws), *raws]:
        assert raw is not None
        with contextlib.suppress(RefusedByCentre):
            street.b.line.post(EXCHANGE_PATH, raw)
    street.b.courier.run()
    street.pass_on(rounds=30, wait_s=1000)

    all_arrived(small_world, street.a, records)


def test_a_relay_that_says_the_centre_refused_costs_time_only(
    street: Neighbourhood, small_world: World
) -> None:
    liar = Liar(RelayCarrier.to(street.address))
    said = iter(
        [("replayed", 1 << 60), ("replayed", 10_000), ("unknown-sender", None), ("x", "y")] * 20
    )

    def refuse(_sha: bytes) -> bytes | None:
        raise RefusedBeyond(*next(said))

    liar.on_ask = refuse

    hears_lies(street, small_world, liar)
    assert street.a.edge.standing.bundle_number < 1 << 40


class TestEntrance:
    """What a neighbour's server is told, over sockets."""

    def put(self, street: Neighbourhood, raw: bytes, name: str | None = None) -> requests.Response:
        url = street.address + BUNDLES_PATH + (name or digest(raw).hex())
        return requests.put(url, data=raw, headers={"Content-Type": MEDIA_TYPE}, timeout=10)

    def test_only_bundles_by_size_shape_and_name_are_kept(self, street: Neighbourhood) -> None:
        real = street.a.line.sent[-1]

        assert self.put(street, real).status_code == 202
        assert self.put(street, real).status_code == 202
        assert self.put(street, b"something else").json()["type"].endswith("malformed")
        assert self.put(street, real[:-1]).json()["type"].endswith("malformed")
        assert self.put(street, real, "00" * 32).json()["type"].endswith("altered")
        assert self.put(street, real, "nonsense").status_code == 404
        huge = self.put(street, bytes(MAX_BUNDLE_BYTES + 1))
        assert huge.json()["type"].endswith("too-large")
        relayed = street.b.edge.relayed
        assert relayed is not None
        assert relayed.waiting() == [digest(real)]

    def test_switched_off_it_takes_nothing(self, small_world: World) -> None:
        counter = small_world.counter()
        counter.edge.relayed = None
        with served(counter.edge) as address:
            relay = RelayCarrier.to(address)
            with pytest.raises(RelayFull, match="switched-off"):
                relay.leave(counter.line.sent[0])
            relay.close()

    def test_zero_mebibytes_switch_it_off(self, small_world: World) -> None:
        counter = small_world.counter()
        counter.edge.settings = replace(counter.edge.settings, relay_mib=0)
        counter.reopen()

        assert counter.edge.relayed is None
        assert (
            create_staff_app(counter.edge)
            .test_client()
            .get(BUNDLES_PATH + "00" * 32)
            .json["type"]
            .endswith("switched-off")
        )

    def test_unknown_refused_and_unreachable_are_told_apart(self, street: Neighbourhood) -> None:
        relay = RelayCarrier.to(street.address)
        with pytest.raises(RelayLost):
            relay.ask(bytes(32))
        left = street.a.line.sent[-1]
        relay.leave(left)
        street.a.line.trouble = lambda _: None
        street.a.courier.run()
        street.deliverer.run_if_due()
        with pytest.raises(RefusedBeyond) as refused:
            relay.ask(digest(left))
        assert refused.value.slug == "replayed"
        assert isinstance(refused.value.last, int)
        relay.close()
        with pytest.raises(LineCut):
            RelayCarrier.to("http://127.0.0.1:9").ask(bytes(32))


class TestStore:
    """What is kept for neighbours is bounded, and survives."""

    def bundles(self, count: int, size: int = 1000) -> list[bytes]:
        from crypto.identity import Identity
        from sync import cose

        node = Identity.from_seed(bytes(32))
        return [cose.sign1(node, bytes([n]) * size) for n in range(count)]

    def test_bounded_in_number_and_bytes_and_answers_make_room_first(self, tmp_path: Path) -> None:
        kept = Relayed(tmp_path / "relay", 1 << 20, most_bundles=3, floor_bytes=0)
        one, two, three, four = self.bundles(4)
        for raw in (one, two, three):
            kept.keep(raw)
        with pytest.raises(NoRoom):
            kept.keep(four)

        kept.answered(digest(two), b"an answer")
        kept.keep(four)

        assert kept.waiting() == [digest(raw) for raw in (one, three, four)]
        with pytest.raises(LookupError):
            kept.outcome(digest(two))
        small = Relayed(tmp_path / "small", 2500, floor_bytes=0)
        small.keep(one)
        small.keep(two)
        with pytest.raises(NoRoom):
            small.keep(three)

    def test_a_disk_that_is_nearly_full_is_left_to_the_counter_itself(self, tmp_path: Path) -> None:
        kept = Relayed(tmp_path / "relay", 1 << 20, floor_bytes=1 << 60)

        with pytest.raises(NoRoom, match="disk"):
            kept.keep(self.bundles(1)[0])
        assert kept.waiting() == []

    def test_altered_on_the_disk_it_is_dropped(self, tmp_path: Path) -> None:
        kept = Relayed(tmp_path / "relay", 1 << 20, floor_bytes=0)
        (raw,) = self.bundles(1)
        kept.keep(raw)
        next((tmp_path / "relay").iterdir()).write_bytes(raw[:-1])

        assert kept.read(digest(raw)) is None
        with pytest.raises(LookupError):
            kept.outcome(digest(raw))
        with pytest.raises(Malformed):
            kept.keep(b"no bundle")


def test_acts_are_filed_as_ever_while_a_neighbour_carries(
    street: Neighbourhood, small_world: World
) -> None:
    records = backlog(street.a, requests=3, with_scans=0)
    street.pass_on(rounds=1)
    street.a.act(records[0], Act.PERBAIKI, data__telepon="081200001111")
    records.append(street.a.file())

    street.pass_on(rounds=4)

    all_arrived(small_world, street.a, records)


def test_a_counter_restored_from_an_old_backup_takes_back_its_tail_through_a_neighbour(
    street: Neighbourhood, small_world: World, tmp_path: Path
) -> None:
    street.a.line.trouble = lambda _: None
    records = parted_by_an_old_backup(street.a, tmp_path)
    former = street.a.edge.vault.replica
    street.with_relays(*street.neighbours.relays)
    street.cut_off()

    street.pass_on(rounds=12)

    assert street.a.edge.vault.replica != former
    all_arrived(small_world, street.a, records)
