from __future__ import annotations

import pytest

from registration.regions import PROVINCES, all_kelurahan, by_abbr, kelurahan


def test_bekasi_has_56_kelurahan_in_12_kecamatan() -> None:
    places = all_kelurahan()

    assert len(places) == 56
    assert len({place.kecamatan for place in places}) == 12
    assert len({place.code for place in places}) == 56


def test_bintarajaya_is_found_by_code_and_by_abbreviation() -> None:
    place = kelurahan("32.75.02.1004")

    assert (place.name, place.kecamatan, place.abbr) == ("Bintarajaya", "Bekasi Barat", "BTJ")
    assert by_abbr("BTJ") is place


def test_abbreviations_are_unique_and_fit_receipt_codes() -> None:
    abbrs = [place.abbr for place in all_kelurahan()]

    assert len(set(abbrs)) == 56
    assert all(len(a) == 3 and a.isascii() and a.isupper() for a in abbrs)
    assert not set("".join(abbrs)) & set("OVZ")


def test_an_unknown_place_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        kelurahan("32.75.99.1001")
    with pytest.raises(KeyError):
        by_abbr("XXX")


def test_there_are_38_provinces() -> None:
    assert len(PROVINCES) == 38
    assert PROVINCES["32"] == "Jawa Barat"
