"""The next request of a list goes to one officer only, on each database."""

from __future__ import annotations

import dataclasses
import threading

import pytest
from sqlalchemy import select

from central.centre import Centre
from central.store import worklist
from central.store.desk_tables import task
from central.store.worklist import Wanted
from central.workflows import claiming, desk, desk_rules, duplicates, proposing
from central.workflows.consent import Consent
from central.workflows.holding import CLAIM_MS
from central.workflows.shredding import shred
from registration.errors import IllegalAct
from registration.lifecycle import Act, Role, Status
from sync.body import Author
from tests.integration.world import BTJ, RUDI, Counter, World
from vault.engine import reading
from vault.read import read_record

ANI = Author("ani", "Ani", Role.ADMIN)
DEWI = Author("dewi", "Dewi", Role.VERIFIKATOR)


def waiting(world: World, count: int) -> tuple[Counter, list[bytes]]:
    """So many requests with complete papers, the oldest first."""
    counter = world.counter()
    records = [counter.verified() for _ in range(count)]
    counter.exchange()
    world.fold()
    return counter, records


def status(world: World, record: bytes) -> str:
    with reading(world.centre.vault.engine) as connection:
        return read_record(connection, world.centre.vault, BTJ, record).status


def open_work(centre: Centre) -> int:
    with reading(centre.vault.engine) as connection:
        return worklist.count(connection, Wanted(), centre.clock())


def test_many_hands_never_take_the_same_request(world: World) -> None:
    _, records = waiting(world, 6)
    officers = [Author(f"o{number}", f"Petugas {number}", Role.VERIFIKATOR) for number in range(4)]
    taken: list[tuple[str, bytes]] = []
    troubles: list[BaseException] = []
    together = threading.Barrier(len(officers))

    def work(by: Author) -> None:
        together.wait()
        try:
            while (found := claiming.take_next(world.centre, Wanted(free=True), by)) is not None:
                taken.append((by.id, found[1]))
        except BaseException as trouble:  # noqa: BLE001 - told in the main thread
            troubles.append(trouble)

    threads = [threading.Thread(target=work, args=[by]) for by in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert not troubles
    assert sorted(record for _, record in taken) == sorted(records)
    for who, record in taken:
        holder = claiming.holder(world.centre, BTJ, record)
        assert holder is not None
        assert holder.account == who
        assert status(world, record) == Status.DIPROSES


def test_what_a_colleague_has_in_hand_is_refused_by_name_until_it_is_let_go(world: World) -> None:
    _, (record,) = waiting(world, 1)
    claiming.take_next(world.centre, Wanted(free=True), RUDI)

    for act in (
        lambda: desk.start(world.centre, BTJ, record, DEWI),
        lambda: desk.issue(world.centre, BTJ, record, DEWI, "3275-KTP-1"),
        lambda: desk.reject(world.centre, BTJ, record, DEWI, "Penduduk kota lain."),
        lambda: desk.correct(world.centre, BTJ, record, {}, DEWI),
        lambda: claiming.release(world.centre, BTJ, record, DEWI),
    ):
        with pytest.raises(IllegalAct, match="Rudi sedang mengerjakan"):
            act()
    assert claiming.take_next(world.centre, Wanted(free=True), DEWI) is None

    claiming.release(world.centre, BTJ, record, RUDI)
    assert claiming.take_next(world.centre, Wanted(free=True), DEWI) == (BTJ, record)


def test_a_forgotten_claim_ends_by_itself(world: World) -> None:
    _, (record,) = waiting(world, 1)
    desk.start(world.centre, BTJ, record, RUDI)
    now = world.centre.clock()
    later = dataclasses.replace(world.centre, clock=lambda: now + CLAIM_MS + 1)

    taken = claiming.take_next(later, Wanted(free=True), DEWI)

    assert taken == (BTJ, record)
    assert desk.issue(later, BTJ, record, DEWI, "3275-KTP-1") is Status.TERBIT


def test_an_admin_takes_over_and_it_is_known_whose_it_was(world: World) -> None:
    _, (record,) = waiting(world, 1)
    desk.start(world.centre, BTJ, record, RUDI)

    with pytest.raises(IllegalAct, match="Hanya admin"):
        claiming.take_over(world.centre, BTJ, record, DEWI)
    before = claiming.take_over(world.centre, BTJ, record, ANI)

    assert before is not None
    assert before.name == "Rudi"
    with pytest.raises(IllegalAct, match="Ani sedang mengerjakan"):
        desk.issue(world.centre, BTJ, record, RUDI, "3275-KTP-1")


def test_work_leaves_the_list_when_it_is_done_or_withdrawn(world: World) -> None:
    counter, (first, second, third) = waiting(world, 3)
    assert open_work(world.centre) == 3

    desk.issue(world.centre, BTJ, first, RUDI, "3275-KTP-1")
    desk.give_back(world.centre, BTJ, second, RUDI, "Foto KK buram.")
    counter.act(third, Act.BATALKAN, status=Status.DIBATALKAN)
    counter.exchange()
    world.fold()

    assert open_work(world.centre) == 0
    assert claiming.take_next(world.centre, Wanted(free=True), RUDI) is None


def test_nothing_of_a_request_that_is_destroyed_stays_at_the_desk(world: World) -> None:
    _, (record,) = waiting(world, 1)
    desk_rules.save(world.centre, {("terbitkan", "ktp-el")}, {}, ANI)
    desk.issue(world.centre, BTJ, record, RUDI, "3275-KTP-1")
    desk.start(world.centre, BTJ, record, DEWI)
    assert proposing.count(world.centre) == 1

    shred(world.centre, BTJ, record, Consent((ANI, RUDI), "Salah orang, harus dihapus."))

    assert open_work(world.centre) == 0
    assert proposing.count(world.centre) == 0
    assert claiming.holder(world.centre, BTJ, record) is None


def test_a_double_that_comes_later_weighs_on_the_first_and_leaves_it_again(world: World) -> None:
    counter = world.counter()
    person = counter.people.person().form("hilang")
    first = counter.file(**person)
    counter.act(first, Act.VERIFIKASI, status=Status.DIVERIFIKASI)
    counter.exchange()
    world.fold()
    before = care(world, first)
    second = counter.file(**person)
    counter.exchange()
    world.fold()
    paired = care(world, first)

    duplicates.not_the_same(world.centre, first, second, RUDI, "Orangnya berbeda.", seen={})

    assert paired > before
    assert care(world, first) == before


def care(world: World, record: bytes) -> int:
    with reading(world.centre.vault.engine) as connection:
        query = select(task.c.care).where(task.c.stream == BTJ, task.c.record == record)
        return int(connection.execute(query).scalar_one())


def test_a_request_that_waits_for_a_second_officer_is_nobody_s_next(world: World) -> None:
    _, (record,) = waiting(world, 1)
    desk_rules.save(world.centre, {("tolak", "ktp-el")}, {}, ANI)

    after = desk.reject(world.centre, BTJ, record, RUDI, "Penduduk kota lain.")

    assert after is Status.DIVERIFIKASI
    assert claiming.take_next(world.centre, Wanted(free=True), DEWI) is None


def test_two_confirm_at_once_and_it_happens_once(world: World) -> None:
    _, (record,) = waiting(world, 1)
    desk_rules.save(world.centre, {("terbitkan", "ktp-el")}, {}, ANI)
    desk.issue(world.centre, BTJ, record, RUDI, "3275-KTP-1")
    number = proposing.listed(world.centre, proposing.WAITS, 1, 10).found[0].proposal.id
    done: list[object] = []
    together = threading.Barrier(2)

    def confirm(by: Author) -> None:
        together.wait()
        try:
            done.append(proposing.confirm(world.centre, BTJ, record, number, by))
        except IllegalAct as late:
            done.append(late)

    threads = [threading.Thread(target=confirm, args=[by]) for by in (ANI, DEWI)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(type(one).__name__ for one in done) == ["IllegalAct", "Status"]
    assert status(world, record) == Status.TERBIT
