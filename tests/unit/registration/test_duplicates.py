"""What makes two requests candidates for a duplicate, and an officer's word on them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from registration import catalogue
from registration.catalogue import Case, Field, FieldGroup, FieldKind, SameMatter, Service, Standard
from registration.duplicates import (
    Outcome,
    Verdict,
    can_be_cancelled,
    goes_on_as,
    matters,
    verdict_of,
)
from registration.lifecycle import Status
from sync.policy import Policy

DEWI = {"data.nik": ["3275025205950003"]}


@pytest.fixture
def births(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A service of a later version: a birth is the same by child, day and mother, for ever."""
    names = [
        Field(one, one, FieldKind.NAME, policy=Policy.REVIEW) for one in ("nama_anak", "nama_ibu")
    ]
    day = Field("tanggal_lahir_anak", "", FieldKind.DATE, policy=Policy.REVIEW)
    known = Service(
        "akta-lahir",
        "",
        "",
        1,
        "",
        (Case("baru", "", "", (FieldGroup("", (*names, day)),), ()),),
        Standard(1, 14),
        same=(
            SameMatter(("nama_anak", "tanggal_lahir_anak", "nama_ibu"), while_open=False),
            SameMatter(("nomor_surat_lahir",), while_open=False),
        ),
    )
    monkeypatch.setattr(catalogue, "SERVICES", (*catalogue.SERVICES, known))
    catalogue._data_fields.cache_clear()
    yield
    catalogue._data_fields.cache_clear()


def test_the_same_person_with_the_same_service_is_one_matter_whatever_the_case() -> None:
    lost = matters("ktp-el", "diajukan", {**DEWI, "data.nama": ["DEWI"]})
    damaged = matters("ktp-el", "diproses", {**DEWI, "data.nama": ["DEWI L"]})

    assert lost == damaged
    assert len(lost) == 1
    assert matters("ktp-el", "diajukan", {"data.nik": ["3275024107900001"]}) != lost


@pytest.mark.parametrize("status", ["ditolak", "dibatalkan", "diserahkan"])
def test_a_request_that_is_over_is_like_none_other(status: str) -> None:
    assert matters("ktp-el", status, DEWI) == frozenset()


def test_a_status_of_a_newer_version_still_counts() -> None:
    assert matters("ktp-el", "dikirim_pos", DEWI)


def test_of_an_undecided_number_both_are_looked_for() -> None:
    both = matters("ktp-el", "diajukan", {"data.nik": ["3275025205950003", "3275025205950004"]})

    assert len(both) == 2
    assert matters("ktp-el", "diajukan", DEWI) < both


def test_without_the_answer_or_without_a_rule_there_is_no_candidate() -> None:
    assert matters("ktp-el", "diajukan", {}) == frozenset()
    assert matters("ktp-el", "diajukan", {"data.nik": [""]}) == frozenset()
    assert matters("layanan-baru", "diajukan", DEWI) == frozenset()


@pytest.mark.usefixtures("births")
def test_a_later_service_only_adds_a_line_and_a_birth_stays_the_same_after_its_end() -> None:
    answers = {
        "data.nama_anak": ["RAKA PRATAMA"],
        "data.nama_ibu": ["SITI AMINAH"],
        "data.tanggal_lahir_anak": ["2026-11-20"],
    }
    marks_differ = {**answers, "data.nama_ibu": ["SITI-AMINAH"]}

    assert matters("akta-lahir", "diserahkan", answers) == matters(
        "akta-lahir", "diajukan", marks_differ
    )
    assert matters("akta-lahir", "diserahkan", answers)
    assert matters("akta-lahir", "dibatalkan", answers) == frozenset()


@pytest.mark.usefixtures("births")
def test_any_rule_of_a_service_makes_candidates() -> None:
    one = {"data.nomor_surat_lahir": ["SKL/1"], "data.nama_anak": ["RAKA"]}
    other = {"data.nomor_surat_lahir": ["SKL/1"], "data.nama_anak": ["RAFA"]}

    assert matters("akta-lahir", "diajukan", one) & matters("akta-lahir", "diajukan", other)


def test_only_what_made_no_document_yet_can_be_cancelled_for_another() -> None:
    cancellable = {status for status in Status if can_be_cancelled(status)}

    assert cancellable == {
        Status.DIAJUKAN,
        Status.DIKEMBALIKAN,
        Status.DIVERIFIKASI,
        Status.DIPROSES,
    }
    assert not can_be_cancelled("status_baru")


def test_a_verdict_survives_its_writing() -> None:
    verdict = Verdict(bytes(range(16)), Outcome.BATAL, "32.75.02.1004", "BTJ-7Q4-K2M")

    assert verdict_of(*verdict.written()) == verdict
    assert goes_on_as(dict([verdict.written()])) == verdict
    assert goes_on_as(dict([Verdict(b"\1", Outcome.LANJUT, "x").written()])) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ganda.00", {"hasil": "digabung", "loket": "x"}),
        ("ganda.00", {"hasil": "bukan"}),
        ("ganda.00", "bukan"),
        ("ganda.zz", {"hasil": "bukan", "loket": "x"}),
        ("data.nik", {"hasil": "bukan", "loket": "x"}),
    ],
)
def test_what_is_no_verdict_here_is_read_as_none(name: str, value: object) -> None:
    assert verdict_of(name, value) is None
