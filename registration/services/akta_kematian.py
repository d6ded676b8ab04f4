"""Death certificates: of a death that somebody certified, and of one that a court tells of.

Questions follow F-2.01 (Permendagri 109/2019).
"""

from __future__ import annotations

from registration.services import parts
from registration.services.rules import all_different, not_before
from registration.shapes import (
    Case,
    Choice,
    Document,
    FieldGroup,
    Look,
    SameMatter,
    Service,
)
from registration.standard import Standard
from registration.texts import N_

_CAUSES = (
    Choice("sakit", N_("Sakit biasa atau tua")),
    Choice("wabah", N_("Wabah penyakit")),
    Choice("kecelakaan", N_("Kecelakaan")),
    Choice("kriminal", N_("Kriminalitas")),
    Choice("bunuh_diri", N_("Bunuh diri")),
    Choice("lain", N_("Lainnya")),
)
_CERTIFIERS = (
    Choice("dokter", N_("Dokter atau rumah sakit")),
    Choice("tenaga_kesehatan", N_("Tenaga kesehatan")),
    Choice("kelurahan", N_("Kelurahan")),
    Choice("kepolisian", N_("Kepolisian")),
    Choice("lain", N_("Lainnya")),
)

_DEAD = FieldGroup(
    N_("Yang meninggal"),
    parts.of_person(
        "nik", "no_kk", "nama", "tempat_lahir", "tanggal_lahir", "jenis_kelamin", "agama"
    ),
)
_DEATH = FieldGroup(
    N_("Kematian"),
    (
        parts.day_of("tanggal_kematian", N_("Tanggal meninggal")),
        parts.time_of(
            "jam_kematian",
            N_("Jam meninggal"),
            help=N_("Kira-kira bila tidak tepat."),
            example="14.05",
        ),
        parts.line_of(
            "tempat_kematian", N_("Tempat meninggal"), example="RSUD KOTA BEKASI", most=120
        ),
        parts.choice_of("sebab_kematian", N_("Sebab"), _CAUSES),
        parts.choice_of("penerang_kematian", N_("Yang menerangkan"), _CERTIFIERS),
    ),
)
_COURT = FieldGroup(
    N_("Surat polisi atau penetapan"),
    (
        parts.line_of(
            "nomor_penetapan",
            N_("Nomor surat atau penetapan"),
            example="12/PDT.P/2026/PN.BKS",
        ),
        parts.day_of("tanggal_penetapan", N_("Tanggal surat atau penetapan")),
    ),
)
_END = (parts.REPORTER, parts.WITNESSES, parts.ADDRESS, parts.CONTACT)
_PAPERS = (
    parts.KK,
    Document(
        "ktp_almarhum",
        N_("KTP yang meninggal"),
        N_("Sisi depan."),
        look=Look.KARTU,
        proves=parts.ON_CARD,
    ),
    parts.F201,
)
_RULES = (
    not_before(
        "tanggal_kematian",
        "tanggal_lahir",
        N_("Tanggal meninggal sebelum tanggal lahir. Periksa keduanya."),
    ),
    all_different("nik", "nik_pelapor", "nik_saksi_1", "nik_saksi_2"),
)

AKTA_KEMATIAN = Service(
    code="akta-kematian",
    title=N_("Akta kematian"),
    short=N_("Akta kematian"),
    version=1,
    summary=N_("Dengan surat kematian, atau penetapan bila tidak jelas. Gratis."),
    cases=(
        Case(
            "biasa",
            N_("Akta kematian"),
            N_("Ada surat kematian dari rumah sakit, dokter atau kelurahan."),
            (_DEAD, _DEATH, *_END),
            (
                Document(
                    "surat_kematian",
                    N_("Surat keterangan kematian"),
                    N_("Dari rumah sakit, dokter, atau kelurahan."),
                    proves=parts.OF_DEATH,
                ),
                *_PAPERS,
            ),
            rules=_RULES,
        ),
        Case(
            "tidak_jelas",
            N_("Akta kematian orang hilang atau tidak jelas"),
            N_("Dengan surat polisi atau penetapan pengadilan."),
            (_DEAD, _DEATH, _COURT, *_END),
            (
                Document(
                    "penetapan",
                    N_("Surat polisi atau penetapan pengadilan"),
                    N_("Nomor dan capnya terlihat."),
                    proves=(*parts.OF_DEATH, "nomor_penetapan", "tanggal_penetapan"),
                ),
                parts.KK,
                parts.F201,
            ),
            rules=_RULES,
        ),
    ),
    standard=Standard(working_days=1, ceiling_days=30),
    same=(SameMatter(("nik",), while_open=False),),
)
