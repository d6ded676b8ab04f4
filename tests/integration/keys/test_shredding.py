"""Destroying one record everywhere: no copy is readable, and every chain verifies."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import select

from central.store import audit, nodes
from central.workflows import shredding as acts
from central.workflows.consent import Consent, NotAllowed
from central.workflows.lookup import open_request
from crypto.keys import unwrap, wrap
from edge_node.workflows import acts as counter_acts
from edge_node.workflows.filing import Filed, Upload, file_request, new_record
from registration.invented.scans import draw_scan
from sync import cose, wire
from sync.bundle import Bundle
from tests.integration.keys.kit import (
    ANI,
    BOTH,
    BUDI,
    agree,
    chains_verify,
    exchange_all,
    files_below,
    go_on,
)
from tests.integration.world import BTJ, SITI, Counter, World, make_world
from vault import reindex, shredding, tables
from vault.core import Vault
from vault.data_keys import key_of
from vault.engine import reading, writing
from vault.errors import NoSuchRecord
from vault.read import Filter, read_record, search


def key(vault: Vault, record: bytes) -> bytes | None:
    with reading(vault.engine) as connection:
        return key_of(connection, vault, BTJ, record)


def file_with_scan(counter: Counter) -> bytes:
    record = new_record(counter.edge)
    person = counter.people.person()
    scan = draw_scan(person, "surat_kehilangan", random.Random(7))
    filed = file_request(
        counter.edge,
        record,
        "ktp-el",
        "hilang",
        person.form("hilang"),
        [Upload("surat_kehilangan", scan)],
        version=1,
        by=SITI,
    )
    assert isinstance(filed, Filed), filed
    return record


def secrets_of(vault: Vault, record: bytes) -> list[bytes]:
    """Whatever would let somebody who has the server's keys read the record."""
    data_key = key(vault, record)
    assert data_key is not None
    with reading(vault.engine) as connection:
        found = read_record(connection, vault, BTJ, record)
        logged = select(tables.log.c.body).where(tables.log.c.record == record)
        bodies = [body for body in connection.execute(logged).scalars() if body]
        chunks = connection.execute(
            select(tables.chunk.c.bytes).where(tables.chunk.c.record == record)
        ).scalars()
        pieces = [piece[:64] for piece in chunks if piece]
    tokens = [
        token
        for kind, value in vault.project(found.state, vault.rules).tokens
        for _, token in vault.keyring.tokens(kind, value)
        # Others may share three letters of a name with this person.
        if kind != "nama"
    ]
    plain = [str(found.value(name)).encode() for name in ("data.nik", "data.nama")]
    return [data_key, wrap(vault.keyring.kek, data_key), *bodies, *pieces, *tokens, *plain]


def test_shredding_one_record_leaves_no_readable_copy_in_any_file_of_both_sides(
    tmp_path: Path,
) -> None:
    world = make_world(tmp_path / "world")
    counter = world.counter()
    other = file_with_scan(counter)
    record = file_with_scan(counter)
    agree(world, counter)
    secrets = {*secrets_of(counter.edge.vault, record), *secrets_of(world.centre.vault, record)}
    kept = secrets_of(counter.edge.vault, other)
    scans_before = len(list((tmp_path / "world" / "central" / "scans").rglob("*")))
    everything = b"".join(files_below(tmp_path / "world").values())
    assert sum(one in everything for one in secrets) >= len(secrets) - 3, (
        "the search would find them: all but the bare key and the two clear texts"
    )

    acts.shred(world.centre, BTJ, record, BOTH)
    agree(world, counter)
    for vault in (world.centre.vault, counter.edge.vault):
        assert shredding.sweep(vault, None)

    for path, data in files_below(tmp_path / "world").items():
        assert not [one for one in secrets if one in data], path
    assert len(list((tmp_path / "world" / "central" / "scans").rglob("*"))) < scans_before
    everything = b"".join(files_below(tmp_path / "world").values())
    assert all(one in everything for one in kept[1:-2]), "the neighbour's record is untouched"
    assert counter.record(other).state == world.record(other).state


def test_after_shredding_all_chains_verify_and_the_log_can_be_sent_to_others(
    world: World,
) -> None:
    counter = world.counter()
    records = [counter.file() for _ in range(3)]
    agree(world, counter)

    acts.shred(world.centre, BTJ, records[1], BOTH)
    agree(world, counter)

    for vault in (world.centre.vault, counter.edge.vault):
        assert key(vault, records[1]) is None
        with reading(vault.engine) as connection, pytest.raises(NoSuchRecord):
            read_record(connection, vault, BTJ, records[1])
        chains_verify(vault, BTJ)
    with pytest.raises(NoSuchRecord):
        open_request(world.centre, BTJ, records[1])
    with writing(world.centre.vault.engine) as connection:
        nodes.revoke(connection, counter.edge.vault.replica)
    replacement = world.counter()
    exchange_all(world, replacement)
    assert replacement.record(records[2]).state == world.record(records[2]).state


def test_a_shredded_person_is_not_found_by_any_search_even_while_the_index_is_rebuilt(
    world: World,
) -> None:
    counter = world.counter()
    gone, other = counter.file(), counter.file()
    niks = [str(counter.record(one).value("data.nik")) for one in (gone, other)]
    agree(world, counter)
    for vault in (world.centre.vault, counter.edge.vault):
        with writing(vault.engine) as connection:
            reindex.begin(connection, vault, 1)
        reindex_part(vault)

    acts.shred(world.centre, BTJ, gone, BOTH)
    agree(world, counter)
    for vault in (world.centre.vault, counter.edge.vault):
        go_on(vault)

        with reading(vault.engine) as connection:
            hits = [
                {one.id for one in search(connection, vault, [("nik", nik)], bool, Filter(), 9)}
                for nik in niks
            ]
            rows = select(tables.blind.c.token).where(tables.blind.c.record == gone)
            assert connection.execute(rows).first() is None
        assert hits == [set(), {other}]


def reindex_part(vault: Vault) -> None:
    with writing(vault.engine) as connection:
        reindex.advance(connection, vault, 1)


@pytest.mark.parametrize("sent_before", [True, False])
def test_a_key_that_comes_back_from_an_old_backup_of_a_counter_is_not_taken(
    tmp_path: Path, sent_before: bool
) -> None:
    """Of one from before the request was sent, the key is sent anew before the order comes."""
    world = make_world(tmp_path / "world")
    counter = world.counter()
    record = file_with_scan(counter)
    if sent_before:
        agree(world, counter)
    backup = counter.backup(tmp_path)
    agree(world, counter)
    acts.shred(world.centre, BTJ, record, BOTH)
    agree(world, counter)

    counter.restore(backup)
    assert key(counter.edge.vault, record) is not None, "a backup is as old as it is"
    agree(world, counter)

    assert key(counter.edge.vault, record) is None
    assert key(world.centre.vault, record) is None
    with reading(world.centre.vault.engine) as connection:
        chunks = select(tables.chunk.c.sha).where(tables.chunk.c.record == record)
        assert connection.execute(chunks).first() is None


def test_a_centre_restored_to_yesterday_gets_its_shredding_orders_back(tmp_path: Path) -> None:
    world = make_world(tmp_path / "world")
    counter = world.counter()
    first, second, third = (counter.file() for _ in range(3))
    agree(world, counter)
    backup = world.backup()
    acts.shred(world.centre, BTJ, first, BOTH)
    acts.shred(world.centre, BTJ, second, BOTH)
    agree(world, counter)

    world.restore(backup)
    assert key(world.centre.vault, first) is not None
    acts.shred(world.centre, BTJ, third, BOTH)
    agree(world, counter)

    for record in (first, second, third):
        assert key(world.centre.vault, record) is None
        assert key(counter.edge.vault, record) is None


def test_an_order_that_the_centre_did_not_sign_destroys_nothing(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    agree(world, counter)
    vault = counter.edge.vault
    with writing(vault.engine) as connection:
        forged = shredding.issue(connection, vault.keyring.identity, BTJ, [record], 5)
        shredding.orders.keep(connection, BTJ, forged)

    sent = len(counter.line.sent)
    counter.exchange(4)

    assert len(counter.line.sent) - sent <= 12, "it is not offered again and again at once"
    assert key(world.centre.vault, record) is not None


def test_what_a_counter_writes_before_it_hears_of_the_order_cannot_be_read_either(
    world: World,
) -> None:
    counter = world.counter()
    record = counter.verified()
    agree(world, counter)
    acts.shred(world.centre, BTJ, record, BOTH)
    counter_acts.cancel(counter.edge, record, SITI, "Pemohon membatalkan.")
    agree(world, counter)

    for vault in (world.centre.vault, counter.edge.vault):
        with reading(vault.engine) as connection:
            bodies = select(tables.log.c.body).where(tables.log.c.record == record)
            assert set(connection.execute(bodies).scalars()) == {None}
            assert connection.execute(select(tables.parked)).first() is None
    sent = len(counter.line.sent)
    counter.exchange(2)
    assert len(counter.line.sent) - sent == 2, "nobody keeps asking for the key"


def test_shredding_needs_two_persons_an_admin_and_a_reason(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    agree(world, counter)

    for by, reason in (
        ((ANI,), BOTH.reason),
        ((ANI, ANI), BOTH.reason),
        ((BUDI,), BOTH.reason),
        ((ANI, BUDI), "karena"),
    ):
        with pytest.raises(NotAllowed):
            acts.shred(world.centre, BTJ, record, Consent(by, reason))
    assert key(world.centre.vault, record) is not None

    done = acts.shred(world.centre, BTJ, record, BOTH)
    with pytest.raises(NoSuchRecord):
        acts.shred(world.centre, BTJ, record, BOTH)

    with reading(world.centre.vault.engine) as connection:
        told = audit.list_acts(connection, world.centre.vault)
    assert [(one.act, one.by, one.reason) for one in told] == [("shred", (ANI, BUDI), BOTH.reason)]
    assert record.hex() in told[0].subject
    assert len(acts.owing(world.centre, BTJ, done.number)) == 1
    counter.exchange()
    counter.exchange()
    assert acts.owing(world.centre, BTJ, done.number) == []


def test_a_recorded_bundle_opens_for_nobody_once_its_epoch_is_forgotten(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    data_key = key(counter.edge.vault, record)
    agree(world, counter)
    recorded = [_read(counter, raw) for raw in counter.line.sent[1:]]
    wrapped = [one for content in recorded for one in content.keys if one.record == record]
    vaults = (world.centre.vault, counter.edge.vault)
    assert any(opens(vault, one.wrapped, data_key) for vault in vaults for one in wrapped)

    for vault in vaults:
        with writing(vault.engine) as connection:
            assert shredding.forget_epochs(connection, 1 << 50) > 0
        assert not any(opens(vault, one.wrapped, data_key) for one in wrapped)

    later = counter.file()
    agree(world, counter)
    assert key(world.centre.vault, later) == key(counter.edge.vault, later)


def _read(counter: Counter, raw: bytes) -> Bundle:
    identity = counter.edge.vault.keyring.identity
    return wire.decode(cose.verify1(raw, lambda _: identity.public)[1])


def opens(vault: Vault, wrapped: bytes, data_key: bytes | None) -> bool:
    """Whether one who has this server and all its keys can unwrap what went over the line."""
    with reading(vault.engine) as connection:
        kept = list(connection.execute(select(tables.epoch.c.wrapped)).scalars())
    for one in kept:
        try:
            if unwrap(vault.keyring.unwrap(one), wrapped) == data_key:
                return True
        except Exception:  # noqa: BLE001, S112 - another epoch's
            continue
    return False
