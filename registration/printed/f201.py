"""F-2.01, Formulir Pelaporan Pencatatan Sipil di dalam wilayah NKRI: births and deaths."""

from __future__ import annotations

from datetime import date

from registration.format import long_date
from registration.printed.shapes import (
    DIGITS,
    Filled,
    Line,
    Listed,
    Section,
    Sheet,
    Signer,
    Words,
    day_line,
    foot,
    person,
    ticks,
)
from registration.regions import PROVINCES

_EVENTS = (
    "Kelahiran",
    "Lahir Mati",
    "Perkawinan",
    "Pembatalan Perkawinan",
    "Perceraian",
    "Pembatalan Perceraian",
    "Kematian",
    "Pengangkatan Anak",
    "Pengakuan Anak",
    "Pengesahan Anak",
    "Perubahan Nama",
    "Perubahan Status Kewarganegaraan",
    "Pencatatan Peristiwa Penting Lainnya",
    "Pembetulan Akta",
    "Pembatalan Akta",
    "Pelaporan Pencatatan Sipil dari Luar Wilayah NKRI",
)
_EVENT = {"akta-kelahiran": "Kelahiran", "akta-kematian": "Kematian"}

# Our answer → the form's, in the form's order.
_SEXES = {"L": "Laki-laki", "P": "Perempuan"}
_PLACES = {
    "rs": "RS/RB",
    "puskesmas": "Puskesmas",
    "polindes": "Polindes",
    "rumah": "Rumah",
    # A midwife's practice is no village clinic; the pen can say what it is.
    "bidan": "Lainnya",
    "lain": "Lainnya",
}
_BIRTHS = {
    "tunggal": "Tunggal",
    "kembar_2": "Kembar 2",
    "kembar_3": "Kembar 3",
    "kembar_4": "Kembar 4",
    "lain": "Lainnya",
}
_HELPERS = {"dokter": "Dokter", "bidan": "Bidan/Perawat", "dukun": "Dukun", "lain": "Lainnya"}
_CAUSES = {
    "sakit": "Sakit biasa/tua",
    "wabah": "Wabah penyakit",
    "kecelakaan": "Kecelakaan",
    "kriminal": "Kriminalitas",
    "bunuh_diri": "Bunuh diri",
    "lain": "Lainnya",
}
_CERTIFIERS = {
    "dokter": "Dokter",
    "tenaga_kesehatan": "Tenaga kesehatan",
    "kepolisian": "Kepolisian",
    "kelurahan": "Lainnya",
    "lain": "Lainnya",
}


def f201(filled: Filled) -> Sheet:
    """The report, with the part on the event that is reported."""
    birth = filled.service == "akta-kelahiran"
    return Sheet(
        "F-2.01",
        "FORMULIR PELAPORAN PENCATATAN SIPIL DI DALAM WILAYAH NKRI",
        (
            Section("", _place(filled)),
            Section(
                "JENIS PELAPORAN PENCATATAN SIPIL",
                (Listed(tuple((one, one == _EVENT.get(filled.service)) for one in _EVENTS)),),
            ),
            Section("DATA PELAPOR", _reporter(filled)),
            Section("DATA SUBJEK AKTA KESATU", _subject(filled, known=not birth)),
            Section("DATA SUBJEK AKTA KEDUA (JIKA ADA)", _subject(filled, known=False)),
            Section("DATA SAKSI I", _witness(filled, 1)),
            Section("DATA SAKSI II", _witness(filled, 2)),
            *((_parents(filled), _child(filled)) if birth else (_death(filled),)),
            Section(
                "PERSYARATAN YANG DILAMPIRKAN",
                (
                    Listed(
                        tuple(
                            (one.label, one.code in filled.held)
                            for one in filled.case.documents
                            if one.code != "f201"
                        )
                    ),
                    Words(
                        "Demikian formulir ini saya isi dengan sesungguhnya. Apabila keterangan "
                        "tersebut tidak sesuai dengan keadaan sebenarnya, saya bersedia dikenakan "
                        "sanksi sesuai ketentuan peraturan perundang-undangan yang berlaku."
                    ),
                ),
            ),
        ),
        (
            Signer("Petugas", filled.clerk),
            Signer("Pelapor", filled.text("nama_pelapor"), filled.signed),
        ),
        foot(filled),
    )


def _place(filled: Filled) -> tuple[Line, ...]:
    place = filled.place
    region = place.code.replace(".", "")
    return (
        Line("", "Provinsi", PROVINCES.get(region[:2], "").upper()),
        Line("", "Kabupaten/Kota", "KOTA BEKASI"),
        Line("", "Kecamatan", place.kecamatan.upper()),
        Line("", "Desa/Kelurahan", place.name.upper()),
        Line("", "Kode Wilayah", region, 10),
    )


def _reporter(filled: Filled) -> tuple[Line, ...]:
    return (
        Line("1.", "Nama", filled.text("nama_pelapor")),
        Line("2.", "NIK", filled.digits("nik_pelapor"), DIGITS),
        Line("3.", "Nomor Dokumen Perjalanan *"),
        Line("4.", "Nomor Kartu Keluarga", "", DIGITS),
        Line("5.", "Kewarganegaraan"),
        Line("6.", "Nomor Handphone", filled.text("telepon")),
        Line("7.", "Alamat Email", filled.text("email")),
    )


def _subject(filled: Filled, *, known: bool) -> tuple[Line, ...]:
    return (
        Line("1.", "Nama", filled.text("nama") if known else ""),
        Line("2.", "NIK", filled.digits("nik") if known else "", DIGITS),
        Line("3.", "Nomor Dokumen Perjalanan *"),
        Line("4.", "Nomor Kartu Keluarga", filled.digits("no_kk") if known else "", DIGITS),
        Line("5.", "Kewarganegaraan"),
    )


def _witness(filled: Filled, number: int) -> tuple[Line, ...]:
    return person(filled.text(f"nama_saksi_{number}"), filled.digits(f"nik_saksi_{number}"))


def _parents(filled: Filled) -> Section:
    lines: list[Line] = []
    for title, who in (("Ayah", "ayah"), ("Ibu", "ibu")):
        start = len(lines)
        lines += (
            Line(f"{start + 1}.", f"Nama {title}", filled.text(f"nama_{who}")),
            Line(f"{start + 2}.", f"NIK {title}", filled.digits(f"nik_{who}"), DIGITS),
            Line(f"{start + 3}.", f"Tempat Lahir {title}"),
            day_line(f"{start + 4}.", f"Tanggal Lahir {title}", ""),
            Line(f"{start + 5}.", "Kewarganegaraan"),
        )
    return Section("DATA ORANG TUA", tuple(lines))


def _child(filled: Filled) -> Section:
    return Section(
        "DATA ANAK (KELAHIRAN)",
        (
            Line("1.", "Nama", filled.text("nama")),
            ticks(filled, "2.", "Jenis Kelamin", "jenis_kelamin", _SEXES),
            ticks(filled, "3.", "Tempat Dilahirkan", "dilahirkan_di", _PLACES),
            Line("4.", "Tempat Kelahiran", filled.text("tempat_lahir")),
            Line("5.", "Hari dan Tanggal Lahir", _weekday(filled, "tanggal_lahir")),
            Line("6.", "Pukul", filled.text("jam_lahir")),
            ticks(filled, "7.", "Jenis Kelahiran", "jenis_kelahiran", _BIRTHS),
            Line("8.", "Kelahiran Ke-", filled.text("kelahiran_ke")),
            ticks(filled, "9.", "Penolong Kelahiran", "penolong_kelahiran", _HELPERS),
            Line("10.", "Berat Bayi (gram)", filled.text("berat_lahir")),
            Line("11.", "Panjang Bayi (cm)", filled.text("panjang_lahir")),
        ),
    )


def _death(filled: Filled) -> Section:
    return Section(
        "KEMATIAN",
        (
            Line("1.", "NIK", filled.digits("nik"), DIGITS),
            Line("2.", "Nama Lengkap", filled.text("nama")),
            day_line("3.", "Tanggal Kematian", filled.digits("tanggal_kematian")),
            Line("4.", "Pukul", filled.text("jam_kematian")),
            ticks(filled, "5.", "Sebab Kematian", "sebab_kematian", _CAUSES),
            Line("6.", "Tempat Kematian", filled.text("tempat_kematian")),
            ticks(filled, "7.", "Yang Menerangkan", "penerang_kematian", _CERTIFIERS),
        ),
    )


def _weekday(filled: Filled, name: str) -> str:
    try:
        return long_date(date.fromisoformat(filled.digits(name)))
    except ValueError:
        return ""
