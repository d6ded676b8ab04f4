"""Turns in memory: bounded, and each written once."""

from __future__ import annotations

from central.turns import MOST, Turn, Turns


def test_what_was_taken_is_not_there_again() -> None:
    turns = Turns()
    turns.note(b"a", Turn(2, 1))
    turns.note(b"a", Turn(5, 3))

    assert turns.take() == {b"a": Turn(5, 3)}
    assert turns.take() == {}


def test_names_without_end_do_not_fill_the_memory() -> None:
    turns = Turns()
    for number in range(MOST + 10):
        turns.note(number.to_bytes(16), Turn(2, 1))
    turns.note(bytes(16), Turn(9, 8))

    given = turns.take()

    assert len(given) == MOST
    assert given[bytes(16)] == Turn(9, 8)
