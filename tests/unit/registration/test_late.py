"""A decision, and what a counter changed before it knew of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest

from registration.late import Deed, Late, came_late, waiting
from sync.record import Dot, Write

CENTRE, COUNTER = b"c" * 16, b"k" * 16


def deed(replica: bytes, seq: int, hlc: int, act: str, seen: int = 0, **fields: object) -> Deed:
    """:param seen: how much of the other's log its author had."""
    other = COUNTER if replica == CENTRE else CENTRE
    context = {other: seen} if seen else {}
    names = {name.replace("__", "."): value for name, value in fields.items()}
    return Deed(Write(Dot(replica, seq), hlc, 0, context, names), act, replica == CENTRE)


FILED = deed(COUNTER, 1, 1, "ajukan", data__nama="DEWI", status="diverifikasi")
ISSUED = deed(CENTRE, 1, 5, "terbitkan", seen=1, status="terbit")
CORRECTED = deed(COUNTER, 2, 4, "perbaiki", data__nama="DEWI LESTARI")


def the_one(deeds: Iterable[Deed]) -> Late:
    told = [came_late(order) for order in itertools.permutations(deeds)]
    assert all(one == told[0] for one in told)
    assert len(told[0]) == 1
    return told[0][0]


def test_a_correction_that_the_decision_had_not_seen_waits() -> None:
    late = the_one([FILED, ISSUED, CORRECTED])

    assert waiting([late]) is late
    assert late.decision is ISSUED
    assert late.changes == (CORRECTED,)
    assert late.fields == ("data.nama",)


def test_what_the_decision_had_seen_is_not_late() -> None:
    issued = deed(CENTRE, 1, 5, "terbitkan", seen=2, status="terbit")

    assert came_late([FILED, CORRECTED, issued]) == []


def test_what_was_written_knowing_of_the_decision_is_not_late() -> None:
    after = deed(COUNTER, 2, 9, "lepas_berkas", seen=1, lepas__x="buram")

    assert came_late([FILED, ISSUED, after]) == []


def test_a_mere_act_of_the_counter_is_no_change_of_the_matter() -> None:
    verified = deed(COUNTER, 2, 4, "verifikasi", status="diverifikasi")

    assert came_late([FILED, ISSUED, verified]) == []


@pytest.mark.parametrize("act", ["tinjau_susulan", "buka_kembali"])
def test_an_officer_who_saw_it_answers_it(act: str) -> None:
    answer = deed(CENTRE, 2, 8, act, seen=2)

    late = the_one([FILED, ISSUED, CORRECTED, answer])

    assert late.answered is answer
    assert waiting([late]) is None


def test_an_answer_that_had_not_seen_it_leaves_it_waiting() -> None:
    answer = deed(CENTRE, 2, 8, "tinjau_susulan", seen=1)

    assert waiting([the_one([FILED, ISSUED, CORRECTED, answer])]) is not None


def test_a_decision_that_was_taken_back_before_waits_for_nobody() -> None:
    taken_back = deed(CENTRE, 2, 8, "buka_kembali", seen=1, status="diproses")

    assert came_late([FILED, ISSUED, CORRECTED, taken_back]) == []


def test_a_second_decision_without_it_is_the_one_that_waits() -> None:
    taken_back = deed(CENTRE, 2, 8, "buka_kembali", seen=1, status="diproses")
    rejected = deed(CENTRE, 3, 9, "tolak", seen=1, status="ditolak")

    late = the_one([FILED, ISSUED, CORRECTED, taken_back, rejected])

    assert late.decision is rejected
    assert waiting([late]) is late
