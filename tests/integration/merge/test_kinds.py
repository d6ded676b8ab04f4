"""Complaints and survey answers on both sides: held by both, mixed with nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from central.store import nodes
from central.workflows import lookup, retention
from edge_node.workflows import complaints, survey
from edge_node.workflows.filing import new_record
from edge_node.workflows.lookup import queues
from edge_node.workflows.outlook import waiting
from edge_node.workflows.survey import Period
from registration.complaint_forms import Complaint
from registration.complaints import KIND, Status, Subject
from registration.lifecycle import Act, Role
from registration.lifecycle import Status as RequestStatus
from registration.retention import DAY_MS
from registration.survey import ELEMENTS
from registration.survey import KIND as SURVEY
from tests.integration.keys.kit import BOTH, agree
from tests.integration.world import BTJ, SITI, Counter, World
from vault.engine import reading, writing
from vault.errors import NoSuchRecord
from vault.read import Filter, count_records

STORY = "Antre dari pagi sampai siang, lalu disuruh pulang."


def complain(counter: Counter, about: Subject = Subject.WAKTU) -> bytes:
    record = new_record(counter.edge)
    complaints.make(counter.edge, record, Complaint(about, STORY))
    return record


def answer_survey(counter: Counter, value: int = 4) -> bytes:
    """The survey of a fresh request; the request."""
    record = counter.verified()
    counter.act(record, Act.SERAHKAN, status=RequestStatus.DISERAHKAN)
    survey.answer(counter.edge, record, dict.fromkeys(ELEMENTS, value), "")
    return record


def at_centre(world: World, kind: str) -> int:
    with reading(world.centre.vault.engine) as connection:
        return count_records(connection, Filter(stream=BTJ, kind=kind))


def test_both_sides_hold_them_and_neither_counts_them_among_requests(world: World) -> None:
    counter = world.counter()
    request = counter.verified()
    agree(world, counter)
    before = lookup.counts(world.centre)
    heard = complain(counter)
    complaints.answer(counter.edge, heard, SITI, "Kami tambah satu loket lagi.")
    agree(world, counter)
    code = str(counter.record(heard).value("kode"))

    found = world.record(heard)
    assert (found.kind, found.status) == (KIND, Status.DIJAWAB)
    assert found.value("aduan.isi") == STORY
    assert found.state == counter.record(heard).state
    assert lookup.counts(world.centre) == before
    listed = lookup.queue(world.centre, Filter(), 1, 50)
    assert [one.id for one in listed.records] == [request]
    assert lookup.search(world.centre, code).records == []
    assert lookup.search(world.centre, str(world.record(request).value("kode"))).records
    assert sum(page.count for page in queues(counter.edge).values()) == 1


def test_the_centre_opens_no_complaint_as_a_request(world: World) -> None:
    counter = world.counter()
    heard = complain(counter)
    agree(world, counter)

    with pytest.raises(NoSuchRecord):
        lookup.open_request(world.centre, BTJ, heard)
    assert world.record(heard).kind == KIND


def test_with_the_line_cut_a_complaint_is_made_answered_and_closed_and_travels_later(
    world: World,
) -> None:
    counter = world.counter()
    counter.exchange()
    heard = complain(counter)
    complaints.take_up(counter.edge, heard, SITI)
    complaints.answer(counter.edge, heard, SITI, "Kami tambah satu loket lagi.")
    complaints.accept(counter.edge, heard)
    left = waiting(counter.edge)
    assert (left.requests, left.others) == (0, 1), "it waits, and is no request"

    agree(world, counter)

    assert world.record(heard).status == Status.SELESAI
    assert waiting(counter.edge).others == 0


def test_two_copies_of_a_box_that_handle_one_complaint_come_to_one_state(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    heard = complain(counter)
    agree(world, counter)
    twin = counter.clone(tmp_path)
    complaints.withdraw(counter.edge, heard)
    complaints.answer(twin.edge, heard, SITI, "Kami tambah satu loket lagi.")

    for one in (counter, twin, counter, twin, counter):
        one.exchange()
        world.fold()

    assert world.record(heard).status == Status.DITARIK
    assert world.record(heard).conflicts == 0
    assert counter.record(heard).status == twin.record(heard).status == Status.DITARIK
    told = complaints.know(counter.edge, heard, Role.PENYELIA).lines
    assert any("Kami tambah satu loket lagi." in str(line.sentence) for line in told)
    notes = " ".join(str(note) for line in told for note in line.notes)
    assert "Tanpa saling tahu" in notes
    assert "Pengaduan ditarik" in notes


def test_a_new_box_gets_open_complaints_and_all_survey_answers(world: World) -> None:
    stolen = world.counter()
    waits, over = complain(stolen), complain(stolen)
    complaints.withdraw(stolen.edge, over)
    for _ in range(5):
        answer_survey(stolen)
    agree(world, stolen)
    with writing(world.centre.vault.engine) as connection:
        nodes.revoke(connection, stolen.edge.vault.replica)

    new = world.counter()
    new.exchange()

    assert complaints.know(new.edge, waits, Role.PENYELIA).text == STORY
    with reading(new.edge.vault.engine) as connection:
        assert count_records(connection, Filter(stream=BTJ, kind=KIND)) == 1
    found = survey.findings(new.edge, Period.TAHUN)
    assert found.whole is not None
    assert (found.count, found.whole.index) == (5, 100)


def test_survey_answers_travel_and_name_no_request_at_the_centre(world: World) -> None:
    counter = world.counter()
    request = answer_survey(counter)
    agree(world, counter)

    assert at_centre(world, SURVEY) == 1
    assert at_centre(world, "permohonan") == 1
    told = [one.body.act for one in world.record(request).told if one.body is not None]
    assert told == [Act.AJUKAN, Act.VERIFIKASI, Act.SERAHKAN]


def test_an_ended_complaint_is_destroyed_by_the_schedule_and_a_waiting_one_never(
    world: World,
) -> None:
    counter = world.counter()
    over, waits = complain(counter), complain(counter)
    complaints.withdraw(counter.edge, over)
    agree(world, counter)
    retention.approve(world.centre, BOTH)
    clock = world.centre.clock
    later = replace(world.centre, clock=lambda: clock() + 10_000 * DAY_MS)

    report = retention.run(later)
    agree(world, counter)

    assert report.count == 1
    assert at_centre(world, KIND) == 1
    assert complaints.progress(counter.edge, over) is None
    assert complaints.progress(counter.edge, waits) is not None
