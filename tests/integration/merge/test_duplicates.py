"""The same person with the same open service twice: found while folding, settled by a person."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, insert, select

from central.store import duplicates as store
from central.store.tables import alike, compared
from central.workflows import desk, duplicates
from central.workflows.folding import fold_stream
from central.workflows.lookup import open_request
from central.workflows.seen import ChangedMeanwhile
from edge_node.workflows import acts
from registration.catalogue import policy_of
from registration.errors import IllegalAct
from registration.lifecycle import Act, Status
from sync.body import Body
from tests.integration.world import BTJ, RUDI, SITI, Counter, World
from vault import log
from vault.engine import reading, writing
from vault.fold import fold_changes
from vault.laying_out import lay_out
from vault.tables import parked, view
from vault.telling import timeline
from vault.write import write

BINTARA = "32.75.02.1001"
REASON = "NIK dan fotonya sama."


def twice(world: World, *streams: str) -> tuple[list[Counter], list[bytes]]:
    """One person files at each of these counters; the centre knows."""
    counters = [world.counter(stream) for stream in streams]
    person = counters[0].people.person().form("hilang")
    records = [counter.file(**person) for counter in counters]
    for counter in counters:
        assert counter.courier.run()
    world.fold()
    return counters, records


def waiting(world: World) -> list[set[bytes]]:
    found = duplicates.waiting(world.centre, 1, 50)
    assert found.total == len(found.pairs)
    return [{one.id, other.id} for one, other in found.pairs]


def story(counter: Counter, record: bytes) -> list[str]:
    found = counter.record(record)
    lines = timeline(found.told, counter.edge.place_of, policy_of, ())
    return [str(line.sentence) for line in lines]


def test_the_same_person_at_two_counters_waits_for_an_officer(world: World) -> None:
    counters, records = twice(world, BTJ, BINTARA)
    counters[0].file()
    counters[0].courier.run()
    world.fold()

    assert waiting(world) == [set(records)]
    assert duplicates.alike(world.centre, records[0]) == [records[1]]
    assert duplicates.count(world.centre) == 1


def test_cancelling_one_is_told_at_both_counters_and_deletes_nothing(world: World) -> None:
    (here, there), (first, second) = twice(world, BTJ, BINTARA)
    before = len(there.record(second).told)

    duplicates.cancel_one(world.centre, second, first, RUDI, REASON, seen={})
    for counter in (here, there):
        assert counter.courier.run()

    code, other = here.record(first).value("kode"), there.record(second).value("kode")
    assert waiting(world) == []
    assert there.record(second).status == Status.DIBATALKAN
    assert there.record(second).value("alasan") == REASON
    assert len(there.record(second).told) == before + 1
    assert here.record(first).status == Status.DIAJUKAN
    assert story(there, second)[-1] == (
        f"Disdukcapil (Rudi) membatalkan permohonan ini karena sama dengan {code} di "
        "Loket Bintarajaya; yang itu dilanjutkan: NIK dan fotonya sama."
    )
    assert story(here, first)[-1] == (
        f"Disdukcapil (Rudi) menyatakan {other} di Loket Bintara sama dengan permohonan ini dan "
        "membatalkan yang itu; yang ini dilanjutkan: NIK dan fotonya sama."
    )
    world.fold()
    assert world.state() == here.state()
    assert world.state(BINTARA) == there.state()


def test_two_matters_are_not_asked_about_again_and_a_stranger_s_code_stays_away(
    world: World,
) -> None:
    (here, there), (first, second) = twice(world, BTJ, BINTARA)

    duplicates.not_the_same(world.centre, first, second, RUDI, "Orangnya berbeda.", seen={})
    for counter, record in ((here, first), (there, second)):
        counter.courier.run()
        acts.correct(counter.edge, record, {}, [], SITI)
        form = {n: str(v) for n, v in counter.record(record).named("data").items()}
        acts.correct(counter.edge, record, {**form, "pekerjaan": "GURU"}, [], SITI)
        counter.courier.run()
    world.fold()

    assert waiting(world) == []
    assert "bukan permohonan yang sama dengan satu permohonan di Loket Bintara" in " ".join(
        story(here, first)
    )
    written = [one.body for one in here.record(first).told if one.body is not None]
    assert str(there.record(second).value("kode")) not in str(written)
    assert here.record(first).status == there.record(second).status == Status.DIAJUKAN


def test_twice_at_one_counter_is_found_too(world: World) -> None:
    counter = world.counter()
    person = counter.people.person().form("hilang")
    records = {counter.file(**person), counter.file(**person)}
    counter.courier.run()
    world.fold()

    assert waiting(world) == [records]


def test_what_is_over_is_no_candidate(world: World) -> None:
    (here, there), (first, second) = twice(world, BTJ, BINTARA)

    acts.cancel(there.edge, second, SITI, "Pemohon salah kelurahan.")
    there.courier.run()
    world.fold()
    assert waiting(world) == []

    again = there.file(**{n: str(v) for n, v in here.record(first).named("data").items()})
    there.courier.run()
    world.fold()
    assert waiting(world) == [{first, again}]


def test_a_corrected_number_ends_the_likeness(world: World) -> None:
    (here, _), (first, _second) = twice(world, BTJ, BINTARA)
    other = here.people.person().form("hilang")
    form = {n: str(v) for n, v in here.record(first).named("data").items()}

    mended = {**form, **{name: other[name] for name in ("nik", "tanggal_lahir", "jenis_kelamin")}}
    acts.correct(here.edge, first, mended, [], SITI, confirmed=frozenset({"nik", "no_kk"}))
    here.courier.run()
    world.fold()

    assert waiting(world) == []


def test_of_three_each_pair_is_asked_until_one_is_left(world: World) -> None:
    _, (first, second, third) = twice(world, BTJ, BINTARA, BTJ)
    assert len(waiting(world)) == 3

    duplicates.not_the_same(world.centre, first, second, RUDI, "Orangnya berbeda.", seen={})
    assert waiting(world) == [{first, third}, {second, third}]

    duplicates.cancel_one(world.centre, third, second, RUDI, REASON, seen={})
    assert waiting(world) == []


def test_many_of_one_matter_cost_no_square_and_none_is_forgotten(world: World) -> None:
    counter = world.counter()
    person = counter.people.person().form("hilang")
    records = [counter.file(**person) for _ in range(9)]
    counter.courier.run()
    world.fold()
    assert len(waiting(world)) == 10

    for record in records[:-1]:
        acts.cancel(counter.edge, record, SITI, "Diajukan dua kali.")
        counter.courier.run()
        world.fold()
        left = records[records.index(record) + 1 :]
        assert set().union(*waiting(world)) == (set(left[:5]) if len(left) > 1 else set())


def test_what_made_a_document_is_not_cancelled_but_the_other_can_be(world: World) -> None:
    (here, _), (first, second) = twice(world, BTJ, BINTARA)
    with writing(here.edge.vault.engine) as connection:
        body = Body(Act.VERIFIKASI, SITI, {"status": Status.DIVERIFIKASI})
        write(connection, here.edge.vault, BTJ, first, "permohonan", body, here.edge.stamp())
    here.courier.run()
    world.fold()
    desk.issue(world.centre, BTJ, first, RUDI, "3275-KTP-000001")
    assert waiting(world) == [{first, second}]

    with pytest.raises(IllegalAct, match="tidak bisa dibatalkan lagi"):
        duplicates.cancel_one(world.centre, first, second, RUDI, REASON, seen={})
    duplicates.cancel_one(world.centre, second, first, RUDI, REASON, seen={})

    assert world.record(first).status == Status.TERBIT
    assert world.record(second, BINTARA).status == Status.DIBATALKAN


def test_a_colleague_s_verdict_is_not_given_twice(world: World) -> None:
    _, (first, second) = twice(world, BTJ, BINTARA)
    duplicates.not_the_same(world.centre, first, second, RUDI, "Orangnya berbeda.", seen={})

    with pytest.raises(IllegalAct, match="sudah diputuskan"):
        duplicates.cancel_one(world.centre, second, first, RUDI, REASON, seen={})

    assert world.record(second, BINTARA).status == Status.DIAJUKAN


def test_nothing_is_decided_over_what_the_officer_did_not_see(world: World) -> None:
    (here, _), (first, second) = twice(world, BTJ, BINTARA)
    seen = {
        first: dict(world.record(first).state.context),
        second: dict(world.record(second, BINTARA).state.context),
    }
    form = {n: str(v) for n, v in here.record(first).named("data").items()}
    acts.correct(here.edge, first, {**form, "pekerjaan": "GURU"}, [], SITI)
    here.courier.run()
    world.fold()

    with pytest.raises(ChangedMeanwhile):
        duplicates.cancel_one(world.centre, second, first, RUDI, REASON, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        duplicates.not_the_same(world.centre, first, second, RUDI, REASON, seen=seen)

    assert world.record(second, BINTARA).status == Status.DIAJUKAN
    assert waiting(world) == [{first, second}]


def test_a_counter_may_not_judge(world: World) -> None:
    _, (first, second) = twice(world, BTJ, BINTARA)

    with pytest.raises(IllegalAct):
        duplicates.cancel_one(world.centre, second, first, SITI, REASON, seen={})
    with pytest.raises(IllegalAct):
        duplicates.not_the_same(world.centre, first, second, SITI, REASON, seen={})


def test_an_edit_on_its_way_stands_beside_the_cancelling(world: World) -> None:
    """Cancelled at the centre while the counter corrects: one story, and nothing is lost."""
    (_, there), (first, second) = twice(world, BTJ, BINTARA)
    form = {n: str(v) for n, v in there.record(second).named("data").items()}
    acts.correct(there.edge, second, {**form, "pekerjaan": "GURU"}, [], SITI)

    duplicates.cancel_one(world.centre, second, first, RUDI, REASON, seen={})
    there.courier.run()
    world.fold()
    there.courier.run()

    assert there.record(second).status == Status.DIBATALKAN
    assert there.record(second).value("data.pekerjaan") == "GURU"
    assert there.record(second).conflicts == 0
    assert world.state(BINTARA) == there.state()


def test_many_waiting_pairs_are_looked_up_and_not_all_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_FEW", 1)
    counters, (first, second) = twice(world, BTJ, BINTARA)
    other = counters[0].people.person().form("hilang")
    third, fourth = counters[0].file(**other), counters[1].file(**other)
    for counter in counters:
        counter.courier.run()
    world.fold()
    assert waiting(world) == [{first, second}, {third, fourth}]

    acts.cancel(counters[0].edge, first, SITI, "Pemohon pindah.")
    counters[0].courier.run()
    world.fold()

    assert waiting(world) == [{third, fourth}]


def test_the_bookkeeping_is_rebuilt_from_the_logs(world: World) -> None:
    _, (first, second, _) = twice(world, BTJ, BINTARA, BTJ)
    duplicates.not_the_same(world.centre, first, second, RUDI, "Orangnya berbeda.", seen={})
    engine = world.centre.vault.engine

    def rows() -> tuple[list[object], list[object]]:
        with reading(engine) as connection:
            return (
                sorted(map(tuple, connection.execute(select(alike)))),
                sorted(map(tuple, connection.execute(select(compared)))),
            )

    before = rows()
    with writing(engine) as connection:
        connection.execute(delete(alike))
        connection.execute(delete(compared))
        # As the migration of an older store does it.
        connection.execute(
            insert(parked).from_select(["stream", "record"], select(view.c.stream, view.c.record))
        )
    world.fold()

    assert rows() == before
    assert len(before[0]) == 2


def test_two_workers_that_fold_the_halves_of_a_pair_at_once_do_not_miss_it(world: World) -> None:
    here, there = world.counter(BTJ), world.counter(BINTARA)
    person = here.people.person().form("hilang")
    records = {here.file(**person), there.file(**person)}
    here.courier.run()
    there.courier.run()
    vault, behind = world.centre.vault, there.edge.vault.replica
    for stream in (BTJ, BINTARA):
        with writing(vault.engine) as connection:
            lay_out(connection, vault, stream)
    other = threading.Thread(target=fold_stream, args=(world.centre, BINTARA, behind))

    with writing(vault.engine) as connection:
        changes = log.read_changes(connection, BTJ, here.edge.vault.replica, 0, 10)
        fold_changes(connection, vault, BTJ, changes)
        other.start()
        other.join(0.5)
        assert other.is_alive()
    other.join(30)

    assert waiting(world) == [records]


def test_the_centre_s_page_opens_the_pair_older_first(world: World) -> None:
    _, (first, second) = twice(world, BTJ, BINTARA)

    one, other = duplicates.open_pair(world.centre, second, first)

    assert (one.record.id, other.record.id) == (first, second)
    assert one.record.told == open_request(world.centre, BTJ, first).record.told
    with reading(world.centre.vault.engine) as connection:
        assert store.pair_of(connection, first, first) is None
