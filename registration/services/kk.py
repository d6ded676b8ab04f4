"""KK, the family card: a new one, a changed one, a lost or damaged one.

The person whom the request is about is the head of the family. Questions follow F-1.01 and F-1.02
(Permendagri 109/2019).
"""

from __future__ import annotations

from registration.services import parts
from registration.services.rules import all_different
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
)
from registration.standard import Standard
from registration.texts import N_
from sync.policy import Policy

_HEAD = FieldGroup(
    N_("Kepala keluarga"),
    parts.of_person("nik", "no_kk", "nama", "tempat_lahir", "tanggal_lahir", "jenis_kelamin"),
)
_REST = (_HEAD, parts.ADDRESS, parts.CONTACT)

_MARRIAGE = FieldGroup(
    N_("Perkawinan"),
    (
        parts.nik_of("nik_pasangan", N_("NIK suami atau istri")),
        parts.name_of("nama_pasangan", N_("Nama suami atau istri")),
        *parts.WEDDING,
    ),
)
_MEMBERS = FieldGroup(
    N_("Anggota yang ikut"),
    (
        Field(
            "anggota",
            N_("Anggota keluarga"),
            FieldKind.LONG_TEXT,
            help=N_("Satu baris satu orang: NIK, nama, hubungan keluarga."),
            example="3275021205950003, DEWI LESTARI, ISTRI",
            min_length=3,
            max_length=1500,
            width="full",
            capitals=True,
            policy=Policy.REVIEW,
        ),
    ),
)
_MOVED = FieldGroup(
    N_("Pindah datang"),
    (
        parts.line_of(
            "nomor_skp",
            N_("Nomor surat keterangan pindah"),
            help=N_("Di bagian atas surat."),
            example="SKPWNI/3171/23112026/0012",
        ),
        parts.day_of("tanggal_skp", N_("Tanggal surat pindah")),
        parts.line_of(
            "alamat_asal", N_("Alamat asal"), example="JL. KENANGA 5, JAKARTA TIMUR", most=120
        ),
    ),
)
_PROOF_NUMBER = parts.line_of(
    "nomor_bukti",
    N_("Nomor akta atau surat"),
    help=N_("Yang membuktikan perubahan ini."),
    example="3275-LU-01022026-0012",
)
_BORN = FieldGroup(
    N_("Anak yang lahir"),
    (
        parts.name_of("nama_anggota", N_("Nama anggota keluarga")),
        parts.day_of("tanggal_peristiwa", N_("Tanggal peristiwa")),
        _PROOF_NUMBER,
    ),
)
_DIED = FieldGroup(
    N_("Anggota yang meninggal"),
    (
        parts.nik_of("nik_anggota", N_("NIK anggota keluarga")),
        *_BORN.fields,
    ),
)
_CORRECTION = FieldGroup(
    N_("Yang berubah"),
    (
        parts.nik_of("nik_anggota", N_("NIK anggota keluarga"), help=N_("Yang datanya berubah.")),
        parts.choice_of(
            "unsur_kk",
            N_("Data di KK yang berubah"),
            (
                Choice("alamat", N_("Alamat, RT atau RW")),
                Choice("status_perkawinan", N_("Status perkawinan")),
                Choice("pekerjaan", N_("Pekerjaan")),
                Choice("pendidikan", N_("Pendidikan")),
                Choice("nama", N_("Nama")),
                Choice("lahir", N_("Tempat atau tanggal lahir")),
                Choice("hubungan", N_("Hubungan keluarga")),
                Choice("orang_tua", N_("Nama orang tua")),
                Choice("lain", N_("Lainnya")),
            ),
        ),
        parts.line_of("tertulis", N_("Tertulis di KK"), example="BELUM KAWIN", most=160),
        parts.line_of("seharusnya", N_("Yang benar"), example="KAWIN", most=160),
        _PROOF_NUMBER,
    ),
)
_KK_LAMA = Document(
    "kk",
    N_("KK lama"),
    N_("Seluruh halaman, tulisannya terbaca."),
    look=Look.KK,
    proves=(*parts.ON_FAMILY_CARD, "anggota"),
)
_SKP = Document(
    "skp",
    N_("Surat keterangan pindah"),
    N_("Nomor dan capnya terlihat."),
    proves=("nomor_skp", "tanggal_skp", "alamat_asal", "anggota"),
)
_PROOF = Document(
    "bukti_perubahan",
    N_("Bukti perubahan"),
    N_("Buku nikah, akta, ijazah, atau surat lain yang membuktikan."),
    proves=("unsur_kk", "seharusnya", "nomor_bukti"),
)
_HEADS_CARD = Document(
    "ktp_kepala",
    N_("KTP kepala keluarga"),
    N_("Sisi depan."),
    look=Look.KARTU,
    proves=parts.ON_CARD,
)

KARTU_KELUARGA = Service(
    code="kk",
    title=N_("Kartu Keluarga (KK)"),
    short=N_("KK"),
    version=1,
    summary=N_("KK baru, perubahan, hilang atau rusak. Gratis."),
    cases=(
        Case(
            "kawin",
            N_("KK baru karena perkawinan"),
            N_("Untuk yang baru menikah."),
            (_MARRIAGE, *_REST),
            (parts.MARRIAGE, _KK_LAMA, parts.F102),
            rules=(all_different("nik", "nik_pasangan"),),
        ),
        Case(
            "pisah",
            N_("KK baru karena pisah KK"),
            N_("Pindah dari KK orang tua atau keluarga lain."),
            (_MEMBERS, *_REST),
            (_KK_LAMA, _HEADS_CARD, parts.F102),
        ),
        Case(
            "datang",
            N_("KK baru karena pindah datang"),
            N_("Dari luar Kota Bekasi, dengan surat pindah."),
            (_MOVED, _MEMBERS, *_REST),
            (_SKP, _KK_LAMA, parts.F102),
        ),
        Case(
            "lahir",
            N_("Tambah anak di KK"),
            N_("Anak yang baru lahir dimasukkan ke KK."),
            (_BORN, *_REST),
            (
                _KK_LAMA,
                parts.BIRTH_CERTIFICATE,
                parts.F102,
            ),
        ),
        Case(
            "meninggal",
            N_("Kurangi anggota yang meninggal"),
            N_("Dengan akta atau surat kematian."),
            (_DIED, *_REST),
            (
                _KK_LAMA,
                Document(
                    "akta_kematian",
                    N_("Akta atau surat kematian"),
                    N_("Seluruh halaman."),
                    look=Look.AKTA,
                    proves=("nama_anggota", "tanggal_peristiwa", "nomor_bukti"),
                ),
                parts.F102,
            ),
        ),
        Case(
            "perubahan",
            N_("Perubahan data KK"),
            N_("Ada data di KK yang berubah atau keliru."),
            (_CORRECTION, *_REST),
            (_KK_LAMA, _PROOF, parts.F102),
        ),
        Case(
            "hilang",
            N_("KK hilang"),
            N_("Bawa surat kehilangan dari kantor polisi."),
            (parts.LOSS, *_REST),
            (parts.POLICE_REPORT, _HEADS_CARD, parts.F102),
        ),
        Case(
            "rusak",
            N_("KK rusak"),
            N_("Bawa KK yang rusak."),
            _REST,
            (
                Document(
                    "kk_rusak",
                    N_("KK yang rusak"),
                    N_("Seluruh halaman."),
                    look=Look.KK,
                    proves=parts.ON_FAMILY_CARD,
                ),
                _HEADS_CARD,
                parts.F102,
            ),
        ),
    ),
    standard=Standard(working_days=1, ceiling_days=14),
    same=(SameMatter(("nik",)),),
)
