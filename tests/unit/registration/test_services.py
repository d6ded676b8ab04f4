"""What the law asks in each service, one rule a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from registration.catalogue import missing_documents, service
from registration.errors import FormInvalid
from registration.form import Form, load_form
from registration.invented.forms import filled
from registration.invented.people import REFERENCE_DAY, People, make_nik


def load(code: str, case: str, typed: Mapping[str, str], *sure: str) -> Form:
    return load_form(
        code, case, typed, version=1, today=REFERENCE_DAY, confirmed=frozenset({"nama", *sure})
    )


def refused(code: str, case: str, typed: Mapping[str, str]) -> dict[str, str]:
    with pytest.raises(FormInvalid) as told:
        load(code, case, typed)
    return {name: str(said[0]) for name, said in told.value.errors.items()}


def born(typed: dict[str, str], day: date) -> dict[str, str]:
    """The same child, born on another day."""
    nik = make_nik(typed["nik"][:6], day, typed["jenis_kelamin"], 12)
    return typed | {"tanggal_lahir": day.isoformat(), "nik": nik}


def years_ago(years: int) -> date:
    return date(REFERENCE_DAY.year - years, REFERENCE_DAY.month, REFERENCE_DAY.day)


def test_a_child_has_a_photo_from_its_fifth_birthday_and_no_kia_from_its_17th() -> None:
    typed = filled(People(1), "kia", "balita")
    day = timedelta(days=1)

    assert load("kia", "balita", born(typed, years_ago(5) + day))
    assert "tanggal_lahir" in refused("kia", "balita", born(typed, years_ago(5)))
    assert load("kia", "anak", born(typed, years_ago(5)))
    assert load("kia", "anak", born(typed, years_ago(17) + day))
    assert "tanggal_lahir" in refused("kia", "anak", born(typed, years_ago(17)))
    assert "pas_foto" not in {one.code for one in service("kia").case("balita").documents}
    assert service("kia").case("anak").document("pas_foto").required


def test_a_child_may_have_no_father_on_record() -> None:
    typed = filled(People(2), "kia", "anak")

    del typed["nik_ayah"], typed["nama_ayah"]

    assert "nama_ayah" not in load("kia", "anak", typed).values


def test_a_late_birth_is_asked_about_and_taken() -> None:
    typed = filled(People(3), "akta-kelahiran", "biasa")
    late = typed | {"tanggal_lahir": (REFERENCE_DAY - timedelta(days=61)).isoformat()}
    in_time = typed | {"tanggal_lahir": (REFERENCE_DAY - timedelta(days=60)).isoformat()}

    assert not load("akta-kelahiran", "biasa", in_time).warnings
    ((name, said),) = load("akta-kelahiran", "biasa", late).warnings
    assert (name, "61 hari" in str(said)) == ("tanggal_lahir", True)
    assert not load("akta-kelahiran", "biasa", late, "tanggal_lahir").warnings


def test_a_new_name_of_one_word_is_asked_about() -> None:
    typed = filled(People(4), "akta-kelahiran", "biasa") | {"nama": "SUKARNO"}

    form = load_form("akta-kelahiran", "biasa", typed, version=1, today=REFERENCE_DAY)

    assert [name for name, _ in form.warnings] == ["nama"]


@pytest.mark.parametrize(
    ("case", "needed", "not_asked"),
    [
        ("biasa", {"surat_lahir", "buku_nikah", "kk", "ktp_orang_tua"}, set[str]()),
        ("tanpa_surat", {"f203", "buku_nikah", "kk", "ktp_orang_tua"}, set[str]()),
        ("tanpa_nikah", {"surat_lahir", "f204", "kk", "ktp_orang_tua"}, {"nomor_nikah"}),
        ("anak_ibu", {"surat_lahir", "kk", "ktp_orang_tua"}, {"nik_ayah", "nomor_nikah"}),
        ("temuan", {"berita_acara"}, {"nik_ibu", "nik_ayah", "no_kk"}),
    ],
)
def test_each_birth_has_its_papers(case: str, needed: set[str], not_asked: set[str]) -> None:
    found = service("akta-kelahiran").case(case)

    assert {one.code for one in missing_documents(found, [])} == needed
    assert not not_asked & {one.name for one in found.fields}


@pytest.mark.parametrize(
    ("name", "value"),
    [("berat_lahir", "3"), ("berat_lahir", "31500"), ("panjang_lahir", "4"), ("kelahiran_ke", "0")],
)
def test_a_newborn_is_weighed_in_grams_and_measured_in_centimetres(name: str, value: str) -> None:
    typed = filled(People(5), "akta-kelahiran", "biasa") | {name: value}

    assert set(refused("akta-kelahiran", "biasa", typed)) == {name}


def test_nobody_is_their_own_witness() -> None:
    typed = filled(People(6), "akta-kematian", "biasa")

    twice = typed | {"nik_saksi_2": typed["nik_saksi_1"]}
    reporter = typed | {"nik_saksi_1": typed["nik_pelapor"]}

    assert set(refused("akta-kematian", "biasa", twice)) == {"nik_saksi_2"}
    assert set(refused("akta-kematian", "biasa", reporter)) == {"nik_saksi_1"}


def test_nobody_dies_before_they_are_born() -> None:
    typed = filled(People(7), "akta-kematian", "biasa")
    before = date.fromisoformat(typed["tanggal_lahir"]) - timedelta(days=1)

    told = refused("akta-kematian", "biasa", typed | {"tanggal_kematian": before.isoformat()})

    assert told == {
        "tanggal_kematian": "Tanggal meninggal sebelum tanggal lahir. Periksa keduanya."
    }


def test_a_nik_of_the_other_sex_is_asked_about() -> None:
    typed = filled(People(8), "akta-kelahiran", "biasa")
    swapped = typed | {"nik_ibu": typed["nik_ayah"], "nik_ayah": typed["nik_ibu"]}

    asked = {name for name, _ in load("akta-kelahiran", "biasa", swapped).warnings}

    assert asked == {"nik_ibu", "nik_ayah"}


def test_husband_and_wife_are_two() -> None:
    typed = filled(People(9), "kk", "kawin")

    assert "nik_pasangan" in refused("kk", "kawin", typed | {"nik_pasangan": typed["nik"]})


@pytest.mark.parametrize("text", ["07.30", "7:30", "0730", "07 30"])
def test_a_time_of_day_is_read_as_people_write_it(text: str) -> None:
    typed = filled(People(10), "akta-kelahiran", "biasa") | {"jam_lahir": text}

    assert load("akta-kelahiran", "biasa", typed).values["jam_lahir"] == "07:30"


@pytest.mark.parametrize("text", ["24.00", "7", "7.60", "pagi"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    typed = filled(People(10), "akta-kelahiran", "biasa") | {"jam_lahir": text}

    assert "07.30" in refused("akta-kelahiran", "biasa", typed)["jam_lahir"]
