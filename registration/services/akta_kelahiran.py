"""Birth certificates, with the cases that the law knows.

Questions follow F-2.01; F-2.03 and F-2.04 are statements of responsibility (SPTJM) in place of a
birth statement and of a proof of marriage (Permendagri 108 and 109/2019).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from registration.nik import Sex
from registration.services import parts
from registration.services.rules import Refusals, all_different, sex_in_nik, two_words
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

IN_TIME_DAYS = 60
"""A birth is reported within so many days (UU 24/2013); later, the head of the office decides."""

_PLACES = (
    Choice("rs", N_("Rumah sakit")),
    Choice("puskesmas", N_("Puskesmas")),
    Choice("bidan", N_("Praktik bidan")),
    Choice("rumah", N_("Rumah")),
    Choice("lain", N_("Lainnya")),
)
_HELPERS = (
    Choice("dokter", N_("Dokter")),
    Choice("bidan", N_("Bidan")),
    Choice("dukun", N_("Dukun bayi")),
    Choice("lain", N_("Lainnya")),
)
_BIRTHS = (
    Choice("tunggal", N_("Tunggal")),
    Choice("kembar_2", N_("Kembar dua")),
    Choice("kembar_3", N_("Kembar tiga")),
    Choice("lain", N_("Lainnya")),
)


def _count(name: str, label: str, example: str, help: str = "") -> Field:  # noqa: A002
    return Field(
        name,
        label,
        FieldKind.NUMBER,
        help=help,
        example=example,
        max_length=5,
        width="short",
        inputmode="numeric",
        policy=Policy.REVIEW,
    )


_CHILD = FieldGroup(
    N_("Data anak"),
    (
        *parts.of_person("nama", "jenis_kelamin", "tempat_lahir", "tanggal_lahir"),
        parts.time_of(
            "jam_lahir",
            N_("Jam lahir"),
            help=N_("Dari surat keterangan lahir."),
            example="07.30",
        ),
        parts.choice_of("dilahirkan_di", N_("Dilahirkan di"), _PLACES),
        parts.choice_of("jenis_kelahiran", N_("Jenis kelahiran"), _BIRTHS),
        _count("kelahiran_ke", N_("Anak ke berapa"), "2"),
        parts.choice_of("penolong_kelahiran", N_("Penolong kelahiran"), _HELPERS),
        _count("berat_lahir", N_("Berat lahir (gram)"), "3200"),
        _count("panjang_lahir", N_("Panjang lahir (cm)"), "49"),
    ),
)
_FAMILY_CARD = parts.of_person("no_kk")
_MOTHER = FieldGroup(N_("Ibu"), (*_FAMILY_CARD, parts.MOTHER_CARD, parts.MOTHER))
_FATHER = FieldGroup(N_("Ayah"), (parts.FATHER_CARD, parts.FATHER))
_MARRIED = FieldGroup(N_("Perkawinan orang tua"), parts.WEDDING)
_FOUND = FieldGroup(
    N_("Penemuan anak"),
    (
        parts.line_of(
            "nomor_berita_acara",
            N_("Nomor berita acara polisi"),
            example="BA/12/XI/2026/SPKT",
        ),
        parts.day_of("tanggal_penemuan", N_("Tanggal ditemukan")),
        parts.line_of(
            "tempat_penemuan", N_("Tempat ditemukan"), example="JL. PATRIOT 12", most=120
        ),
    ),
)
_END = (parts.REPORTER, parts.WITNESSES, parts.ADDRESS, parts.CONTACT)

_OF_BIRTH = (
    *(field.name for field in _CHILD.fields),
    "nama_ibu",
)
_STATEMENT = Document(
    "surat_lahir",
    N_("Surat keterangan lahir"),
    N_("Dari rumah sakit, bidan, atau kelurahan bila lahir di rumah."),
    proves=_OF_BIRTH,
)
_F203 = Document(
    "f203",
    N_("SPTJM kebenaran data kelahiran (F-2.03)"),
    N_("Ditandatangani dua saksi."),
    look=Look.FORMULIR,
    proves=(*_OF_BIRTH, "nik_saksi_1", "nama_saksi_1", "nik_saksi_2", "nama_saksi_2"),
)
_F204 = Document(
    "f204",
    N_("SPTJM pasangan suami istri (F-2.04)"),
    N_("Ditandatangani dua saksi."),
    look=Look.FORMULIR,
    proves=("nik_ayah", "nama_ayah", "nik_ibu", "nama_ibu"),
)
_PAPERS = (parts.KK, parts.PARENTS_CARDS, parts.F201)

_PEOPLE = all_different("nik_ibu", "nik_ayah", "nik_saksi_1", "nik_saksi_2")
_REPORTER_IS_NO_WITNESS = all_different("nik_pelapor", "nik_saksi_1", "nik_saksi_2")


def _possible_body(values: Mapping[str, Value], _today: date) -> Refusals:
    """What a newborn may weigh and measure: typing grams as kilograms is the usual slip."""
    found: Refusals = []
    for name, least, most in (("berat_lahir", 300, 9000), ("panjang_lahir", 20, 75)):
        if name in values and not least <= int(values[name]) <= most:
            said = N_("Isi antara %(least)s dan %(most)s. Periksa satuannya.")
            found.append((name, Sentence(said, {"least": least, "most": most})))
    if "kelahiran_ke" in values and not 1 <= int(values["kelahiran_ke"]) <= 25:
        found.append(("kelahiran_ke", Sentence(N_("Isi urutan anak, mulai dari 1."))))
    return found


def _late(values: Mapping[str, Value], today: date) -> Refusals:
    """A doubt: a late report is taken too, and the head of the office decides on it."""
    if "tanggal_lahir" not in values:
        return []
    days = (today - date.fromisoformat(str(values["tanggal_lahir"]))).days
    if days <= IN_TIME_DAYS:
        return []
    return [
        (
            "tanggal_lahir",
            Sentence(
                N_(
                    "Lahir %(days)s hari yang lalu: ini laporan terlambat (lebih dari %(most)s "
                    "hari). Tetap bisa diajukan; diputuskan kepala dinas."
                ),
                {"days": days, "most": IN_TIME_DAYS},
            ),
        )
    ]


_RULES = (_possible_body, _PEOPLE, _REPORTER_IS_NO_WITNESS)
_DOUBTS = (
    _late,
    two_words("nama"),
    sex_in_nik("nik_ibu", Sex.P),
    sex_in_nik("nik_ayah", Sex.L),
)

AKTA_KELAHIRAN = Service(
    code="akta-kelahiran",
    title=N_("Akta kelahiran"),
    short=N_("Akta kelahiran"),
    version=1,
    summary=N_("Untuk anak yang baru lahir atau belum punya akta. Gratis."),
    cases=(
        Case(
            "biasa",
            N_("Akta kelahiran"),
            N_("Ada surat keterangan lahir dan buku nikah."),
            (_CHILD, _MOTHER, _FATHER, _MARRIED, *_END),
            (_STATEMENT, parts.MARRIAGE, *_PAPERS),
            rules=_RULES,
            doubts=_DOUBTS,
        ),
        Case(
            "tanpa_surat",
            N_("Akta kelahiran tanpa surat lahir"),
            N_("Dengan pernyataan F-2.03 dan dua saksi."),
            (_CHILD, _MOTHER, _FATHER, _MARRIED, *_END),
            (_F203, parts.MARRIAGE, *_PAPERS),
            rules=_RULES,
            doubts=_DOUBTS,
        ),
        Case(
            "tanpa_nikah",
            N_("Akta kelahiran tanpa buku nikah"),
            N_("Dengan pernyataan F-2.04 sebagai suami istri."),
            (_CHILD, _MOTHER, _FATHER, *_END),
            (_STATEMENT, _F204, *_PAPERS),
            rules=_RULES,
            doubts=_DOUBTS,
        ),
        Case(
            "anak_ibu",
            N_("Akta kelahiran anak seorang ibu"),
            N_("Orang tua tidak menikah; dicatat sebagai anak ibu."),
            (_CHILD, _MOTHER, *_END),
            (_STATEMENT, *_PAPERS),
            rules=_RULES,
            doubts=_DOUBTS,
        ),
        Case(
            "temuan",
            N_("Akta kelahiran anak temuan"),
            N_("Orang tua tidak diketahui; ada berita acara polisi."),
            (_CHILD, _FOUND, *_END),
            (
                Document(
                    "berita_acara",
                    N_("Berita acara polisi"),
                    N_("Nomor dan capnya terlihat."),
                    proves=tuple(field.name for field in _FOUND.fields),
                ),
                parts.F201,
            ),
            rules=_RULES,
            doubts=_DOUBTS,
        ),
    ),
    standard=Standard(working_days=1, ceiling_days=30),
    # One child is registered once, for ever: twins differ in their order of birth.
    same=(SameMatter(("nama", "tanggal_lahir", "tempat_lahir"), while_open=False),),
)
