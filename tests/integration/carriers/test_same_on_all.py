"""The same bytes on three carriers: what arrives is the same, and it arrives once."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from registration.lifecycle import Act
from sync.link import Link, Way
from tests.integration.carriers.neighbourhood import Neighbourhood, neighbourhood
from tests.integration.carriers.story import (
    all_arrived,
    backlog,
    bring_back,
    by_file,
    export,
    file_with_scans,
    take_in,
)
from tests.integration.world import BTJ, Counter, World, cut, make_world, swallow_answer
from vault import log
from vault.engine import reading

SEEDS = [int(seed) for seed in os.environ.get("LOKET_CARRIER_SEEDS", "1,2,3,4,5,6").split(",")]


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Neighbourhood]:
    world = make_world(tmp_path / "world")
    with neighbourhood(world) as both:
        yield both
    world.centre.vault.engine.dispose()
    for counter in world.counters:
        counter.edge.vault.engine.dispose()


def world_of(street: Neighbourhood) -> World:
    """The world that the street stands in."""
    return World(street.a.edge.settings.data.parent, street.a.line.centre, [street.a, street.b])


def test_one_backlog_by_http_by_file_and_by_relay_comes_to_one_state(
    street: Neighbourhood, tmp_path: Path
) -> None:
    world = world_of(street)
    records = backlog(street.a)
    at_edge, at_centre = street.a.backup(tmp_path), world.backup()
    states: dict[str, tuple[bytes, bytes]] = {}

    def start_again() -> None:
        street.a.restore(at_edge)
        world.restore(at_centre)

    def note(carrier: str) -> None:
        all_arrived(world, street.a, records)
        states[carrier] = (world.state(), street.a.state())

    street.a.line.trouble = lambda _: None
    street.a.exchange()
    note("http")

    start_again()
    street.a.line.trouble = cut
    by_file(world, street.a, tmp_path)
    note("file")

    start_again()
    street.b.courier.run()
    street.with_relays(*street.neighbours.relays)
    street.cut_off()
    street.pass_on()
    note("relay")

    assert len(set(states.values())) == 1, states
    assert len(set(states["http"])) == 1


@dataclass(slots=True)
class Chaos:
    """A kelurahan whose line, sticks and neighbour all fail as the seed says."""

    rng: random.Random
    street: Neighbourhood
    world: World
    folder: Path
    records: list[bytes] = field(default_factory=list)
    ups: list[Path] = field(default_factory=list)
    downs: list[Path] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def a(self) -> Counter:
        return self.street.a

    def step(self) -> None:
        acts = (
            self.file,
            self.file_scans,
            self.correct,
            self.http,
            self.http_without_answer,
            self.export,
            self.carry_up,
            self.carry_down,
            self.relay,
            self.relay_cut,
            self.restart,
        )
        chosen = self.rng.choice(acts)
        self.told.append(chosen.__name__)
        before = self.a.edge.standing.acked
        chosen()
        # Nothing that was acknowledged is ever taken back: this centre loses nothing.
        assert self.a.edge.standing.acked >= before, self.told

    def file(self) -> None:
        self.records.append(self.a.file())

    def file_scans(self) -> None:
        self.records.append(file_with_scans(self.a, self.rng.randrange(1000)))

    def correct(self) -> None:
        if self.records:
            number = f"0812{self.rng.randrange(10**8):08d}"
            self.a.act(self.rng.choice(self.records), Act.PERBAIKI, data__telepon=number)

    def http(self) -> None:
        budget = self.rng.choice((600, 40_000, 1 << 20))
        self.a.edge.line.link = Link(up=Way(budget=budget))
        calls = [self.rng.randrange(1, 5)]

        def trouble(moment: str) -> None:
            calls[0] -= moment == "before"
            if calls[0] < 0:
                cut(moment)

        self.a.line.trouble = trouble
        self.a.courier.run()
        self.a.line.trouble = cut

    def http_without_answer(self) -> None:
        self.a.line.trouble = swallow_answer
        self.a.courier.run()
        self.a.line.trouble = cut

    def export(self) -> None:
        path = self.folder / f"up-{len(self.ups)}"
        export(self.a, path)
        self.ups.append(path)

    def carry_up(self) -> None:
        """Any stick, however old, however often; some are pulled out too early."""
        if not self.ups:
            return
        path = self.rng.choice(self.ups)
        if self.rng.random() < 0.3:
            whole = path.read_bytes()
            path = self.folder / "cut"
            path.write_bytes(whole[: self.rng.randrange(200, len(whole))])
        answer = self.folder / f"down-{len(self.downs)}"
        if take_in(self.world, path, answer).brought.bundles:
            self.downs.append(answer)

    def carry_down(self) -> None:
        if self.downs:
            assert bring_back(self.a, self.rng.choice(self.downs)).trouble == ""

    def relay(self) -> None:
        self.street.b.line.trouble = lambda _: None
        self.street.b.courier.run()
        self.street.cut_off()
        self.street.pass_on(rounds=self.rng.randrange(1, 4), wait_s=1000)

    def relay_cut(self) -> None:
        """Left with the neighbour, whose line is cut as well."""
        self.street.b.line.trouble = cut
        self.street.b.courier.run()
        self.street.cut_off()
        self.street.pass_on(rounds=1, wait_s=1000)

    def restart(self) -> None:
        self.a.reopen()
        self.street.with_relays(*self.street.neighbours.relays)


@pytest.mark.parametrize("seed", SEEDS)
def test_carriers_mixed_at_random_bring_everything_once(
    street: Neighbourhood, tmp_path: Path, seed: int
) -> None:
    print(f"seed {seed}: LOKET_CARRIER_SEEDS={seed} replays it")
    world = world_of(street)
    chaos = Chaos(random.Random(seed), street, world, tmp_path)

    for _ in range(40):
        chaos.step()
    street.a.line.trouble = lambda _: None
    street.a.exchange(8)

    print(" ".join(chaos.told))
    all_arrived(world, street.a, chaos.records)
    with reading(world.centre.vault.engine) as connection:
        held = log.watermarks(connection, BTJ)
    assert held[street.a.edge.vault.replica] == street.a.edge.standing.acked
