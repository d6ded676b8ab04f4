"""What the pages of the two servers send for acts other than filing a form.

Each `load_*` gives a frozen value or raises FormInvalid. Transport fields (a CSRF token, a
submit button) are taken off by the views before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import ValidationError, validates_schema

from registration.catalogue import label_of
from registration.codes import parse_code
from registration.errors import FormInvalid, InvalidValue
from registration.gate import FORM, GateSchema, TextField, pass_gate
from registration.shapes import Choice, Field, FieldKind
from registration.signature import read_signature
from registration.texts import N_, Sentence

PICK = "pilih."
"""Opens the name of a radio group on the settle page: `pilih.data.nama`."""

VERDICT_PICK = "putusan"
"""The radio group of the page that holds two requests against each other."""

_DOT = "\N{MIDDLE DOT}"
"""Stands for the dot of a record field: marshmallow would read a path in it."""

REASON = Field(
    "alasan",
    N_("Alasan"),
    FieldKind.LONG_TEXT,
    help=N_("Dibaca petugas dan pemohon. Tulis apa yang kurang dan apa yang harus dilakukan."),
    example="Foto KK buram; mohon difoto ulang di tempat terang.",
    min_length=5,
    max_length=500,
    width="full",
)
DOCUMENT_NUMBER = Field(
    "nomor_dokumen",
    N_("Nomor dokumen"),
    help=N_("Nomor pada dokumen yang terbit."),
    min_length=3,
    max_length=60,
    capitals=True,
)
RECEIVER = Field(
    "penerima",
    N_("Penerima"),
    FieldKind.NAME,
    help=N_("Nama orang yang menerima dokumen."),
    example="DEWI LESTARI",
    max_length=60,
    capitals=True,
)
RELATION = Field(
    "hubungan",
    N_("Hubungan dengan pemohon"),
    FieldKind.CHOICE,
    choices=(
        Choice("diri_sendiri", N_("Diri sendiri")),
        Choice("suami_istri", N_("Suami atau istri")),
        Choice("orang_tua", N_("Orang tua")),
        Choice("anak", N_("Anak")),
        Choice("keluarga_lain", N_("Keluarga lain")),
        Choice("kuasa", N_("Orang lain dengan surat kuasa")),
    ),
)
AS_IT_SHOULD = "sesuai"
"""What a spot check comes to where nothing is wrong."""
SAMPLE = Field(
    "hasil",
    N_("Hasil pemeriksaan"),
    FieldKind.CHOICE,
    choices=(
        Choice(AS_IT_SHOULD, N_("Sesuai prosedur")),
        Choice("tidak_sesuai", N_("Ada yang tidak sesuai")),
    ),
)
REMARK = Field(
    "alasan",
    N_("Catatan"),
    FieldKind.LONG_TEXT,
    required=False,
    help=N_("Wajib kalau ada yang tidak sesuai. Dibaca petugas di riwayat."),
    example="Foto KK tidak terbaca, tetapi sudah diverifikasi.",
    max_length=500,
    width="full",
)
ON_SCREEN = "layar"
SIGNING = Field(
    "cara",
    N_("Tanda tangan penerima"),
    FieldKind.CHOICE,
    choices=(
        Choice(ON_SCREEN, N_("Di layar ini")),
        Choice("kertas", N_("Di kertas")),
        Choice("cap_jempol", N_("Tidak bisa tanda tangan: cap jempol di kertas")),
    ),
)
SIGNATURE = Field("garis", N_("Tanda tangan"), FieldKind.LONG_TEXT, required=False)
CODE = Field(
    "kode",
    N_("Kode"),
    help=N_("Ada di tanda terima."),
    example="BTJ-7Q4-K2M",
    max_length=20,
    capitals=True,
)
BIRTH_DATE = Field(
    "tanggal_lahir",
    N_("Tanggal lahir"),
    FieldKind.DATE,
    help=N_("Tanggal lahir orang yang diurus."),
    example="12-05-1995",
    max_length=20,
    inputmode="numeric",
)
USER = Field(
    "pengguna",
    N_("Nama pengguna"),
    max_length=40,
    autocomplete="username",
)
PASSPHRASE = Field(
    "sandi",
    N_("Kata sandi"),
    max_length=200,
    autocomplete="current-password",
)


@dataclass(frozen=True, slots=True)
class Return:
    """Back to the counter: what is to be put right."""

    alasan: str


@dataclass(frozen=True, slots=True)
class Reject:
    """Refused for good."""

    alasan: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Withdrawn."""

    alasan: str


@dataclass(frozen=True, slots=True)
class Issue:
    """The document is made."""

    nomor_dokumen: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Who took the document, and how they confirmed it."""

    penerima: str
    hubungan: str
    cara: str = ""
    """A value of `SIGNING`; "" where the version that wrote it did not ask."""
    garis: bytes = b""
    """The strokes of a signature on the screen (see `registration.signature`)."""

    def written(self) -> dict[str, str | bytes]:
        """The record field `penerima`. The signature is a part of it: two hand-overs that stand
        against each other must never end as the name of one over the hand of the other."""
        told: dict[str, str | bytes] = {"nama": self.penerima, "hubungan": self.hubungan}
        if self.cara:
            told["cara"] = self.cara
        if self.garis:
            told["garis"] = self.garis
        return told


@dataclass(frozen=True, slots=True)
class Settle:
    """The picked value of each conflicting field, by the page's own key of that value."""

    pilihan: Mapping[str, str]
    alasan: str


@dataclass(frozen=True, slots=True)
class Track:
    """A resident who follows a request; the date is an ISO string, as records keep it."""

    kode: str
    tanggal_lahir: str


@dataclass(frozen=True, slots=True)
class Login:
    """A user name in small letters and a passphrase exactly as typed."""

    pengguna: str
    sandi: str


class _CodeField(TextField):
    def read(self, text: str, today: date) -> str:
        return parse_code(text)


class _UserField(TextField):
    def read(self, text: str, today: date) -> str:
        return str(super().read(text, today)).lower()


class _PassphraseField(TextField):
    def read(self, text: str, today: date) -> str:
        # Too long is refused before any key derivation is paid for.
        if len(text) > self.spec.max_length or not _is_encodable(text):
            raise InvalidValue(Sentence(N_("Kata sandi ini tidak bisa dibaca. Ketik ulang.")))
        return text


class _SignatureField(TextField):
    def read(self, text: str, today: date) -> Any:
        # What was drawn before another way was chosen is no signature, right or wrong.
        return text


class ReasonSchema(GateSchema):
    """Shared by all acts that want nothing but a reason."""

    alasan = TextField(REASON)


class ReturnSchema(ReasonSchema):
    """kembalikan"""


class RejectSchema(ReasonSchema):
    """tolak"""


class CancelSchema(ReasonSchema):
    """batalkan"""


class IssueSchema(GateSchema):
    """terbitkan"""

    nomor_dokumen = TextField(DOCUMENT_NUMBER)


class HandOverSchema(GateSchema):
    """serahkan"""

    penerima = TextField(RECEIVER)
    hubungan = TextField(RELATION)
    cara = TextField(SIGNING)
    garis = _SignatureField(SIGNATURE)

    @validates_schema(skip_on_field_errors=False)
    def signed(self, data: Mapping[str, Any], **_: Any) -> None:
        """A signature on the screen is one."""
        if data.get(SIGNING.name) != ON_SCREEN:
            return
        try:
            read_signature(str(data.get(SIGNATURE.name, "")))
        except InvalidValue as refused:
            raise ValidationError({SIGNATURE.name: [refused.sentence]}) from None


class SettleSchema(ReasonSchema):
    """putuskan: the reason, and a list to pick from for each field that is in conflict."""

    @classmethod
    def of(cls, options: Mapping[str, Collection[str]]) -> type[SettleSchema]:
        """The schema for the conflicts that stand now."""
        members: dict[str, Any] = {}
        for number, (name, keys) in enumerate(options.items()):
            choices = tuple(Choice(key, key) for key in keys)
            spec = Field(
                PICK + name, label_of(name), FieldKind.CHOICE, required=False, choices=choices
            )
            members[f"pick_{number}"] = TextField(spec, attribute=name.replace(".", _DOT))
        return type("SettleSchema", (cls,), members)


class BulkSchema(ReasonSchema):
    """putuskan, for many requests: whose word is taken."""

    sisi = TextField(
        Field(
            "sisi",
            N_("Isi siapa yang dipakai"),
            FieldKind.CHOICE,
            choices=(Choice("loket", N_("Isi loket")), Choice("pusat", N_("Isi Disdukcapil"))),
        )
    )


class CompareSchema(ReasonSchema):
    """batalkan_ganda, periksa_ganda: what is said of two requests that look like the same."""

    @classmethod
    def of(cls, options: Collection[str]) -> type[CompareSchema]:
        """The schema for what can be said of the two that are looked at."""
        choices = tuple(Choice(key, key) for key in options)
        spec = Field(VERDICT_PICK, N_("Keputusan"), FieldKind.CHOICE, choices=choices)
        return type("CompareSchema", (cls,), {VERDICT_PICK: TextField(spec)})


class SampleSchema(ReasonSchema):
    """uji_petik"""

    hasil = TextField(SAMPLE)
    alasan = TextField(REMARK)


class TrackSchema(GateSchema):
    """Following a request on the portal."""

    kode = _CodeField(CODE)
    tanggal_lahir = TextField(BIRTH_DATE)


class LoginSchema(GateSchema):
    """Signing in."""

    pengguna = _UserField(USER)
    sandi = _PassphraseField(PASSPHRASE)


def load_return(data: Mapping[str, str]) -> Return:
    """kembalikan"""
    return Return(**pass_gate(ReturnSchema(), data))


def load_reject(data: Mapping[str, str]) -> Reject:
    """tolak"""
    return Reject(**pass_gate(RejectSchema(), data))


def load_cancel(data: Mapping[str, str]) -> Cancel:
    """batalkan"""
    return Cancel(**pass_gate(CancelSchema(), data))


def load_drop(data: Mapping[str, str]) -> str:
    """lepas_berkas: why the photo does not belong here."""
    return str(pass_gate(ReasonSchema(), data)["alasan"])


def load_issue(data: Mapping[str, str]) -> Issue:
    """terbitkan"""
    return Issue(**pass_gate(IssueSchema(), data))


def load_hand_over(data: Mapping[str, str]) -> HandOver:
    """serahkan"""
    loaded = pass_gate(HandOverSchema(), data)
    drawn = loaded.pop(SIGNATURE.name, "")
    signed = read_signature(drawn) if loaded[SIGNING.name] == ON_SCREEN else b""
    return HandOver(**loaded, garis=signed)


def load_settle(data: Mapping[str, str], *, options: Mapping[str, Collection[str]]) -> Settle:
    """putuskan

    `options` holds, for each record field in conflict, the keys of its values on the page. One
    field may be settled at a time, but at least one; a field that is not in conflict (any more)
    is refused.
    """
    loaded = pass_gate(SettleSchema.of(options)(), data)
    reason = str(loaded.pop("alasan"))
    if not loaded:
        raise FormInvalid({FORM: [Sentence(N_("Pilih dulu isi mana yang benar."))]})
    return Settle({name.replace(_DOT, "."): str(key) for name, key in loaded.items()}, reason)


def load_compare(data: Mapping[str, str], *, options: Collection[str]) -> tuple[str, str]:
    """(what was picked of `options`, the reason)."""
    loaded = pass_gate(CompareSchema.of(options)(), data)
    return str(loaded[VERDICT_PICK]), str(loaded["alasan"])


def load_bulk(data: Mapping[str, str]) -> tuple[str, str]:
    """(whose word is taken: "loket" or "pusat", the reason)."""
    loaded = pass_gate(BulkSchema(), data)
    return str(loaded["sisi"]), str(loaded["alasan"])


def load_sample(data: Mapping[str, str]) -> tuple[str, str]:
    """uji_petik: (what it came to, the remark, which must say what is not as it should be)."""
    loaded = pass_gate(SampleSchema(), data)
    found, remark = str(loaded[SAMPLE.name]), str(loaded.get(REMARK.name, ""))
    if found != AS_IT_SHOULD and not remark:
        raise FormInvalid({REMARK.name: [Sentence(N_("Tulis apa yang tidak sesuai."))]})
    return found, remark


def load_track(data: Mapping[str, str], *, today: date) -> Track:
    """Following a request."""
    return Track(**pass_gate(TrackSchema(today=today), data))


def load_login(data: Mapping[str, str]) -> Login:
    """Signing in."""
    return Login(**pass_gate(LoginSchema(), data))


def _is_encodable(text: str) -> bool:
    """Lone surrogates come in by JSON and cannot be hashed."""
    return not any("\ud800" <= char <= "\udfff" for char in text)
