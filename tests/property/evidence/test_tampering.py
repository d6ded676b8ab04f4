"""Whatever is done to an auditor's file is found, and where rows are, it is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from central.evidence import archive, chapters
from central.evidence.findings import Wrong
from central.evidence.trail import TRAIL
from central.evidence.verify import Older
from central.store import trail
from central.workflows import centre_keys
from crypto.identity import Identity
from tests.integration.evidence.kit import (
    again,
    check,
    exported,
    look,
    rows_of,
    told,
    vouched,
    with_rows,
)
from tests.integration.keys.kit import ONE
from tests.integration.world import make_world

_TRIES = settings(max_examples=60, deadline=None)
_EACH = 4
"""So often the trail's end is signed here."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file, an older one of the same centre, and the key that signed both."""

    file: bytes
    older: Older
    signer: Identity


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    world = make_world(tmp_path_factory.mktemp("evidence") / "world")
    counter = world.counter()
    records = [counter.verified() for _ in range(4)]
    counter.exchange()
    world.fold()
    patch = pytest.MonkeyPatch()
    patch.setattr(trail, "CHECKPOINT_EACH", _EACH)
    centre_keys.change_sealing_key(world.centre, ONE)
    look(world.centre, *records)
    older = vouched(exported(world.centre))
    look(world.centre, *records, *records)
    yield Made(exported(world.centre), older, world.centre.vault.keyring.identity)
    patch.undo()
    for one in (world.centre.vault.engine, counter.edge.vault.engine):
        one.dispose()


def log_part(made: Made) -> str:
    names = [one.name for one in archive.listed(made.file)]
    return next(name for name in names if name.startswith(chapters.LOG))


def test_as_it_was_made_it_is_whole(made: Made) -> None:
    assert check(made.file, made.older).good


@given(data=st.data())
@_TRIES
def test_any_other_byte_anywhere_is_found(made: Made, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(made.file) - 1))
    other = data.draw(st.integers(1, 255))
    altered = bytearray(made.file)
    altered[at] ^= other

    assert not check(bytes(altered)).good


@given(data=st.data())
@_TRIES
def test_a_file_that_was_cut_or_added_to_is_found(made: Made, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(made.file) - 1))
    more = data.draw(st.binary(min_size=1, max_size=600))

    assert not check(made.file[:length]).good
    assert not check(made.file + more).good


@given(data=st.data())
@_TRIES
def test_members_that_were_left_out_or_moved_are_found(made: Made, data: st.DataObject) -> None:
    """Even signed for by the centre's own key."""
    members = archive.listed(made.file)[:-1]
    count = len(members)
    places = data.draw(st.lists(st.integers(0, count), min_size=count, max_size=count))
    left = data.draw(st.integers(0, count))
    kept = [members[at] for at in sorted(range(count), key=places.__getitem__)[:left]]
    needed = [one for one in members if one.name != chapters.README]
    assume([one for one in kept if one.name != chapters.README] != needed)

    forged = again(made.file, lambda _: kept, made.signer)

    assert not check(forged).good


@given(data=st.data(), of_trail=st.booleans())
@_TRIES
def test_a_missing_row_is_named(made: Made, data: st.DataObject, of_trail: bool) -> None:
    name = chapters.TRAIL_PART.format(1) if of_trail else log_part(made)
    at = data.draw(st.integers(0, len(rows_of(made.file, name)) - 2))

    forged = with_rows(made.file, lambda rows: rows[:at] + rows[at + 1 :], made.signer, name)

    assert (Wrong.ORDER, _chain(name), at + 2) in told(check(forged))


@given(data=st.data(), of_trail=st.booleans())
@_TRIES
def test_a_row_put_in_is_named(made: Made, data: st.DataObject, of_trail: bool) -> None:
    name = chapters.TRAIL_PART.format(1) if of_trail else log_part(made)
    rows = rows_of(made.file, name)
    at = data.draw(st.integers(0, len(rows) - 1))
    source = data.draw(st.sampled_from(rows))

    def put_in(before: list[Any]) -> list[Any]:
        """As if it had always stood there: all behind it count on."""
        behind = [[row[0] + 1, *row[1:]] for row in before[at:]]
        return [*before[:at], [at + 1, *source[1:]], *behind]

    forged = with_rows(made.file, put_in, made.signer, name)

    named = {at_ for what, where, at_ in told(check(forged)) if where == _chain(name)}
    assert named & {at + 1, at + 2}


@given(data=st.data(), of_trail=st.booleans())
@_TRIES
def test_two_rows_that_changed_places_are_named(
    made: Made, data: st.DataObject, of_trail: bool
) -> None:
    name = chapters.TRAIL_PART.format(1) if of_trail else log_part(made)
    count = len(rows_of(made.file, name))
    one, other = sorted(
        data.draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True))
    )

    def swapped(rows: list[Any]) -> list[Any]:
        rows[one], rows[other] = rows[other], rows[one]
        return rows

    forged = with_rows(made.file, swapped, made.signer, name)

    assert (Wrong.ORDER, _chain(name), other + 1) in told(check(forged))


@given(data=st.data(), of_trail=st.booleans())
@_TRIES
def test_another_value_in_a_row_is_named(made: Made, data: st.DataObject, of_trail: bool) -> None:
    name = chapters.TRAIL_PART.format(1) if of_trail else log_part(made)
    rows = rows_of(made.file, name)
    at = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(1, len(rows[at]) - 1))

    def other(value: Any) -> Any:
        if isinstance(value, int):
            return value ^ 1
        if isinstance(value, bytes):
            return bytes([value[0] ^ 1]) + value[1:] if value else b"\xa1\x41a\x01"
        return value + "x" if isinstance(value, str) else [["32.75.02.1001", bytes(16)]]

    def altered(before: list[Any]) -> list[Any]:
        before[at][column] = other(before[at][column])
        return before

    forged = with_rows(made.file, altered, made.signer, name)

    named = {at_ for what, where, at_ in told(check(forged)) if where == _chain(name)}
    assert at + 1 in named


def test_a_checkpoint_by_another_key_is_named(made: Made) -> None:
    from central.evidence.trail import sign_checkpoint

    stranger = Identity.generate()
    end = rows_of(made.file)[_EACH - 1][-1]

    def forged_checkpoint(rows: list[Any]) -> list[Any]:
        return [sign_checkpoint(stranger, _EACH, end, 0), *rows[1:]]

    forged = _with_member(made, chapters.CHECKPOINTS, forged_checkpoint)

    assert (Wrong.SIGNATURE, chapters.CHECKPOINTS, 1) in told(check(forged))


def test_an_end_that_was_signed_once_holds_a_trail_to_it(made: Made) -> None:
    """The centre's key signs another history: the checkpoint of before is in the way."""
    from central.evidence.trail import entry_hash

    def rewritten(rows: list[Any]) -> list[Any]:
        prev = bytes(32)
        rows[1][2] = "somebody else"
        for row in rows:
            row[-1] = prev = entry_hash(prev, chapters.entry_of(row))
        return rows

    forged = with_rows(made.file, rewritten, made.signer)
    alone, compared = told(check(forged)), told(check(forged, made.older))

    assert {(Wrong.CHECKPOINT, TRAIL, _EACH), (Wrong.CHECKPOINT, TRAIL, 2 * _EACH)} <= alone
    assert Wrong.REWRITTEN in {what for what, _, _ in compared}


def _with_member(made: Made, name: str, change: Any) -> bytes:
    def members(all_of: list[archive.Member]) -> list[archive.Member]:
        return [
            archive.Member(one.name, chapters.sequence(change(list(_rows(one)))), one.time_s)
            if one.name == name
            else one
            for one in all_of
        ]

    return again(made.file, members, made.signer)


def _rows(member: archive.Member) -> Iterator[Any]:
    return chapters.unsequenced(member.data)


def _chain(name: str) -> str:
    return TRAIL if name.startswith(TRAIL) else name.rpartition("/")[0]
