from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

import registration
from registration import acts_schema, lifecycle
from registration.catalogue import (
    DATA,
    SERVICES,
    Case,
    Field,
    FieldKind,
    Service,
    label_of,
    missing_documents,
    policy_of,
    service,
)
from registration.errors import UnknownService
from registration.values import read_value
from sync.policy import Policy
from tests.unit.registration.people import TODAY

CASES = [case for known in SERVICES for case in known.cases]


def test_ktp_el_has_its_four_cases() -> None:
    ktp = service("ktp-el")

    assert [case.code for case in ktp.cases] == ["baru", "perubahan", "hilang", "rusak"]
    assert (ktp.standard.working_days, ktp.standard.ceiling_days) == (1, 14)


def test_an_unknown_service_or_case_is_refused() -> None:
    with pytest.raises(UnknownService, match="paspor"):
        service("paspor")
    with pytest.raises(UnknownService, match="ktp-el/pindah"):
        service("ktp-el").case("pindah")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_case_asks_each_question_once(case: Case) -> None:
    names = [field.name for field in case.fields]

    assert len(names) == len(set(names))
    assert len({document.code for document in case.documents}) == len(case.documents)


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        ("baru", ["kk"]),
        ("perubahan", ["kk", "ktp_lama", "bukti_perubahan"]),
        ("hilang", ["kk", "surat_kehilangan"]),
        ("rusak", ["kk", "ktp_rusak"]),
    ],
)
def test_missing_documents_are_named(code: str, needed: list[str]) -> None:
    case = service("ktp-el").case(code)

    assert [doc.code for doc in missing_documents(case, [])] == needed
    assert missing_documents(case, needed) == ()


def test_a_field_or_document_that_is_not_there_is_a_key_error() -> None:
    case = service("ktp-el").case("baru")

    assert case.field("nik").kind is FieldKind.NIK
    with pytest.raises(KeyError):
        case.field("nomor_laporan")
    with pytest.raises(KeyError):
        case.document("ktp_rusak")


@pytest.mark.parametrize(
    ("field", "policy"),
    [
        ("data.nik", Policy.REVIEW),
        ("data.nama", Policy.REVIEW),
        ("data.tanggal_lahir", Policy.REVIEW),
        ("data.alamat", Policy.REVIEW),
        ("data.telepon", Policy.LATEST),
        ("data.email", Policy.LATEST),
        ("status", Policy.LIFECYCLE),
        ("alasan", Policy.WITH_STATUS),
        ("nomor_dokumen", Policy.REVIEW),
        ("penerima", Policy.REVIEW),
        ("berkas.0190", Policy.ADD),
        ("lepas.0190", Policy.ADD),
        ("ganda.0190", Policy.LATEST),
        ("kode", Policy.REVIEW),
        ("data.dari_masa_depan", Policy.REVIEW),
        ("apa_saja", Policy.REVIEW),
        ("telepon", Policy.REVIEW),
    ],
)
def test_each_field_merges_by_its_policy(field: str, policy: Policy) -> None:
    assert policy_of(field) is policy


IDENTITY = {FieldKind.NIK, FieldKind.KK, FieldKind.NAME}
BIRTH_AND_PARENTS = ("lahir", "kelamin", "ayah", "ibu", "orang_tua")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_every_question_says_how_it_merges_and_identity_is_never_merged_by_machine(
    case: Case,
) -> None:
    unsaid = [field.name for field in case.fields if field.policy is None]
    by_machine = [
        field.name
        for field in case.fields
        if policy_of(DATA + field.name) is not Policy.REVIEW
        and (field.kind in IDENTITY or any(word in field.name for word in BIRTH_AND_PARENTS))
    ]

    assert unsaid == []
    assert by_machine == []


def test_a_question_of_one_name_is_the_same_question_everywhere() -> None:
    first: dict[str, Field] = {}
    for field in (field for case in CASES for field in case.fields):
        before = first.setdefault(field.name, field)

        assert (before.kind, before.policy, before.label) == (field.kind, field.policy, field.label)
        if field.kind is FieldKind.CHOICE:
            assert before.choices == field.choices


def test_the_five_services_are_there() -> None:
    codes = [known.code for known in SERVICES]

    assert codes == ["ktp-el", "kk", "kia", "akta-kelahiran", "akta-kematian"]


@pytest.mark.parametrize("known", SERVICES, ids=lambda known: known.code)
def test_every_service_says_what_makes_two_requests_the_same(known: Service) -> None:
    assert known.same
    for rule in known.same:
        for case in known.cases:
            assert all(case.field(name).required for name in rule.fields)


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("data.nik", "NIK"),
        ("data.alamat", "Alamat"),
        ("status", "Status"),
        ("berkas.0190", "Berkas"),
        ("data.nama_ibu", "Nama ibu"),
        ("data.dari_masa_depan", "Dari masa depan"),
        ("", ""),
    ],
)
def test_each_field_has_a_name_for_people(field: str, label: str) -> None:
    assert label_of(field) == label


def test_every_text_for_people_is_marked_for_translation() -> None:
    root = Path(next(iter(registration.__path__)))
    marked = {str(found[2]) for found in extract_from_dir(root, keywords={"N_": None})}

    texts = {text for known in SERVICES for text in (known.title, known.short, known.summary)}
    acts = [field for field in vars(acts_schema).values() if isinstance(field, Field)]
    for case in CASES:
        texts |= {case.title, case.summary, *(group.title for group in case.groups)}
        texts |= {text for doc in case.documents for text in (doc.label, doc.help)}
    for field in [*acts, *(field for case in CASES for field in case.fields)]:
        texts |= {field.label, field.help}
        texts |= {choice.label for choice in field.choices if len(choice.label) > 3}
    texts |= {*lifecycle.STATUS_LABELS.values(), *lifecycle.ROLE_LABELS.values()}
    texts |= set(lifecycle.ACT_LABELS.values())

    assert texts - marked - {""} == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_the_examples_beside_the_questions_would_pass_the_gate(case: Case) -> None:
    for field in case.fields:
        if field.example:
            assert read_value(field, field.example, TODAY)
