from __future__ import annotations

import itertools
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration import lifecycle, survey
from registration.complaint_forms import load_answer, load_complaint, load_follow
from registration.complaint_story import tell_complaint
from registration.complaints import (
    ABOUT_STAFF,
    ACT_LABELS,
    ANSWER_TIME,
    FINAL,
    STATUS_LABELS,
    SUBJECT_LABELS,
    SUBJECT_NOTES,
    TRANSITIONS,
    WAITING,
    Act,
    Status,
    Subject,
    acts_for,
    apply,
    may,
    readable_by,
    resolve_statuses,
    status_sentence,
)
from registration.errors import FormInvalid, IllegalAct
from registration.kinds import FINAL as FINAL_OF
from registration.kinds import resolve_statuses as resolve_any
from registration.kinds import status_label
from registration.lifecycle import Role
from registration.story import Event

A, S, R = Act, Status, Role


def test_a_complaint_goes_its_usual_way() -> None:
    way = [
        (A.ADUKAN, R.PEMOHON, S.DITERIMA),
        (A.TANGANI, R.PETUGAS, S.DITANGANI),
        (A.JAWAB, R.PETUGAS, S.DIJAWAB),
        (A.BELUM_PUAS, R.PEMOHON, S.DITANGANI),
        (A.JAWAB, R.PENYELIA, S.DIJAWAB),
        (A.PUAS, R.PEMOHON, S.SELESAI),
    ]
    status: Status | None = None

    for act, role, expected in way:
        status = apply(act, role, status)

        assert status is expected


@pytest.mark.parametrize(
    ("act", "role", "status", "said"),
    [
        (A.JAWAB, R.PEMOHON, S.DITERIMA, "hanya bisa dilakukan oleh: petugas loket, penyelia"),
        (A.TUTUP, R.PETUGAS, S.DIJAWAB, "hanya bisa dilakukan oleh: penyelia"),
        (A.JAWAB, R.PAMOR, S.DITERIMA, "hanya bisa dilakukan oleh"),
        (A.TANGANI, R.VERIFIKATOR, S.DITERIMA, "hanya bisa dilakukan oleh"),
        (A.PUAS, R.PEMOHON, S.DITANGANI, "sekarang “Sedang ditangani”"),
        (A.TARIK, R.PEMOHON, S.DIJAWAB, "sekarang “Sudah dijawab”"),
        (A.JAWAB, R.PETUGAS, None, "belum dikirim"),
    ],
)
def test_what_the_law_does_not_have_is_refused_with_a_sentence(
    act: Act, role: Role, status: Status | None, said: str
) -> None:
    with pytest.raises(IllegalAct) as refused:
        apply(act, role, status)

    assert said in str(refused.value.sentence)


def test_a_complaint_is_reopened_once() -> None:
    assert may(A.BELUM_PUAS, R.PEMOHON, S.DIJAWAB)
    assert acts_for(R.PEMOHON, S.DIJAWAB, reopened=True) == [A.PUAS]
    with pytest.raises(IllegalAct, match="satu kali"):
        apply(A.BELUM_PUAS, R.PEMOHON, S.DIJAWAB, reopened=True)


def test_nothing_leads_out_of_an_end_and_something_out_of_everything_else() -> None:
    sources = {status for line in TRANSITIONS for status in line.sources if status is not None}

    assert sources == set(Status) - FINAL
    assert WAITING | FINAL | {S.DIJAWAB} == set(Status)


@given(st.sets(st.sampled_from(list(Status)), min_size=1), st.data())
def test_concurrent_statuses_come_to_one_whatever_the_grouping(
    statuses: set[Status], data: st.DataObject
) -> None:
    some = data.draw(st.sets(st.sampled_from(sorted(statuses)), min_size=1))
    whole = resolve_statuses(statuses)

    assert whole in statuses
    assert resolve_statuses({whole, resolve_statuses(some)}) is whole


def test_conduct_of_staff_is_for_the_penyelia_alone() -> None:
    assert {Subject.SIKAP, Subject.PUNGUTAN} == ABOUT_STAFF
    assert readable_by(R.PENYELIA) == frozenset(Subject)
    assert readable_by(R.PETUGAS) == frozenset(Subject) - ABOUT_STAFF
    assert readable_by(R.PAMOR) == frozenset()


def test_no_two_kinds_share_a_status_so_that_no_queue_can_mix_them() -> None:
    words = [set(map(str, lifecycle.Status)), set(map(str, Status)), {survey.FILLED}]

    assert all(not a & b for a, b in itertools.combinations(words, 2))
    assert set(FINAL_OF) == {"permohonan", "pengaduan", "survei"}
    assert resolve_any(frozenset({"dijawab", "ditarik"})) == "ditarik"
    assert resolve_any(frozenset({"diajukan", "dibatalkan"})) == "dibatalkan"
    assert resolve_any(frozenset({"diajukan", "dijawab"})) is None
    assert resolve_any(frozenset({"dijawab", "status baru"})) is None
    assert status_label("status baru") is None


def test_an_answer_is_due_in_fourteen_days_and_lateness_counts_below_zero() -> None:
    asked = date(2026, 11, 20)

    assert ANSWER_TIME.due(asked) == date(2026, 12, 4)
    assert ANSWER_TIME.days_left(asked, asked) == 14
    assert ANSWER_TIME.days_left(asked, date(2026, 12, 4)) == 0
    assert ANSWER_TIME.days_left(asked, date(2026, 12, 6)) == -2


def test_everything_has_its_words() -> None:
    assert set(SUBJECT_LABELS) == set(SUBJECT_NOTES) == set(Subject)
    assert set(STATUS_LABELS) == set(Status)
    assert set(ACT_LABELS) == set(Act)
    assert all(str(status_sentence(status)).endswith(".") for status in Status)


def _event(act: str, role: Role = R.PETUGAS, note: str = "") -> Event:
    at = datetime(2026, 11, 24, 2, 12, tzinfo=UTC)
    return Event(act, "SITI RAHMA", role, "Bintarajaya", (), at, note)


def test_its_history_is_told_in_sentences() -> None:
    assert str(tell_complaint(_event(A.ADUKAN, R.PEMOHON))) == "Pengaduan dikirim lewat portal."
    assert str(tell_complaint(_event(A.TANGANI))) == (
        "Loket Bintarajaya (Siti Rahma) mulai menangani pengaduan."
    )
    assert str(tell_complaint(_event(A.JAWAB, note="Sudah jadi."))) == (
        "Loket Bintarajaya (Siti Rahma) menjawab: Sudah jadi."
    )
    assert "belum puas" in str(tell_complaint(_event(A.BELUM_PUAS, R.PEMOHON, "Belum jadi.")))
    assert "belum dikenal" in str(tell_complaint(_event("teruskan")))
    for act in Act:
        assert str(tell_complaint(_event(act))).endswith(".")


def test_a_complaint_wants_a_subject_and_a_story_and_nothing_else() -> None:
    said = load_complaint(
        {"hal": "waktu", "isi": " Sudah dua  bulan\nbelum jadi. ", "permohonan": "", "telepon": ""}
    )

    assert said.hal is Subject.WAKTU
    assert said.isi == "Sudah dua bulan\nbelum jadi."
    assert (said.permohonan, said.telepon) == ("", "")


def test_what_is_wrong_in_a_complaint_stands_beside_its_field() -> None:
    with pytest.raises(FormInvalid) as refused:
        load_complaint(
            {"hal": "cuaca", "isi": "lama", "permohonan": "BTJ-7Q4-K2N", "telepon": "021 555"}
        )

    assert set(refused.value.errors) == {"hal", "isi", "permohonan", "telepon"}


@pytest.mark.parametrize("typed", ["204718", "204 718", " 2 0 4 7 1 8 "])
def test_a_pin_is_read_as_it_is_typed(typed: str) -> None:
    assert load_follow({"kode": "BTJ-7Q4-K2M", "pin": typed}).pin == "204718"


@pytest.mark.parametrize("typed", ["20471", "2047189", "20471x", "٢٠٤٧١٨"])
def test_a_pin_is_six_digits(typed: str) -> None:
    with pytest.raises(FormInvalid, match="6 angka"):
        load_follow({"kode": "BTJ-7Q4-K2M", "pin": typed})


def test_an_answer_of_one_word_is_none() -> None:
    with pytest.raises(FormInvalid):
        load_answer({"alasan": "Baik."})
