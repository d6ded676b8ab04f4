from __future__ import annotations

from datetime import UTC, datetime

import pytest

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


def test_a_clock_that_was_not_set_is_mentioned_beside_the_time() -> None:
    doubtful = Event("proses", "Rudi", "admin", "", (), AT, "", trusted_time=False)

    assert time_note(event("proses")) is None
    assert "Jam di perangkat itu" in str(time_note(doubtful))
