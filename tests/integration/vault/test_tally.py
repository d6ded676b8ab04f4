"""Counts that are kept beside the view are what counting would find."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, event, inspect, select, text

from central.centre import migrate
from crypto.identity import Identity
from tests.integration.vault.kit import STREAM, put
from vault import log, read, shredding, tables, tally
from vault.core import Vault
from vault.engine import reading, writing
from vault.fold import fold_changes, fold_records
from vault.migrate import config_of
from vault.read import Filter

_SERVICES = ("ktp-el", "kk", "kia")
_STATUSES = ("diajukan", "diverifikasi", "terbit", "diserahkan", "dari-versi-baru")


def _counts_agree(vault: Vault) -> bool:
    with reading(vault.engine) as connection:
        return tally.kept(connection) == tally.counted(connection)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_history_the_counts_are_those_of_the_view(vault: Vault, seed: int) -> None:
    rng = random.Random(seed)
    by = Identity.generate()
    records: list[bytes] = []

    def file() -> None:
        records.append(put(vault, layanan=rng.choice(_SERVICES)))

    def change() -> None:
        put(vault, rng.choice(records), status=rng.choice(_STATUSES))

    def change_service() -> None:
        put(vault, rng.choice(records), layanan=rng.choice(_SERVICES))

    def fold_again() -> None:
        with writing(vault.engine) as connection:
            after = rng.randrange(len(records))
            changes = log.read_changes(connection, STREAM, vault.replica, after, 20)
            fold_changes(connection, vault, STREAM, changes)

    def lose_the_view_of_some() -> None:
        with writing(vault.engine) as connection:
            some = rng.sample(records, min(len(records), 3))
            for record in some:
                tally.leave(connection, STREAM, record)
            connection.execute(tables.view.delete().where(tables.view.c.record.in_(some)))
            fold_records(connection, vault, STREAM, some)

    def shred() -> None:
        with writing(vault.engine) as connection:
            record = records.pop(rng.randrange(len(records)))
            orders = shredding.issue(connection, by, STREAM, [record], rng.randrange(1 << 40))
            shredding.carry_out(connection, vault, STREAM, orders)

    def fail_half_way() -> None:
        with writing(vault.engine) as connection:
            tally.leave(connection, STREAM, records[0])
            raise ZeroDivisionError

    acts: list[Callable[[], None]] = [change, change_service, fold_again, lose_the_view_of_some]
    for _ in range(4):
        file()

    for _ in range(40):
        act = rng.choice([file, file, shred, fail_half_way, *acts, *acts])
        if act is shred and len(records) < 3:
            continue
        if act is fail_half_way:
            with pytest.raises(ZeroDivisionError):
                act()
        else:
            act()

        assert _counts_agree(vault), act.__name__


def test_queues_are_counted_without_reading_them(vault: Vault) -> None:
    for service in _SERVICES:
        put(vault, put(vault, layanan=service), status="diserahkan")
    put(vault)
    done = Filter(stream=STREAM, statuses=("diserahkan", "ditolak"))
    asked: list[str] = []
    event.listen(vault.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    with reading(vault.engine) as connection:
        whole = read.count_records(connection, done)
        of_one = read.count_records(connection, Filter(STREAM, ("diserahkan",), "kk"))
        none = read.count_records(connection, Filter(STREAM, ("ditolak",)))
        everything = read.count_records(connection, Filter())
        by_status = read.count_by_status(connection)

    assert (whole, of_one, none, everything) == (3, 1, 0, 4)
    assert by_status == {"diserahkan": 3, "diajukan": 1}
    assert len(asked) == 5
    assert not [sql for sql in asked if '"view"' in sql]


def test_what_is_sent_and_what_is_not_add_up(vault: Vault) -> None:
    first, second = put(vault), put(vault)
    put(vault, first, catatan="diubah")
    queue = Filter(stream=STREAM, statuses=("diajukan",))

    with reading(vault.engine) as connection:
        for acked, unsent in ((0, {first, second}), (1, {first, second}), (2, {first}), (3, set())):
            behind = (vault.replica, acked)
            waiting = read.count_records(connection, _with(queue, unsent=behind))
            gone = read.count_records(connection, _with(queue, sent=behind))
            listed, _ = read.list_records(connection, vault, _with(queue, sent=behind), 1, 10)

            assert (waiting, gone) == (len(unsent), 2 - len(unsent))
            assert {one.id for one in listed} == {first, second} - unsent


def _with(only: Filter, **more: object) -> Filter:
    return Filter(only.stream, only.statuses, **more)  # type: ignore[arg-type]


def test_a_store_of_before_is_counted_when_it_is_brought_up_to_date(vault: Vault) -> None:
    for service in _SERVICES:
        put(vault, layanan=service)
    with reading(vault.engine) as connection:
        before = tally.kept(connection)
    _move(vault.engine, "vault0006")
    with reading(vault.engine) as connection:
        assert not inspect(connection).has_table("tally")
        assert len(connection.execute(select(tables.view)).all()) == 3

    _move(vault.engine, "vault0007")

    with reading(vault.engine) as connection:
        assert tally.kept(connection) == before
    put(vault)
    assert _counts_agree(vault)


def test_counts_that_went_wrong_are_made_anew(vault: Vault) -> None:
    put(vault)
    with writing(vault.engine) as connection:
        connection.execute(text("UPDATE tally SET records = 7"))
    assert not _counts_agree(vault)

    with writing(vault.engine) as connection:
        tally.recount(connection)

    assert _counts_agree(vault)


def _move(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        config = config_of([_CENTRAL])
        config.attributes["connection"] = connection
        if revision == "vault0006":
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)


_CENTRAL = Path(migrate.__code__.co_filename).parent / "store" / "migrations" / "versions"
