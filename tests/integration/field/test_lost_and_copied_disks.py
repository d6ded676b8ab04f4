"""What goes wrong in the field with disks: old backups, copies, thefts. One test a row."""

from __future__ import annotations

from pathlib import Path

from central.store import nodes
from central.workflows import desk, settling
from central.workflows.lookup import open_request
from registration.lifecycle import Status
from tests.integration.field.checks import receipts, settled, times_filed
from tests.integration.world import BTJ, RUDI, World, cut
from vault import log
from vault.engine import reading


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


def test_two_branches_of_one_length_are_told_apart_though_nothing_is_sent(
    world: World, tmp_path: Path
) -> None:
    older = world.counter()
    shared = older.file()
    older.exchange()
    world.fold()
    backup = world.backup()
    younger = older.clone(tmp_path)
    theirs = younger.file()
    younger.exchange()
    # Forgotten again, so that the other branch is taken.
    world.restore(backup)
    ours = older.file()
    older.exchange()

    younger.line.centre = world.centre
    settled(world, older, younger)

    assert older.edge.vault.replica != younger.edge.vault.replica
    for one in (shared, ours, theirs):
        assert times_filed(world, one) == 1


def test_a_branch_under_a_former_name_comes_back_though_another_was_taken(
    world: World, tmp_path: Path
) -> None:
    oldest = world.counter()
    shared = oldest.file()
    oldest.exchange()
    world.fold()
    backup = world.backup()
    middle, youngest = oldest.clone(tmp_path), oldest.clone(tmp_path)
    given_up = [oldest.file(), middle.file()]
    oldest.exchange()
    middle.exchange()
    assert middle.edge.vault.replica != oldest.edge.vault.replica
    # The centre forgets both, and takes the branch of the third copy.
    world.restore(backup)
    for counter in (middle, youngest):
        counter.line.centre = world.centre
    taken = [youngest.file() for _ in range(2)]
    youngest.exchange()

    settled(world, middle, youngest, oldest)

    assert len({one.edge.vault.replica for one in (oldest, middle, youngest)}) == 3
    for one in (shared, *given_up, *taken):
        assert times_filed(world, one) == 1


def test_a_counter_with_a_new_name_gives_a_restored_centre_its_former_log_first(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    first = counter.file()
    counter.exchange()
    world.fold()
    before_the_second = world.backup()
    second = counter.file()
    counter.exchange()
    backup = counter.backup(tmp_path)
    third = counter.file()
    counter.exchange()
    counter.restore(backup)
    counter.correct(second, pekerjaan="GURU")
    counter.exchange()

    # The new name's log has seen what the centre now lacks of the former one.
    world.restore(before_the_second)
    settled(world, counter)

    assert world.record(second).value("data.pekerjaan") == "GURU"
    for one in (first, second, third):
        assert times_filed(world, one) == 1
