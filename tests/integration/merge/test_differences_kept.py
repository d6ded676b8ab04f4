"""What stood against each other is kept as the logs have it, and remade from them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from central.store import differences
from central.store.differences import Kind, Wanted, Won
from central.store.tables import difference
from central.workflows import late, settling, shredding
from registration.lifecycle import Act, Status
from sync.body import Body
from tests.integration.keys.kit import BOTH
from tests.integration.world import BTJ, RUDI, Counter, World
from vault.engine import reading, writing
from vault.fold import fold_records
from vault.write import write

REASON = "Sesuai KK."


def at_centre(world: World, record: bytes, act: Act, **writes: Any) -> None:
    """An officer's act, straight to the log."""
    centre = world.centre
    with writing(centre.vault.engine) as connection:
        body = Body(act, RUDI, {name.replace("__", "."): v for name, v in writes.items()})
        write(connection, centre.vault, BTJ, record, "permohonan", body, centre.stamp())


def arrive(world: World, counter: Counter) -> None:
    counter.exchange()
    world.fold()


def rows(world: World) -> list[tuple[Any, ...]]:
    with reading(world.centre.vault.engine) as connection:
        query = select(difference).order_by(*difference.primary_key.columns)
        return [tuple(one) for one in connection.execute(query)]


def kinds(world: World) -> list[tuple[str, str, str, bool]]:
    """Kind, field, whose word, whether it waits."""
    names = [column.name for column in difference.columns]
    found = [dict(zip(names, one, strict=True)) for one in rows(world)]
    listed = [(one["kind"], one["field"], one["won"], one["settled_ms"] == 0) for one in found]
    return sorted(listed)


def of_each_kind(world: World) -> tuple[Counter, list[bytes]]:
    """A name that differs, a request cancelled while it was issued, and a late correction."""
    counter = world.counter()
    named, cancelled, corrected = (counter.verified() for _ in range(3))
    arrive(world, counter)
    at_centre(world, named, Act.PERBAIKI, data__nama="DEWI PUSAT")
    counter.correct(named, nama="DEWI LOKET")
    for record in (cancelled, corrected):
        at_centre(world, record, Act.TERBITKAN, status=Status.TERBIT, nomor_dokumen="1")
    counter.act(cancelled, Act.BATALKAN, status=Status.DIBATALKAN)
    counter.correct(corrected, nama="DEWI LESTARI")
    arrive(world, counter)
    return counter, [named, cancelled, corrected]


def test_each_kind_waits_in_its_queue_the_longest_first(world: World) -> None:
    _, records = of_each_kind(world)

    with reading(world.centre.vault.engine) as connection:
        counts = differences.count_waiting(connection)
        queues = [
            [record for _, record, _ in differences.list_waiting(connection, Wanted(kind), 1, 9)]
            for kind in (Kind.ISIAN, Kind.STATUS, Kind.SUSULAN)
        ]
        everything = differences.list_waiting(connection, Wanted(), 1, 9)

    assert counts == {Kind.ISIAN: 1, Kind.STATUS: 1, Kind.SUSULAN: 1}
    assert queues == [[record] for record in records]
    assert [since for _, _, since in everything] == sorted(since for _, _, since in everything)


def test_settling_closes_each_and_says_whose_word_holds(world: World) -> None:
    counter, (named, cancelled, corrected) = of_each_kind(world)
    centre = world.centre

    for record, field, value in (
        (named, "data.nama", "DEWI LOKET"),
        (cancelled, "status", Status.TERBIT),
    ):
        _, conflicts = settling.conflicts_of(centre, BTJ, record)
        key = next(s.key for c in conflicts for s in c.sides if s.value == value)
        settling.settle(centre, BTJ, record, {field: key}, RUDI, REASON)
    late.confirm(centre, BTJ, corrected, RUDI, REASON, seen=None)
    arrive(world, counter)

    assert kinds(world) == [
        (Kind.ISIAN, "data.nama", Won.LOKET, False),
        (Kind.STATUS, "status", Won.PUSAT, False),
        (Kind.SUSULAN, "", Won.PUSAT, False),
    ]
    assert counter.record(named).value("data.nama") == "DEWI LOKET"


def test_a_plain_correction_that_saw_both_closes_it_too(world: World) -> None:
    counter, (named, *_) = of_each_kind(world)

    counter.correct(named, nama="DEWI BETUL")
    arrive(world, counter)

    assert (Kind.ISIAN, "data.nama", Won.LAIN, False) in kinds(world)


def test_showing_every_record_again_makes_the_same(world: World) -> None:
    _, records = of_each_kind(world)
    late.take_back(world.centre, BTJ, records[2], RUDI, REASON, seen=None)
    before = rows(world)

    with writing(world.centre.vault.engine) as connection:
        connection.execute(delete(difference))
        fold_records(connection, world.centre.vault, BTJ, records)

    assert before
    assert rows(world) == before


def test_what_was_destroyed_waits_for_nobody(world: World) -> None:
    _, (named, *_) = of_each_kind(world)

    shredding.shred(world.centre, BTJ, named, BOTH)

    with reading(world.centre.vault.engine) as connection:
        waiting = differences.list_waiting(connection, Wanted(), 1, 9)
        assert named not in [record for _, record, _ in waiting]
        assert differences.count_requests(connection) == 2
