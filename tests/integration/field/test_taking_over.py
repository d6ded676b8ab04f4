"""A stream that is given to a new box, as the old one was stolen or broke."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from central.store import nodes
from central.workflows import desk
from central.workflows.acting import acting
from registration.catalogue import KIND
from registration.lifecycle import Act, Status
from sync.body import Body
from tests.integration.field.checks import listed, settled
from tests.integration.world import BTJ, RUDI, World, cut, swallow_answer
from vault.engine import reading, writing
from vault.fold import lock_stream
from vault.read import Filter, search
from vault.write import write


def one_answer_then_cut() -> Callable[[str], None]:
    moments = iter(("before", "after"))
    return lambda moment: None if next(moments, None) == moment else cut(moment)


def test_a_new_box_takes_over_the_open_requests_of_a_stolen_one(
    world: World, tmp_path: Path
) -> None:
    stolen = world.counter()
    waiting_ones = [stolen.file() for _ in range(3)]
    returned = stolen.verified()
    closed = stolen.verified()
    stolen.exchange()
    world.fold()
    desk.start(world.centre, BTJ, returned, RUDI)
    desk.give_back(world.centre, BTJ, returned, RUDI, "Foto kabur, mohon unggah ulang.")
    desk.start(world.centre, BTJ, closed, RUDI)
    desk.reject(world.centre, BTJ, closed, RUDI, "Data tidak ditemukan.")
    stolen.exchange()
    with writing(world.centre.vault.engine) as connection:
        nodes.revoke(connection, stolen.edge.vault.replica)
    stolen.file()
    stolen.courier.run()
    assert stolen.edge.line.link.reason == "revoked"

    new = world.counter()
    own = new.file()
    new.exchange()
    world.fold()

    for one in (*waiting_ones, returned):
        assert new.record(one).state == world.record(one).state
    assert new.record(returned).status == Status.DIKEMBALIKAN
    assert set(listed(new)) == {*waiting_ones, returned, own}, "what has ended stays where it is"
    with reading(new.edge.vault.engine) as connection:
        code = world.record(returned).value("kode")
        hits = search(connection, new.edge.vault, [("kode", code)], lambda _: True, Filter(), 5)
    assert [hit.id for hit in hits] == [returned], "found by its receipt"
    new.correct(returned, pekerjaan="GURU")
    new.exchange()
    world.fold()
    assert world.record(returned).value("data.pekerjaan") == "GURU"
    assert world.record(returned).conflicts == 0
    new.exchange()
    assert new.record(returned).state == world.record(returned).state


def test_what_is_said_later_of_an_ended_request_brings_the_whole_of_it_to_a_new_box(
    world: World,
) -> None:
    stolen = world.counter()
    ended = stolen.verified()
    stolen.exchange()
    world.fold()
    desk.start(world.centre, BTJ, ended, RUDI)
    desk.reject(world.centre, BTJ, ended, RUDI, "Data tidak ditemukan.")
    with writing(world.centre.vault.engine) as connection:
        nodes.revoke(connection, stolen.edge.vault.replica)
    new = world.counter()
    new.exchange()
    assert not listed(new)

    with acting(world.centre) as connection:
        lock_stream(connection, BTJ)
        body = Body(Act.PERBAIKI, RUDI, {"data.telepon": "081290001234"})
        write(connection, world.centre.vault, BTJ, ended, KIND, body, world.centre.stamp())
    trouble, new.line.trouble = new.line.trouble, one_answer_then_cut()
    new.courier.run()
    assert not listed(new), "without its beginning nobody could read it"
    new.line.trouble = trouble
    settled(world, new)

    assert listed(new) == [ended]
    assert new.record(ended).state == world.record(ended).state
    assert new.record(ended).value("data.telepon") == "081290001234"
    new.reopen()
    settled(world, new)


def test_a_takeover_that_breaks_off_goes_on_where_it_was(world: World) -> None:
    stolen = world.counter()
    filed = [stolen.file() for _ in range(30)]
    stolen.exchange()
    world.fold()
    new = world.counter()
    calls = 0

    def flaky(moment: str) -> None:
        nonlocal calls
        calls += 1
        if calls % 3 == 0:
            cut(moment)

    new.line.trouble = flaky
    for _ in range(20):
        new.now[0] += 1000
        new.courier.run()

    assert {new.record(one).status for one in filed} == {Status.DIAJUKAN}


def test_a_centre_restored_to_before_a_takeover_does_not_give_it_once_more(world: World) -> None:
    stolen = world.counter()
    record = stolen.verified()
    stolen.exchange()
    world.fold()
    new = world.counter()
    backup = world.backup()
    new.exchange()
    assert listed(new) == [record]

    world.restore(backup)
    desk.start(world.centre, BTJ, record, RUDI)
    desk.reject(world.centre, BTJ, record, RUDI, "Data tidak ditemukan.")
    new.exchange()

    assert new.record(record).status == Status.DITOLAK, "the end of what it holds reaches it"
    settled(world, new)


def test_a_new_box_hears_the_end_of_what_it_filed_before_it_took_over(world: World) -> None:
    stolen = world.counter()
    stolen.file()
    stolen.exchange()
    world.fold()
    new = world.counter()
    own = new.verified()
    new.line.trouble = swallow_answer
    new.courier.run()
    world.fold()
    desk.start(world.centre, BTJ, own, RUDI)
    desk.reject(world.centre, BTJ, own, RUDI, "Data tidak ditemukan.")

    new.line.trouble = lambda _: None
    new.now[0] += 1000
    new.exchange()

    assert new.record(own).status == Status.DITOLAK
    settled(world, new)
