from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from registration.acts_schema import (
    Cancel,
    HandOver,
    Issue,
    Login,
    Reject,
    Return,
    Settle,
    Track,
    load_cancel,
    load_hand_over,
    load_issue,
    load_login,
    load_reject,
    load_return,
    load_settle,
    load_track,
)
from registration.errors import FormInvalid
from tests.unit.registration.people import TODAY

OPTIONS = {"data.nama": ["a:1", "b:2"], "data.rt": ["a:3", "b:4"]}


def refused(call: Callable[[], object]) -> dict[str, list[str]]:
    with pytest.raises(FormInvalid) as error:
        call()
    return {name: [str(one) for one in said] for name, said in error.value.errors.items()}


@pytest.mark.parametrize(
    ("load", "made"), [(load_return, Return), (load_reject, Reject), (load_cancel, Cancel)]
)
def test_a_reason_keeps_its_lines(
    load: Callable[[Mapping[str, str]], object], made: Callable[[str], object]
) -> None:
    assert load({"alasan": " Foto  KK buram.\r\nUlangi ya. "}) == made("Foto KK buram.\nUlangi ya.")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", "Alasan belum diisi."),
        ("buram"[:4], "Terlalu pendek: tulis paling sedikit 5 huruf."),
        ("x" * 501, "Terlalu panjang: paling banyak 500 huruf, yang diketik 501."),
    ],
)
def test_a_reason_has_5_to_500_characters(reason: str, said: str) -> None:
    assert refused(lambda: load_return({"alasan": reason})) == {"alasan": [said]}


def test_issuing_wants_the_document_s_number() -> None:
    assert load_issue({"nomor_dokumen": " ktp-12/2026 "}) == Issue("KTP-12/2026")
    assert refused(lambda: load_issue({})) == {"nomor_dokumen": ["Nomor dokumen belum diisi."]}


def test_handing_over_wants_who_and_how_related() -> None:
    data = {"penerima": "budi", "hubungan": "suami_istri", "cara": "kertas"}

    assert load_hand_over(data) == HandOver("BUDI", "suami_istri", "kertas")
    assert set(refused(lambda: load_hand_over({"hubungan": "teman"}))) == {
        "penerima",
        "hubungan",
        "cara",
    }


def test_a_signature_on_the_screen_is_kept_small_and_one_that_is_none_is_told() -> None:
    data = {"penerima": "budi", "hubungan": "anak", "cara": "layar"}
    drawn = " ".join(f"{100 + 2 * n},{150 + n % 40}" for n in range(300))

    signed = load_hand_over({**data, "garis": drawn})
    nothing = refused(lambda: load_hand_over(data))
    other_way = load_hand_over({**data, "cara": "cap_jempol", "garis": "scribble"})

    assert 0 < len(signed.garis) <= 1536
    assert set(nothing) == {"garis"}
    assert other_way.garis == b""
    assert "garis" not in other_way.written()


def test_settling_takes_the_picks_and_a_reason() -> None:
    data = {"pilih.data.nama": "b:2", "pilih.data.rt": "a:3", "alasan": "Sesuai buku nikah"}

    settled = load_settle(data, options=OPTIONS)

    assert settled == Settle({"data.nama": "b:2", "data.rt": "a:3"}, "Sesuai buku nikah")


def test_one_field_may_be_settled_alone_but_not_none() -> None:
    one = load_settle({"pilih.data.rt": "b:4", "alasan": "Dicek ke RT"}, options=OPTIONS)

    assert one.pilihan == {"data.rt": "b:4"}
    assert refused(lambda: load_settle({"alasan": "Dicek ke RT"}, options=OPTIONS)) == {
        "_form": ["Pilih dulu isi mana yang benar."]
    }


def test_a_pick_that_does_not_stand_any_more_is_refused() -> None:
    data = {"pilih.data.nama": "c:9", "pilih.data.nik": "a:1", "alasan": "Sesuai KTP"}

    assert set(refused(lambda: load_settle(data, options=OPTIONS))) == {"pilih.data.nama", "_form"}


def test_following_wants_the_code_and_the_birth_date() -> None:
    data = {"kode": "btj 7q4 k2m", "tanggal_lahir": "12/05/1995"}

    assert load_track(data, today=TODAY) == Track("BTJ-7Q4-K2M", "1995-05-12")


def test_following_with_a_wrong_code_says_so_beside_the_code() -> None:
    said = refused(
        lambda: load_track({"kode": "BTJ-7Q4-K2N", "tanggal_lahir": "2030-01-01"}, today=TODAY)
    )

    assert "keliru atau tertukar" in said["kode"][0]
    assert said["tanggal_lahir"] == ["Tanggal ini belum terjadi. Periksa tahunnya."]


def test_a_passphrase_is_taken_exactly_as_typed() -> None:
    assert load_login({"pengguna": " Siti ", "sandi": "  Rahasia  x "}) == Login(
        "siti", "  Rahasia  x "
    )


@pytest.mark.parametrize("sandi", ["x" * 201, "x\ud800"])
def test_a_passphrase_that_cannot_be_one_is_refused_before_it_costs(sandi: str) -> None:
    assert set(refused(lambda: load_login({"pengguna": "siti", "sandi": sandi}))) == {"sandi"}


def test_an_act_refuses_what_it_was_not_asked() -> None:
    assert set(refused(lambda: load_issue({"nomor_dokumen": "123", "status": "terbit"}))) == {
        "_form"
    }
