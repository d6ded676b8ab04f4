from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from registration.duplicates import Outcome, Verdict
from registration.lifecycle import Act
from registration.story import Event, tell, time_note

AT = datetime(2026, 11, 24, 2, 12, tzinfo=UTC)


def event(act: str, role: str = "petugas", fields: tuple[str, ...] = (), note: str = "") -> Event:
    names = {"petugas": "SITI", "pamor": "Asep", "verifikator": "rudi", "pemohon": "DEWI LESTARI"}
    return Event(act, names.get(role, ""), role, "Bintarajaya", fields, AT, note)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            event("perbaiki", fields=("data.alamat", "data.rt")),
            "Loket Bintarajaya (Siti) mengubah alamat, RT.",
        ),
        (
            event("perbaiki", fields=("data.nama",), note="salah ketik."),
            "Loket Bintarajaya (Siti) mengubah nama lengkap: salah ketik.",
        ),
        (
            event("kembalikan", "verifikator", ("status", "alasan"), "foto KK buram."),
            "Disdukcapil (Rudi) mengembalikan permohonan: foto KK buram.",
        ),
        (event("ajukan", "pemohon"), "Pemohon mengajukan lewat portal."),
        (event("ajukan"), "Loket Bintarajaya (Siti) menerima permohonan."),
        (event("ajukan", "pamor"), "Pamor Bintarajaya (Asep) mengajukan untuk pemohon."),
        (event("perbaiki", "pemohon", ("status",)), "Pemohon mengajukan kembali permohonan."),
        (
            event("tambah_berkas", fields=("berkas.a", "berkas.b")),
            "Loket Bintarajaya (Siti) menambah 2 foto.",
        ),
        (event("tambah_berkas", "pemohon", ("berkas.a",)), "Pemohon menambah foto."),
        (
            event("terbitkan", "verifikator", note="KTP-12"),
            "Disdukcapil (Rudi) menerbitkan dokumen KTP-12.",
        ),
        (
            event("serahkan", note="Dewi Lestari"),
            "Loket Bintarajaya (Siti) menyerahkan dokumen kepada Dewi Lestari.",
        ),
        (
            replace(event("serahkan", note="Dewi Lestari"), signed="layar"),
            "Loket Bintarajaya (Siti) menyerahkan dokumen kepada Dewi Lestari, "
            "ditandatangani di layar.",
        ),
        (
            replace(event("serahkan", note="Dewi Lestari"), signed="cap_jempol"),
            "Loket Bintarajaya (Siti) menyerahkan dokumen kepada Dewi Lestari, "
            "dengan cap jempol di kertas.",
        ),
        (
            replace(event("serahkan", note="Dewi Lestari"), signed="sidik_mata"),
            "Loket Bintarajaya (Siti) menyerahkan dokumen kepada Dewi Lestari.",
        ),
        (
            event("putuskan", "admin", ("data.nama", "status"), "sesuai buku nikah"),
            "Disdukcapil memutuskan perbedaan nama lengkap, status: sesuai buku nikah.",
        ),
        (
            event("teleportasi"),
            "Loket Bintarajaya (Siti) mencatat tindakan yang belum dikenal versi ini.",
        ),
        (
            event("teleportasi", "peran_baru"),
            "Loket Bintarajaya mencatat tindakan yang belum dikenal versi ini.",
        ),
    ],
)
def test_an_event_is_told_in_one_sentence(told: Event, sentence: str) -> None:
    assert str(tell(told)) == sentence


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("note", ["", "sebab"])
def test_every_act_can_be_told_with_and_without_a_note(act: Act, note: str) -> None:
    sentence = str(tell(event(act, note=note)))

    assert sentence.startswith("Loket Bintarajaya (Siti) ")
    assert sentence.endswith(".")


OTHER = bytes(16)


@pytest.mark.parametrize(
    ("act", "verdict", "sentence"),
    [
        (
            "batalkan_ganda",
            Verdict(OTHER, Outcome.BATAL, "32.75.02.1001", "BTR-7Q4-K2M"),
            "Disdukcapil (Rudi) membatalkan permohonan ini karena sama dengan BTR-7Q4-K2M di "
            "Loket Bintara; yang itu dilanjutkan: NIK sama.",
        ),
        (
            "periksa_ganda",
            Verdict(OTHER, Outcome.LANJUT, "32.75.02.1001", "BTR-7Q4-K2M"),
            "Disdukcapil (Rudi) menyatakan BTR-7Q4-K2M di Loket Bintara sama dengan permohonan "
            "ini dan membatalkan yang itu; yang ini dilanjutkan: NIK sama.",
        ),
        (
            "periksa_ganda",
            Verdict(OTHER, Outcome.BUKAN, "32.75.02.1001"),
            "Disdukcapil (Rudi) memeriksa: ini bukan permohonan yang sama dengan satu "
            "permohonan di Loket Bintara: NIK sama.",
        ),
        (
            "batalkan_ganda",
            None,
            "Disdukcapil (Rudi) membatalkan permohonan ini karena sama dengan permohonan lain: "
            "NIK sama.",
        ),
        (
            "periksa_ganda",
            None,
            "Disdukcapil (Rudi) memeriksa kemiripan dengan permohonan lain: NIK sama.",
        ),
    ],
)
def test_what_was_said_of_a_duplicate_is_told(
    act: str, verdict: Verdict | None, sentence: str
) -> None:
    told = event(act, "verifikator", note="NIK sama.")

    assert str(tell(replace(told, verdict=verdict, verdict_place="Bintara"))) == sentence


def test_a_photo_taken_away_is_told() -> None:
    told = event("lepas_berkas", fields=("lepas.a",), note="foto orang lain")

    assert str(tell(told)) == "Loket Bintarajaya (Siti) menarik 1 foto: foto orang lain."


def test_a_change_of_an_unknown_kind_is_a_plain_line_even_where_its_act_is_known() -> None:
    told = replace(event("terbitkan"), kind_known=False)

    assert str(tell(told)).endswith("mencatat tindakan yang belum dikenal versi ini.")


def test_a_clock_that_was_not_set_is_mentioned_beside_the_time() -> None:
    doubtful = Event("proses", "Rudi", "admin", "", (), AT, "", trusted_time=False)

    assert time_note(event("proses")) is None
    assert "Jam di perangkat itu" in str(time_note(doubtful))
