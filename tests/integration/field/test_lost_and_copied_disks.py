"""What goes wrong in the field with disks: old backups, copies, thefts. One test a row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from central.store import nodes
from central.workflows import desk, settling
from central.workflows.acting import acting
from central.workflows.lookup import open_request
from edge_node.workflows.outlook import waiting
from registration.catalogue import KIND
from registration.lifecycle import Act, Status
from sync.body import Body
from sync.link import Line
from sync.log import run_end
from tests.integration.world import BTJ, RUDI, Counter, World, cut
from vault import log
from vault.core import Vault
from vault.engine import reading, writing
from vault.fold import lock_stream
from vault.read import Filter, list_records, search
from vault.write import write


def receipts(world: World) -> dict[bytes, str]:
    """{record: receipt code} of all that the centre shows."""
    with reading(world.centre.vault.engine) as connection:
        listed, _ = list_records(connection, world.centre.vault, Filter(), 1, 1000)
    return {one.id: one.value("kode") for one in listed}


def times_filed(world: World, record: bytes) -> int:
    told = world.record(record).told
    return sum(one.body is not None and one.body.act == Act.AJUKAN for one in told)


def chains_verify(vault: Vault) -> None:
    with reading(vault.engine) as connection:
        for replica, end in log.log_ends(connection, BTJ).items():
            run, more = log.read_run(connection, BTJ, replica, 0, 8 << 20)
            if run is not None and run.last == end.seq:
                assert not more
                assert run_end(BTJ, run) == end.hash


def listed(counter: Counter) -> list[bytes]:
    with reading(counter.edge.vault.engine) as connection:
        found, _ = list_records(connection, counter.edge.vault, Filter(), 1, 100)
    return [one.id for one in found]


def one_answer_then_cut() -> Callable[[str], None]:
    moments = iter(("before", "after"))
    return lambda moment: None if next(moments, None) == moment else cut(moment)


def settled(world: World, *counters: Counter) -> None:
    """All have exchanged all, and show the same."""
    for _ in range(3):
        for counter in counters:
            counter.exchange()
            world.fold()
    for counter in counters:
        assert counter.state() == world.state()
        assert counter.edge.line.link.line is Line.UP, counter.edge.line.link
        assert waiting(counter.edge).requests == 0
        chains_verify(counter.edge.vault)
    chains_verify(world.centre.vault)


def test_a_counter_restored_from_an_old_backup_takes_back_its_own_tail(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    first = counter.file()
    counter.exchange()
    backup = counter.backup(tmp_path)
    lost = [counter.file() for _ in range(3)]
    counter.exchange()
    world.fold()

    counter.restore(backup)
    settled(world, counter)

    assert [counter.record(one).status for one in (first, *lost)] == [Status.DIAJUKAN] * 4
    replica = counter.edge.vault.replica
    counter.file()
    settled(world, counter)
    assert counter.edge.vault.replica == replica, "nothing was written twice: the log goes on"
    assert len(receipts(world)) == 5


def test_what_a_restored_counter_wrote_meanwhile_becomes_the_log_of_a_new_replica(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    first = counter.file()
    counter.exchange()
    backup = counter.backup(tmp_path)
    lost = [counter.file() for _ in range(3)]
    counter.exchange()
    world.fold()
    counter.restore(backup)
    counter.line.trouble = cut
    before = counter.edge.vault.replica
    meanwhile = [counter.file() for _ in range(5)]
    codes = {one: counter.record(one).value("kode") for one in meanwhile}
    stamps = {one: counter.record(one).told[0].change.hlc for one in meanwhile}
    counter.courier.run()

    counter.line.trouble = lambda _: None
    settled(world, counter)

    assert counter.edge.vault.replica != before
    for one in (first, *lost, *meanwhile):
        assert counter.record(one).status == Status.DIAJUKAN
        assert times_filed(world, one) == 1
    shown = receipts(world)
    assert {one: shown[one] for one in meanwhile} == codes
    assert {one: world.record(one).told[0].change.hlc for one in meanwhile} == stamps
    with reading(world.centre.vault.engine) as connection:
        known = {one.replica for one in nodes.list_nodes(connection)}
    assert {before, counter.edge.vault.replica} <= known
    counter.file()
    settled(world, counter)
    counter.reopen()
    settled(world, counter)


def test_a_restored_counter_that_corrects_what_it_had_sent_loses_neither_word(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    record = counter.file()
    counter.exchange()
    backup = counter.backup(tmp_path)
    counter.correct(record, pekerjaan="GURU")
    counter.exchange()
    counter.restore(backup)
    counter.line.trouble = cut
    counter.correct(record, pekerjaan="PETANI")
    counter.line.trouble = lambda _: None

    settled(world, counter)

    told = [one.body.writes.get("data.pekerjaan") for one in world.record(record).told if one.body]
    assert {"GURU", "PETANI"} <= set(told), "both words stand in the history"


def test_two_boxes_with_one_disk_are_told_apart_and_both_branches_kept(
    world: World, tmp_path: Path
) -> None:
    older = world.counter()
    shared = older.file()
    older.exchange()
    younger = older.clone(tmp_path)
    ours = [older.file() for _ in range(3)]
    theirs = [younger.file() for _ in range(4)]

    older.exchange()
    younger.exchange()
    settled(world, older, younger)

    assert older.edge.vault.replica != younger.edge.vault.replica
    for counter in (older, younger):
        for one in (shared, *ours, *theirs):
            assert counter.record(one).status == Status.DIAJUKAN
    for one in (shared, *ours, *theirs):
        assert times_filed(world, one) == 1
    older.file()
    younger.file()
    settled(world, older, younger)
    with reading(world.centre.vault.engine) as connection:
        told = {one.replica: one for one in nodes.list_nodes(connection)}
    assert told[younger.edge.vault.replica].former == older.edge.vault.replica
    assert told[younger.edge.vault.replica].branched, "the admins are told"
    assert not told[older.edge.vault.replica].branched


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


def test_the_centre_restored_to_yesterday_gets_again_what_it_lost(world: World) -> None:
    counter = world.counter()
    first = counter.verified()
    counter.exchange()
    world.fold()
    backup = world.backup()
    second = counter.verified()
    counter.exchange()
    world.fold()
    desk.start(world.centre, BTJ, first, RUDI)
    desk.issue(world.centre, BTJ, second, RUDI, "3275-KTP-1")
    counter.exchange()

    world.restore(backup)
    settled(world, counter)

    assert world.record(second).status == Status.TERBIT == counter.record(second).status
    assert world.record(first).status == Status.DIPROSES
    desk.issue(world.centre, BTJ, first, RUDI, "3275-KTP-2")
    settled(world, counter)
    assert counter.record(first).status == Status.TERBIT


def test_what_a_restored_centre_wrote_meanwhile_becomes_another_log(world: World) -> None:
    counter = world.counter()
    first, second = counter.verified(), counter.verified()
    counter.exchange()
    world.fold()
    backup = world.backup()
    desk.start(world.centre, BTJ, first, RUDI)
    desk.issue(world.centre, BTJ, first, RUDI, "3275-KTP-1")
    counter.exchange()
    assert counter.record(first).status == Status.TERBIT

    world.restore(backup)
    before = world.centre.vault.replica
    desk.start(world.centre, BTJ, second, RUDI)
    desk.give_back(world.centre, BTJ, second, RUDI, "Foto kabur, mohon unggah ulang.")
    settled(world, counter)

    assert world.centre.vault.replica != before
    assert world.record(first).status == Status.TERBIT == counter.record(first).status
    assert world.record(second).status == Status.DIKEMBALIKAN == counter.record(second).status
    line = open_request(world.centre, BTJ, second)
    assert {line.place_of(one.change.replica) for one in line.told} == {
        "Bintarajaya",
        "Disdukcapil",
    }
    # The pages of an officer go on in the new log.
    counter.correct(second, pekerjaan="GURU")
    settled(world, counter)


def test_each_life_of_the_centre_writes_a_log_of_its_own(world: World, tmp_path: Path) -> None:
    older = world.counter()
    record, other = older.verified(), older.verified()
    older.exchange()
    world.fold()
    backup = world.backup()
    younger = older.clone(tmp_path)
    younger.file()
    settled(world, older, younger)
    desk.start(world.centre, BTJ, record, RUDI)
    lives = {world.centre.vault.replica}
    older.exchange()
    for at in range(2):
        # Each time another of the two boxes hears what is then forgotten.
        world.restore(backup)
        younger.line.centre = world.centre
        hearing = (younger, older)[at]
        hearing.exchange()
        desk.start(world.centre, BTJ, other, RUDI)
        lives.add(world.centre.vault.replica)
        hearing.exchange()

    settled(world, older, younger)

    assert len(lives) == 3
    for counter in (older, younger):
        assert counter.record(record).status == Status.DIPROSES
        assert counter.record(other).status == Status.DIPROSES
    with reading(world.centre.vault.engine) as connection:
        held = log.watermarks(connection, BTJ)
    assert {replica: held[replica] for replica in lives} == dict.fromkeys(lives, 1)


def test_a_restored_centre_that_wrote_other_values_asks_a_person(world: World) -> None:
    counter = world.counter()
    record = counter.verified()
    counter.exchange()
    world.fold()
    backup = world.backup()
    desk.start(world.centre, BTJ, record, RUDI)
    desk.issue(world.centre, BTJ, record, RUDI, "3275-KTP-1")
    counter.exchange()

    world.restore(backup)
    desk.start(world.centre, BTJ, record, RUDI)
    desk.reject(world.centre, BTJ, record, RUDI, "Data tidak ditemukan.")
    settled(world, counter)

    found, conflicts = settling.conflicts_of(world.centre, BTJ, record)
    assert "status" in {one.field for one in conflicts}
    assert found.status == counter.record(record).status
