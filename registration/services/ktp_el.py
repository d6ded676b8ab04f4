"""KTP-el: the first card, a changed one, a lost one, a damaged one.

Questions follow F-1.02 and the biodata of F-1.01 (Permendagri 109/2019), cut to what the
officer at Disdukcapil needs to find the person and print the card.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from registration.services import parts
from registration.services.rules import age_on
from registration.shapes import (
    Case,
    Choice,
    Document,
    Field,
    FieldGroup,
    FieldKind,
    Look,
    SameMatter,
    Service,
    Value,
)
from registration.standard import Standard
from registration.texts import N_, Sentence
from sync.policy import Policy

ADULT = 17
"""Years of age from which every resident has a KTP-el (UU 24/2013)."""

_ELEMENTS = (
    Choice("alamat", N_("Alamat, RT atau RW")),
    Choice("status_perkawinan", N_("Status perkawinan")),
    Choice("pekerjaan", N_("Pekerjaan")),
    Choice("nama", N_("Nama")),
    Choice("tempat_lahir", N_("Tempat lahir")),
    Choice("tanggal_lahir", N_("Tanggal lahir")),
    Choice("jenis_kelamin", N_("Jenis kelamin")),
    Choice("agama", N_("Agama")),
    Choice("golongan_darah", N_("Golongan darah")),
    Choice("foto", N_("Foto atau tanda tangan")),
)

_CHANGE = FieldGroup(
    N_("Yang berubah"),
    (
        Field(
            "unsur",
            N_("Data yang berubah"),
            FieldKind.CHOICE,
            choices=_ELEMENTS,
            help=N_("Di bagian lain, isi data yang benar sekarang."),
            policy=Policy.REVIEW,
        ),
        Field(
            "nilai_lama",
            N_("Tertulis di KTP lama"),
            example="BELUM KAWIN",
            max_length=160,
            capitals=True,
            policy=Policy.REVIEW,
        ),
        Field(
            "nilai_baru",
            N_("Seharusnya"),
            example="KAWIN",
            max_length=160,
            capitals=True,
            policy=Policy.REVIEW,
        ),
        Field(
            "dasar_perubahan",
            N_("Surat yang membuktikan"),
            help=N_("Nama dan nomor suratnya, misalnya buku nikah, akta, ijazah, penetapan."),
            example="BUKU NIKAH NO. 0123/045/VI/2024",
            max_length=160,
            capitals=True,
            policy=Policy.REVIEW,
        ),
    ),
)

_DAMAGE = FieldGroup(
    N_("Kerusakan"),
    (
        Field(
            "kerusakan",
            N_("Apa yang rusak"),
            FieldKind.LONG_TEXT,
            policy=Policy.LATEST,
            help=N_("Satu kalimat cukup."),
            example="Kartu patah, foto tidak terlihat.",
            min_length=3,
            max_length=300,
            width="full",
        ),
    ),
)


def adult_or_married(values: Mapping[str, Value], today: date) -> list[tuple[str, Sentence]]:
    """The first card is for those who are 17 on the filing day, or are or were married."""
    born = date.fromisoformat(str(values["tanggal_lahir"]))
    if age_on(born, today) >= ADULT or values["status_perkawinan"] != "belum_kawin":
        return []
    return [
        (
            "tanggal_lahir",
            Sentence(
                N_(
                    "Pemohon belum %(age)s tahun dan belum kawin, jadi belum bisa mendapat KTP-el. "
                    "Periksa tanggal lahir dan status perkawinannya."
                ),
                {"age": ADULT},
            ),
        )
    ]


KTP_EL = Service(
    code="ktp-el",
    title=N_("Kartu Tanda Penduduk (KTP-el)"),
    short=N_("KTP-el"),
    version=1,
    summary=N_("KTP pertama, perubahan data, hilang atau rusak. Gratis."),
    cases=(
        Case(
            "baru",
            N_("KTP pertama"),
            N_("Untuk yang sudah 17 tahun, atau sudah kawin."),
            (parts.PERSON, parts.ADDRESS, parts.CONTACT),
            (parts.KK, parts.F102),
            rules=(adult_or_married,),
        ),
        Case(
            "perubahan",
            N_("Perubahan data KTP"),
            N_("Alamat, status, nama atau data lain di KTP berubah atau keliru."),
            (_CHANGE, parts.PERSON, parts.ADDRESS, parts.CONTACT),
            (
                parts.KK,
                Document(
                    "ktp_lama",
                    N_("KTP lama"),
                    N_("Sisi depan."),
                    look=Look.KARTU,
                    proves=("nilai_lama", *parts.ON_CARD),
                ),
                Document(
                    "bukti_perubahan",
                    N_("Bukti perubahan"),
                    N_("Buku nikah, akta, ijazah, atau surat lain yang membuktikan."),
                    proves=("unsur", "nilai_baru", "dasar_perubahan"),
                ),
                parts.F102,
            ),
        ),
        Case(
            "hilang",
            N_("KTP hilang"),
            N_("Bawa surat kehilangan dari kantor polisi."),
            (parts.LOSS, parts.PERSON, parts.ADDRESS, parts.CONTACT),
            (
                parts.KK,
                parts.POLICE_REPORT,
                parts.F102,
            ),
        ),
        Case(
            "rusak",
            N_("KTP rusak"),
            N_("Bawa KTP yang rusak."),
            (_DAMAGE, parts.PERSON, parts.ADDRESS, parts.CONTACT),
            (
                parts.KK,
                Document(
                    "ktp_rusak",
                    N_("KTP yang rusak"),
                    N_("Sisi depan."),
                    look=Look.KARTU,
                    proves=("kerusakan", *parts.ON_CARD),
                ),
                parts.F102,
            ),
        ),
    ),
    standard=Standard(working_days=1, ceiling_days=14),
    same=(SameMatter(("nik",)),),
)
