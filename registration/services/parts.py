"""Questions and papers that several services share.

They follow F-1.01, F-1.02 and F-2.01 (Permendagri 109/2019). A question of one name is the same
question wherever it is asked: same kind, same rule of merging.
"""

from __future__ import annotations

from registration.nik import SEX_LABELS, Sex
from registration.shapes import Choice, Document, Field, FieldGroup, FieldKind, Look
from registration.texts import N_
from sync.policy import Policy

BLOOD_TYPES = ("A", "B", "AB", "O", "A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-")
BLOOD = (
    Choice("tidak_tahu", N_("Tidak tahu")),
    *(Choice(name, name) for name in BLOOD_TYPES),
)
RELIGIONS = (
    Choice("islam", N_("Islam")),
    Choice("kristen", N_("Kristen")),
    Choice("katolik", N_("Katolik")),
    Choice("hindu", N_("Hindu")),
    Choice("buddha", N_("Buddha")),
    Choice("konghucu", N_("Konghucu")),
    Choice("kepercayaan", N_("Kepercayaan terhadap Tuhan YME")),
)
MARITAL = (
    Choice("belum_kawin", N_("Belum kawin")),
    Choice("kawin", N_("Kawin")),
    Choice("cerai_hidup", N_("Cerai hidup")),
    Choice("cerai_mati", N_("Cerai mati")),
)
JOBS = (
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


def nik_of(name: str, label: str, *, required: bool = True, help: str = "") -> Field:  # noqa: A002
    """The NIK of somebody else than the person whom the request is about."""
    return Field(
        name,
        label,
        FieldKind.NIK,
        required=required,
        help=help,
        example="3275 0252 0595 0003",
        max_length=16,
        inputmode="numeric",
        policy=Policy.REVIEW,
    )


def name_of(name: str, label: str, *, required: bool = True, help: str = "") -> Field:  # noqa: A002
    """The name of somebody else than the person whom the request is about."""
    return Field(
        name,
        label,
        FieldKind.NAME,
        required=required,
        help=help,
        example="DEWI LESTARI",
        max_length=60,
        capitals=True,
        policy=Policy.REVIEW,
    )


def line_of(
    name: str,
    label: str,
    *,
    help: str = "",  # noqa: A002
    example: str = "",
    most: int = 80,
) -> Field:
    """One line of text in capitals, as it will stand on the paper."""
    return Field(
        name,
        label,
        help=help,
        example=example,
        max_length=most,
        capitals=True,
        policy=Policy.REVIEW,
    )


def day_of(name: str, label: str, *, example: str = "23-11-2025") -> Field:
    """A day that has been."""
    return Field(
        name,
        label,
        FieldKind.DATE,
        example=example,
        max_length=20,
        inputmode="numeric",
        policy=Policy.REVIEW,
    )


def time_of(name: str, label: str, *, help: str, example: str) -> Field:  # noqa: A002
    """A time of day."""
    return Field(
        name,
        label,
        FieldKind.TIME,
        help=help,
        example=example,
        max_length=5,
        width="short",
        inputmode="numeric",
        policy=Policy.REVIEW,
    )


def choice_of(name: str, label: str, choices: tuple[Choice, ...], width: str = "half") -> Field:
    """One answer of a list."""
    return Field(name, label, FieldKind.CHOICE, choices=choices, width=width, policy=Policy.REVIEW)


PERSON = FieldGroup(
    N_("Data diri"),
    (
        nik_of("nik", N_("NIK"), help=N_("16 angka di KTP atau KK. Boleh diketik dengan spasi.")),
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
        line_of("tempat_lahir", N_("Tempat lahir"), example="BEKASI", most=60),
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
        choice_of(
            "jenis_kelamin",
            N_("Jenis kelamin"),
            tuple(Choice(sex, SEX_LABELS[sex]) for sex in Sex),
        ),
        choice_of("golongan_darah", N_("Golongan darah"), BLOOD, width="short"),
        choice_of("agama", N_("Agama"), RELIGIONS),
        choice_of("status_perkawinan", N_("Status perkawinan"), MARITAL),
        Field(
            "pekerjaan",
            N_("Pekerjaan"),
            help=N_("Pilih dari daftar atau ketik sendiri."),
            example="KARYAWAN SWASTA",
            suggestions=JOBS,
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

LOSS = FieldGroup(
    N_("Laporan kehilangan"),
    (
        line_of(
            "nomor_laporan",
            N_("Nomor surat kehilangan"),
            help=N_("Dari kantor polisi, di bagian atas surat."),
            example="SKTLK/1234/XI/2026/SPKT",
        ),
        day_of("tanggal_laporan", N_("Tanggal surat kehilangan"), example="23-11-2026"),
        line_of("kantor_polisi", N_("Kantor polisi"), example="POLSEK BEKASI BARAT"),
    ),
)

ON_FAMILY_CARD = (
    "no_kk",
    "nik",
    "nama",
    "tempat_lahir",
    "tanggal_lahir",
    "jenis_kelamin",
    "agama",
    "golongan_darah",
    "status_perkawinan",
    "pekerjaan",
    "alamat",
    "rt",
    "rw",
    "kode_pos",
    "nik_ayah",
    "nama_ayah",
    "nik_ibu",
    "nama_ibu",
    "nik_anggota",
    "nama_anggota",
    "tertulis",
)
"""Questions whose answers stand on a KK."""
ON_CARD = (
    "nik",
    "nama",
    "tempat_lahir",
    "tanggal_lahir",
    "jenis_kelamin",
    "agama",
    "golongan_darah",
    "alamat",
    "rt",
    "rw",
)
"""Questions whose answers stand on a KTP."""
ON_FORM = (
    "nik_pelapor",
    "nama_pelapor",
    "hubungan_pelapor",
    "nik_saksi_1",
    "nama_saksi_1",
    "nik_saksi_2",
    "nama_saksi_2",
    "telepon",
    "email",
)
"""Questions that only the filled form answers."""
OF_DEATH = (
    "tanggal_kematian",
    "jam_kematian",
    "tempat_kematian",
    "sebab_kematian",
    "penerang_kematian",
)
"""Questions whose answers stand on a statement of death."""

KK = Document(
    "kk",
    N_("Kartu Keluarga"),
    N_("Seluruh halaman, tulisannya terbaca."),
    look=Look.KK,
    proves=ON_FAMILY_CARD,
)
F102 = Document(
    "f102",
    N_("Formulir F-1.02"),
    N_("Bila sudah diisi di kertas; boleh tidak ada."),
    required=False,
    look=Look.FORMULIR,
    proves=ON_FORM,
)

POLICE_REPORT = Document(
    "surat_kehilangan",
    N_("Surat kehilangan"),
    N_("Dari kantor polisi; nomor dan capnya terlihat."),
    proves=("nomor_laporan", "tanggal_laporan", "kantor_polisi"),
)
MARRIAGE = Document(
    "buku_nikah",
    N_("Buku nikah atau akta perkawinan"),
    N_("Halaman nama dan nomornya."),
    look=Look.BUKU,
    proves=("nomor_nikah", "tanggal_nikah", "nik_pasangan", "nama_pasangan"),
)
PARENTS_CARDS = Document(
    "ktp_orang_tua",
    N_("KTP ayah dan ibu"),
    N_("Sisi depan; satu foto boleh memuat keduanya."),
    look=Look.KARTU,
    proves=("nik_ayah", "nama_ayah", "nik_ibu", "nama_ibu"),
)
BIRTH_CERTIFICATE = Document(
    "akta_lahir",
    N_("Akta kelahiran anak"),
    N_("Seluruh halaman."),
    look=Look.AKTA,
    proves=(
        "nomor_akta_lahir",
        "nama",
        "tempat_lahir",
        "tanggal_lahir",
        "jenis_kelamin",
        "nama_anggota",
        "tanggal_peristiwa",
        "nomor_bukti",
        "nama_ayah",
        "nama_ibu",
    ),
)
F201 = Document(
    "f201",
    N_("Formulir F-2.01"),
    N_("Bila sudah diisi di kertas; boleh tidak ada."),
    required=False,
    look=Look.FORMULIR,
    proves=ON_FORM,
)

_PERSON = {field.name: field for field in PERSON.fields}


def of_person(*names: str) -> tuple[Field, ...]:
    """Some of the questions about the person whom the request is about."""
    return tuple(_PERSON[name] for name in names)


FATHER_CARD = nik_of("nik_ayah", N_("NIK ayah"))
FATHER = name_of("nama_ayah", N_("Nama ayah"))
MOTHER_CARD = nik_of("nik_ibu", N_("NIK ibu"))
MOTHER = name_of("nama_ibu", N_("Nama ibu"))

WEDDING = (
    line_of("nomor_nikah", N_("Nomor buku nikah atau akta perkawinan"), example="0123/045/VI/2024"),
    day_of("tanggal_nikah", N_("Tanggal perkawinan")),
)

REPORTER = FieldGroup(
    N_("Pelapor"),
    (
        nik_of("nik_pelapor", N_("NIK pelapor"), help=N_("Yang datang atau mengajukan.")),
        name_of("nama_pelapor", N_("Nama pelapor")),
        choice_of(
            "hubungan_pelapor",
            N_("Hubungan pelapor"),
            (
                Choice("ayah", N_("Ayah")),
                Choice("ibu", N_("Ibu")),
                Choice("suami_istri", N_("Suami atau istri")),
                Choice("anak", N_("Anak")),
                Choice("saudara", N_("Saudara")),
                Choice("wali", N_("Wali")),
                Choice("lain", N_("Lainnya")),
            ),
        ),
    ),
)

WITNESSES = FieldGroup(
    N_("Dua saksi"),
    (
        nik_of("nik_saksi_1", N_("NIK saksi pertama")),
        name_of("nama_saksi_1", N_("Nama saksi pertama")),
        nik_of("nik_saksi_2", N_("NIK saksi kedua")),
        name_of("nama_saksi_2", N_("Nama saksi kedua")),
    ),
)
