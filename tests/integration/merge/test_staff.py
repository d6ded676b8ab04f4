"""Accounts of a counter, made and closed on both sides of a real exchange."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from central.store import nodes
from central.workflows import counter_staff, lookup
from central.workflows.counter_staff import Reach
from edge_node.workflows import staff, staff_accounts
from edge_node.workflows.lookup import queues
from edge_node.workflows.outlook import waiting
from registration import staff as law
from registration.errors import FormInvalid
from registration.lifecycle import Role
from registration.retention import DAY_MS
from sync.body import Author
from tests.integration.keys.kit import agree
from tests.integration.world import BTJ, Counter, World
from vault import accounts
from vault.engine import reading, writing
from vault.errors import NoSuchRecord
from vault.read import Filter, count_records

ANI = Author("ani", "Ani", Role.ADMIN)
LIA = Author("lia", "Ibu Lia", Role.PENYELIA)
OWN = "kalimat rahasia saya"
WHY = "Petugas baru di loket"


def add_at_centre(world: World, username: str = "siti", role: str = "petugas") -> tuple[str, str]:
    """(account id, one-time code)"""
    made, code = counter_staff.add(world.centre, ANI, BTJ, username, "Siti Rahma", role, WHY)
    return made.account.id, code


def add_at_counter(counter: Counter, username: str = "dewi") -> tuple[str, str]:
    made, code = staff_accounts.add(counter.edge, LIA, username, "Dewi Lestari", "petugas")
    return made.account.id, code


def enters(counter: Counter, username: str, password: str) -> str | None:
    """Whose account it is that this lets in."""
    found = staff.log_in(counter.edge, username, password)
    return None if found is None or found.stale else found.account.id


def choose(counter: Counter, account_id: str, code: str, password: str = OWN) -> None:
    who = Author(account_id, "Siti Rahma", Role.PETUGAS)
    staff_accounts.choose_password(counter.edge, who, code, password, password)


def seen_at_centre(world: World, account_id: str) -> law.Account:
    return counter_staff.one_of(world.centre, BTJ, account_id).login.account


def test_an_account_made_at_the_centre_lets_in_after_the_next_exchange(world: World) -> None:
    counter = world.counter()
    counter.exchange()
    account_id, code = add_at_centre(world)
    before = enters(counter, "siti", code)

    counter.exchange()

    entered = staff.log_in(counter.edge, "siti", code)
    assert before is None
    assert entered is not None
    assert (entered.account.id, entered.account.role) == (account_id, "petugas")
    assert entered.must_change
    assert not entered.stale


def test_what_is_chosen_at_the_counter_is_known_at_the_centre_as_a_hash_alone(
    world: World,
) -> None:
    counter = world.counter()
    account_id, code = add_at_centre(world)
    counter.exchange()

    choose(counter, account_id, code)
    agree(world, counter)

    assert enters(counter, "siti", OWN) == account_id
    assert enters(counter, "siti", code) is None
    password = seen_at_centre(world, account_id).password
    assert not password.once
    assert password.phc.startswith("$argon2id$")
    assert OWN not in password.phc


def test_an_account_made_at_the_counter_works_at_once_and_is_listed_at_the_centre(
    world: World,
) -> None:
    counter = world.counter()
    counter.exchange()

    account_id, code = add_at_counter(counter)
    at_once = enters(counter, "dewi", code)
    agree(world, counter)

    found = counter_staff.one_of(world.centre, BTJ, account_id)
    assert at_once == account_id
    assert (found.login.username, found.login.account.name) == ("dewi", "Dewi Lestari")
    assert found.reach is Reach.OWN


def test_closing_at_the_centre_ends_it_at_the_counter_at_the_next_exchange(world: World) -> None:
    counter = world.counter()
    account_id, code = add_at_counter(counter)
    agree(world, counter)
    counter_staff.close(world.centre, ANI, BTJ, account_id, "Pindah tugas")
    before = staff.account(counter.edge, account_id)

    counter.exchange()

    assert before is not None
    assert staff.account(counter.edge, account_id) is None
    assert enters(counter, "dewi", code) is None


def test_closing_wins_over_what_the_counter_did_meanwhile_until_somebody_reopens(
    world: World,
) -> None:
    counter = world.counter()
    account_id, code = add_at_counter(counter)
    agree(world, counter)
    counter_staff.close(world.centre, ANI, BTJ, account_id, "Pindah tugas")
    staff_accounts.change(counter.edge, LIA, account_id, "Dewi L", "penyelia")
    choose(counter, account_id, code)

    agree(world, counter)
    closed = enters(counter, "dewi", OWN)
    _, reopened = staff_accounts.new_password(counter.edge, LIA, account_id, "Kembali bertugas")
    agree(world, counter)

    assert closed is None
    assert enters(counter, "dewi", reopened) == account_id
    assert seen_at_centre(world, account_id).active
    assert seen_at_centre(world, account_id).name == "Dewi L"


def test_a_username_given_on_both_sides_at_once_loses_nobody_the_login(world: World) -> None:
    counter = world.counter()
    counter.exchange()
    there, code_there = add_at_centre(world, "siti")
    here, code_here = add_at_counter(counter, "siti")

    agree(world, counter)

    listed = counter_staff.list_accounts(world.centre, BTJ)
    names = {one.login.account.id: one.login.username for one in listed}
    at_counter = staff_accounts.list_accounts(counter.edge)
    assert sorted(names.values()) == ["siti", "siti-2"]
    assert {one.login.account.id: one.login.username for one in at_counter} == names
    assert enters(counter, names[there], code_there) == there
    assert enters(counter, names[here], code_here) == here
    assert enters(counter, "siti", code_there) == there, "the former name still lets in"
    assert enters(counter, "siti", code_here) == here


def test_a_username_that_is_known_is_refused_on_both_sides(world: World) -> None:
    counter = world.counter()
    account_id, _ = add_at_counter(counter, "dewi")
    agree(world, counter)
    staff_accounts.close(counter.edge, LIA, account_id, "Pindah tugas")
    agree(world, counter)

    with pytest.raises(FormInvalid):
        add_at_centre(world, "dewi")
    with pytest.raises(FormInvalid):
        add_at_counter(counter, "dewi")


def test_a_replaced_box_has_the_accounts_the_closed_and_the_chosen_passwords(
    world: World,
) -> None:
    stolen = world.counter()
    kept, code = add_at_centre(world, "siti")
    closed, closed_code = add_at_counter(stolen, "dewi")
    stolen.exchange()
    choose(stolen, kept, code)
    staff_accounts.close(stolen.edge, LIA, closed, "Pindah tugas")
    agree(world, stolen)
    with writing(world.centre.vault.engine) as connection:
        nodes.revoke(connection, stolen.edge.vault.replica)

    new = world.counter()
    new.exchange()

    assert enters(new, "siti", OWN) == kept
    assert enters(new, "dewi", closed_code) is None
    with pytest.raises(FormInvalid):
        add_at_counter(new, "dewi")


def test_a_first_account_may_wait_at_the_centre_for_the_first_box(world: World) -> None:
    account_id, code = add_at_centre(world)
    waits = counter_staff.one_of(world.centre, BTJ, account_id).reach

    counter = world.counter()
    counter.exchange()

    assert waits is Reach.NO_SERVER
    assert enters(counter, "siti", code) == account_id


def test_accounts_of_an_upgraded_box_are_written_down_once_with_their_passwords(
    world: World,
) -> None:
    counter = world.counter()
    vault = counter.edge.vault
    with writing(vault.engine) as connection:
        old = accounts.add_account(connection, vault, "Pak.RW", "Pak RW", "pamor", OWN)
        gone = accounts.add_account(connection, vault, "joko", "Joko", "petugas", OWN)
        accounts.set_active(connection, gone.id, False)

    first, again = staff_accounts.carry_over(counter.edge), staff_accounts.carry_over(counter.edge)
    agree(world, counter)

    assert (first, again) == (2, 0)
    assert enters(counter, "pak.rw", OWN) == old.id
    assert enters(counter, "joko", OWN) is None
    assert seen_at_centre(world, old.id).role is Role.PAMOR
    assert not seen_at_centre(world, gone.id).active


def test_a_box_set_back_to_before_its_accounts_were_written_down_has_each_once(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    counter.exchange()
    vault = counter.edge.vault
    with writing(vault.engine) as connection:
        old = accounts.add_account(connection, vault, "siti", "Siti", "petugas", OWN)
    backup = counter.backup(tmp_path)
    staff_accounts.carry_over(counter.edge)
    agree(world, counter)
    counter_staff.close(world.centre, ANI, BTJ, old.id, "Pindah tugas")

    counter.restore(backup)
    staff_accounts.carry_over(counter.edge)
    agree(world, counter)

    listed = counter_staff.list_accounts(world.centre, BTJ)
    assert [one.login.username for one in listed] == ["siti"]
    assert enters(counter, "siti", OWN) is None, "the closing holds"


def test_what_comes_before_old_accounts_are_written_down_takes_no_name_from_them(
    world: World,
) -> None:
    counter = world.counter()
    vault = counter.edge.vault
    with writing(vault.engine) as connection:
        old = accounts.add_account(connection, vault, "siti", "Siti", "petugas", OWN)
    new, code = add_at_centre(world, "siti")

    counter.exchange()

    assert enters(counter, "siti", OWN) == old.id
    assert enters(counter, "siti", code) == new
    staff_accounts.carry_over(counter.edge)
    assert enters(counter, "siti", OWN) == old.id
    assert enters(counter, "siti", code) == new


def test_a_code_is_good_for_its_days(world: World) -> None:
    counter = world.counter()
    account_id, code = add_at_counter(counter)
    clock = counter.edge.clock

    def in_days(days: int) -> str | None:
        counter.edge.clock = lambda: replace(
            clock(), wall_ms=clock().wall_ms + days * DAY_MS, up_ms=clock().up_ms + days * DAY_MS
        )
        return enters(counter, "dewi", code)

    assert in_days(law.CODE_DAYS - 1) == account_id
    assert in_days(law.CODE_DAYS + 1) is None


def test_the_centre_knows_when_the_counter_has_heard(world: World) -> None:
    counter = world.counter()
    counter.exchange()
    account_id, _ = add_at_centre(world)
    waits = counter_staff.one_of(world.centre, BTJ, account_id)

    counter.exchange()
    there = counter_staff.one_of(world.centre, BTJ, account_id)
    counter_staff.close(world.centre, ANI, BTJ, account_id, "Pindah tugas")
    again = counter_staff.one_of(world.centre, BTJ, account_id)

    assert waits.reach is Reach.WAITS
    assert there.reach is Reach.THERE
    assert there.reached_ms > 0
    assert again.reach is Reach.WAITS


def test_an_account_is_no_request_anywhere(world: World) -> None:
    counter = world.counter()
    request = counter.verified()
    agree(world, counter)
    before = lookup.counts(world.centre)
    account_id, _ = add_at_counter(counter)
    left = waiting(counter.edge)
    agree(world, counter)
    record = counter_staff.one_of(world.centre, BTJ, account_id).record

    assert (left.requests, left.others) == (0, 1)
    assert lookup.counts(world.centre) == before
    listed = lookup.queue(world.centre, Filter(), 1, 50)
    assert [one.id for one in listed.records] == [request]
    assert lookup.search(world.centre, "dewi").records == []
    assert sum(page.count for page in queues(counter.edge).values()) == 1
    with pytest.raises(NoSuchRecord):
        lookup.open_request(world.centre, BTJ, record.id)
    with reading(world.centre.vault.engine) as connection:
        assert count_records(connection, Filter(stream=BTJ, kind=law.KIND)) == 1
        assert accounts.list_accounts(connection, world.centre.vault) == [], "nobody gets in here"
