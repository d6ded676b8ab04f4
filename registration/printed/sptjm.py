"""F-2.03 and F-2.04: statements of responsibility (SPTJM) in place of a missing proof."""

from __future__ import annotations

from registration.printed.shapes import (
    DIGITS,
    Filled,
    Line,
    Part,
    Section,
    Sheet,
    Signer,
    Words,
    foot,
    person,
)

_SWORN = (
    "Demikian surat pernyataan ini saya buat dengan sebenar-benarnya dan apabila di kemudian hari "
    "ternyata pernyataan saya ini tidak benar, maka saya bersedia diproses secara hukum sesuai "
    "dengan peraturan perundang-undangan dan dokumen yang diterbitkan akibat dari pernyataan ini "
    "menjadi tidak sah."
)


def f203(filled: Filled) -> Sheet:
    """That the data of a birth are true, where nobody certified it."""
    told: tuple[Part, ...] = (
        Words("menyatakan bahwa:"),
        Line("1.", "Nama", filled.text("nama")),
        Line("2.", "Tempat/Tanggal Lahir", filled.born("tempat_lahir", "tanggal_lahir")),
        Line("3.", "Anak Ke-", filled.text("kelahiran_ke")),
        Words("adalah benar anak dari:"),
        Line("1.", "Nama Ayah", filled.text("nama_ayah")),
        Line("2.", "NIK Ayah", filled.digits("nik_ayah"), DIGITS),
        Line("3.", "Nama Ibu", filled.text("nama_ibu")),
        Line("4.", "NIK Ibu", filled.digits("nik_ibu"), DIGITS),
        Words(_SWORN),
    )
    return _statement(filled, "F-2.03", "KEBENARAN DATA KELAHIRAN", told)


def f204(filled: Filled) -> Sheet:
    """That the parents are a couple, where they hold no proof of marriage."""
    told: tuple[Part, ...] = (
        Words("menyatakan bahwa:"),
        Line("1.", "Nama", filled.text("nama_ayah")),
        Line("2.", "NIK", filled.digits("nik_ayah"), DIGITS),
        Words("adalah suami dari:"),
        Line("1.", "Nama", filled.text("nama_ibu")),
        Line("2.", "NIK", filled.digits("nik_ibu"), DIGITS),
        Line("3.", "Nomor Kartu Keluarga", filled.digits("no_kk"), DIGITS),
        Words(_SWORN),
    )
    return _statement(filled, "F-2.04", "KEBENARAN SEBAGAI PASANGAN SUAMI ISTRI", told)


def _statement(filled: Filled, code: str, about: str, told: tuple[Part, ...]) -> Sheet:
    return Sheet(
        code,
        f"SURAT PERNYATAAN TANGGUNG JAWAB MUTLAK (SPTJM) {about}",
        (
            Section(
                "",
                (
                    Words("Saya yang bertanda tangan di bawah ini:"),
                    Line("1.", "Nama", filled.text("nama_pelapor")),
                    Line("2.", "NIK", filled.digits("nik_pelapor"), DIGITS),
                    Line("3.", "Tempat/Tanggal Lahir"),
                    Line("4.", "Pekerjaan"),
                    Line("5.", "Alamat", filled.address),
                    *told,
                ),
            ),
            Section("SAKSI I", person(filled.text("nama_saksi_1"), filled.digits("nik_saksi_1"))),
            Section("SAKSI II", person(filled.text("nama_saksi_2"), filled.digits("nik_saksi_2"))),
        ),
        (
            Signer("Saksi I", filled.text("nama_saksi_1")),
            Signer("Saksi II", filled.text("nama_saksi_2")),
            Signer("Saya yang menyatakan (meterai)", filled.text("nama_pelapor"), filled.signed),
        ),
        foot(filled),
    )
