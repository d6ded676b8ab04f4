"""Requests to SIAK and numbers back, whatever SIAK does: nothing lost, nothing doubled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from central.centre import Centre
from central.siak.http import HttpSiak
from central.store import jobs
from central.workflows import desk, siak
from central.workflows.siak import Sent
from registration.errors import IllegalAct
from registration.invented.people import People
from sync.body import Author
from tests.integration.interfaces.conftest import Clock, Simulator
from tests.integration.world import BTJ, Counter, World
from vault.engine import reading, writing

RUDI = Author("rudi", "Rudi", "verifikator")


@pytest.fixture
def loket(world: World) -> Counter:
    return world.counter(BTJ)


@pytest.fixture
def line(simulator: Simulator) -> Iterator[HttpSiak]:
    opened = HttpSiak(simulator.url, "", read_s=1.0)
    yield opened
    opened.close()


def shortest(low: float, _high: float) -> float:
    return low


def verified(world: World, loket: Counter) -> bytes:
    record = loket.verified()
    loket.exchange()
    world.fold()
    return record


def stand(centre: Centre, world: World, record: bytes) -> Sent:
    return siak.sent(centre, world.record(record))


def work(centre: Centre, line: HttpSiak, clock: Clock, times: int = 8) -> None:
    """The job's runs of some minutes."""
    for _ in range(times):
        siak.work(centre, line, shortest)
        clock.pass_by(minutes=2)


def test_a_request_is_sent_once_and_its_number_comes_back(
    world: World, centre: Centre, clock: Clock, loket: Counter, simulator: Simulator, line: HttpSiak
) -> None:
    record = verified(world, loket)

    siak.ask(centre, BTJ, record, RUDI)
    siak.ask(centre, BTJ, record, RUDI)
    assert stand(centre, world, record).state == jobs.WAITING
    work(centre, line, clock)

    [held] = simulator.taken(record).values()
    done = stand(centre, world, record)
    assert (done.state, done.number) == (jobs.DONE, held["number"])
    assert not done.changed
    # A number that came back decides nothing.
    assert world.record(record).status == "diverifikasi"


def test_after_an_hour_without_siak_all_is_sent_once(
    world: World, centre: Centre, clock: Clock, loket: Counter, simulator: Simulator, line: HttpSiak
) -> None:
    records = [verified(world, loket) for _ in range(3)]
    simulator.mode("down")
    for record in records:
        siak.ask(centre, BTJ, record, RUDI)
    cut_at = clock()
    before = simulator.calls

    for _ in range(60):
        siak.work(centre, line, shortest)
        clock.pass_by(minutes=1)

    # The officer is told why and since when, and SIAK is left alone for the most part.
    told = [stand(centre, world, record) for record in records]
    assert {one.trouble for one in told} == {"failing"}
    assert all(cut_at <= one.trouble_ms < cut_at + 60_000 for one in told)
    assert all(one.next_ms >= clock() - 60_000 for one in told)
    assert simulator.calls - before < 100

    simulator.mode("ok")
    clock.pass_by(minutes=10)
    work(centre, line, clock)
    for record in records:
        [held] = simulator.taken(record).values()
        done = stand(centre, world, record)
        assert (done.state, done.number, done.trouble) == (jobs.DONE, held["number"], "")


def test_a_lost_answer_doubles_nothing(
    world: World, centre: Centre, clock: Clock, loket: Counter, simulator: Simulator, line: HttpSiak
) -> None:
    record = verified(world, loket)
    siak.ask(centre, BTJ, record, RUDI)
    simulator.mode("lost-answer")

    work(centre, line, clock, times=3)
    assert stand(centre, world, record).trouble == "unreached"
    simulator.mode("ok")
    clock.pass_by(minutes=10)
    work(centre, line, clock)

    [held] = simulator.taken(record).values()
    assert held["repeats"] >= 1
    assert stand(centre, world, record).number == held["number"]


@pytest.mark.parametrize(
    ("mode", "trouble"),
    [
        ("garbage", "garbled"),
        ("error", "failing"),
        ("wrong-person", "another-person"),
        ("slow", "silent"),
    ],
)
def test_what_siak_says_wrong_is_not_believed(
    world: World,
    centre: Centre,
    clock: Clock,
    loket: Counter,
    simulator: Simulator,
    line: HttpSiak,
    mode: str,
    trouble: str,
) -> None:
    record = verified(world, loket)
    siak.ask(centre, BTJ, record, RUDI)
    line = HttpSiak(simulator.url, "", read_s=0.3)
    simulator.mode(mode, seconds=0.6)

    siak.work(centre, line, shortest)

    told = stand(centre, world, record)
    assert (told.state, told.trouble, told.number) == (jobs.WAITING, trouble, "")
    simulator.mode("ok")
    clock.pass_by(minutes=10)
    work(centre, line, clock)
    line.close()
    [held] = simulator.taken(record).values()
    assert stand(centre, world, record).number == held["number"]


def test_a_number_that_another_request_has_is_not_taken(
    world: World, centre: Centre, clock: Clock, loket: Counter, simulator: Simulator, line: HttpSiak
) -> None:
    first, second = verified(world, loket), verified(world, loket)
    simulator.mode("duplicate")
    siak.ask(centre, BTJ, first, RUDI)
    work(centre, line, clock)
    siak.ask(centre, BTJ, second, RUDI)

    work(centre, line, clock)

    assert stand(centre, world, first).number == "3275-SIAK-SAMA"
    told = stand(centre, world, second)
    assert (told.trouble, told.number) == ("number-used", "")


def test_a_process_that_died_leaves_its_work_to_another(
    world: World, centre: Centre, clock: Clock, loket: Counter, simulator: Simulator, line: HttpSiak
) -> None:
    record = verified(world, loket)
    siak.ask(centre, BTJ, record, RUDI)
    with writing(centre.vault.engine) as connection:
        # Taken, and never heard of again.
        [held] = jobs.claim(connection, "siak", clock(), 120_000, 1)

    siak.work(centre, line, shortest)
    assert simulator.taken(record) == {}
    work(centre, line, clock)

    assert stand(centre, world, record).state == jobs.DONE
    with writing(centre.vault.engine) as connection:
        # What the first one has to say comes too late.
        assert not jobs.save(connection, held, clock(), state=jobs.FAILED)


def test_what_was_typed_by_hand_ends_the_waiting(
    world: World, centre: Centre, clock: Clock, loket: Counter, simulator: Simulator, line: HttpSiak
) -> None:
    record = verified(world, loket)
    simulator.mode("down")
    siak.ask(centre, BTJ, record, RUDI)
    siak.work(centre, line, shortest)
    desk.issue(world.centre, BTJ, record, RUDI, "3275-TANGAN-1")
    simulator.mode("ok")
    clock.pass_by(minutes=10)

    work(centre, line, clock)

    assert simulator.taken(record) == {}
    assert stand(centre, world, record).state == ""
    with pytest.raises(IllegalAct):
        siak.ask(centre, BTJ, record, RUDI)


def test_a_look_up_tells_field_by_field_and_keeps_nothing(
    world: World, centre: Centre, loket: Counter, simulator: Simulator, line: HttpSiak
) -> None:
    record = verified(world, loket)
    person = People(1).person()  # Who came to the first counter.
    simulator.knows(replace(person, alamat="JL. LAIN NO. 9"))

    found = siak.look_up(centre, line, world.record(record), shortest)
    simulator.mode("down")
    down = siak.look_up(centre, line, world.record(record), shortest)

    by_name = {one.field: one for one in found.fields}
    assert by_name["data.nama"].equal
    assert (by_name["data.alamat"].equal, by_name["data.alamat"].siak) == (False, "JL. LAIN NO. 9")
    assert found.family == (person.nama,)
    assert (down.known, down.trouble) == (False, "failing")


def test_the_queue_keeps_no_person_in_clear(
    world: World, centre: Centre, clock: Clock, loket: Counter, simulator: Simulator, line: HttpSiak
) -> None:
    record = verified(world, loket)
    siak.ask(centre, BTJ, record, RUDI)
    work(centre, line, clock)

    with reading(centre.vault.engine) as connection:
        [job] = jobs.of_record(connection, "siak", record)
    number = stand(centre, world, record).number
    data = world.record(record).named("data")

    for secret in (number, str(data["nik"]), str(data["nama"])):
        assert secret.encode() not in job.sealed
        assert secret.encode() not in job.token
