"""Kinds, acts, fields and bodies of a newer version: kept, passed on, told as a plain line."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from central.workflows import lookup
from crypto import aead
from crypto.chain import digest
from crypto.keys import new_key
from edge_node.workflows import acts
from edge_node.workflows.lookup import Group, queues
from registration.catalogue import policy_of
from sync.body import Author
from sync.change import Change, associated_data, header_hash
from sync.ids import new_record_id
from tests.integration.merge.test_converge import put, same_everywhere, sync
from tests.integration.world import BTJ, SITI, Counter, World
from vault import data_keys, log
from vault.core import Vault
from vault.engine import reading, writing
from vault.errors import NoSuchRecord
from vault.fold import fold_changes
from vault.read import Filter, Record
from vault.tables import log as log_table
from vault.telling import timeline

UNKNOWN = "mencatat tindakan yang belum dikenal versi ini."


def write_raw(
    counter: Counter, record: bytes, kind: str, plain: dict[str, Any], *, new: bool
) -> None:
    """A change exactly as a newer version would append it: any kind, any body."""
    edge, vault = counter.edge, counter.edge.vault
    with writing(vault.engine) as connection:
        end = log.log_ends(connection, BTJ).get(vault.replica, log.NO_LOG)
        if new:
            key = new_key()
            data_keys.add_key(connection, vault, BTJ, record, key, born=end.seq + 1)
        else:
            held = data_keys.key_of(connection, vault, BTJ, record)
            assert held is not None
            key = held
        stamp = max(edge.stamp().now_ms << 16, end.hlc + 1)
        aad = associated_data(BTJ, vault.replica, end.seq + 1, end.hash, stamp, 0, record, kind, {})
        body = aead.seal(key, vault.codec.encode(plain), aad)
        sha = digest(body)
        change = Change(
            BTJ,
            vault.replica,
            end.seq + 1,
            end.hash,
            stamp,
            0,
            record,
            kind,
            {},
            body,
            sha,
            header_hash(aad, sha),
        )
        log.append(connection, [change])
        fold_changes(connection, vault, BTJ, [change])


def story(counter: Counter, found: Record) -> list[str]:
    lines = timeline(found.told, counter.edge.place_of, policy_of, ())
    return [str(line.sentence) for line in lines]


def bodies(vault: Vault, record: bytes) -> set[bytes]:
    with reading(vault.engine) as connection:
        query = select(log_table.c.body).where(log_table.c.record == record)
        return set(connection.execute(query).scalars())


@pytest.fixture
def boxes(world: World) -> tuple[Counter, Counter]:
    """Two boxes of one kelurahan, both at the centre."""
    first = world.counter()
    first.file()
    sync(world, first)
    second = world.counter()
    sync(world, first, second)
    return first, second


def test_a_record_of_an_unknown_kind_reaches_everybody_and_stands_in_no_queue(
    world: World, boxes: tuple[Counter, Counter]
) -> None:
    first, second = boxes
    record = new_record_id(first.edge.stamp().now_ms)
    plain = {
        "a": "adukan",
        "b": ["w", "Dewi", "warga_baru"],
        "w": {"isi": "Antre lama.", "status": "diadukan"},
        "lampiran": [{"jenis": "suara", "data": b"\0\1"}],
    }
    before = lookup.counts(world.centre)

    write_raw(first, record, "lamaran", plain, new=True)
    sync(world, first, second)

    same_everywhere(world, first, second)
    assert bodies(first.edge.vault, record) == bodies(second.edge.vault, record)
    assert bodies(first.edge.vault, record) == bodies(world.centre.vault, record)
    found = second.record(record)
    assert story(second, found) == [f"Loket Bintarajaya (Dewi) {UNKNOWN}"]
    (told,) = found.told
    assert told.body is not None
    assert told.body.extra == {"lampiran": plain["lampiran"]}
    assert told.body.plain() == plain
    assert lookup.counts(world.centre) == before
    assert lookup.queue(world.centre, Filter(), 1, 50).total == 1
    assert {page.count for page in queues(second.edge).values()} <= {0, 1}
    assert all(
        row.record.id != record for group in Group for row in queues(second.edge)[group].rows
    )


def test_a_change_of_an_unknown_kind_in_a_request_is_a_plain_line_and_its_fields_are_kept(
    world: World, boxes: tuple[Counter, Counter]
) -> None:
    first, second = boxes
    record = first.file()
    sync(world, first, second)
    plain = {
        "a": "tandatangani",
        "b": ["x", "Siti", "petugas"],
        "w": {"data.tanda_tangan": {"alg": 7, "sig": b"\1\2"}, "kanal_baru": ["wa", 3]},
        "bukti": {"v": 2},
    }
    write_raw(first, record, "permohonan/2", plain, new=False)
    sync(world, first, second)

    form = {n: str(v) for n, v in second.record(record).named("data").items()}
    del form["tanda_tangan"]
    acts.correct(second.edge, record, {**form, "alamat": "JL. DUA 2"}, [], SITI)
    put(world, None, record, Author("r", "Rudi", "admin"), "perbaiki", data__rt="009")
    sync(world, first, second)

    same_everywhere(world, first, second)
    for found in (first.record(record), second.record(record), world.record(record)):
        assert found.value("data.tanda_tangan") == {"alg": 7, "sig": b"\1\2"}
        assert found.value("kanal_baru") == ["wa", 3]
        assert (found.value("data.alamat"), found.value("data.rt")) == ("JL. DUA 2", "009")
        assert found.conflicts == 0
        assert any(line.endswith(UNKNOWN) for line in story(first, found))
        kept = [one.body.extra for one in found.told if one.body is not None and one.body.extra]
        assert kept == [{"bukti": {"v": 2}}]


def test_two_values_of_an_unknown_field_wait_for_a_person(
    world: World, boxes: tuple[Counter, Counter]
) -> None:
    first, second = boxes
    record = first.file()
    sync(world, first, second)

    put(world, first, record, SITI, "perbaiki", data__nama_ibu="SITI AMINAH")
    put(world, second, record, SITI, "perbaiki", data__nama_ibu="SITI AMINAH HASAN")
    sync(world, first, second)

    assert world.record(record).fields["data.nama_ibu"].conflicted
    same_everywhere(world, first, second)


def test_a_body_of_another_shape_is_kept_and_passed_on_and_nothing_here_covers_it(
    world: World, boxes: tuple[Counter, Counter]
) -> None:
    first, second = boxes
    record = first.file()
    sync(world, first, second)
    write_raw(first, record, "permohonan", {"versi": 9, "isi": [1, 2, 3]}, new=False)
    sync(world, first, second)
    unread = next(one.change for one in second.record(record).told if one.body is None)

    form = {n: str(v) for n, v in second.record(record).named("data").items()}
    acts.correct(second.edge, record, {**form, "alamat": "JL. DUA 2"}, [], SITI)
    sync(world, first, second)

    same_everywhere(world, first, second)
    assert bodies(second.edge.vault, record) == bodies(first.edge.vault, record)
    assert unread.body in bodies(world.centre.vault, record)
    assert "Satu catatan belum bisa dibaca di sini." in story(second, second.record(record))
    latest = max(second.record(record).told, key=lambda one: one.change.hlc).change
    assert latest.replica == second.edge.vault.replica
    assert latest.context.get(unread.replica, 0) < unread.seq


def test_a_box_that_takes_over_is_given_what_may_be_open_in_a_newer_version(world: World) -> None:
    first = world.counter()
    record, done = first.file(), first.file()
    sync(world, first)
    put(world, None, record, Author("r", "Rudi", "admin"), "kirim_pos", status="dikirim_pos")
    acts.cancel(first.edge, done, SITI, "Pemohon pindah.")
    sync(world, first)

    second = world.counter()
    sync(world, second)

    assert second.record(record).status == "dikirim_pos"
    with pytest.raises(NoSuchRecord):
        second.record(done)
