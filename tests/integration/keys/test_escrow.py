"""A dead node's disk is opened by two persons together, and by nobody alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from central.store import audit
from central.store.tables import escrow as kept
from central.store.tables import recovery_share
from central.workflows import escrow
from central.workflows.consent import Consent, NotAllowed
from central.workflows.escrow import NoEscrow
from central.workflows.revoking import find_node
from crypto.keyfile import read_key_file
from crypto.keys import new_key
from crypto.passphrase import key_from_passphrase, new_salt
from edge_node.edge import open_edge
from edge_node.settings import EdgeSettings
from edge_node.workflows.keys import change_identity
from registration.lifecycle import Role
from sync.body import Author
from tests.integration.keys.kit import ANI, BOTH, BUDI, agree, end, go_on
from tests.integration.world import BTJ, Counter, World
from vault import rekey, upkeep
from vault.engine import reading, writing

CITRA = Author("citra", "Citra", Role.ADMIN)
WORDS = {
    ANI: "kucing hitam di atap",
    BUDI: "hujan bulan Desember",
    CITRA: "pasar baru jam enam",
}


def make(world: World, *holders: Author) -> None:
    chosen = {one: WORDS[one] for one in holders or (ANI, BUDI, CITRA)}
    escrow.make_recovery_key(world.centre, chosen, BOTH)


def opened(world: World, counter: Counter, out: Path, *holders: Author, nth: int = 1) -> bytes:
    node = find_node(world.centre, counter.edge.vault.keyring.identity.replica.hex())
    given = {one: WORDS[one] for one in holders}
    escrow.open_escrow(world.centre, node, given, Consent(holders, BOTH.reason), out, nth)
    return read_key_file(out)


@pytest.mark.parametrize("holders", [(ANI, BUDI), (ANI, CITRA), (CITRA, BUDI), (CITRA, BUDI, ANI)])
def test_a_dead_nodes_disk_is_opened_with_two_persons_consent(
    world: World, tmp_path: Path, holders: tuple[Author, ...]
) -> None:
    make(world)
    counter = world.counter()
    record = counter.file()
    counter.exchange()
    never_sent = counter.file()
    state = counter.state()
    counter.edge.vault.engine.dispose()
    assert counter.edge.settings.key_file is not None
    counter.edge.settings.key_file.unlink()

    opened(world, counter, tmp_path / "recovered.key", *holders)
    found = open_edge(EdgeSettings(counter.edge.settings.data, tmp_path / "recovered.key"))
    counter.edge = found

    assert counter.state() == state
    assert [counter.record(one).status for one in (record, never_sent)] == ["diajukan"] * 2
    with reading(world.centre.vault.engine) as connection:
        told = audit.list_acts(connection, world.centre.vault)
    assert [one.act for one in told] == [escrow.OPENED, escrow.MADE]
    assert set(told[0].by) == set(holders)
    assert BTJ in told[0].subject
    found.vault.engine.dispose()


def test_one_person_alone_or_with_a_wrong_passphrase_opens_nothing(
    world: World, tmp_path: Path
) -> None:
    make(world, ANI, BUDI)
    counter = world.counter()
    counter.exchange()
    out = tmp_path / "recovered.key"
    node = find_node(world.centre, BTJ)

    for given in (
        {ANI: WORDS[ANI]},
        {ANI: WORDS[ANI], BUDI: WORDS[ANI]},
        {ANI: WORDS[ANI], CITRA: WORDS[CITRA]},
    ):
        with pytest.raises(NotAllowed):
            escrow.open_escrow(world.centre, node, given, Consent(tuple(given), BOTH.reason), out)

    assert not out.exists()
    with reading(world.centre.vault.engine) as connection:
        assert [one.act for one in audit.list_acts(connection, world.centre.vault)] == [escrow.MADE]


def test_a_share_does_not_open_for_another_holder(world: World, tmp_path: Path) -> None:
    make(world, ANI, BUDI)
    counter = world.counter()
    counter.exchange()
    shares = recovery_share
    with writing(world.centre.vault.engine) as connection:
        rows = {row.account: row for row in connection.execute(select(shares))}
        ani = rows[ANI.id]
        connection.execute(
            update(shares)
            .where(shares.c.account == BUDI.id)
            .values(salt=ani.salt, sealed=ani.sealed)
        )

    with pytest.raises(NotAllowed, match="does not open"):
        escrow.open_escrow(
            world.centre,
            find_node(world.centre, BTJ),
            {ANI: WORDS[ANI], BUDI: WORDS[ANI]},
            BOTH,
            tmp_path / "out.key",
        )


def test_after_a_change_of_the_kek_the_escrow_is_the_new_one_and_old_disks_open_too(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    counter.exchange()
    with pytest.raises(NoEscrow, match="0 sealed"):
        opened(world, counter, tmp_path / "none.key", ANI, BUDI)
    make(world)
    agree_on(world, counter)
    vault = counter.edge.vault
    old, new = vault.keyring.kek, new_key()
    with writing(vault.engine) as connection:
        rekey.begin(connection, vault.keyring, new, None, 1)
    go_on(vault)
    end(vault)
    upkeep.hear(vault)

    agree_on(world, counter)

    assert opened(world, counter, tmp_path / "new.key", ANI, BUDI) == new
    assert opened(world, counter, tmp_path / "old.key", ANI, BUDI, nth=2) == old
    with pytest.raises(FileExistsError):
        opened(world, counter, tmp_path / "new.key", ANI, BUDI)


def agree_on(world: World, counter: Counter) -> None:
    counter.file()
    agree(world, counter)


def test_the_escrow_of_a_passphrase_and_of_a_former_identity_opens_the_disk(
    world: World, tmp_path: Path
) -> None:
    make(world)
    counter = world.counter()
    vault = counter.edge.vault
    salt = new_salt()
    kek = key_from_passphrase("kata sandi panjang", salt)
    with writing(vault.engine) as connection:
        rekey.begin(connection, vault.keyring, kek, salt, 1)
    go_on(vault)
    agree_on(world, counter)

    change_identity(counter.edge)
    agree_on(world, counter)

    assert opened(world, counter, tmp_path / "recovered.key", ANI, BUDI) == kek


def test_an_idle_node_sends_its_escrow_once_and_again_to_a_centre_that_lost_it(
    world: World, tmp_path: Path
) -> None:
    make(world)
    counter = world.counter()
    agree_on(world, counter)
    counter.exchange()
    assert len(counter.line.sent[-1]) < 1000, "the sealed key alone has more"
    with writing(world.centre.vault.engine) as connection:
        connection.execute(kept.delete())

    counter.exchange()

    kek = counter.edge.vault.keyring.kek
    assert opened(world, counter, tmp_path / "recovered.key", ANI, BUDI) == kek


def test_a_recovery_key_needs_two_holders_and_long_passphrases(world: World) -> None:
    for given, consent in (
        ({ANI: WORDS[ANI]}, BOTH),
        (WORDS, Consent((ANI,), BOTH.reason)),
        ({ANI: WORDS[ANI], BUDI: "pendek"}, BOTH),
    ):
        with pytest.raises(NotAllowed):
            escrow.make_recovery_key(world.centre, given, consent)


def test_a_new_recovery_key_replaces_a_former_one_on_all_nodes(
    world: World, tmp_path: Path
) -> None:
    make(world, ANI, BUDI)
    counter = world.counter()
    agree_on(world, counter)

    make(world, ANI, CITRA)
    agree_on(world, counter)

    kek = counter.edge.vault.keyring.kek
    assert opened(world, counter, tmp_path / "new.key", ANI, CITRA) == kek
    assert opened(world, counter, tmp_path / "old.key", ANI, BUDI, nth=2) == kek
