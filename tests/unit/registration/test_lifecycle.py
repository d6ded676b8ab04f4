from __future__ import annotations

import itertools

import pytest

from registration.errors import IllegalAct
from registration.lifecycle import (
    ACT_LABELS,
    ROLE_LABELS,
    STATUS_LABELS,
    Act,
    Role,
    Status,
    acts_for,
    apply,
    may,
    resolve_statuses,
    status_sentence,
)

S, R, A = Status, Role, Act


def test_a_request_goes_its_usual_way() -> None:
    way = [
        (A.AJUKAN, R.PETUGAS, S.DIAJUKAN),
        (A.VERIFIKASI, R.PETUGAS, S.DIVERIFIKASI),
        (A.PROSES, R.VERIFIKATOR, S.DIPROSES),
        (A.KEMBALIKAN, R.VERIFIKATOR, S.DIKEMBALIKAN),
        (A.PERBAIKI, R.PETUGAS, S.DIKEMBALIKAN),
        (A.VERIFIKASI, R.PENYELIA, S.DIVERIFIKASI),
        (A.TERBITKAN, R.VERIFIKATOR, S.TERBIT),
        (A.TERIMA_DOKUMEN, R.PETUGAS, S.SIAP_DIAMBIL),
        (A.SERAHKAN, R.PETUGAS, S.DISERAHKAN),
    ]
    status: Status | None = None

    for act, role, expected in way:
        status = apply(act, role, status)

        assert status is expected


def test_a_resident_s_correction_of_a_returned_request_asks_for_a_new_look() -> None:
    assert apply(A.PERBAIKI, R.PEMOHON, S.DIKEMBALIKAN) is S.DIAJUKAN
    assert apply(A.TAMBAH_BERKAS, R.PEMOHON, S.DIKEMBALIKAN) is S.DIKEMBALIKAN
    assert apply(A.PERBAIKI, R.PEMOHON, S.DIAJUKAN) is S.DIAJUKAN


@pytest.mark.parametrize(
    ("act", "role", "status"),
    [
        (A.TERBITKAN, R.PETUGAS, S.DIPROSES),
        (A.VERIFIKASI, R.PAMOR, S.DIAJUKAN),
        (A.VERIFIKASI, R.VERIFIKATOR, S.DIAJUKAN),
        (A.PERBAIKI, R.PEMOHON, S.DIVERIFIKASI),
        (A.PERBAIKI, R.VERIFIKATOR, S.DIAJUKAN),
        (A.BATALKAN, R.PETUGAS, S.TERBIT),
        (A.BATALKAN, R.PAMOR, S.DIAJUKAN),
        (A.BATALKAN, R.ADMIN, S.DIAJUKAN),
        (A.SERAHKAN, R.PETUGAS, S.DIPROSES),
        (A.AJUKAN, R.PEMOHON, S.DIAJUKAN),
        (A.PROSES, R.VERIFIKATOR, None),
        (A.PUTUSKAN, R.PENYELIA, S.DIPROSES),
    ],
)
def test_what_is_not_allowed_is_refused(act: Act, role: Role, status: Status | None) -> None:
    assert not may(act, role, status)
    with pytest.raises(IllegalAct):
        apply(act, role, status)


def test_a_refusal_says_why() -> None:
    with pytest.raises(IllegalAct) as late:
        apply(A.BATALKAN, R.PETUGAS, S.TERBIT)
    with pytest.raises(IllegalAct) as wrong_role:
        apply(A.TERBITKAN, R.PETUGAS, S.DIPROSES)

    assert str(late.value.sentence) == (
        "Permohonan ini sekarang “Terbit”, jadi “Batalkan” tidak bisa dilakukan."
    )
    assert str(wrong_role.value.sentence) == (
        "“Terbitkan” hanya bisa dilakukan oleh: verifikator, admin Disdukcapil. "
        "Anda masuk sebagai petugas loket."
    )


def test_each_role_sees_only_its_own_acts() -> None:
    assert acts_for(R.VERIFIKATOR, S.DIVERIFIKASI) == [
        A.PERBAIKI,
        A.TAMBAH_BERKAS,
        A.PROSES,
        A.KEMBALIKAN,
        A.TOLAK,
        A.TERBITKAN,
        A.PUTUSKAN,
        A.BATALKAN_GANDA,
        A.PERIKSA_GANDA,
    ]
    assert acts_for(R.PETUGAS, S.TERBIT) == [A.TERIMA_DOKUMEN, A.SERAHKAN]
    assert acts_for(R.PEMOHON, S.DISERAHKAN) == []
    assert acts_for(R.PAMOR, None) == [A.AJUKAN]


def test_an_admin_may_settle_a_conflict_whatever_the_status() -> None:
    assert all(may(A.PUTUSKAN, R.ADMIN, status) for status in Status)
    assert apply(A.PUTUSKAN, R.ADMIN, S.DISERAHKAN) is S.DISERAHKAN


@pytest.mark.parametrize(
    ("statuses", "winner"),
    [
        (set(), None),
        ({S.DIPROSES}, S.DIPROSES),
        ({S.DIAJUKAN, S.DIVERIFIKASI}, S.DIVERIFIKASI),
        ({S.DIPROSES, S.DIBATALKAN}, S.DIBATALKAN),
        ({S.TERBIT, S.DISERAHKAN}, S.DISERAHKAN),
        ({S.TERBIT, S.DIPROSES, S.DIVERIFIKASI}, S.TERBIT),
        ({S.DIBATALKAN, S.TERBIT}, None),
        ({S.DITOLAK, S.TERBIT}, None),
        ({S.DIBATALKAN, S.DITOLAK}, None),
        ({S.DIKEMBALIKAN, S.DIVERIFIKASI}, None),
        ({S.DIAJUKAN, S.DIVERIFIKASI, S.DIPROSES}, None),
    ],
)
def test_concurrent_statuses_come_to_one_or_go_to_review(
    statuses: set[Status], winner: Status | None
) -> None:
    assert resolve_statuses(statuses) is winner


BY_RULE = {
    # What one legal act leads to holds; all other pairs wait for a person.
    (S.DIAJUKAN, S.DIVERIFIKASI): S.DIVERIFIKASI,
    (S.DIAJUKAN, S.DIBATALKAN): S.DIBATALKAN,
    (S.DIKEMBALIKAN, S.DIBATALKAN): S.DIBATALKAN,
    (S.DIKEMBALIKAN, S.DIAJUKAN): S.DIAJUKAN,
    (S.DIKEMBALIKAN, S.DIPROSES): S.DIKEMBALIKAN,
    (S.DIVERIFIKASI, S.DIPROSES): S.DIPROSES,
    (S.DIVERIFIKASI, S.DITOLAK): S.DITOLAK,
    (S.DIVERIFIKASI, S.TERBIT): S.TERBIT,
    (S.DIVERIFIKASI, S.DIBATALKAN): S.DIBATALKAN,
    (S.DIPROSES, S.DITOLAK): S.DITOLAK,
    (S.DIPROSES, S.TERBIT): S.TERBIT,
    (S.DIPROSES, S.DIBATALKAN): S.DIBATALKAN,
    (S.TERBIT, S.SIAP_DIAMBIL): S.SIAP_DIAMBIL,
    (S.TERBIT, S.DISERAHKAN): S.DISERAHKAN,
    (S.SIAP_DIAMBIL, S.DISERAHKAN): S.DISERAHKAN,
}
PAIRS = list(itertools.combinations(Status, 2))


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda status: str(status))
def test_of_two_concurrent_statuses_the_legal_step_holds_and_all_else_goes_to_review(
    one: Status, other: Status
) -> None:
    expected = BY_RULE.get((one, other)) or BY_RULE.get((other, one))

    assert resolve_statuses([one, other]) is expected
    assert resolve_statuses([other, one]) is expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (S.DIBATALKAN, S.TERBIT),
        (S.DIBATALKAN, S.SIAP_DIAMBIL),
        (S.DIBATALKAN, S.DISERAHKAN),
        (S.DISERAHKAN, S.DITOLAK),
        (S.DITOLAK, S.TERBIT),
        (S.DITOLAK, S.DIBATALKAN),
        (S.DIKEMBALIKAN, S.TERBIT),
    ],
)
def test_what_must_never_be_settled_by_machine_is_not(one: Status, other: Status) -> None:
    assert resolve_statuses([one, other]) is None


def test_every_status_role_and_act_has_words() -> None:
    assert set(STATUS_LABELS) == set(Status)
    assert set(ROLE_LABELS) == set(Role)
    assert set(ACT_LABELS) == set(Act)
    assert all(str(status_sentence(status)).endswith(".") for status in Status)
