"""Changing a key-encryption key: nothing stops, a kill at any point costs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto.errors import WrongKey
from crypto.keyfile import create_key_file, read_key_file
from crypto.keys import new_key
from crypto.passphrase import key_from_passphrase, new_salt
from tests.integration.keys.kit import (
    all_heard,
    busy,
    end,
    go_on,
    opens_all,
    opens_none,
    opens_store,
)
from tests.integration.keys.kit import wrapped_keys as wrapped
from tests.integration.world import BTJ, World
from vault import rekey, upkeep
from vault.core import Vault
from vault.engine import make_engine, reading, writing
from vault.errors import NotInitialised, WorkUnderWay
from vault.keyring import open_keyring
from vault.opening import open_vault, unlock
from vault.read import stream_hash


def begin(vault: Vault, kek: bytes, salt: bytes | None = None, now_ms: int = 1) -> None:
    with writing(vault.engine) as connection:
        rekey.begin(connection, vault.keyring, kek, salt, now_ms)


def another_process(vault: Vault, kek: bytes) -> Vault:
    """The same store, opened by somebody else."""
    engine = make_engine(str(vault.engine.url.render_as_string(hide_password=False)))
    with reading(engine) as connection:
        keyring = open_keyring(connection, kek)
    return open_vault(engine, keyring, keyring.identity.replica)


def test_a_nodes_kek_is_changed_while_it_serves(world: World) -> None:
    counter = world.counter()
    vault = counter.edge.vault
    for _ in range(6):
        counter.file()
    old, new = vault.keyring.kek, new_key()
    first = counter.file()

    with busy(counter.file, lambda: counter.record(first), counter.courier.run) as done:
        begin(vault, new)
        go_on(vault, 2)
        all_heard(done)
        end(vault)
        upkeep.hear(vault)
    counter.exchange()
    world.fold()

    assert min(done) > 0
    assert opens_all(new, wrapped(vault))
    assert opens_none(old, wrapped(vault))
    assert (opens_store(vault, new), opens_store(vault, old)) == (True, False)
    assert counter.state() == world.state()


def test_the_centres_kek_is_changed_while_it_serves(world: World) -> None:
    counter = world.counter()
    vault = world.centre.vault
    for _ in range(8):
        counter.file()
    counter.exchange()
    world.fold()
    old, new = vault.keyring.kek, new_key()

    def serve() -> None:
        counter.file()
        counter.courier.run()
        world.fold()

    def look() -> None:
        with reading(vault.engine) as connection:
            assert len(stream_hash(connection, vault, BTJ)) == 32

    with busy(serve, look) as done:
        begin(vault, new)
        go_on(vault, 3)
        all_heard(done)
        end(vault)
    counter.exchange()
    world.fold()

    assert min(done) > 0
    assert opens_all(new, wrapped(vault))
    assert opens_none(old, wrapped(vault))
    assert counter.state() == world.state()


def test_a_kill_at_any_point_of_a_kek_change_is_gone_on_from_with_either_key(
    world: World,
) -> None:
    counter = world.counter()
    for _ in range(5):
        counter.file()
    counter.exchange()
    world.fold()
    state = world.state()
    kek = world.centre.vault.keyring.kek
    parts = 0
    for killed_after in range(10):
        vault = another_process(world.centre.vault, kek)
        new = new_key()
        begin(vault, new)
        for _ in range(killed_after):
            upkeep.advance(vault, 1)
        vault.engine.dispose()

        for key in (kek, new):
            again = another_process(world.centre.vault, key)
            with reading(again.engine) as connection:
                assert stream_hash(connection, again, BTJ) == state
            again.engine.dispose()
        again = another_process(world.centre.vault, kek if killed_after % 2 else new)
        parts = go_on(again, 1)
        end(again)
        assert opens_all(new, wrapped(again))
        assert (opens_store(again, new), opens_store(again, kek)) == (True, False)
        again.engine.dispose()
        kek = new
    assert parts == 0, "the last kill came after the last part"


def test_a_process_that_has_not_heard_of_a_new_kek_writes_under_it_all_the_same(
    world: World,
) -> None:
    counter = world.counter()
    counter.file()
    vault = counter.edge.vault
    new = new_key()
    command = another_process(vault, vault.keyring.kek)
    begin(command, new)
    go_on(command)

    record = counter.file()

    assert opens_all(new, wrapped(vault))
    assert counter.record(record).status == "diajukan"
    end(command)
    assert opens_store(vault, new)
    command.engine.dispose()


def test_a_kek_change_ends_once_all_servers_have_had_time_to_hear(world: World) -> None:
    vault = world.centre.vault
    begin(vault, new_key(), now_ms=1_000_000)
    assert not upkeep.finish_heard(vault, lambda: 9_000_000), "keys are left"
    go_on(vault)

    early = upkeep.finish_heard(vault, lambda: 1_000_000 + upkeep.HEARD_MS - 1)
    late = upkeep.finish_heard(vault, lambda: 1_000_000 + upkeep.HEARD_MS)

    assert (early, late) == (False, True)
    assert vault.keyring.former_kek is None


def test_a_second_kek_change_is_refused_until_the_first_is_done(world: World) -> None:
    vault = world.centre.vault
    with pytest.raises(WrongKey, match="the one in use"):
        begin(vault, vault.keyring.kek)
    begin(vault, new_key())

    with pytest.raises(WorkUnderWay, match="already"):
        begin(vault, new_key())
    with pytest.raises(WorkUnderWay, match="still wrapped"):
        end(vault)


def test_a_key_file_is_changed_to_a_passphrase_and_back(world: World, tmp_path: Path) -> None:
    counter = world.counter()
    record = counter.file()
    edge, vault = counter.edge, counter.edge.vault
    salt = new_salt()
    begin(vault, key_from_passphrase("kata sandi panjang", salt), salt)
    assert (
        unlock(vault.engine, edge.settings.key_file, None).kek
        == unlock(vault.engine, None, "kata sandi panjang").kek
    ), "both open it until the end"
    go_on(vault)
    end(vault)
    with pytest.raises(WrongKey):
        unlock(vault.engine, edge.settings.key_file, None)
    with pytest.raises(WrongKey):
        unlock(vault.engine, None, "kata sandi lain")

    upkeep.hear(vault)
    begin(vault, create_key_file(tmp_path / "new.key"))
    assert unlock(vault.engine, None, "kata sandi panjang").kek == read_key_file(
        tmp_path / "new.key"
    )
    go_on(vault)
    end(vault)

    assert unlock(vault.engine, tmp_path / "new.key", None).identity.replica == vault.replica
    with pytest.raises(NotInitialised, match="passphrase"):
        unlock(vault.engine, None, "kata sandi panjang")
    upkeep.hear(vault)
    assert counter.record(record).status == "diajukan"
