"""By file: for a kelurahan that is off line for weeks."""

from __future__ import annotations

from pathlib import Path

import pytest

from central.workflows import desk
from edge_node.workflows.outlook import waiting
from registration.lifecycle import Act
from sync.bundle import MAX_BUNDLE_BYTES
from sync.carrier_file import Damaged, Reader
from sync.errors import WrongStream
from sync.link import Link, Way
from tests.integration.carriers.story import (
    all_arrived,
    backlog,
    bring_back,
    by_file,
    export,
    file_with_scans,
    parted_by_an_old_backup,
    take_in,
)
from tests.integration.world import BTJ, RUDI, World, cut


def test_a_backlog_arrives_by_file_and_the_answer_brings_what_the_centre_did(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    records = backlog(counter)
    brought = by_file(world, counter, tmp_path)
    assert brought.acked == 12
    assert brought.pieces > 0
    all_arrived(world, counter, records)

    counter.act(records[0], Act.VERIFIKASI, status="diverifikasi")
    by_file(world, counter, tmp_path, "second")
    world.fold()
    desk.start(world.centre, BTJ, records[0], RUDI)
    again = by_file(world, counter, tmp_path, "third")

    assert again.changes == 1
    assert counter.record(records[0]).status == "diproses"
    all_arrived(world, counter, records)


def test_an_export_marks_nothing_as_sent(world: World, tmp_path: Path) -> None:
    counter = world.counter()
    backlog(counter, requests=2, with_scans=1)
    before, state = waiting(counter.edge), counter.edge.standing.acked

    export(counter, tmp_path / "usb.loket")

    assert waiting(counter.edge) == before
    assert counter.edge.standing.acked == state == 0


def test_each_bundle_in_a_file_keeps_the_limit_and_their_numbers_rise(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    backlog(counter, requests=1, with_scans=30)

    done = export(counter, tmp_path / "usb.loket")

    with (tmp_path / "usb.loket").open("rb") as file:
        sizes = [len(raw) for raw in Reader(file)]
    assert len(sizes) == done.tally.bundles > 1
    assert max(sizes) < MAX_BUNDLE_BYTES
    assert len(done.scans) == 60


def test_importing_twice_changes_nothing_and_says_so(world: World, tmp_path: Path) -> None:
    counter = world.counter()
    records = backlog(counter)
    up, down, again = (tmp_path / name for name in ("up", "down", "again"))
    export(counter, up)

    first, second = take_in(world, up, down), take_in(world, up, again)
    assert (first.new_changes, first.brought.changes) == (12, 12)
    assert first.new_pieces == first.brought.pieces > 0
    assert (second.new, second.brought.changes, second.trouble) == (False, 12, None)

    brought, known = bring_back(counter, down), bring_back(counter, down)
    newer = bring_back(counter, again)
    assert brought.new
    assert (known.new, newer.new, known.trouble, newer.trouble) == (False, False, "", "")
    all_arrived(world, counter, records)


def test_what_came_by_http_meanwhile_is_known_and_no_error(world: World, tmp_path: Path) -> None:
    counter = world.counter()
    records = backlog(counter)
    export(counter, tmp_path / "usb")
    counter.exchange()
    records.append(counter.file())
    counter.exchange()

    late = take_in(world, tmp_path / "usb", tmp_path / "answer")
    acked = counter.edge.standing.acked
    brought = bring_back(counter, tmp_path / "answer")

    assert (late.new, late.trouble) == (False, None)
    assert (brought.new, brought.trouble) == (False, "")
    assert counter.edge.standing.acked == acked
    all_arrived(world, counter, records)


def test_a_file_brings_what_one_short_moment_of_the_line_did_not(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    records = backlog(counter)
    export(counter, tmp_path / "usb")
    counter.edge.line.link = Link(up=Way(budget=600))
    counter.line.trouble = cut_after(1)
    counter.courier.run()

    took = take_in(world, tmp_path / "usb", tmp_path / "answer")

    assert took.new_changes > 0
    assert took.trouble is None
    bring_back(counter, tmp_path / "answer")
    all_arrived(world, counter, records)


def cut_after(calls: int):  # type: ignore[no-untyped-def]
    left = [calls]

    def trouble(moment: str) -> None:
        if moment == "before":
            left[0] -= 1
            if left[0] < 0:
                cut(moment)

    return trouble


def test_an_old_answer_never_lowers_what_is_acknowledged(world: World, tmp_path: Path) -> None:
    counter = world.counter()
    records = backlog(counter, requests=3, with_scans=0)
    export(counter, tmp_path / "usb")
    take_in(world, tmp_path / "usb", tmp_path / "old answer")
    records += backlog(counter, requests=5, with_scans=1)
    counter.exchange()
    acked = counter.edge.standing.acked

    brought = bring_back(counter, tmp_path / "old answer")

    assert counter.edge.standing.acked == acked
    assert not brought.new
    all_arrived(world, counter, records)


@pytest.mark.parametrize("back_by", ["answer", "http"])
def test_scans_that_the_file_brought_are_not_sent_again_by_http(
    world: World, tmp_path: Path, back_by: str
) -> None:
    counter = world.counter()
    records = backlog(counter, requests=2, with_scans=3)
    export(counter, tmp_path / "usb")
    took = take_in(world, tmp_path / "usb", tmp_path / "answer")
    records.append(file_with_scans(counter, seed=99))
    if back_by == "answer":
        bring_back(counter, tmp_path / "answer")
    counter.line.sent.clear()

    counter.exchange()

    sent = sum(len(chunks_of(raw)) for raw in counter.line.sent)
    whole = len(world_pieces(world, records))
    assert sent == whole - took.new_pieces
    all_arrived(world, counter, records)


def test_scans_whose_file_was_lost_go_by_http(world: World, tmp_path: Path) -> None:
    counter = world.counter()
    records = backlog(counter, requests=2, with_scans=3)
    export(counter, tmp_path / "lost in the rain")

    counter.exchange()

    all_arrived(world, counter, records)


def chunks_of(raw: bytes) -> tuple[tuple[bytes, bytes], ...]:
    import cbor2

    from sync import wire

    return wire.decode(cbor2.loads(raw).value[2]).chunks


def world_pieces(world: World, records: list[bytes]) -> set[bytes]:
    world.fold()
    return {
        sha
        for record in records
        for manifest in world.record(record).named("berkas").values()
        for sha in manifest["chunks"]
    }


def test_a_file_cut_short_gives_the_whole_bundles_before_the_cut(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    records = backlog(counter, requests=1, with_scans=30)
    export(counter, tmp_path / "usb")
    data = (tmp_path / "usb").read_bytes()
    (tmp_path / "usb").write_bytes(data[: len(data) - 5000])

    took = take_in(world, tmp_path / "usb", tmp_path / "answer")

    assert isinstance(took.trouble, Damaged)
    assert f"behind bundle {took.brought.bundles}: it was cut short" in str(took.trouble)
    assert took.new
    brought = bring_back(counter, tmp_path / "answer")
    assert brought.acked == took.new_changes
    assert waiting(counter.edge).scans > 0
    by_file(world, counter, tmp_path, "second")
    all_arrived(world, counter, records)


def test_a_bundle_altered_in_a_file_is_refused_and_those_before_it_are_taken(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    backlog(counter, requests=1, with_scans=30)
    export(counter, tmp_path / "usb")
    data = bytearray((tmp_path / "usb").read_bytes())
    data[-5000] ^= 1
    (tmp_path / "usb").write_bytes(data)

    took = take_in(world, tmp_path / "usb", tmp_path / "answer")

    assert "altered" in str(took.trouble)
    assert took.brought.bundles >= 1
    assert bring_back(counter, tmp_path / "answer").acked > 0


def test_files_for_others_are_told_so(world: World, tmp_path: Path) -> None:
    counter, neighbour = world.counter(), world.counter("32.75.02.1001")
    counter.file()
    export(counter, tmp_path / "up")
    take_in(world, tmp_path / "up", tmp_path / "down")

    with pytest.raises(WrongStream, match="loket central import"):
        bring_back(counter, tmp_path / "up")
    with pytest.raises(WrongStream, match="loket edge import"):
        take_in(world, tmp_path / "down", tmp_path / "x")
    with pytest.raises(WrongStream, match="this file is for kelurahan"):
        bring_back(neighbour, tmp_path / "down")
    with pytest.raises(Damaged, match="not a carrier file"):
        take_in(world, Path(__file__), tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_an_answer_to_what_did_not_leave_from_here_changes_nothing(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    backup = counter.backup(tmp_path)
    counter.file()
    export(counter, tmp_path / "up")
    take_in(world, tmp_path / "up", tmp_path / "down")
    counter.restore(backup)

    brought = bring_back(counter, tmp_path / "down")

    assert (brought.answers, brought.not_asked, brought.new) == (1, 1, False)


# A backup of PostgreSQL is another tool's business; the exchange that follows is the same.
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_centre_restored_to_yesterday_gets_again_by_file_what_it_lost(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    records = backlog(counter, requests=2, with_scans=1)
    by_file(world, counter, tmp_path, "before")
    backup = world.backup()
    records += backlog(counter, requests=3, with_scans=1)
    by_file(world, counter, tmp_path, "lost")
    acked = counter.edge.standing.acked
    world.restore(backup)

    for name in ("first", "second", "third"):
        by_file(world, counter, tmp_path, name)
        world.fold()

    assert counter.edge.standing.acked == acked
    all_arrived(world, counter, records)


def test_a_counter_restored_from_an_old_backup_takes_back_its_tail_by_file(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    records = parted_by_an_old_backup(counter, tmp_path)
    former = counter.edge.vault.replica
    export(counter, tmp_path / "up")

    took = take_in(world, tmp_path / "up", tmp_path / "down")
    assert "restored from a backup" in str(took.trouble)
    brought = bring_back(counter, tmp_path / "down")
    by_file(world, counter, tmp_path, "second")

    assert brought.changes == 3
    assert counter.edge.vault.replica != former
    all_arrived(world, counter, records)
