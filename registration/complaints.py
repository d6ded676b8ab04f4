"""Complaints: what they are about, their life, who may do what, and by when they are answered.

A complaint is a record of its own kind. Nobody at the centre decides about it, so what two places
did without knowing of each other is settled by rule: what is further on holds, and the history
tells both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from registration.errors import IllegalAct
from registration.lifecycle import ROLE_LABELS, Role
from registration.texts import N_, Sentence, Words

KIND = "pengaduan"

TEXT = "aduan.isi"
REQUEST = "aduan.permohonan"
"""The code of the request that it is about."""
PHONE = "aduan.telepon"
PIN = "aduan.pin"
"""With the code it opens the complaint to whoever made it. No staff page shows it."""
REOPENED = "aduan.ulang"
"""Stands once the resident was not content with an answer."""
TAKEN = "aduan.pusat"
"""Stands once the centre has taken it over: from then on the answer comes from there."""


class Subject(StrEnum):
    """What a complaint is about."""

    WAKTU = "waktu"
    PERSYARATAN = "persyaratan"
    SIKAP = "sikap"
    DATA = "data"
    PUNGUTAN = "pungutan"
    SARANA = "sarana"
    LAIN = "lain"


ABOUT_STAFF = frozenset({Subject.SIKAP, Subject.PUNGUTAN})
"""About the conduct of staff, which asking for money is too: read by the penyelia alone."""

SUBJECT_LABELS: Mapping[Subject, str] = MappingProxyType(
    {
        Subject.WAKTU: N_("Terlalu lama"),
        Subject.PERSYARATAN: N_("Syaratnya membingungkan"),
        Subject.SIKAP: N_("Sikap petugas"),
        Subject.DATA: N_("Data saya salah"),
        Subject.PUNGUTAN: N_("Dimintai uang"),
        Subject.SARANA: N_("Tempat atau alatnya"),
        Subject.LAIN: N_("Hal lain"),
    }
)
SUBJECT_NOTES: Mapping[Subject, str] = MappingProxyType(
    {
        Subject.WAKTU: N_("Antre lama, atau belum jadi juga."),
        Subject.PERSYARATAN: N_("Tidak jelas, atau diminta berkas yang tidak perlu."),
        Subject.SIKAP: N_("Kasar, pilih kasih, atau tidak mau melayani."),
        Subject.DATA: N_("Nama, tanggal, atau alamat di dokumen keliru."),
        Subject.PUNGUTAN: N_("Semua layanan di sini gratis."),
        Subject.SARANA: N_("Kursi, toilet, jalan kursi roda, komputer."),
        Subject.LAIN: N_("Apa saja yang perlu kami perbaiki."),
    }
)


class Status(StrEnum):
    """Where a complaint stands. No word of it is a status of a request."""

    DITERIMA = "diterima"
    DITANGANI = "ditangani"
    DIJAWAB = "dijawab"
    SELESAI = "selesai"
    DITARIK = "ditarik"


class Act(StrEnum):
    """What a person can do to a complaint."""

    ADUKAN = "adukan"
    TANGANI = "tangani"
    JAWAB = "jawab"
    PUAS = "puas"
    BELUM_PUAS = "belum_puas"
    TARIK = "tarik"
    TUTUP = "tutup"
    ALIHKAN = "alihkan"
    """The centre takes it over from a kelurahan."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the law. A source of None is "not made yet"."""

    act: Act
    sources: frozenset[Status | None]
    target: Status
    roles: frozenset[Role]


def _line(act: Act, sources: Collection[Status | None], target: Status, *roles: Role) -> Transition:
    return Transition(act, frozenset(sources), target, frozenset(roles))


_S, _R, _A = Status, Role, Act
_COUNTER = (_R.PETUGAS, _R.PENYELIA)
_CENTRE = (_R.VERIFIKATOR, _R.ADMIN)
_WAITING = (_S.DITERIMA, _S.DITANGANI)

TRANSITIONS: tuple[Transition, ...] = (
    _line(_A.ADUKAN, (None,), _S.DITERIMA, _R.PEMOHON),
    _line(_A.TANGANI, (_S.DITERIMA,), _S.DITANGANI, *_COUNTER),
    _line(_A.JAWAB, _WAITING, _S.DIJAWAB, *_COUNTER),
    _line(_A.PUAS, (_S.DIJAWAB,), _S.SELESAI, _R.PEMOHON),
    _line(_A.BELUM_PUAS, (_S.DIJAWAB,), _S.DITANGANI, _R.PEMOHON),
    _line(_A.TARIK, _WAITING, _S.DITARIK, _R.PEMOHON),
    # Who is content seldom says so: the penyelia closes what was answered long enough ago.
    _line(_A.TUTUP, (_S.DIJAWAB,), _S.SELESAI, _R.PENYELIA),
    _line(_A.ALIHKAN, _WAITING, _S.DITANGANI, *_CENTRE),
    _line(_A.JAWAB, _WAITING, _S.DIJAWAB, *_CENTRE),
    _line(_A.TUTUP, (_S.DIJAWAB,), _S.SELESAI, *_CENTRE),
)
_OF_WHO_ANSWERS = frozenset({_A.TANGANI, _A.JAWAB, _A.TUTUP})
"""Acts of the one office that owes the answer: the counter's, until the centre has taken over."""

WAITING = frozenset(_WAITING)
"""Where somebody waits for an answer."""
FINAL = frozenset({Status.SELESAI, Status.DITARIK})
"""Where nothing more is to be done."""
_FURTHER_ON = (_S.DITERIMA, _S.DITANGANI, _S.DIJAWAB, _S.DITARIK, _S.SELESAI)


def resolve_statuses(statuses: Collection[Status]) -> Status:
    """The one status that several concurrent ones come to: the one furthest on."""
    return max(statuses, key=_FURTHER_ON.index)


def may(
    act: Act, role: Role, status: Status | None, *, reopened: bool = False, taken: bool = False
) -> bool:
    """Whether this role may do this now. A complaint is reopened once.

    :param taken: the centre has taken it over.
    """
    return _find(act, role, status, reopened, taken) is not None


def acts_for(
    role: Role, status: Status | None, *, reopened: bool = False, taken: bool = False
) -> list[Act]:
    """What this role can do now."""
    return [act for act in Act if may(act, role, status, reopened=reopened, taken=taken)]


def apply(
    act: Act, role: Role, status: Status | None, *, reopened: bool = False, taken: bool = False
) -> Status:
    """The status after the act, or IllegalAct with a sentence that says why not."""
    found = _find(act, role, status, reopened, taken)
    if found is None:
        raise IllegalAct(_refusal(act, role, status, taken))
    return found.target


def _find(
    act: Act, role: Role, status: Status | None, reopened: bool, taken: bool
) -> Transition | None:
    if act is Act.BELUM_PUAS and reopened:
        return None
    if _elsewhere(act, role, taken) or (act is Act.ALIHKAN and taken):
        return None
    for line in TRANSITIONS:
        if line.act is act and role in line.roles and status in line.sources:
            return line
    return None


def _elsewhere(act: Act, role: Role, taken: bool) -> bool:
    """Whether the answer is owed by the other office."""
    ours = _CENTRE if taken else _COUNTER
    return act in _OF_WHO_ANSWERS and role not in ours


def _refusal(act: Act, role: Role, status: Status | None, taken: bool) -> Sentence:
    allowed = {r for line in TRANSITIONS if line.act is act for r in line.roles}
    if role not in allowed:
        return Sentence(
            N_("“%(act)s” hanya bisa dilakukan oleh: %(roles)s. Anda masuk sebagai %(role)s."),
            {
                "act": Sentence(ACT_LABELS[act]),
                "roles": Words(tuple(ROLE_LABELS[r] for r in Role if r in allowed)),
                "role": Words((ROLE_LABELS[role],)),
            },
        )
    if act in _OF_WHO_ANSWERS and role in _COUNTER and taken:
        return Sentence(N_("Pengaduan ini sudah diambil alih Disdukcapil; jawabannya dari sana."))
    if act in _OF_WHO_ANSWERS and role in _CENTRE and not taken:
        return Sentence(N_("Pengaduan ini masih dijawab kelurahan. Ambil alih dulu bila perlu."))
    if act is Act.ALIHKAN and taken:
        return Sentence(N_("Pengaduan ini sudah diambil alih Disdukcapil."))
    if act is Act.BELUM_PUAS and status is Status.DIJAWAB:
        return Sentence(N_("Pengaduan ini sudah pernah dibuka lagi satu kali."))
    if status is None:
        return Sentence(N_("Pengaduan ini belum dikirim."))
    return Sentence(
        N_("Pengaduan ini sekarang “%(status)s”, jadi “%(act)s” tidak bisa dilakukan."),
        {"status": Sentence(STATUS_LABELS[status]), "act": Sentence(ACT_LABELS[act])},
    )


def is_for_centre(subject: str, days_left: int, *, taken: bool) -> bool:
    """Whether officers of the centre may read a complaint and take it over.

    What is about staff is not left to those whom it is about; what is late was left too long; of
    all others the centre sees the term and not the words.
    """
    return taken or subject in ABOUT_STAFF or days_left < 0


def readable_by(role: Role) -> frozenset[Subject]:
    """What complaints this role may read. Pamor officers read none."""
    if role is Role.PENYELIA:
        return frozenset(Subject)
    return frozenset(Subject) - ABOUT_STAFF if role is Role.PETUGAS else frozenset()


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """By when a complaint is answered, and by which law."""

    days: int
    basis: str

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError("an answer takes a day at least")

    def due(self, asked: date) -> date:
        """The last day for an answer to what was asked (or asked again) on a day."""
        return asked + timedelta(days=self.days)

    def days_left(self, asked: date, today: date) -> int:
        """Below zero: so many days too late."""
        return (self.due(asked) - today).days


# 14 days: general knowledge of the law, not found in a source yet.
ANSWER_TIME = AnswerTime(14, "UU 25/2009")
# 60 days in all, likewise.
SETTLE_TIME = AnswerTime(60, "UU 25/2009")
"""From the first word to the end of the matter, however often it is asked again."""
QUIET_DAYS = 14
"""After so many days without a word from the resident the penyelia may close what is answered."""

STATUS_LABELS: Mapping[Status, str] = MappingProxyType(
    {
        Status.DITERIMA: N_("Menunggu ditangani"),
        Status.DITANGANI: N_("Sedang ditangani"),
        Status.DIJAWAB: N_("Sudah dijawab"),
        Status.SELESAI: N_("Pengaduan selesai"),
        Status.DITARIK: N_("Pengaduan ditarik"),
    }
)
ACT_LABELS: Mapping[Act, str] = MappingProxyType(
    {
        Act.ADUKAN: N_("Kirim pengaduan"),
        Act.TANGANI: N_("Tangani"),
        Act.JAWAB: N_("Jawab"),
        Act.PUAS: N_("Terima jawaban"),
        Act.BELUM_PUAS: N_("Belum puas"),
        Act.TARIK: N_("Tarik pengaduan"),
        Act.TUTUP: N_("Tutup pengaduan"),
        Act.ALIHKAN: N_("Ambil alih"),
    }
)
_SENTENCES: Mapping[Status, str] = MappingProxyType(
    {
        Status.DITERIMA: N_("Pengaduan sudah kami terima. Petugas akan membacanya."),
        Status.DITANGANI: N_("Petugas sedang mencari tahu dan akan menjawab."),
        Status.DIJAWAB: N_("Sudah ada jawaban. Baca di bawah ini."),
        Status.SELESAI: N_("Pengaduan ini sudah selesai. Terima kasih sudah memberi tahu kami."),
        Status.DITARIK: N_("Pengaduan ini sudah ditarik dan tidak ditangani lagi."),
    }
)


def status_sentence(status: Status) -> Sentence:
    """What the status means for whoever complained, in a plain sentence."""
    return Sentence(_SENTENCES[status])
