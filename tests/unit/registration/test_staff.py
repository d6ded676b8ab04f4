"""Accounts of counters: what holds of what two places wrote without knowing of each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from registration import complaints, lifecycle, staff
from registration.catalogue import policy_of
from registration.errors import FormInvalid, IllegalAct
from registration.kinds import FINAL, STAFF, resolve_statuses, status_label
from registration.lifecycle import Role
from registration.retention import read_schedule
from registration.staff import Account, Login, Password, Status, account_of, logins
from sync.hlc import pack
from sync.record import Dot, Write, fold, fold_all
from sync.resolve import Rules, count_conflicts

EDGE, CENTRE = b"e" * 16, b"c" * 16
RULES = Rules(policy_of, resolve_statuses, lambda replica: int(replica == CENTRE))
FIRST = Password("phc-awal")
CODE = Password("phc-kode", once=True, until_ms=9_000)
OWN = Password("phc-sendiri")


def wrote(
    replica: bytes, seq: int, fields: Mapping[str, Any], seen: Mapping[bytes, int] | None = None
) -> Write:
    """What a place wrote that had seen so much of the others; later numbers are later in time."""
    return Write(Dot(replica, seq), pack(seq * 1_000), 0, seen or {}, fields)


BEGIN = wrote(EDGE, 1, staff.opening("a1", "siti", "Siti", Role.PETUGAS, FIRST))
KNOWN = {EDGE: 1}


def folded(*writes: Write) -> Account:
    """The account of all writes, which is the same in whatever order they come."""
    found = set()
    for order in itertools.permutations([BEGIN, *writes]):
        state = fold_all(order)
        assert count_conflicts(state, RULES) == 0, "nobody has to decide"
        found.add(account_of(state, RULES))
    (one,) = found
    assert one is not None
    return one


def test_an_account_is_as_it_was_made() -> None:
    assert folded() == Account("a1", "siti", "Siti", Role.PETUGAS, True, FIRST)


def test_what_was_written_one_after_the_other_holds_as_it_was_written_last() -> None:
    renamed = wrote(EDGE, 2, {staff.NAME: "Siti Rahma"})
    promoted = wrote(CENTRE, 5, {staff.ROLE: Role.PENYELIA}, {EDGE: 2})

    assert folded(renamed, promoted) == Account(
        "a1", "siti", "Siti Rahma", Role.PENYELIA, True, FIRST
    )


@pytest.mark.parametrize(
    "meanwhile",
    [
        {staff.NAME: "Siti R"},
        {staff.ROLE: Role.PENYELIA},
        {staff.PASSWORD: OWN.plain()},
        {staff.PASSWORD: CODE.plain()},
        {staff.PASSWORD: CODE.plain(), "status": Status.AKTIF},
    ],
)
def test_a_closing_wins_over_whatever_did_not_know_of_it(meanwhile: dict[str, Any]) -> None:
    closed = wrote(CENTRE, 2, {"status": Status.DITUTUP}, KNOWN)
    later = wrote(EDGE, 9, meanwhile)

    assert not folded(closed, later).active


def test_only_who_has_seen_the_closing_opens_again() -> None:
    closed = wrote(CENTRE, 2, {"status": Status.DITUTUP}, KNOWN)
    opened = wrote(EDGE, 9, {"status": Status.AKTIF, staff.PASSWORD: CODE.plain()}, {CENTRE: 2})
    closed_too = wrote(CENTRE, 3, {"status": Status.DITUTUP}, KNOWN)

    assert folded(closed, opened).active
    assert not folded(closed, opened, closed_too).active


def test_of_two_names_the_later_holds_and_of_two_roles_the_lesser() -> None:
    here = wrote(EDGE, 2, {staff.NAME: "Siti R", staff.ROLE: Role.PENYELIA})
    there = wrote(CENTRE, 5, {staff.NAME: "Siti Rahma", staff.ROLE: Role.PAMOR}, KNOWN)
    after = wrote(EDGE, 9, {staff.ROLE: Role.PENYELIA}, {CENTRE: 4})

    both = folded(here, there)
    later = folded(here, there, after)

    assert (both.name, both.role) == ("Siti Rahma", Role.PAMOR)
    assert later.role is Role.PAMOR, "the last one did not know of it"


def test_a_code_that_was_given_out_beats_what_was_chosen_meanwhile() -> None:
    given = wrote(CENTRE, 2, {staff.PASSWORD: CODE.plain()}, KNOWN)
    chosen_without_knowing = wrote(EDGE, 9, {staff.PASSWORD: OWN.plain()})
    chosen_after = wrote(EDGE, 10, {staff.PASSWORD: OWN.plain()}, {CENTRE: 2})

    assert folded(given, chosen_without_knowing).password == CODE
    assert folded(given, chosen_without_knowing, chosen_after).password == OWN


def test_of_two_codes_the_later_holds() -> None:
    other = Password("phc-kode-2", once=True, until_ms=9_500)
    given = wrote(CENTRE, 2, {staff.PASSWORD: CODE.plain()}, KNOWN)
    given_too = wrote(EDGE, 3, {staff.PASSWORD: other.plain()})

    assert folded(given, given_too).password == other


@pytest.mark.parametrize(
    "unknown", [{"status": "ditangguhkan"}, {staff.ROLE: "kepala"}, {staff.ROLE: Role.ADMIN}]
)
def test_what_this_version_does_not_know_lets_nobody_in(unknown: dict[str, Any]) -> None:
    state = fold(fold_all([BEGIN]), wrote(EDGE, 2, unknown))

    found = account_of(state, RULES)

    assert found is not None
    assert not found.active


@pytest.mark.parametrize(
    "broken", [{staff.PASSWORD: "phc"}, {staff.PASSWORD: {"phc": 1}}, {staff.USERNAME: ""}]
)
def test_what_is_no_account_is_none(broken: dict[str, Any]) -> None:
    state = fold(fold_all([BEGIN]), wrote(EDGE, 2, broken))

    assert account_of(state, RULES) is None


def named(account_id: str, username: str) -> Account:
    return Account(account_id, username, username.title(), Role.PETUGAS, True, FIRST)


def told(found: Iterable[Login]) -> dict[str, str]:
    return {one.account.id: one.username for one in found}


def test_a_username_given_twice_stays_with_the_first_and_both_sign_in() -> None:
    twice = [(b"2", named("b", "siti")), (b"1", named("a", "siti")), (b"3", named("c", "siti"))]

    ways = [logins(order) for order in itertools.permutations(twice)]

    assert all(told(one) == {"a": "siti", "b": "siti-2", "c": "siti-3"} for one in ways)
    assert [(one.namesake, one.renamed) for one in ways[0]] == [
        ("", False),
        ("a", True),
        ("a", True),
    ]


def test_a_number_that_is_somebodys_name_is_not_given() -> None:
    found = logins(
        [(b"1", named("a", "siti")), (b"2", named("b", "siti-2")), (b"3", named("c", "siti"))]
    )

    assert told(found) == {"a": "siti", "b": "siti-2", "c": "siti-3"}


def test_who_is_in_no_record_yet_keeps_the_username() -> None:
    assert told(logins([(b"1", named("a", "siti"))], {"siti": "old"})) == {"a": "siti-2"}
    assert told(logins([(b"1", named("a", "siti"))], {"siti": "a"})) == {"a": "siti"}


def test_an_account_in_two_records_is_the_one_of_the_first() -> None:
    found = logins([(b"2", named("a", "siti")), (b"1", named("a", "siti"))])

    assert [(one.record, one.username) for one in found] == [(b"1", "siti")]


@pytest.mark.parametrize("username", ["si", "s" * 41, "siti rahma", "sití", "siti/2", "-.-"])
def test_a_username_that_cannot_be_typed_is_refused(username: str) -> None:
    with pytest.raises(FormInvalid) as refused:
        staff.checked(username, "S", "admin")

    assert set(refused.value.errors) == {"username", "nama", "peran"}


def test_what_is_typed_is_tidied() -> None:
    assert staff.checked(" Siti.R ", " Siti  Rahma ", "pamor") == (
        "siti.r",
        "Siti Rahma",
        Role.PAMOR,
    )


def test_a_username_is_free_where_nobody_has_or_wanted_it() -> None:
    listed = logins([(b"1", named("a", "siti")), (b"2", named("b", "siti"))])

    staff.require_free("dewi", listed)
    for taken in ("siti", "siti-2"):
        with pytest.raises(FormInvalid):
            staff.require_free(taken, listed)


def test_nobody_acts_on_the_own_account() -> None:
    (one,) = logins([(b"1", named("a", "siti"))])

    staff.require_others(one, "b")
    with pytest.raises(IllegalAct):
        staff.require_others(one, "a")


@pytest.mark.parametrize("reason", ["", "  x ", "x" * 201])
def test_a_reason_that_tells_nothing_is_refused(reason: str) -> None:
    with pytest.raises(FormInvalid):
        staff.checked_reason(reason)


def test_no_word_of_its_statuses_is_another_kinds() -> None:
    others = {str(one) for kind in (lifecycle.Status, complaints.Status) for one in kind}

    assert not others & set(Status)
    assert all(status_label(one) for one in Status)
    assert resolve_statuses(frozenset({"aktif", "diajukan"})) is None


def test_no_schedule_destroys_an_account() -> None:
    assert STAFF not in FINAL
    with pytest.raises(ValueError, match="somebody still waits"):
        read_schedule("kind,status,days,basis\nstaf,ditutup,1,UU")
