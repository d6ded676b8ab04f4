"""F-1.02, Formulir Pendaftaran Peristiwa Kependudukan: KTP-el and KK."""

from __future__ import annotations

from registration.printed.shapes import (
    DIGITS,
    Chart,
    Entry,
    Filled,
    Line,
    Listed,
    Section,
    Sheet,
    Signer,
    foot,
)

_ASKED = {
    ("kk", "kawin"): ("I.A.1",),
    ("kk", "pisah"): ("I.A.3",),
    ("kk", "datang"): ("I.A.4",),
    ("kk", "lahir"): ("I.B.2",),
    ("kk", "meninggal"): ("I.B.2",),
    ("kk", "perubahan"): ("I.B.3", "IV.A"),
    ("kk", "hilang"): ("I.C.1",),
    ("kk", "rusak"): ("I.C.2",),
    ("ktp-el", "baru"): ("II.A",),
    ("ktp-el", "perubahan"): ("IV.B",),
    ("ktp-el", "hilang"): ("II.C.1",),
    ("ktp-el", "rusak"): ("II.C.2",),
}
"""What each case of ours is on the form."""

_COLUMNS = (
    (
        "I",
        "KARTU KELUARGA",
        (
            ("A", "BARU", False),
            ("A.1", "Membentuk keluarga baru", True),
            ("A.2", "Penggantian kepala keluarga", True),
            ("A.3", "Pisah KK", True),
            ("A.4", "Pindah datang", True),
            ("A.5", "WNI dari LN karena pindah", True),
            ("A.6", "Rentan Adminduk", True),
            ("B", "PERUBAHAN DATA", False),
            ("B.1", "Menumpang dalam KK", True),
            ("B.2", "Peristiwa penting", True),
            ("B.3", "Perubahan elemen data yang tercantum dalam KK", True),
            ("C", "HILANG/RUSAK", False),
            ("C.1", "Hilang", True),
            ("C.2", "Rusak", True),
        ),
    ),
    (
        "II",
        "KTP-EL",
        (
            ("A", "BARU", True),
            ("B", "PINDAH DATANG", True),
            ("C", "HILANG/RUSAK", False),
            ("C.1", "Hilang", True),
            ("C.2", "Rusak", True),
            ("D", "PERPANJANGAN ITAP", True),
            ("E", "PERUBAHAN STATUS KEWARGANEGARAAN", True),
            ("F", "LUAR DOMISILI", True),
            ("G", "TRANSMIGRASI", True),
        ),
    ),
    (
        "III",
        "KARTU IDENTITAS ANAK",
        (
            ("A", "BARU", True),
            ("B", "HILANG/RUSAK", False),
            ("B.1", "Hilang", True),
            ("B.2", "Rusak", True),
            ("C", "PERPANJANGAN ITAP", True),
            ("D", "LAINNYA", True),
        ),
    ),
    (
        "IV",
        "PERUBAHAN DATA",
        (("A", "KK", True), ("B", "KTP-el", True), ("C", "KIA", True)),
    ),
)

_PAPERS = (
    ("KK lama/KK rusak", ("kk", "kk_rusak")),
    ("Buku nikah/kutipan akta perkawinan", ("buku_nikah",)),
    ("Kutipan akta perceraian", ()),
    ("Surat keterangan pindah", ("skp",)),
    ("Surat keterangan pindah luar negeri", ()),
    ("KTP-el lama/rusak", ("ktp_lama", "ktp_rusak")),
    ("Dokumen perjalanan", ()),
    ("Surat keterangan hilang dari kepolisian", ("surat_kehilangan",)),
    (
        "Surat keterangan/bukti perubahan peristiwa kependudukan dan peristiwa penting",
        ("bukti_perubahan", "akta_lahir"),
    ),
    ("SPTJM perkawinan/perceraian belum tercatat", ()),
    ("Akta kematian", ("akta_kematian",)),
    ("Surat pernyataan penyebab terjadinya hilang atau rusak", ()),
    ("Surat keterangan pindah dari perwakilan RI", ()),
    ("Surat pernyataan bersedia menerima sebagai anggota keluarga", ()),
    ("Surat kuasa pengasuhan anak dari orang tua/wali", ()),
    ("Kartu izin tinggal tetap", ()),
)
_LISTED = {code for _, codes in _PAPERS for code in codes}


def f102(filled: Filled) -> Sheet:
    """The form of whom the request is about: for a KK that is the head of the family."""
    return Sheet(
        "F-1.02",
        "FORMULIR PENDAFTARAN PERISTIWA KEPENDUDUKAN",
        (
            Section(
                "I. DATA PEMOHON",
                (
                    Line("1.", "Nama Lengkap", filled.text("nama")),
                    Line("2.", "Nomor Induk Kependudukan", filled.digits("nik"), DIGITS),
                    Line("3.", "Nomor Kartu Keluarga", filled.digits("no_kk"), DIGITS),
                    Line("4.", "Nomor Handphone", filled.text("telepon")),
                    Line("5.", "Alamat Email", filled.text("email")),
                ),
            ),
            Section("II. JENIS PERMOHONAN", (_chart(filled),)),
            Section("III. PERSYARATAN YANG DILAMPIRKAN", (Listed(_papers(filled)),)),
        ),
        (
            Signer("Petugas", filled.clerk),
            Signer("Pemohon", filled.text("nama"), filled.signed),
        ),
        foot(filled),
    )


def _chart(filled: Filled) -> Chart:
    asked = _ASKED.get((filled.service, filled.case.code), ())
    return Chart(
        tuple(
            (
                f"{roman}. {title}",
                tuple(
                    Entry(mark, label, f"{roman}.{mark}" in asked if choosable else None)
                    for mark, label, choosable in rows
                ),
            )
            for roman, title, rows in _COLUMNS
        )
    )


def _papers(filled: Filled) -> tuple[tuple[str, bool], ...]:
    listed = [(label, any(code in filled.held for code in codes)) for label, codes in _PAPERS]
    others = [
        one.label
        for one in filled.case.documents
        if one.code in filled.held and one.code not in _LISTED and one.code != "f102"
    ]
    said = ", ".join(others)
    return (*listed, (f"Lainnya: {said or '.' * 40}", bool(others)))
