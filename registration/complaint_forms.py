"""The forms of complaints: made by a resident, followed, answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from registration.acts_schema import CODE
from registration.codes import parse_code
from registration.complaints import SUBJECT_LABELS, Subject
from registration.errors import InvalidValue
from registration.gate import GateSchema, TextField, pass_gate
from registration.shapes import Choice, Field, FieldKind
from registration.texts import N_, Sentence

PIN_DIGITS = 6

SUBJECT = Field(
    "hal",
    N_("Pengaduan tentang"),
    FieldKind.CHOICE,
    choices=tuple(Choice(one, SUBJECT_LABELS[one]) for one in Subject),
)
TEXT = Field(
    "isi",
    N_("Ceritakan apa yang terjadi"),
    FieldKind.LONG_TEXT,
    help=N_("Tulis seperti bercerita: kapan, di mana, apa yang terjadi, apa yang diinginkan."),
    min_length=10,
    max_length=2000,
    width="full",
)
REQUEST = Field(
    "permohonan",
    N_("Kode permohonan, bila ada"),
    required=False,
    help=N_("Ada di tanda terima."),
    example="BTJ-7Q4-K2M",
    max_length=20,
    capitals=True,
)
PHONE = Field(
    "telepon",
    N_("Nomor HP, bila mau dihubungi"),
    FieldKind.PHONE,
    required=False,
    help=N_("Jawaban selalu bisa dibaca di sini, tanpa nomor HP."),
    example="0812 3456 7890",
    max_length=20,
    inputmode="tel",
    autocomplete="tel",
)
PIN = Field(
    "pin",
    N_("PIN"),
    help=N_("6 angka di tanda terima pengaduan."),
    example="204 718",
    max_length=12,
    inputmode="numeric",
)
ANSWER = Field(
    "alasan",
    N_("Jawaban"),
    FieldKind.LONG_TEXT,
    help=N_("Dibaca warga di portal. Tulis apa yang ditemukan dan apa yang sudah diperbaiki."),
    example="Maaf, KTP Ibu tertahan karena blangko habis. Sekarang sudah bisa diambil di loket.",
    min_length=10,
    max_length=2000,
    width="full",
)
WHY_NOT = Field(
    "alasan",
    N_("Apa yang belum beres?"),
    FieldKind.LONG_TEXT,
    help=N_("Petugas membaca ini lalu menjawab sekali lagi."),
    min_length=5,
    max_length=1000,
    width="full",
)

WHY_TAKEN = Field(
    "alasan",
    N_("Alasan diambil alih"),
    FieldKind.LONG_TEXT,
    help=N_("Dibaca kelurahan dan warga di riwayat pengaduan."),
    example=N_("Sudah lewat batas waktu dan belum dijawab kelurahan."),
    min_length=5,
    max_length=500,
    width="full",
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a resident wrote."""

    hal: Subject
    isi: str
    permohonan: str = ""
    telepon: str = ""


@dataclass(frozen=True, slots=True)
class Follow:
    """Who follows a complaint knows both."""

    kode: str
    pin: str


class _CodeField(TextField):
    def read(self, text: str, today: date) -> str:
        return parse_code(text)


class _PinField(TextField):
    def read(self, text: str, today: date) -> str:
        digits = "".join(char for char in text if not char.isspace())
        if len(digits) != PIN_DIGITS or not (digits.isascii() and digits.isdecimal()):
            raise InvalidValue(Sentence(N_("PIN terdiri dari 6 angka. Lihat tanda terimanya.")))
        return digits


class ComplaintSchema(GateSchema):
    """adukan"""

    hal = TextField(SUBJECT)
    isi = TextField(TEXT)
    permohonan = _CodeField(REQUEST)
    telepon = TextField(PHONE)


class FollowSchema(GateSchema):
    """Following a complaint on the portal."""

    kode = _CodeField(CODE)
    pin = _PinField(PIN)


class AnswerSchema(GateSchema):
    """jawab"""

    alasan = TextField(ANSWER)


class WhyNotSchema(GateSchema):
    """belum_puas"""

    alasan = TextField(WHY_NOT)


class WhyTakenSchema(GateSchema):
    """alihkan"""

    alasan = TextField(WHY_TAKEN)


def load_complaint(data: Mapping[str, str]) -> Complaint:
    """adukan"""
    loaded = pass_gate(ComplaintSchema(), data)
    return Complaint(**{**loaded, "hal": Subject(loaded["hal"])})


def load_follow(data: Mapping[str, str]) -> Follow:
    """Following a complaint."""
    return Follow(**pass_gate(FollowSchema(), data))


def load_answer(data: Mapping[str, str]) -> str:
    """jawab: what the resident will read."""
    return str(pass_gate(AnswerSchema(), data)["alasan"])


def load_why_not(data: Mapping[str, str]) -> str:
    """belum_puas: what is still amiss."""
    return str(pass_gate(WhyNotSchema(), data)["alasan"])


def load_why_taken(data: Mapping[str, str]) -> str:
    """alihkan: why the kelurahan does not answer it."""
    return str(pass_gate(WhyTakenSchema(), data)["alasan"])
