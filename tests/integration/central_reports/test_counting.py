"""The sums that reports are made of are what counting all records would find."""

from __future__ import annotations

import random
from collections import Counter as Sums
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner
from sqlalchemy import delete, inspect, update

from central.centre import Centre, migrate, open_centre
from central.cli import cli
from central.store import counts, reports
from central.store.count_tables import fact, survey_day, work_day
from central.workflows import making, shredding
from central.workflows.counting import count_all, count_next, facts_of
from central.workflows.reporting import Asked, report
from edge_node.cli import cli as edge_cli
from edge_node.workflows import complaints, survey
from edge_node.workflows.filing import new_record
from registration import survey as skm
from registration.complaint_forms import Complaint
from registration.complaints import Subject
from registration.kinds import COMPLAINT, REQUEST, SURVEY
from registration.lifecycle import Act, Role
from registration.lifecycle import Status as Stands
from registration.reports import Span, period_of
from registration.statistics import Work
from sync.body import Author, Body
from tests.integration.keys.kit import BOTH
from tests.integration.world import BTJ, RUDI, SITI, Counter, World, make_world
from vault import key_work, tables, tally
from vault.engine import reading, writing
from vault.fold import fold_records, lock_stream
from vault.migrate import config_of
from vault.read import Filter, list_records
from vault.write import write

WULAN = Author("wulan", "Wulan", Role.PENYELIA)
BINTARA = "32.75.02.1001"


def by_counting(centre: Centre) -> Sums[tuple[str, counts.Place, str]]:
    """All records opened, one by one."""
    found: Sums[tuple[str, counts.Place, str]] = Sums()
    with reading(centre.vault.engine) as connection:
        for kind in (REQUEST, COMPLAINT, SURVEY):
            only = Filter(kind=kind)
            records, more = list_records(connection, centre.vault, only, 1, 10_000)
            assert not more
            for record in records:
                facts = facts_of(record)
                for (day, what), count in facts.figures.items():
                    found[kind, (record.stream, facts.about, day), str(what)] += count
    return +found


def kept(centre: Centre) -> Sums[tuple[str, counts.Place, str]]:
    with reading(centre.vault.engine) as connection:
        return counts.kept(connection, centre.vault.keyring)


def total(centre: Centre, what: str, kind: str = REQUEST) -> int:
    return sum(n for (of, _, name), n in kept(centre).items() if (of, name) == (kind, what))


def at_centre(centre: Centre, record: bytes, act: Act, status: Stands) -> None:
    with writing(centre.vault.engine) as connection:
        lock_stream(connection, BTJ)
        body = Body(act, RUDI, {"status": status})
        write(connection, centre.vault, BTJ, record, REQUEST, body, centre.stamp())


def complain(counter: Counter) -> bytes:
    record = new_record(counter.edge)
    said = Complaint(Subject.WAKTU, "Antre dari pagi sampai siang.")
    complaints.make(counter.edge, record, said)
    return record


def answer_survey(counter: Counter, value: int) -> None:
    with writing(counter.edge.vault.engine) as connection:
        answers = dict.fromkeys(skm.ELEMENTS, value)
        survey.keep(connection, counter.edge, "ktp-el", answers, "")


def random_life(world: World, rng: random.Random) -> None:
    """Forty acts at a counter, at the centre and on the store; the sums hold after each."""
    counter = world.counter()
    requests, voices, gone = [counter.verified() for _ in range(4)], [complain(counter)], []

    def one() -> bytes:
        return rng.choice(requests)

    def exchange() -> None:
        counter.exchange(2)
        if rng.random() < 0.7:
            world.fold()

    def at_counter() -> None:
        act, status = rng.choice(
            [
                (Act.VERIFIKASI, Stands.DIVERIFIKASI),
                (Act.SERAHKAN, Stands.DISERAHKAN),
                (Act.BATALKAN, Stands.DIBATALKAN),
            ]
        )
        record = one()
        if record not in gone:
            counter.act(record, act, status=status)

    def officer() -> None:
        held = [record for record in requests if record not in gone and is_shown(record)]
        if held:
            act, status = rng.choice(
                [
                    (Act.PROSES, Stands.DIPROSES),
                    (Act.KEMBALIKAN, Stands.DIKEMBALIKAN),
                    (Act.TERBITKAN, Stands.TERBIT),
                    (Act.TOLAK, Stands.DITOLAK),
                ]
            )
            at_centre(world.centre, rng.choice(held), act, status)

    def is_shown(record: bytes) -> bool:
        with reading(world.centre.vault.engine) as connection:
            return tally.place_of(connection, BTJ, record) is not None

    def change_service() -> None:
        record = one()
        if record not in gone:
            counter.act(record, Act.PERBAIKI, layanan=rng.choice(["kk", "kia", "ktp-el"]))

    def fold_again() -> None:
        with writing(world.centre.vault.engine) as connection:
            lock_stream(connection, BTJ)
            some = [record for record in requests if is_shown(record)]
            fold_records(connection, world.centre.vault, BTJ, some)

    def shred() -> None:
        held = [r for r in requests[1:] + voices[1:] if r not in gone and is_shown(r)]
        if held:
            gone.append(rng.choice(held))
            shredding.shred(world.centre, BTJ, gone[-1], BOTH)

    def restart() -> None:
        world.centre.vault.engine.dispose()
        world.centre = open_centre(world.centre.settings)
        counter.line.centre = world.centre

    def answer_complaint() -> None:
        if voices[0] not in gone:
            complaints.answer(counter.edge, voices[0], SITI, "Kami tambah satu loket lagi.")

    acts: list[Callable[[], object]] = [
        lambda: requests.append(counter.verified()),
        lambda: voices.append(complain(counter)),
        lambda: answer_survey(counter, rng.randrange(1, 5)),
        at_counter,
        at_counter,
        officer,
        officer,
        change_service,
        exchange,
        exchange,
        fold_again,
        shred,
        restart,
    ]
    answer_complaint()

    for _ in range(40):
        rng.choice(acts)()
        if rng.random() < 0.5:
            count_next(world.centre, BTJ)  # A process may stop anywhere between.
        else:
            world.fold()
            count_all(world.centre)
            assert kept(world.centre) == by_counting(world.centre)


@pytest.mark.parametrize("seed", [1])
def test_after_any_history_the_sums_are_those_of_the_records(world: World, seed: int) -> None:
    random_life(world, random.Random(seed))


def test_a_record_that_could_not_be_read_is_counted_when_its_key_comes(world: World) -> None:
    counter = world.counter()
    record = counter.verified()
    counter.exchange()
    world.fold()
    vault = world.centre.vault
    with writing(vault.engine) as connection:
        of_it = tables.data_key.c.record == record
        key = dict(connection.execute(tables.data_key.select().where(of_it)).mappings().one())
        connection.execute(delete(tables.data_key).where(of_it))
    count_all(world.centre)
    without = total(world.centre, "filed")

    with writing(vault.engine) as connection:
        connection.execute(tables.data_key.insert(), key)
    count_all(world.centre)

    assert (without, total(world.centre, "filed")) == (0, 1)


def test_of_a_shredded_record_nothing_is_counted_and_nothing_is_left_to_wipe(
    world: World,
) -> None:
    counter = world.counter()
    kept_one, gone = counter.verified(), counter.verified()
    counter.exchange()
    world.fold()
    count_all(world.centre)

    shredding.shred(world.centre, BTJ, gone, BOTH)
    count_next(world.centre, BTJ)
    with reading(world.centre.vault.engine) as connection:
        noted = key_work.read(connection, "wipe-facts")
    count_all(world.centre)

    with reading(world.centre.vault.engine) as connection:
        facts = connection.execute(fact.select()).all()
        left = key_work.read(connection, "wipe-facts")
    assert [one.record for one in facts] == [kept_one]
    assert total(world.centre, "filed") == 1
    assert noted is not None
    assert left is None


def test_the_tables_can_be_taken_away_and_come_back_counted(world: World) -> None:
    counter = world.counter()
    counter.verified()
    counter.exchange()
    world.fold()
    count_all(world.centre)
    before = kept(world.centre)
    engine = world.centre.vault.engine
    config = config_of([Path(migrate.__code__.co_filename).parent / "store/migrations/versions"])

    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "central0004")
        tables_left = set(inspect(connection).get_table_names())
    migrate(engine)
    count_all(world.centre)

    assert not {"fact", "work_day", "report"} & tables_left
    assert kept(world.centre) == before
    assert {one["name"] for one in inspect(engine).get_columns("work_day")} == {
        column.name for column in work_day.columns
    }


def test_two_processes_that_count_at_once_count_each_record_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = world.counter()
    for _ in range(3):
        counter.verified()
    counter.exchange()
    world.fold()
    other = open_centre(world.centre.settings)
    hold = counts.hold

    def slow(connection: object, found: counts.News) -> bool:
        # The other one is faster, between what this one has read and its writing.
        monkeypatch.setattr(counts, "hold", hold)
        assert count_next(other, BTJ)
        return hold(connection, found)  # type: ignore[arg-type]

    if world.centre.vault.engine.dialect.name == "sqlite":
        # SQLite has one writer: the other one writes before this one begins to.
        with reading(world.centre.vault.engine) as connection:
            found = counts.news(connection, BTJ, 10)
        assert count_next(other, BTJ)
        with writing(world.centre.vault.engine) as connection:
            assert not counts.hold(connection, found)
    else:
        monkeypatch.setattr(counts, "hold", slow)
        assert not count_next(world.centre, BTJ)
    other.vault.engine.dispose()

    count_all(world.centre)

    assert total(world.centre, "filed") == 3


def test_what_one_person_answered_stands_nowhere_in_clear(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    counter = world.counter()
    answer_survey(counter, 2)
    counter.exchange()
    world.fold()
    count_all(world.centre)

    assert total(world.centre, "answers", SURVEY) == 1
    with reading(world.centre.vault.engine) as connection:
        for table in (fact, survey_day):
            for row in connection.execute(table.select()).mappings():
                assert b"u1" not in row["sealed"]
    world.centre.vault.engine.dispose()


def test_the_command_counts_anew_what_was_counted_wrongly(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    here, there = world.counter(), world.counter(BINTARA)
    here.verified()
    there.verified()
    complain(there)
    for counter in (here, there):
        counter.exchange()
    world.fold()
    count_all(world.centre)
    right = kept(world.centre)
    with writing(world.centre.vault.engine) as connection:
        connection.execute(update(work_day).values(filed=77))
        connection.execute(update(tables.tally).values(records=77))
    settings = world.centre.settings
    at = ["--data", str(settings.data), "--key-file", str(settings.key_file)]

    done = CliRunner().invoke(cli, ["recount", *at])

    assert done.exit_code == 0, done.output
    assert "2 kelurahan" in done.output
    assert kept(world.centre) == right
    with reading(world.centre.vault.engine) as connection:
        assert tally.kept(connection) == tally.counted(connection)
    world.centre.vault.engine.dispose()


def test_a_report_reads_the_same_from_both_databases_and_is_made_by_one_process(
    world: World,
) -> None:
    here, there = world.counter(), world.counter(BINTARA)
    records = [here.verified() for _ in range(3)]
    there.verified()
    complain(here)
    for _ in range(skm.FEWEST):
        answer_survey(here, 3)
    for counter in (here, there):
        counter.exchange()
    world.fold()
    at_centre(world.centre, records[0], Act.TERBITKAN, Stands.TERBIT)
    count_all(world.centre)
    asked = Asked(period_of(Span.TAHUN, world.centre.today()))
    steps: list[int] = []

    found = report(world.centre, asked, steps.append)
    making.ask(world.centre, "c" * 32, asked)
    with writing(world.centre.vault.engine) as connection:
        claimed = reports.claim(connection, world.centre.clock(), 0)
        if connection.dialect.name == "postgresql":
            with writing(world.centre.vault.engine) as other:
                assert reports.claim(other, world.centre.clock(), 0) is None

    assert (found.now.of(Work.FILED), found.now.of(Work.ISSUED)) == (4, 1)
    assert found.by_place[BINTARA].of(Work.FILED) == 1
    assert sum(one.of(Work.FILED) for _, _, one in found.by_part) == 4
    assert found.standing["waiting"] == 3
    assert (found.standing["complaints"], found.standing["late_complaints"]) == (1, 0)
    assert found.survey.whole is not None
    assert found.survey.whole.index == 75
    assert found.complete
    assert steps == [1, 2, 3, 4, 5]
    assert claimed is not None


def test_a_counter_counts_anew_by_its_command(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    counter = world.counter()
    counter.verified()
    edge = counter.edge
    with writing(edge.vault.engine) as connection:
        connection.execute(update(tables.tally).values(records=77))
    at = ["--data", str(edge.settings.data), "--key-file", str(edge.settings.key_file)]

    done = CliRunner().invoke(edge_cli, ["recount", *at])

    assert done.exit_code == 0, done.output
    with reading(edge.vault.engine) as connection:
        assert tally.kept(connection) == tally.counted(connection)
    for vault in (world.centre.vault, edge.vault):
        vault.engine.dispose()
