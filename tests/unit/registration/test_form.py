from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registration.catalogue import service
from registration.errors import FormFromFuture, FormInvalid, UnknownService
from registration.form import Form, load_form
from tests.unit.registration.people import EXTRA, PERSON, TODAY


def load(case: str = "baru", confirmed: frozenset[str] = frozenset(), **changed: Any) -> Form:
    data = {**PERSON, **EXTRA[case], **changed}
    return load_form("ktp-el", case, data, version=1, today=TODAY, confirmed=confirmed)


def refusals(case: str = "baru", **changed: Any) -> dict[str, list[str]]:
    with pytest.raises(FormInvalid) as refused:
        load(case, **changed)
    return {name: [str(one) for one in said] for name, said in refused.value.errors.items()}


@pytest.mark.parametrize("case", list(EXTRA))
def test_a_right_form_passes_without_warning(case: str) -> None:
    form = load(case)

    assert form.warnings == []
    assert set(form.values) <= {f.name for f in service("ktp-el").case(case).fields}


def test_values_are_kept_in_one_spelling() -> None:
    form = load("hilang")

    assert form.values["nik"] == "3275025205950003"
    assert form.values["nama"] == "DEWI LESTARI"
    assert form.values["tanggal_lahir"] == "1995-05-12"
    assert form.values["telepon"] == "+6281234567890"
    assert (form.values["rt"], form.values["rw"]) == ("003", "007")
    assert form.values["alamat"] == "JL. MAWAR NO. 12"
    assert "email" not in form.values


def test_kept_values_pass_the_gate_again_unchanged() -> None:
    form = load("perubahan", email="Dewi@CONTOH.id", kode_pos="17136")

    again = load_form("ktp-el", "perubahan", form.values, version=1, today=TODAY)  # type: ignore[arg-type]

    assert again == form


def test_the_record_fields_carry_service_case_and_version() -> None:
    fields = load("rusak").record_fields()

    assert (fields["layanan"], fields["varian"], fields["versi"]) == ("ktp-el", "rusak", 1)
    assert fields["data.kerusakan"] == "Kartu patah."


def test_an_empty_form_is_told_for_every_required_field() -> None:
    with pytest.raises(FormInvalid) as refused:
        load_form("ktp-el", "baru", {"nama": "  "}, version=1, today=TODAY)

    case = service("ktp-el").case("baru")
    assert set(refused.value.errors) == {field.name for field in case.fields if field.required}
    assert str(refused.value.errors["nama"][0]) == "Nama lengkap belum diisi."
    assert str(refused.value.errors["agama"][0]) == "Pilih dulu: Agama."
    assert str(refused.value.sentence) == "Ada 14 isian yang perlu diperbaiki."


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("nik", "327502520595000", "NIK harus 16 angka; yang diketik 15 angka."),
        ("tanggal_lahir", "31/02/1995", "Tanggal 31 Februari tidak ada."),
        ("tanggal_lahir", "1995-02-29", "Tanggal 29 Februari 1995 tidak ada."),
        ("tanggal_lahir", "12-13-1995", "Bulan “13” tidak ada."),
        ("tanggal_lahir", "0-01-1995", "Tanggal 0 Januari tidak ada."),
        ("tanggal_lahir", "12-05-95", "Tulis tahunnya dengan empat angka, misalnya 12-05-1995."),
        ("tanggal_lahir", "25-11-2026", "Tanggal ini belum terjadi. Periksa tahunnya."),
        (
            "tanggal_lahir",
            "0001-01-01",
            "Tanggal ini lebih dari 120 tahun yang lalu. Periksa tahunnya.",
        ),
        (
            "tanggal_lahir",
            "kemarin",
            "Tulis tanggal, bulan dan tahun dengan angka, misalnya 12-05-1995.",
        ),
        ("tanggal_lahir", "0000-01-01", "Tanggal 1 Januari 0000 tidak ada."),
        ("agama", "pastafari", "Pilih salah satu dari daftar."),
        ("rt", "0", "Isi dengan angka 1 sampai 999, misalnya 003."),
        ("rw", "1000", "Isi dengan angka 1 sampai 999, misalnya 003."),
        ("kode_pos", "1713", "Kode pos terdiri dari 5 angka, misalnya 17136."),
        ("email", "dewi@", "Alamat email belum lengkap, misalnya dewi@contoh.id."),
        (
            "alamat",
            "x" * 121,
            "Terlalu panjang: paling banyak 120 huruf, yang diketik 121.",
        ),
        (
            "alamat",
            "x" * 5000,
            "Terlalu panjang: paling banyak 4000 huruf, yang diketik 5000.",
        ),
        (
            "pekerjaan",
            "gu\x07ru",
            "Ada tanda yang tidak bisa dibaca di isian ini. Hapus lalu ketik ulang.",
        ),
        (
            "pekerjaan",
            "guru\ud800",
            "Ada tanda yang tidak bisa dibaca di isian ini. Hapus lalu ketik ulang.",
        ),
        ("rt", 3, "Isian ini harus berupa teks."),
        ("nama", None, "Nama lengkap belum diisi."),
    ],
)
def test_a_wrong_value_is_refused_beside_its_field(field: str, typed: object, said: str) -> None:
    changed: dict[str, Any] = {field: typed}

    assert refusals(**changed) == {field: [said]}


@pytest.mark.parametrize(
    "typed", ["12-05-1995", "12/5/1995", "1995-05-12", "12 Mei 1995", "12 mei 1995", "12.05.1995"]
)
def test_a_date_may_be_written_in_every_usual_way(typed: str) -> None:
    assert load(tanggal_lahir=typed).values["tanggal_lahir"] == "1995-05-12"


def test_invisible_characters_of_a_copied_text_are_dropped() -> None:
    assert load(nik="\u200b3275025205950003\ufeff").values["nik"] == "3275025205950003"


def test_a_field_that_is_not_asked_is_refused_for_the_form_as_a_whole() -> None:
    said = refusals(status="terbit", _form="x")

    assert list(said) == ["_form"]
    assert "_form, status" in said["_form"][0]


def test_what_is_no_form_at_all_is_refused() -> None:
    with pytest.raises(FormInvalid, match="_form"):
        load_form("ktp-el", "baru", ["nik"], version=1, today=TODAY)  # type: ignore[arg-type]


def test_a_nik_that_disagrees_must_be_confirmed_once() -> None:
    asked = load(nik="3275021205950003")

    confirmed = load(nik="3275021205950003", confirmed=frozenset({"nik"}))

    assert [name for name, _ in asked.warnings] == ["nik"]
    assert confirmed.warnings == []


def test_an_odd_kk_number_must_be_confirmed_on_its_own() -> None:
    asked = load(no_kk="3275029903170021", confirmed=frozenset({"nik"}))

    assert [name for name, _ in asked.warnings] == ["no_kk"]


def test_the_first_card_is_for_those_who_are_17_or_married() -> None:
    young: dict[str, Any] = {"nik": "3275026511090003", "tanggal_lahir": "25-11-2009"}

    said = refusals(**young, status_perkawinan="belum_kawin")
    assert "belum 17 tahun" in said["tanggal_lahir"][0]

    assert load(**young, status_perkawinan="kawin").warnings == []
    on_birthday = load(
        nik="3275026411090003", tanggal_lahir="24-11-2009", status_perkawinan="belum_kawin"
    )
    assert on_birthday.warnings == []


def test_a_form_of_a_newer_version_is_refused_and_an_older_one_is_not() -> None:
    with pytest.raises(FormFromFuture) as refused:
        load_form("ktp-el", "baru", PERSON, version=2, today=TODAY)

    assert refused.value.version == 2
    assert "versi 2" in str(refused.value.sentence)
    assert load_form("ktp-el", "baru", PERSON, version=0, today=TODAY).version == 1


def test_a_form_of_a_service_that_we_do_not_have_is_refused() -> None:
    with pytest.raises(UnknownService):
        load_form("ktp-el", "terbang", {}, version=1, today=date(2026, 1, 1))
