"""The auditor's file: what it holds, what its check finds, and what only an older one proves."""

from __future__ import annotations

import io
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import delete, select, update

from central.centre import Centre, migrate, open_centre
from central.evidence.findings import Wrong
from central.evidence.trail import TRAIL
from central.store import audit, trail
from central.store.tables import admin_act
from central.store.trail_tables import trail as table
from central.store.trail_tables import trail_checkpoint, trail_place, trail_record
from central.workflows import centre_keys, seeing
from crypto.chain import digest
from loket import main
from tests.integration.evidence.kit import (
    FIRST_PART,
    RUDI,
    check,
    exported,
    look,
    rows_of,
    told,
    vouched,
)
from tests.integration.keys.kit import ONE
from tests.integration.world import BTJ, World, make_world
from vault import accounts
from vault.engine import reading, writing
from vault.migrate import config_of
from vault.tables import log, tip

_CENTRAL = Path(migrate.__code__.co_filename).parent / "store" / "migrations" / "versions"
PASSWORD = "rahasia-sekali"


def _acted(world: World, requests: int = 3) -> list[bytes]:
    """A counter that filed requests, which came and were looked at."""
    counter = world.counter()
    records = [counter.verified() for _ in range(requests)]
    counter.exchange()
    world.fold()
    look(world.centre, *records)
    return records


def test_a_whole_file_is_whole_and_names_nobody(world: World) -> None:
    records = _acted(world)
    centre_keys.change_sealing_key(world.centre, ONE)

    file = exported(world.centre)
    checked = check(file)

    assert checked.good, checked.findings
    assert (checked.logs, checked.changes, checked.acts) == (1, 6, 1)
    # Three looks, the act, and that the file was taken.
    assert (checked.entries, checked.span, checked.checkpoints) == (5, (1, 5, 5), 1)
    assert b"Rudi Hartono" not in file
    with tarfile.open(fileobj=io.BytesIO(file)) as unpacked:
        assert unpacked.extractfile("jejak/000001.csv").read().decode().count("permohonan") == 4  # type: ignore[union-attr]
        assert records[0].hex() in unpacked.extractfile("jejak/000001.csv").read().decode()  # type: ignore[union-attr]


def test_what_came_and_is_not_read_yet_is_in_it(world: World) -> None:
    counter = world.counter()
    counter.verified()
    counter.exchange()

    checked = check(exported(world.centre))

    assert checked.good, checked.findings
    assert checked.changes == 2


def test_a_span_of_days_joins_what_is_left_out(office: World) -> None:
    _acted(office)
    with writing(office.centre.vault.engine) as connection:
        middle = connection.execute(select(table.c.at_ms).where(table.c.seq == 2)).scalar_one()
    whole = vouched(exported(office.centre))

    file = exported(office.centre, from_ms=middle)
    checked = check(file, whole)

    assert checked.good, checked.findings
    assert checked.span[1] == checked.span[2] == 5


def test_rows_that_were_altered_in_the_database_are_named(office: World) -> None:
    _acted(office)
    before = vouched(exported(office.centre))
    with writing(office.centre.vault.engine) as connection:
        connection.execute(update(table).where(table.c.seq == 2).values(account="somebody"))
        connection.execute(update(log).where(log.c.seq == 3).values(record=bytes(16)))

    found = told(check(exported(office.centre)))
    compared = told(check(exported(office.centre), before))

    (name,) = {where for what, where, _ in found if where.startswith("log/")}
    assert found == {(Wrong.ALTERED, TRAIL, 2), (Wrong.ALTERED, name, 3)}
    assert found <= compared


def test_rows_that_are_missing_from_the_database_are_named(office: World) -> None:
    _acted(office)
    with writing(office.centre.vault.engine) as connection:
        connection.execute(delete(table).where(table.c.seq == 2))
        connection.execute(delete(log).where(log.c.seq == 5))

    found = told(check(exported(office.centre)))

    assert (Wrong.ORDER, TRAIL, 3) in found
    assert {(what, at) for what, where, at in found if where.startswith("log/")} == {
        (Wrong.ORDER, 6)
    }


def test_an_act_that_was_altered_or_taken_out_is_found(office: World) -> None:
    centre_keys.change_sealing_key(office.centre, ONE)
    centre_keys.change_sealing_key(office.centre, ONE)
    with writing(office.centre.vault.engine) as connection:
        first = connection.execute(select(admin_act.c.id).limit(1)).scalar_one()
        connection.execute(
            update(admin_act).where(admin_act.c.id == first).values(subject="another")
        )

    found = told(check(exported(office.centre)))

    assert {what for what, _, _ in found} == {Wrong.ACT}
    assert {where for _, where, _ in found} == {TRAIL, "tindakan.cbor"}


def test_a_log_by_nobody_is_found(office: World) -> None:
    _acted(office)
    stranger = bytes(16)
    with writing(office.centre.vault.engine) as connection:
        for one in (log, tip):
            connection.execute(update(one).values(replica=stranger))

    found = told(check(exported(office.centre)))

    assert (Wrong.OWNER, f"log/{BTJ}/{stranger.hex()}", None) in found


def test_only_an_older_file_proves_that_the_centre_wrote_its_trail_anew(office: World) -> None:
    """Whoever runs the centre holds its keys: the forged trail is whole in itself."""
    records = _acted(office)
    older = vouched(exported(office.centre))
    with writing(office.centre.vault.engine) as connection:
        for one in (table, trail_checkpoint, trail_record, trail_place):
            connection.execute(delete(one))
    look(office.centre, *records[1:], *records[1:])

    forged = exported(office.centre)

    assert check(forged).good
    assert told(check(forged, older)) == {(Wrong.REWRITTEN, TRAIL, 4)}


def test_a_log_that_disappeared_is_missed_by_an_older_file(office: World) -> None:
    _acted(office)
    older = vouched(exported(office.centre))
    with writing(office.centre.vault.engine) as connection:
        connection.execute(delete(log).where(log.c.seq > 4))
        last = connection.execute(select(log.c.hash).where(log.c.seq == 4)).scalar_one()
        connection.execute(update(tip).values(seq=4, hash=last))

    found = check(exported(office.centre), older).findings

    assert [(one.what, one.at) for one in found] == [(Wrong.GONE, 6)]


def test_a_change_of_the_centres_key_is_followed_while_the_former_one_signs(office: World) -> None:
    _acted(office)
    older = vouched(exported(office.centre))
    former = office.centre.vault.keyring.identity.public

    centre_keys.change_signing_key(office.centre, ONE)
    checked = check(exported(office.centre), older)
    centre_keys.forget_former_keys(office.centre, ONE, -1)
    forgotten = check(exported(office.centre), older)

    assert checked.good, checked.findings
    assert former in older.publics
    assert checked.fingerprint != digest(former).hex()
    assert {one.what for one in forgotten.findings} == {Wrong.OTHER_KEY}


def test_a_file_by_another_key_than_the_trusted_one_is_refused(
    office: World, tmp_path: Path
) -> None:
    file = exported(office.centre)
    trusted = check(file).fingerprint
    other = make_world(tmp_path / "other")
    foreign = exported(other.centre)
    other.centre.vault.engine.dispose()

    assert check(file, fingerprint=trusted[:16]).good
    assert {one.what for one in check(foreign, fingerprint=trusted).findings} == {Wrong.OTHER_KEY}


def test_many_who_look_at_once_make_one_chain(world: World) -> None:
    """Two processes, four threads each."""
    twin = open_centre(world.centre.settings)

    def work(centre: Centre) -> None:
        for number in range(12):
            look(centre, number.to_bytes(16, "big"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, [world.centre, twin] * 4))
    twin.vault.engine.dispose()

    checked = check(exported(world.centre))

    assert checked.good, checked.findings
    assert checked.entries == 8 * 12 + 1


def test_acts_of_before_the_trail_are_its_first_entries(world: World) -> None:
    centre_keys.change_sealing_key(world.centre, ONE)
    centre_keys.change_signing_key(world.centre, ONE)
    engine = world.centre.vault.engine
    with engine.begin() as connection:
        config = config_of([_CENTRAL])
        config.attributes["connection"] = connection
        before = ScriptDirectory.from_config(config).get_revision("central0009").down_revision
        command.downgrade(config, str(before))
        command.upgrade(config, "heads")

    checked = check(exported(world.centre))

    assert checked.good, checked.findings
    assert (checked.acts, checked.entries) == (2, 3)
    with reading(engine) as connection:
        entries, _ = trail.seen(connection, world.centre.vault, seeing.Only(), 1, 9)
        assert audit.list_acts(connection, world.centre.vault)[0].by[0].name
    assert [one.name for one in entries] == ["Wati Susilo", "", ""]


def test_the_commands_write_a_file_and_check_it(
    office: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _acted(office)
    with writing(office.centre.vault.engine) as connection:
        accounts.add_account(
            connection, office.centre.vault, "wati", "Wati Susilo", "auditor", PASSWORD
        )
    monkeypatch.setenv("LOKET_DATABASE_URL", office.centre.settings.database_url)
    settings = office.centre.settings
    keys = ["--data", str(settings.data), "--key-file", str(settings.key_file)]
    file = tmp_path / "audit.tar"

    def run(*words: str, typed: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(main, words, input=typed)
        return done.exit_code, done.output

    code, said = run(
        "central", "audit-export", *keys, "--by", "wati", str(file), typed=f"{PASSWORD}\n"
    )
    again = run("central", "audit-export", *keys, "--by", "wati", str(file), typed=f"{PASSWORD}\n")
    whole = run("audit-verify", str(file), "--lang", "en")
    data = bytearray(file.read_bytes())
    data[data.index(b"rudi-id")] ^= 1
    file.write_bytes(data)
    altered = run("audit-verify", str(file))

    assert code == 0, said
    assert again[0] == 1
    assert "is there already" in again[1]
    assert whole[0] == 0
    assert "WHOLE" in whole[1]
    assert altered[0] == 1
    assert "TIDAK UTUH" in altered[1]
    assert "catatan nomor 1 berubah" in altered[1]
    assert f"“{FIRST_PART}” bukan yang ditandatangani" in altered[1]


def test_the_readable_table_is_the_chain(office: World) -> None:
    look(office.centre, bytes(16))

    rows = rows_of(exported(office.centre))

    assert [row[2] for row in rows] == [RUDI.id, "wati-id"]
