"""Changing the blind-index key: search finds everybody at every moment."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from central.centre import open_centre
from registration.lifecycle import Role
from tests.integration.keys.kit import busy, go_on
from tests.integration.world import BTJ, Counter, World
from vault import accounts, reindex, tables, upkeep
from vault.core import Vault
from vault.engine import reading, writing
from vault.errors import WorkUnderWay
from vault.fold import fold_records
from vault.projection import name_tokens
from vault.read import Filter, search


def begin(vault: Vault) -> None:
    with writing(vault.engine) as connection:
        reindex.begin(connection, vault, 1)


def found_by(vault: Vault, *tokens: tuple[str, str]) -> set[bytes]:
    with reading(vault.engine) as connection:
        hits = search(connection, vault, tokens, lambda _: True, Filter(), 1000)
    return {one.id for one in hits}


def finds_all(vault: Vault, niks: dict[bytes, str]) -> None:
    for record, nik in dict(niks).items():
        assert record in found_by(vault, ("nik", nik)), "somebody is not found"


def token_sets(vault: Vault) -> dict[tuple[str, bytes], set[int]]:
    """{(stream, record): numbers of the sets that it has tokens in}."""
    sets: dict[tuple[str, bytes], set[int]] = {}
    with reading(vault.engine) as connection:
        for row in connection.execute(select(tables.blind)):
            sets.setdefault((row.stream, row.record), set()).add(row.number)
    return sets


def file(counter: Counter, niks: dict[bytes, str]) -> None:
    record = counter.file()
    niks[record] = counter.record(record).value("data.nik")


def test_the_blind_index_key_is_changed_and_search_finds_everybody_at_every_moment(
    world: World,
) -> None:
    counter = world.counter()
    edge, centre = counter.edge.vault, world.centre.vault
    niks: dict[bytes, str] = {}
    for _ in range(5):
        file(counter, niks)
    counter.exchange()
    world.fold()
    arrived = dict(niks)
    before = edge.keyring.blind.token("nik", "1"), centre.keyring.blind.token("nik", "1")

    def serve() -> None:
        file(counter, niks)
        counter.courier.run()
        world.fold()

    with busy(serve, lambda: finds_all(edge, niks), lambda: finds_all(centre, arrived)) as done:
        begin(edge)
        begin(centre)
        go_on(edge, 2)
        go_on(centre, 2)
    finds_all(edge, niks)
    counter.exchange()
    world.fold()
    finds_all(centre, niks)

    assert min(done) > 0
    for vault, token in zip((edge, centre), before, strict=True):
        assert vault.keyring.blind.token("nik", "1") != token
        assert token_sets(vault) == {(BTJ, record): {1} for record in niks}


def test_a_new_name_during_a_change_of_the_blind_index_leaves_no_old_token(world: World) -> None:
    counter = world.counter()
    vault = counter.edge.vault
    record = counter.file(nama="DEWI LESTARI")
    other = counter.file(nama="BUDI SANTOSO")
    begin(vault)
    upkeep.advance(vault, 1)

    for one in (record, other):
        with writing(vault.engine) as connection:
            fold_records(connection, vault, BTJ, [one])
    go_on(vault, 1)

    assert found_by(vault, *name_tokens("dewi les")) == {record}
    assert found_by(vault, *name_tokens("budi")) == {other}
    assert set().union(*token_sets(vault).values()) == {1}


def test_a_process_that_has_not_heard_of_the_change_folds_under_both_keys(world: World) -> None:
    counter = world.counter()
    niks: dict[bytes, str] = {}
    file(counter, niks)
    counter.exchange()
    command = open_centre(world.centre.settings)
    begin(command.vault)
    go_on(command.vault)
    assert world.centre.vault.keyring.generation < command.vault.keyring.generation

    world.fold()

    finds_all(world.centre.vault, niks)
    finds_all(command.vault, niks)
    assert token_sets(command.vault) == {(BTJ, record): {1} for record in niks}
    command.vault.engine.dispose()


def test_accounts_log_in_before_and_after_a_change_of_the_blind_index(world: World) -> None:
    vault = world.centre.vault
    with writing(vault.engine) as connection:
        accounts.add_account(connection, vault, "rudi", "Rudi", Role.VERIFIKATOR, "kata sandi")

    def logs_in() -> None:
        with reading(vault.engine) as connection:
            assert accounts.log_in(connection, vault, "rudi", "kata sandi") is not None

    with busy(logs_in) as done:
        begin(vault)
        go_on(vault, 1)
    logs_in()

    assert done[0] > 0
    assert upkeep.advance(vault) is False


def test_a_change_of_the_blind_index_goes_on_after_a_restart(world: World) -> None:
    counter = world.counter()
    niks: dict[bytes, str] = {}
    for _ in range(4):
        file(counter, niks)
    begin(counter.edge.vault)
    for _ in range(30):
        more = upkeep.advance(counter.edge.vault, 1)
        counter.reopen()
        finds_all(counter.edge.vault, niks)
        if not more:
            break

    assert not more
    assert token_sets(counter.edge.vault) == {(BTJ, record): {1} for record in niks}
    begin(counter.edge.vault)
    with pytest.raises(WorkUnderWay):
        begin(counter.edge.vault)
