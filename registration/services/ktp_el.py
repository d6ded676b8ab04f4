"""KTP-el: the first card, a changed one, a lost one, a damaged one.

Questions follow F-1.02 and the biodata of F-1.01 (Permendagri 109/2019), cut to what the
officer at Disdukcapil needs to find the person and print the card.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from registration.nik import SEX_LABELS, Sex
from registration.shapes import (
    Case,
    Choice,
    Document,
    Field,
    FieldGroup,
    FieldKind,
    SameMatter,
    Service,
    Value,
)
from registration.standard import Standard
from registration.texts import N_, Sentence
from sync.policy import Policy

ADULT = 17
"""Years of age from which every resident has a KTP-el (UU 24/2013)."""

_BLOOD_TYPES = ("A", "B", "AB", "O", "A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-")
_BLOOD = (
    Choice("tidak_tahu", N_("Tidak tahu")),
    *(Choice(name, name) for name in _BLOOD_TYPES),
)
_RELIGIONS = (
    Choice("islam", N_("Islam")),
    Choice("kristen", N_("Kristen")),
    Choice("katolik", N_("Katolik")),
    Choice("hindu", N_("Hindu")),
    Choice("buddha", N_("Buddha")),
    Choice("konghucu", N_("Konghucu")),
    Choice("kepercayaan", N_("Kepercayaan terhadap Tuhan YME")),
)
_MARITAL = (
    Choice("belum_kawin", N_("Belum kawin")),
    Choice("kawin", N_("Kawin")),
    Choice("cerai_hidup", N_("Cerai hidup")),
    Choice("cerai_mati", N_("Cerai mati")),
)
_JOBS = (
    "BELUM/TIDAK BEKERJA",
    "MENGURUS RUMAH TANGGA",
    "PELAJAR/MAHASISWA",
    "PENSIUNAN",
    "PEGAWAI NEGERI SIPIL",
    "KARYAWAN SWASTA",
    "BURUH HARIAN LEPAS",
    "PEDAGANG",
    "WIRASWASTA",
    "GURU",
    "PERAWAT",
    "SOPIR",
)
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

PERSON = FieldGroup(
    N_("Data diri"),
    (
        Field(
            "nik",
            N_("NIK"),
            FieldKind.NIK,
            help=N_("16 angka di KTP atau KK. Boleh diketik dengan spasi."),
            example="3275 0252 0595 0003",
            max_length=16,
            inputmode="numeric",
            policy=Policy.REVIEW,
        ),
        Field(
            "no_kk",
            N_("Nomor KK"),
            FieldKind.KK,
            help=N_("16 angka di bagian atas Kartu Keluarga."),
            example="3275 0208 0317 0021",
            max_length=16,
            inputmode="numeric",
            policy=Policy.REVIEW,
        ),
        Field(
            "nama",
            N_("Nama lengkap"),
            FieldKind.NAME,
            help=N_("Seperti di KK. Satu kata boleh."),
            example="DEWI LESTARI",
            max_length=60,
            width="full",
            autocomplete="name",
            capitals=True,
            policy=Policy.REVIEW,
        ),
        Field(
            "tempat_lahir",
            N_("Tempat lahir"),
            example="BEKASI",
            max_length=60,
            capitals=True,
            policy=Policy.REVIEW,
        ),
        Field(
            "tanggal_lahir",
            N_("Tanggal lahir"),
            FieldKind.DATE,
            help=N_("Tanggal, bulan, tahun."),
            example="12-05-1995",
            max_length=20,
            autocomplete="bday",
            inputmode="numeric",
            policy=Policy.REVIEW,
        ),
        Field(
            "jenis_kelamin",
            N_("Jenis kelamin"),
            FieldKind.CHOICE,
            choices=tuple(Choice(sex, SEX_LABELS[sex]) for sex in Sex),
            policy=Policy.REVIEW,
        ),
        Field(
            "golongan_darah",
            N_("Golongan darah"),
            FieldKind.CHOICE,
            choices=_BLOOD,
            width="short",
            policy=Policy.REVIEW,
        ),
        Field(
            "agama",
            N_("Agama"),
            FieldKind.CHOICE,
            choices=_RELIGIONS,
            policy=Policy.REVIEW,
        ),
        Field(
            "status_perkawinan",
            N_("Status perkawinan"),
            FieldKind.CHOICE,
            choices=_MARITAL,
            policy=Policy.REVIEW,
        ),
        Field(
            "pekerjaan",
            N_("Pekerjaan"),
            help=N_("Pilih dari daftar atau ketik sendiri."),
            example="KARYAWAN SWASTA",
            suggestions=_JOBS,
            max_length=60,
            capitals=True,
            policy=Policy.REVIEW,
        ),
    ),
)

ADDRESS = FieldGroup(
    N_("Alamat"),
    (
        Field(
            "alamat",
            N_("Alamat"),
            help=N_("Jalan atau kampung, gang, nomor rumah. RT dan RW diisi sendiri di bawah."),
            example="JL. MAWAR GANG 3 NO. 12",
            max_length=120,
            width="full",
            autocomplete="street-address",
            capitals=True,
            policy=Policy.REVIEW,
        ),
        Field(
            "rt",
            N_("RT"),
            FieldKind.RT_RW,
            example="003",
            width="short",
            inputmode="numeric",
            policy=Policy.REVIEW,
        ),
        Field(
            "rw",
            N_("RW"),
            FieldKind.RT_RW,
            example="007",
            width="short",
            inputmode="numeric",
            policy=Policy.REVIEW,
        ),
        Field(
            "kode_pos",
            N_("Kode pos"),
            FieldKind.POSTCODE,
            required=False,
            policy=Policy.LATEST,
            example="17136",
            width="short",
            autocomplete="postal-code",
            inputmode="numeric",
        ),
    ),
)

CONTACT = FieldGroup(
    N_("Kontak"),
    (
        Field(
            "telepon",
            N_("Nomor HP"),
            FieldKind.PHONE,
            policy=Policy.LATEST,
            help=N_("Untuk dihubungi bila ada yang kurang. Boleh nomor keluarga."),
            example="0812-3456-7890",
            max_length=20,
            autocomplete="tel",
            inputmode="tel",
        ),
        Field(
            "email",
            N_("Email"),
            FieldKind.EMAIL,
            required=False,
            policy=Policy.LATEST,
            example="dewi@contoh.id",
            autocomplete="email",
            inputmode="email",
        ),
    ),
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

_LOSS = FieldGroup(
    N_("Laporan kehilangan"),
    (
        Field(
            "nomor_laporan",
            N_("Nomor surat kehilangan"),
            help=N_("Dari kantor polisi, di bagian atas surat."),
            example="SKTLK/1234/XI/2026/SPKT",
            max_length=80,
            capitals=True,
            policy=Policy.REVIEW,
        ),
        Field(
            "tanggal_laporan",
            N_("Tanggal surat kehilangan"),
            FieldKind.DATE,
            example="23-11-2026",
            max_length=20,
            inputmode="numeric",
            policy=Policy.REVIEW,
        ),
        Field(
            "kantor_polisi",
            N_("Kantor polisi"),
            example="POLSEK BEKASI BARAT",
            max_length=80,
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

_KK = Document(
    "kk",
    N_("Kartu Keluarga"),
    N_("Seluruh halaman, tulisannya terbaca."),
)
_F102 = Document(
    "f102",
    N_("Formulir F-1.02"),
    N_("Bila sudah diisi di kertas; boleh tidak ada."),
    required=False,
)


def adult_or_married(values: Mapping[str, Value], today: date) -> list[tuple[str, Sentence]]:
    """The first card is for those who are 17 on the filing day, or are or were married."""
    born = date.fromisoformat(str(values["tanggal_lahir"]))
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age >= ADULT or values["status_perkawinan"] != "belum_kawin":
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
            (PERSON, ADDRESS, CONTACT),
            (_KK, _F102),
            rules=(adult_or_married,),
        ),
        Case(
            "perubahan",
            N_("Perubahan data KTP"),
            N_("Alamat, status, nama atau data lain di KTP berubah atau keliru."),
            (_CHANGE, PERSON, ADDRESS, CONTACT),
            (
                _KK,
                Document("ktp_lama", N_("KTP lama"), N_("Sisi depan.")),
                Document(
                    "bukti_perubahan",
                    N_("Bukti perubahan"),
                    N_("Buku nikah, akta, ijazah, atau surat lain yang membuktikan."),
                ),
                _F102,
            ),
        ),
        Case(
            "hilang",
            N_("KTP hilang"),
            N_("Bawa surat kehilangan dari kantor polisi."),
            (_LOSS, PERSON, ADDRESS, CONTACT),
            (
                _KK,
                Document(
                    "surat_kehilangan",
                    N_("Surat kehilangan"),
                    N_("Dari kantor polisi; nomor dan capnya terlihat."),
                ),
                _F102,
            ),
        ),
        Case(
            "rusak",
            N_("KTP rusak"),
            N_("Bawa KTP yang rusak."),
            (_DAMAGE, PERSON, ADDRESS, CONTACT),
            (
                _KK,
                Document("ktp_rusak", N_("KTP yang rusak"), N_("Sisi depan.")),
                _F102,
            ),
        ),
    ),
    standard=Standard(working_days=1, ceiling_days=14),
    same=(SameMatter(("nik",)),),
)
