"""From the values that stand to the one that is shown."""

from __future__ import annotations

import itertools

import pytest

from registration.catalogue import policy_of
from registration.lifecycle import Status, resolve_statuses
from sync.record import EMPTY, Dot, RecordState, Write, fold
from sync.resolve import Rules, resolve_all

CENTRE, COUNTER, OTHER = (bytes([number]) * 16 for number in (9, 1, 2))


def _lifecycle(found: frozenset[str]) -> str | None:
    return resolve_statuses({Status(one) for one in found})


RULES = Rules(policy_of, _lifecycle, lambda replica: int(replica == CENTRE))


def state(*writes: Write) -> RecordState:
    states = []
    for order in itertools.permutations(writes):
        folded = EMPTY
        for write in order:
            folded = fold(folded, write)
        states.append(folded)
    assert all(one == states[0] for one in states)
    return states[0]


def write(
    replica: bytes, hlc: int, seen: dict[bytes, int] | None = None, seq: int = 1, **fields: object
) -> Write:
    return Write(Dot(replica, seq), hlc, 0, seen or {}, fields)


@pytest.mark.parametrize("late", ["centre", "counter"])
def test_a_reason_goes_with_the_status_that_holds_whichever_came_later(late: str) -> None:
    filed = write(COUNTER, 1, status="diverifikasi")
    stamps = (5, 9) if late == "counter" else (9, 5)
    returned = write(
        CENTRE, stamps[0], {COUNTER: 1}, status="dikembalikan", alasan="Foto KK buram."
    )
    cancelled = write(COUNTER, stamps[1], seq=2, status="dibatalkan", alasan="Pindah.")

    shown = resolve_all(state(filed, returned, cancelled), RULES)

    assert shown["status"].value == "dibatalkan"
    assert not shown["status"].conflicted
    assert shown["alasan"].value == "Pindah."


def test_of_an_undecided_status_the_provisional_one_keeps_its_reason() -> None:
    rejected = write(CENTRE, 1, status="ditolak", alasan="Penduduk kota lain.")
    cancelled = write(COUNTER, 9, status="dibatalkan", alasan="Pindah.")

    shown = resolve_all(state(rejected, cancelled), RULES)

    assert shown["status"].conflicted
    assert (shown["status"].value, shown["alasan"].value) == ("ditolak", "Penduduk kota lain.")


def test_reasons_whose_status_was_replaced_fall_back_to_the_later() -> None:
    first = write(CENTRE, 1, status="dikembalikan", alasan="A")
    second = write(COUNTER, 2, status="dikembalikan", alasan="B")
    onward = write(COUNTER, 3, {CENTRE: 1}, seq=2, status="diverifikasi")

    shown = resolve_all(state(first, second, onward), RULES)

    assert (shown["status"].value, shown["alasan"].value) == ("diverifikasi", "B")


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [("nomor_dokumen", "KTP-1", "KTP-2"), ("penerima", {"nama": "A"}, {"nama": "B"})],
)
def test_two_documents_or_two_receivers_wait_for_a_person(
    field: str, one: object, other: object
) -> None:
    shown = resolve_all(
        state(write(CENTRE, 1, **{field: one}), write(COUNTER, 2, **{field: other})), RULES
    )

    assert shown[field].conflicted


def test_an_emptied_optional_answer_and_a_new_one_come_to_the_later() -> None:
    filed = write(COUNTER, 1, **{"data.email": "dewi@contoh.id"})
    emptied = write(COUNTER, 5, seq=2, **{"data.email": ""})
    changed = write(CENTRE, 4, {COUNTER: 1}, **{"data.email": "baru@contoh.id"})

    shown = resolve_all(state(filed, emptied, changed), RULES)

    assert shown["data.email"].value == ""
    assert shown["data.email"].merged


def test_a_scan_taken_away_and_another_added_at_once_both_hold() -> None:
    filed = write(COUNTER, 1, **{"berkas.a": {"jenis": "kk"}})
    dropped = write(COUNTER, 2, seq=2, **{"lepas.a": True})
    also = write(OTHER, 3, {COUNTER: 1}, **{"lepas.a": True, "berkas.b": {"jenis": "kk"}})

    shown = resolve_all(state(filed, dropped, also), RULES)

    assert shown["lepas.a"].value is True
    assert not shown["lepas.a"].conflicted
    assert shown["berkas.b"].value == {"jenis": "kk"}
    assert shown["berkas.a"].value == {"jenis": "kk"}
