"""What the sealed store promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import bindparam, inspect, select, text

from central.centre import migrate
from crypto.errors import Tampered, WrongKey
from crypto.keys import new_key
from registration.lifecycle import Status
from sync.body import Body
from sync.ids import new_record_id
from tests.integration.vault.kit import SITI, STREAM, put
from vault import accounts, log, read, scans, tables
from vault.blobs import FileBlobs
from vault.core import Stamp, Vault, wall_ms
from vault.data_keys import key_of
from vault.engine import reading, writing
from vault.errors import NoSuchRecord, NotInitialised, ScanIncomplete
from vault.fold import fold_changes
from vault.keyring import kek_from_passphrase, open_keyring
from vault.parking import fold_parked, streams_with_keys_come
from vault.prepared import PreparedAmong
from vault.projection import name_tokens
from vault.read import Filter
from vault.scans import ChunkState, ScanContent
from vault.sql import insert_new_rows
from vault.write import write


def test_a_write_is_read_back_with_its_history(vault: Vault) -> None:
    record = put(vault, data__nama="DEWI LESTARI")
    put(vault, record, data__nama="DEWI LESTARI PUTRI")

    with reading(vault.engine) as connection:
        found = read.read_record(connection, vault, STREAM, record)

    assert found.value("data.nama") == "DEWI LESTARI PUTRI"
    assert found.named("data") == {"nama": "DEWI LESTARI PUTRI"}
    assert [one.body.writes.get("data.nama") for one in found.told if one.body] == [
        "DEWI LESTARI",
        "DEWI LESTARI PUTRI",
    ]
    assert found.opened_ms <= wall_ms()


def test_a_write_that_fails_leaves_nothing(vault: Vault) -> None:
    put(vault)

    def fail_half_way() -> None:
        with writing(vault.engine) as connection:
            write(
                connection,
                vault,
                STREAM,
                new_record_id(wall_ms()),
                "permohonan",
                Body("ajukan", SITI, {"status": "diajukan"}),
                Stamp(wall_ms(), 0),
                new=True,
            )
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail_half_way()

    with reading(vault.engine) as connection:
        assert log.log_end(connection, STREAM, vault.replica).seq == 1
        assert read.count_records(connection, Filter(stream=STREAM)) == 1


def test_the_log_is_a_chain_that_reads_in_parts(vault: Vault) -> None:
    for _ in range(5):
        put(vault)

    with reading(vault.engine) as connection:
        changes = log.read_changes(connection, STREAM, vault.replica, 0, 10)
        first, more = log.read_run(connection, STREAM, vault.replica, 0, 1)
        rest, none_left = log.read_run(connection, STREAM, vault.replica, 1, 1 << 20)
        nothing, _ = log.read_run(connection, STREAM, vault.replica, 5, 1 << 20)

    for before, after in pairwise(changes):
        assert after.prev == before.hash
    assert first is not None
    assert (len(first), more) == (1, True)
    assert rest is not None
    assert (rest.first, rest.last, rest.prev, none_left) == (2, 5, changes[0].hash, False)
    assert nothing is None


def test_a_position_is_never_taken_twice(vault: Vault) -> None:
    put(vault)
    with reading(vault.engine) as connection:
        (change,) = log.read_changes(connection, STREAM, vault.replica, 0, 1)

    with pytest.raises(Exception, match=r"(?i)unique"), writing(vault.engine) as connection:
        log.append(connection, [change])
    with pytest.raises(Exception, match=r"(?i)unique"), writing(vault.engine) as connection:
        log.append(connection, [change, replace(change, seq=2)])

    with reading(vault.engine) as connection:
        assert log.log_end(connection, STREAM, vault.replica).seq == 1


@pytest.mark.parametrize("count", [0, 1, 8, 9, 400, 401, 801])
def test_asking_about_many_values_in_parts_answers_each_once(vault: Vault, count: int) -> None:
    records = [number.to_bytes(16, "big") for number in range(count)]
    held = set(records[::2])
    query = PreparedAmong(
        lambda values: (
            select(tables.parked.c.record)
            .where(tables.parked.c.stream == bindparam("stream"))
            .where(tables.parked.c.record.in_(values))
        )
    )

    with writing(vault.engine) as connection:
        insert_new_rows(connection, tables.parked, [(STREAM, record) for record in held])
        insert_new_rows(connection, tables.parked, [("32.75.02.1005", one) for one in records])
        found = [row[0] for row in query.rows(connection, records, {"stream": STREAM})]

    assert len(found) == len(held)
    assert set(found) == held


def test_search_finds_by_number_code_and_the_beginning_of_names(vault: Vault) -> None:
    dewi = put(vault, data__nama="DEWI LESTARI", data__nik="3275025205950003", kode="BTJ-7Q4-K2M")
    put(vault, data__nama="DENI LESMANA", data__nik="3275025205950004")

    def found(tokens: list[tuple[str, str]], limit: int = 10) -> list[bytes]:
        with reading(vault.engine) as connection:
            hits = read.search(
                connection, vault, tokens, lambda _: True, Filter(stream=STREAM), limit
            )
        return [hit.id for hit in hits]

    assert found([("nik", "3275025205950003")]) == [dewi]
    assert found([("kode", "BTJ-7Q4-K2M")]) == [dewi]
    assert found(name_tokens("dewi les")) == [dewi]
    assert len(found(name_tokens("les"))) == 2
    assert len(found(name_tokens("les"), limit=1)) == 1
    assert found([("kk", "3275025205950003")]) == []
    assert found([]) == []


@pytest.mark.parametrize("stream", [STREAM, None])
@pytest.mark.parametrize("most", [3, 8, 9])
def test_a_search_looks_behind_the_newest_as_far_as_it_may(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, most: int, stream: str | None
) -> None:
    monkeypatch.setattr(read, "_FIRST_OPENED", 3)
    records = sorted(put(vault, data__nama="SITI") for _ in range(9))
    oldest = records[0]

    with reading(vault.engine) as connection:

        def found(among: list[bytes]) -> list[bytes]:
            hits = read.search(
                connection,
                vault,
                name_tokens("siti"),
                lambda record: record.id in among,
                Filter(stream=stream),
                10,
                most_opened=most,
            )
            return [hit.id for hit in hits]

        assert found(records) == records[::-1][:most]
        assert found([oldest]) == ([oldest] if most == 9 else [])


def test_search_follows_a_correction(vault: Vault) -> None:
    record = put(vault, data__nama="DEWI")
    put(vault, record, data__nama="RATNA")

    with reading(vault.engine) as connection:

        def hits(name: str) -> int:
            return len(
                read.search(connection, vault, name_tokens(name), lambda _: True, Filter(), 10)
            )

        assert (hits("ratna"), hits("dewi")) == (1, 0)


def test_queues_page_count_and_tell_what_waits(vault: Vault) -> None:
    records = [put(vault) for _ in range(7)]
    put(vault, records[0], status=str(Status.DIVERIFIKASI))
    own = vault.replica

    with reading(vault.engine) as connection:
        page, more = read.list_records(connection, vault, Filter(stream=STREAM), 1, 5)
        last, none_left = read.list_records(connection, vault, Filter(stream=STREAM), 2, 5)
        counts = read.count_by_status(connection, STREAM)
        unsent = read.count_records(connection, Filter(stream=STREAM, unsent=(own, 6)))
        sent = read.count_records(connection, Filter(stream=STREAM, sent=(own, 6)))
        verified, _ = read.list_records(
            connection,
            vault,
            Filter(statuses=(Status.DIVERIFIKASI,), oldest_verified_first=True),
            1,
            5,
        )
        both = Filter(stream=STREAM, statuses=(Status.DIVERIFIKASI, Status.DIAJUKAN))
        of_both = [read.list_records(connection, vault, both, at, 3) for at in (1, 2, 3)]

    newest = sorted(records, reverse=True)
    assert [[one.id for one in some] for some, _ in of_both] == [
        newest[:3],
        newest[3:6],
        newest[6:],
    ]
    assert [more for _, more in of_both] == [True, True, False]
    assert [one.id for one in page] == sorted(records, reverse=True)[:5]
    assert (len(page), more, len(last), none_left) == (5, True, 2, False)
    assert counts == {"diajukan": 6, "diverifikasi": 1}
    # The seventh was filed last, and the first was verified after it.
    assert (unsent, sent) == (2, 5)
    assert [one.id for one in verified] == [records[0]]


def test_no_column_holds_a_person_in_clear(vault: Vault) -> None:
    put(vault, data__nama="DEWI LESTARI", data__nik="3275025205950003", kode="BTJ-7Q4-K2M")
    with writing(vault.engine) as connection:
        accounts.add_account(connection, vault, "siti", "Siti Aminah", "petugas", "rahasia-sekali")

    with reading(vault.engine) as connection:
        everything = b""
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                for value in row:
                    everything += value if isinstance(value, bytes) else str(value).encode()

    for secret in ("DEWI", "LESTARI", "3275025205950003", "BTJ-7Q4", "Siti", "siti", "rahasia"):
        assert secret.encode() not in everything, secret
    assert b"diajukan" in everything


def test_destroying_the_key_destroys_the_record_and_leaves_the_chain(vault: Vault) -> None:
    record, other = put(vault, data__nama="DEWI"), put(vault)
    with writing(vault.engine) as connection:
        connection.execute(tables.data_key.delete().where(tables.data_key.c.record == record))

    with reading(vault.engine) as connection:
        with pytest.raises(NoSuchRecord):
            read.read_record(connection, vault, STREAM, record)
        changes = log.read_changes(connection, STREAM, vault.replica, 0, 10)
        assert read.read_record(connection, vault, STREAM, other).status == Status.DIAJUKAN
    assert changes[1].prev == changes[0].hash


def test_a_body_that_does_not_open_is_kept_and_blocks_nobody(vault: Vault) -> None:
    record, other = put(vault, data__nama="DEWI"), put(vault)
    put(vault, record, data__nama="DEWI LESTARI")
    put(vault, record, catatan="menunggu")
    spoilt = {"body": b"\0" * 60}
    with writing(vault.engine) as connection:
        connection.execute(tables.log.update().where(tables.log.c.seq == 3).values(spoilt))
        connection.execute(tables.view.delete())
        for seq in range(4):
            changes = log.read_changes(connection, STREAM, vault.replica, seq, 1)
            assert fold_changes(connection, vault, STREAM, changes) == 0

    with reading(vault.engine) as connection:
        found = read.read_record(connection, vault, STREAM, record)
        assert read.read_record(connection, vault, STREAM, other).id == other
    assert [one.body is not None for one in found.told] == [True, False, True]
    assert (found.value("data.nama"), found.value("catatan")) == ("DEWI", "menunggu")
    # Whoever writes now has not seen what could not be read.
    assert found.state.context == {vault.replica: 2}


def test_a_record_is_shown_once_its_key_has_come(vault: Vault) -> None:
    record = put(vault, data__nama="DEWI")
    put(vault, record, data__nama="RATNA")
    with writing(vault.engine) as connection:
        key = connection.execute(tables.data_key.select()).mappings().one()
        connection.execute(tables.data_key.delete())
        connection.execute(tables.view.delete())
        changes = log.read_changes(connection, STREAM, vault.replica, 0, 10)
        assert fold_changes(connection, vault, STREAM, changes) == 1
        assert fold_parked(connection, vault, STREAM) == 0
        connection.execute(tables.data_key.insert(), dict(key))
        assert streams_with_keys_come(connection) == [STREAM]
        assert fold_parked(connection, vault, STREAM) == 1
        assert streams_with_keys_come(connection) == []
        assert read.read_record(connection, vault, STREAM, record).value("data.nama") == "RATNA"


def test_a_scan_is_cut_sealed_and_joined_again(vault: Vault, tmp_path: Path) -> None:
    record = put(vault)
    picture = bytes(range(256)) * 300
    blobs = FileBlobs(tmp_path / "blobs")
    with writing(vault.engine) as connection:
        key = key_of(connection, vault, STREAM, record)
        assert key is not None
        scan = scans.new_scan_id()
        content = ScanContent("kk", "image/jpeg", picture, 10, 20)
        manifest = scans.add_scan(connection, STREAM, record, key, scan, content, ChunkState.DRAFT)
        assert scans.waiting_scans(connection, STREAM) == 0
        scans.file_drafts(connection, STREAM, record)
        assert scans.waiting_scans(connection, STREAM) == 1
        sent = scans.chunks_to_send(connection, STREAM, 40_000)
        assert len(sent) == 1

        assert scans.read_scan(connection, STREAM, record, key, scan, manifest) == picture
        with pytest.raises(Tampered):
            scans.read_scan(connection, STREAM, record, key, "00" * 8, manifest)
        scans.mark_held(connection, STREAM, manifest["chunks"])
        assert scans.waiting_scans(connection, STREAM) == 0
        scans.mark_lost(connection, STREAM, [record])
        assert scans.waiting_scans(connection, STREAM) == 1

    everything = sent + [
        (record, bytes(one)) for one in _chunk_bytes(vault) if one not in {data for _, data in sent}
    ]
    with writing(vault.engine) as connection:
        connection.execute(tables.chunk.delete())
        got = scans.keep_received(connection, blobs, STREAM, everything[:1])
        assert len(got) == 1
        with pytest.raises(ScanIncomplete):
            scans.read_scan(connection, STREAM, record, key, scan, manifest, blobs)
        assert scans.complete_scans(connection, STREAM, {scan: manifest}) == {scan: False}
        # A chunk that comes twice is kept once.
        scans.keep_received(connection, blobs, STREAM, everything + everything)
        assert scans.complete_scans(connection, STREAM, {scan: manifest}) == {scan: True}
        joined = scans.read_scan(connection, STREAM, record, key, scan, manifest, blobs)
    assert joined == picture


def _chunk_bytes(vault: Vault) -> list[bytes]:
    with reading(vault.engine) as connection:
        return list(connection.execute(select(tables.chunk.c.bytes)).scalars())


def test_only_the_right_password_of_an_active_account_logs_in(vault: Vault) -> None:
    with writing(vault.engine) as connection:
        made = accounts.add_account(connection, vault, "Siti", "Siti A", "petugas", "kata-sandi-1")

    with reading(vault.engine) as connection:
        assert accounts.log_in(connection, vault, "siti ", "kata-sandi-1") == made
        assert accounts.log_in(connection, vault, "siti", "kata-sandi-2") is None
        assert accounts.log_in(connection, vault, "joko", "kata-sandi-1") is None
        assert accounts.account_by_id(connection, vault, made.id) == made
    with writing(vault.engine) as connection:
        accounts.add_account(connection, vault, "siti", "Siti B", "penyelia", "kata-sandi-3")
    with reading(vault.engine) as connection:
        (one,) = accounts.list_accounts(connection, vault)
        assert (one.id, one.name, one.role) == (made.id, "Siti B", "penyelia")
        assert accounts.log_in(connection, vault, "siti", "kata-sandi-1") is None


def test_keys_open_with_their_kek_only(vault: Vault) -> None:
    with reading(vault.engine) as connection:
        again = open_keyring(connection, vault.keyring.kek)
        assert again.identity.replica == vault.replica
        with pytest.raises(WrongKey):
            open_keyring(connection, new_key())
        with pytest.raises(NotInitialised):
            kek_from_passphrase(connection, "rahasia")
    with writing(vault.engine) as connection:
        made = kek_from_passphrase(connection, "rahasia", create=True)
        assert kek_from_passphrase(connection, "rahasia") == made
        assert kek_from_passphrase(connection, "Rahasia") != made


def test_migrating_twice_is_harmless(vault: Vault) -> None:
    record = put(vault)
    migrate(vault.engine)

    with reading(vault.engine) as connection:
        assert read.read_record(connection, vault, STREAM, record).id == record


def test_the_schema_is_what_the_code_expects(vault: Vault) -> None:
    with reading(vault.engine) as connection:
        found = inspect(connection)
        for table in tables.metadata.sorted_tables:
            columns = {column["name"] for column in found.get_columns(table.name)}
            assert columns == {column.name for column in table.columns}, table.name
            indexes = {index["name"] for index in found.get_indexes(table.name)}
            assert {index.name for index in table.indexes} <= indexes, table.name
