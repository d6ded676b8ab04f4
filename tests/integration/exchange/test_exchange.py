"""The exchange between real stores: exactly once, whatever the line does."""

from __future__ import annotations

import random

import cbor2
import pytest
from sqlalchemy import delete

from central.workflows import desk, settling
from central.workflows.enrolment import CodeRefused, enrol, issue_code
from crypto.identity import Identity
from edge_node.edge import open_edge
from edge_node.workflows import acts
from edge_node.workflows.exchange import Courier
from edge_node.workflows.filing import Filed, Upload, file_request, new_record
from edge_node.workflows.outlook import waiting
from registration.invented.scans import draw_scan
from registration.lifecycle import Act, Status
from sync import wire
from sync.body import Body
from sync.enrol import apply, read_admission
from sync.errors import Malformed
from sync.link import Line, Link
from sync.way import Way
from tests.integration.world import BTJ, RUDI, SITI, Counter, World, busy, cut, swallow_answer
from vault import scans, tables
from vault.data_keys import key_of
from vault.engine import reading, writing
from vault.read import Filter, count_records
from vault.write import write


def held(world: World, stream: str = BTJ) -> int:
    with reading(world.centre.vault.engine) as connection:
        return count_records(connection, Filter(stream=stream))


def test_what_is_filed_with_the_line_cut_arrives_once_when_it_is_back(world: World) -> None:
    counter = world.counter()
    counter.line.trouble = cut
    records = [counter.file() for _ in range(5)]
    assert not counter.courier.run()
    assert waiting(counter.edge).requests == 5
    assert counter.edge.line.link.line is Line.CUT

    counter.line.trouble = lambda _: None
    assert counter.courier.run()
    world.fold()

    assert waiting(counter.edge).requests == 0
    assert held(world) == 5
    assert world.state() == counter.state()
    for record in records:
        assert world.record(record).value("kode") == counter.record(record).value("kode")


def test_a_lost_answer_costs_time_and_nothing_else(world: World) -> None:
    counter = world.counter()
    counter.file()
    counter.line.trouble = swallow_answer
    for _ in range(3):
        assert not counter.courier.run()
    assert waiting(counter.edge).requests == 1

    counter.line.trouble = lambda _: None
    assert counter.courier.run()
    world.fold()

    assert held(world) == 1
    assert world.state() == counter.state()


def test_a_restarted_counter_goes_on_where_it_stopped(world: World) -> None:
    counter = world.counter()
    counter.file()
    counter.courier.run()
    counter.file()
    reopened = open_edge(counter.edge.settings)

    assert Courier(reopened, counter.line).run()  # type: ignore[arg-type]
    world.fold()

    assert held(world) == 2
    assert world.state() == counter.state()
    reopened.vault.engine.dispose()


def test_return_correct_issue_and_hand_over_flow_both_ways(world: World) -> None:
    counter = world.counter()
    rng, person = random.Random(1), counter.people.person()
    record = new_record(counter.edge)
    photos = [Upload(kind, draw_scan(person, kind, rng)) for kind in ("kk", "surat_kehilangan")]
    form = person.form("hilang")
    filed = file_request(
        counter.edge,
        record,
        "ktp-el",
        "hilang",
        form,
        photos,
        version=1,
        by=SITI,
        originals_seen=True,
    )
    assert isinstance(filed, Filed)
    counter.courier.run()
    world.fold()
    assert world.record(record).status == Status.DIVERIFIKASI

    desk.start(world.centre, BTJ, record, RUDI)
    desk.give_back(world.centre, BTJ, record, RUDI, "Foto KK buram.")
    counter.courier.run()
    assert counter.record(record).status == Status.DIKEMBALIKAN
    assert counter.record(record).value("alasan") == "Foto KK buram."

    acts.correct(counter.edge, record, {**form, "alamat": "JL BARU NO 1"}, photos[:1], SITI)
    acts.verify(counter.edge, record, SITI)
    counter.courier.run()
    world.fold()
    assert world.record(record).value("data.alamat") == "JL BARU NO 1"
    desk.issue(world.centre, BTJ, record, RUDI, "3275-KTP-000001")
    counter.courier.run()
    assert counter.record(record).status == Status.TERBIT

    acts.document_arrived(counter.edge, record, SITI)
    counter.courier.run()
    world.fold()
    assert world.record(record).status == Status.SIAP_DIAMBIL
    assert world.state() == counter.state()
    assert world.record(record).conflicts == 0


def test_scans_arrive_whole_behind_the_data_and_only_once(world: World) -> None:
    counter = world.counter()
    rng, person = random.Random(2), counter.people.person()
    record = new_record(counter.edge)
    file_request(
        counter.edge,
        record,
        "ktp-el",
        "rusak",
        person.form("rusak"),
        [
            Upload("kk", draw_scan(person, "kk", rng)),
            Upload("ktp_rusak", draw_scan(person, "ktp_rusak", rng)),
        ],
        version=1,
        by=SITI,
    )
    counter.edge.line.link = Link(up=Way(budget=40_000))
    counter.courier.run()
    world.fold()
    found = world.record(record)
    manifests = found.named("berkas")

    with reading(world.centre.vault.engine) as connection:
        assert set(scans.complete_scans(connection, BTJ, manifests).values()) == {True}
        key = key_of(connection, world.centre.vault, BTJ, record)
        assert key is not None
        for scan, manifest in manifests.items():
            picture = scans.read_scan(
                connection, BTJ, record, key, scan, manifest, world.centre.blobs
            )
            assert picture[:2] == b"\xff\xd8"
            assert len(picture) == manifest["size"]
    assert waiting(counter.edge).scans == 0
    assert len(counter.line.sent) > 3
    sent = [wire.decode(cbor_payload(raw)) for raw in counter.line.sent[1:]]
    chunks = [data for one in sent for _, data in one.chunks]
    assert len(chunks) == len(set(chunks)) == sum(len(m["chunks"]) for m in manifests.values())
    assert sent[0].runs


def cbor_payload(raw: bytes) -> bytes:
    payload: bytes = cbor2.loads(raw).value[2]
    return payload


def test_the_same_field_on_both_sides_is_a_conflict_settled_by_a_person(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    acts_form = {n: str(v) for n, v in counter.record(record).named("data").items()}
    _verify_without_papers(counter, record)
    counter.courier.run()
    world.fold()

    desk.correct(world.centre, BTJ, record, {**acts_form, "nama": "NAMA DARI PUSAT"}, RUDI)
    acts.correct(counter.edge, record, {**acts_form, "nama": "NAMA DARI LOKET"}, [], SITI)
    counter.courier.run()
    world.fold()

    here, there = counter.record(record), world.record(record)
    assert here.conflicts == there.conflicts == 1
    assert here.value("data.nama") == there.value("data.nama") == "NAMA DARI PUSAT"
    _, conflicts = settling.conflicts_of(world.centre, BTJ, record)
    assert conflicts[0].base == acts_form["nama"]
    mine = next(side for side in conflicts[0].sides if side.value == "NAMA DARI LOKET")
    settling.settle(world.centre, BTJ, record, {"data.nama": mine.key}, RUDI, "Sesuai KK.")
    counter.courier.run()

    assert counter.record(record).value("data.nama") == "NAMA DARI LOKET"
    assert counter.record(record).conflicts == world.record(record).conflicts == 0
    assert counter.state() == world.state()


def _verify_without_papers(counter: Counter, record: bytes) -> None:
    """Straight to the log: this test is about merging, not about documents."""
    edge = counter.edge
    with writing(edge.vault.engine) as connection:
        body = Body(Act.VERIFIKASI, SITI, {"status": Status.DIVERIFIKASI})
        write(connection, edge.vault, edge.stream, record, "permohonan", body, edge.stamp())


def test_contact_data_merges_by_rule_and_a_cancelled_issue_goes_to_review(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    _verify_without_papers(counter, record)
    counter.courier.run()
    world.fold()
    form = {n: str(v) for n, v in counter.record(record).named("data").items()}

    desk.correct(world.centre, BTJ, record, {**form, "telepon": "081200000001"}, RUDI)
    acts.correct(counter.edge, record, {**form, "telepon": "081200000002"}, [], SITI)
    desk.issue(world.centre, BTJ, record, RUDI, "3275-KTP-000002")
    acts.cancel(counter.edge, record, SITI, "Tidak jadi.")
    counter.courier.run()
    world.fold()

    here = counter.record(record)
    assert here.value("data.telepon") == "+6281200000002"
    assert {name for name, found in here.fields.items() if found.conflicted} == {"status"}
    assert here.status == Status.TERBIT
    assert counter.state() == world.state()


def test_a_busy_centre_is_obeyed(world: World) -> None:
    counter = world.counter()
    counter.file()
    counter.line.trouble = busy

    counter.courier.run()

    link = counter.edge.line.link
    assert link.line is Line.BUSY
    assert link.next_try >= counter.now[0] + 7
    counter.edge.ask_exchange()
    before = len(counter.line.sent)
    counter.courier.run_if_due()
    assert len(counter.line.sent) == before


def test_a_centre_restored_to_yesterday_gets_again_what_it_lost(world: World) -> None:
    counter = world.counter()
    counter.file()
    counter.courier.run()
    world.fold()
    before = world.state()
    with writing(world.centre.vault.engine) as connection:
        for table in (
            tables.log,
            tables.tip,
            tables.folded,
            tables.view,
            tables.tally,
            tables.blind,
            tables.data_key,
            tables.epoch,
            tables.chunk,
        ):
            connection.execute(delete(table))
    assert held(world) == 0

    counter.courier.run()
    counter.courier.run()
    world.fold()

    assert world.state() == before == counter.state()


def test_a_record_waits_for_its_key_and_blocks_nobody_else(world: World) -> None:
    counter = world.counter()
    first, second = counter.file(), counter.file()
    key = counter.drop_key(first)
    counter.courier.run()
    world.fold()
    assert held(world) == 1
    assert world.record(second).status == Status.DIAJUKAN

    # The centre asks for it at every exchange; as soon as it is here, it is handed over.
    counter.put_key(key)
    counter.exchange(3)
    world.fold()

    assert held(world) == 2
    assert world.state() == counter.state()


def test_a_second_box_of_a_kelurahan_syncs_beside_the_first(world: World) -> None:
    first = world.counter()
    record = first.file()
    _verify_without_papers(first, record)
    first.courier.run()
    world.fold()
    desk.start(world.centre, BTJ, record, RUDI)

    second = world.counter()
    second.file()
    assert second.courier.run()
    world.fold()

    assert held(world) == 2
    assert waiting(second.edge).requests == 0


def test_a_body_of_another_shape_stops_nobody(world: World) -> None:
    counter = world.counter()
    bad, good = counter.file(), counter.file()
    vault = counter.edge.vault
    with writing(vault.engine) as connection:
        body = Body("ajukan", SITI, {"status": "status-masa-depan", "kanal": "x\0y" * 80})
        write(connection, vault, BTJ, bad, "permohonan", body, counter.edge.stamp())
    counter.courier.run()
    world.fold()

    assert world.record(good).status == Status.DIAJUKAN
    assert world.record(bad).status == "status-masa-depan"
    with pytest.raises(Malformed):
        Body.from_plain({"a": "x", "b": ["1", "2", "3"], "w": [1, 2]})
    with pytest.raises(Malformed):
        Body.from_plain({"a": "x", "b": ["1", "2", "3"], "w": {1: 2}})


def test_a_lost_answer_at_enrolment_can_be_asked_again(world: World) -> None:
    keyring = world.centre.vault.keyring
    code = issue_code(world.centre, BTJ)
    identity = Identity.generate()
    asked = apply(identity, keyring.recipient.public, code)

    first = read_admission(enrol(world.centre, asked), code, asked)
    again = read_admission(enrol(world.centre, asked), code, asked)

    assert first.stream == again.stream == BTJ
    thief = apply(Identity.generate(), keyring.recipient.public, code)
    with pytest.raises(CodeRefused):
        enrol(world.centre, thief)


def test_keys_that_do_not_open_when_a_run_is_laid_out_are_asked_for(world: World) -> None:
    counter = world.counter()
    records = {counter.file(), counter.file()}
    counter.exchange()
    with writing(world.centre.vault.engine) as connection:
        connection.execute(delete(tables.epoch))
    world.fold()
    assert held(world) == 0

    counter.exchange(2)
    world.fold()

    assert held(world) == len(records)
    assert world.state() == counter.state()


def test_an_epoch_that_the_centre_lost_is_sent_again(world: World) -> None:
    counter = world.counter()
    counter.file()
    counter.exchange()
    world.fold()
    with writing(world.centre.vault.engine) as connection:
        connection.execute(delete(tables.epoch))
    record = counter.file()
    counter.courier.run()
    world.fold()
    assert held(world) == 1

    counter.exchange(3)
    world.fold()

    assert world.record(record).status == Status.DIAJUKAN
    assert world.state() == counter.state()
