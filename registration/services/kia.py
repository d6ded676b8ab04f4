"""KIA, the identity card of children: under five without a photo, from five on with one.

For those who are under 17 and not married (Permendagri 2/2016).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from registration.nik import Sex
from registration.services import parts
from registration.services.rules import Refusals, age_on, sex_in_nik
from registration.shapes import Case, Document, FieldGroup, Look, Rule, SameMatter, Service, Value
from registration.standard import Standard
from registration.texts import N_, Sentence

WITH_PHOTO, GROWN = 5, 17
"""Years of age from which the card has a photo, and from which it is a KTP-el."""

_CHILD = FieldGroup(
    N_("Data anak"),
    (
        *parts.of_person("nik", "no_kk", "nama", "tempat_lahir", "tanggal_lahir", "jenis_kelamin"),
        *parts.of_person("golongan_darah", "agama"),
        parts.line_of(
            "nomor_akta_lahir",
            N_("Nomor akta kelahiran"),
            help=N_("Di bagian atas akta."),
            example="3275-LU-01022020-0012",
        ),
    ),
)
_PARENTS = FieldGroup(
    N_("Ayah dan ibu"),
    (
        parts.nik_of("nik_ayah", N_("NIK ayah"), required=False),
        parts.name_of("nama_ayah", N_("Nama ayah"), required=False),
        parts.MOTHER_CARD,
        parts.MOTHER,
    ),
)
_GROUPS = (_CHILD, _PARENTS, parts.ADDRESS, parts.CONTACT)
_PHOTO = Document(
    "pas_foto", N_("Foto anak"), N_("Wajah menghadap depan, latar polos."), look=Look.FOTO
)
_PAPERS = (parts.BIRTH_CERTIFICATE, parts.KK, parts.PARENTS_CARDS)


def _aged(least: int, most: int, said: str) -> Rule:
    def rule(values: Mapping[str, Value], today: date) -> Refusals:
        age = age_on(date.fromisoformat(str(values["tanggal_lahir"])), today)
        return [] if least <= age < most else [("tanggal_lahir", Sentence(said))]

    return rule


_YOUNG = _aged(
    0,
    WITH_PHOTO,
    N_("Anak ini sudah 5 tahun atau lebih: pilih KIA dengan foto."),
)
_OLDER = _aged(
    WITH_PHOTO,
    GROWN,
    N_("KIA dengan foto untuk anak 5 sampai 16 tahun. Periksa tanggal lahirnya."),
)
_ANY = _aged(0, GROWN, N_("KIA untuk anak di bawah 17 tahun; sesudah itu KTP-el."))
_DOUBTS = (sex_in_nik("nik_ayah", Sex.L), sex_in_nik("nik_ibu", Sex.P))

KIA = Service(
    code="kia",
    title=N_("Kartu Identitas Anak (KIA)"),
    short=N_("KIA"),
    version=1,
    summary=N_("Untuk anak di bawah 17 tahun. Gratis."),
    cases=(
        Case(
            "balita",
            N_("KIA di bawah 5 tahun"),
            N_("Tanpa foto."),
            _GROUPS,
            _PAPERS,
            rules=(_YOUNG,),
            doubts=_DOUBTS,
        ),
        Case(
            "anak",
            N_("KIA 5 sampai 16 tahun"),
            N_("Dengan foto anak."),
            _GROUPS,
            (*_PAPERS, _PHOTO),
            rules=(_OLDER,),
            doubts=_DOUBTS,
        ),
        Case(
            "hilang",
            N_("KIA hilang"),
            N_("Bawa surat kehilangan dari kantor polisi."),
            (parts.LOSS, *_GROUPS),
            (*_PAPERS, parts.POLICE_REPORT),
            rules=(_ANY,),
            doubts=_DOUBTS,
        ),
        Case(
            "rusak",
            N_("KIA rusak"),
            N_("Bawa KIA yang rusak."),
            _GROUPS,
            (
                *_PAPERS,
                Document(
                    "kia_rusak",
                    N_("KIA yang rusak"),
                    N_("Sisi depan."),
                    look=Look.KARTU,
                    proves=parts.ON_CARD,
                ),
            ),
            rules=(_ANY,),
            doubts=_DOUBTS,
        ),
    ),
    standard=Standard(working_days=1, ceiling_days=14),
    same=(SameMatter(("nik",)),),
)
