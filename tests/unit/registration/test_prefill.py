"""Filling in a form from earlier requests."""

from __future__ import annotations

from registration.catalogue import service
from registration.prefill import Source, prefill

DEWI = "3275025205950003"
ADI = "3275021203920001"
KK = "3275020803170021"
HOME = {"alamat": "JL. KENANGA 5", "rt": "003", "rw": "007", "kode_pos": "17136"}
KTP_OF_DEWI = Source(
    "BTJ-7Q4K",
    {
        "nik": DEWI,
        "no_kk": KK,
        "nama": "DEWI LESTARI",
        "tanggal_lahir": "1995-05-12",
        "jenis_kelamin": "P",
        "telepon": "+6281290001234",
        "nomor_laporan": "LP/1",
        **HOME,
    },
)
KIA_OF_RAKA = Source(
    "BTJ-2MX9",
    {
        "nik": "3275021001190002",
        "no_kk": KK,
        "nama": "RAKA PRATAMA",
        "nik_ibu": DEWI,
        "nama_ibu": "DEWI LESTARI",
        "nik_ayah": ADI,
        "nama_ayah": "ADI PRATAMA",
        **HOME,
    },
)
LOST = service("ktp-el").case("hilang")
BIRTH = service("akta-kelahiran").case("biasa")
KIA = service("kia").case("balita")


def test_a_person_known_by_nik_is_filled_in_with_home_and_contact() -> None:
    found = prefill(LOST, {"nik": "3275 0252 0595 0003"}, [KTP_OF_DEWI])

    assert found.values == {
        "no_kk": KK,
        "nama": "DEWI LESTARI",
        "tanggal_lahir": "1995-05-12",
        "jenis_kelamin": "P",
        "telepon": "+6281290001234",
        **HOME,
    }
    assert found.codes == ("BTJ-7Q4K",)


def test_what_was_typed_stays_and_what_is_about_one_event_is_not_carried_on() -> None:
    found = prefill(LOST, {"nik": DEWI, "alamat": "JL. MELATI 9", "nama": "DEWI"}, [KTP_OF_DEWI])

    assert not {"alamat", "nama", "nomor_laporan"} & found.values.keys()


def test_the_newest_request_goes_first() -> None:
    newer = Source("BTJ-9ZZZ", {"nik": DEWI, "nama": "DEWI LESTARI BINTI HASAN"})

    found = prefill(LOST, {"nik": DEWI}, [newer, KTP_OF_DEWI])

    assert found.values["nama"] == "DEWI LESTARI BINTI HASAN"
    assert found.values["alamat"] == HOME["alamat"]
    assert found.codes == ("BTJ-9ZZZ", "BTJ-7Q4K")


def test_a_mother_known_by_nik_brings_her_name_the_family_card_and_the_home() -> None:
    found = prefill(BIRTH, {"nik_ibu": DEWI, "nama": "BAYU"}, [KTP_OF_DEWI])

    assert found.values == {
        "nama_ibu": "DEWI LESTARI",
        "no_kk": KK,
        "telepon": "+6281290001234",
        **HOME,
    }


def test_a_family_known_by_its_card_brings_the_parents_of_a_brother_or_sister() -> None:
    found = prefill(KIA, {"no_kk": KK}, [KIA_OF_RAKA])

    assert found.values == {
        "nik_ibu": DEWI,
        "nama_ibu": "DEWI LESTARI",
        "nik_ayah": ADI,
        "nama_ayah": "ADI PRATAMA",
        **HOME,
    }
    assert "RAKA PRATAMA" not in found.values.values()


def test_the_family_is_found_through_a_nik_too() -> None:
    found = prefill(BIRTH, {"nik_ibu": DEWI}, [KTP_OF_DEWI, KIA_OF_RAKA])

    assert found.values["nama_ayah"] == "ADI PRATAMA"
    assert found.codes == ("BTJ-7Q4K", "BTJ-2MX9")


def test_somebody_named_as_a_parent_gets_the_name_and_nothing_else() -> None:
    found = prefill(LOST, {"nik": DEWI}, [KIA_OF_RAKA])

    assert found.values == {"nama": "DEWI LESTARI"}, "the child's card is not the mother's data"


def test_nothing_is_told_of_somebody_else() -> None:
    assert not prefill(LOST, {"nik": ADI}, [KTP_OF_DEWI]).values
    assert not prefill(LOST, {}, [KTP_OF_DEWI]).values
    assert not prefill(LOST, {"nik": "3275"}, [KTP_OF_DEWI]).values
