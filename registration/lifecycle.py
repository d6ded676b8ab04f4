"""The life of a request: which act leads where, and who may do it.

`TRANSITIONS` is the whole law, as data; the functions only read it. It also settles what
concurrent statuses mean (`resolve_statuses`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from registration.errors import IllegalAct
from registration.texts import N_, Sentence, Words


class Status(StrEnum):
    """Where a request stands."""

    DIAJUKAN = "diajukan"
    DIVERIFIKASI = "diverifikasi"
    DIPROSES = "diproses"
    DIKEMBALIKAN = "dikembalikan"
    DITOLAK = "ditolak"
    TERBIT = "terbit"
    SIAP_DIAMBIL = "siap_diambil"
    DISERAHKAN = "diserahkan"
    DIBATALKAN = "dibatalkan"


class Role(StrEnum):
    """Who acts, at the kelurahan or (verifikator, admin) at Disdukcapil. An auditor only reads."""

    PEMOHON = "pemohon"
    PETUGAS = "petugas"
    PAMOR = "pamor"
    PENYELIA = "penyelia"
    VERIFIKATOR = "verifikator"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Act(StrEnum):
    """What a person can do to a request."""

    AJUKAN = "ajukan"
    VERIFIKASI = "verifikasi"
    PERBAIKI = "perbaiki"
    TAMBAH_BERKAS = "tambah_berkas"
    LEPAS_BERKAS = "lepas_berkas"
    PROSES = "proses"
    KEMBALIKAN = "kembalikan"
    TOLAK = "tolak"
    TERBITKAN = "terbitkan"
    TERIMA_DOKUMEN = "terima_dokumen"
    SERAHKAN = "serahkan"
    BATALKAN = "batalkan"
    PUTUSKAN = "putuskan"
    BATALKAN_GANDA = "batalkan_ganda"
    """This request is the same as another one, which goes on."""
    PERIKSA_GANDA = "periksa_ganda"
    """It was held against one that looked like it, and stands."""
    UJI_PETIK = "uji_petik"
    """The penyelia looked at it once more, as a sample of the work."""
    TINJAU_SUSULAN = "tinjau_susulan"
    """A counter's change that came after a decision was looked at: the decision stands."""
    BUKA_KEMBALI = "buka_kembali"
    """A decision is taken back, before its document is in anybody's hands."""


_STAYS_OVER = frozenset(
    {Act.PUTUSKAN, Act.PERIKSA_GANDA, Act.UJI_PETIK, Act.TINJAU_SUSULAN, Act.BUKA_KEMBALI}
)
"""Acts for which a request does not count as unfinished: they may never come."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the law. A source of None is "not filed yet"; a target of None is "stays"."""

    act: Act
    sources: frozenset[Status | None]
    target: Status | None
    roles: frozenset[Role]


def _line(
    act: Act, sources: Collection[Status | None], target: Status | None, *roles: Role
) -> Transition:
    return Transition(act, frozenset(sources), target, frozenset(roles))


_S, _R, _A = Status, Role, Act
_COUNTER = (_R.PETUGAS, _R.PENYELIA)
_CENTRE = (_R.VERIFIKATOR, _R.ADMIN)
_AT_CENTRE = (_S.DIVERIFIKASI, _S.DIPROSES)
_DECIDED = (_S.DITOLAK, _S.TERBIT, _S.SIAP_DIAMBIL)
"""Disdukcapil has said its word, and no document is in anybody's hands."""
_OPEN = (_S.DIAJUKAN, _S.DIKEMBALIKAN, _S.DIVERIFIKASI, _S.DIPROSES)

TRANSITIONS: tuple[Transition, ...] = (
    _line(_A.AJUKAN, (None,), _S.DIAJUKAN, _R.PEMOHON, _R.PETUGAS, _R.PENYELIA, _R.PAMOR),
    _line(_A.VERIFIKASI, (_S.DIAJUKAN, _S.DIKEMBALIKAN), _S.DIVERIFIKASI, *_COUNTER),
    _line(_A.PERBAIKI, _OPEN, None, *_COUNTER, _R.PAMOR),
    _line(_A.PERBAIKI, (_S.DIAJUKAN,), None, _R.PEMOHON),
    # A resident's correction asks for a new look; the counter says so itself by verifikasi.
    _line(_A.PERBAIKI, (_S.DIKEMBALIKAN,), _S.DIAJUKAN, _R.PEMOHON),
    _line(_A.PERBAIKI, _AT_CENTRE, None, *_CENTRE),
    _line(_A.TAMBAH_BERKAS, _OPEN, None, *_COUNTER, _R.PAMOR),
    _line(_A.TAMBAH_BERKAS, (_S.DIAJUKAN, _S.DIKEMBALIKAN), None, _R.PEMOHON),
    _line(_A.TAMBAH_BERKAS, _AT_CENTRE, None, *_CENTRE),
    _line(_A.LEPAS_BERKAS, _OPEN, None, *_COUNTER),
    _line(_A.PROSES, (_S.DIVERIFIKASI,), _S.DIPROSES, *_CENTRE),
    _line(_A.KEMBALIKAN, _AT_CENTRE, _S.DIKEMBALIKAN, *_CENTRE),
    _line(_A.TOLAK, _AT_CENTRE, _S.DITOLAK, *_CENTRE),
    _line(_A.TERBITKAN, _AT_CENTRE, _S.TERBIT, *_CENTRE),
    _line(_A.TERIMA_DOKUMEN, (_S.TERBIT,), _S.SIAP_DIAMBIL, *_COUNTER),
    _line(_A.SERAHKAN, (_S.SIAP_DIAMBIL, _S.TERBIT), _S.DISERAHKAN, *_COUNTER),
    _line(_A.BATALKAN, _OPEN, _S.DIBATALKAN, _R.PEMOHON, *_COUNTER),
    _line(_A.PUTUSKAN, tuple(_S), None, *_CENTRE),
    _line(_A.BATALKAN_GANDA, _OPEN, _S.DIBATALKAN, *_CENTRE),
    _line(_A.PERIKSA_GANDA, tuple(_S), None, *_CENTRE),
    _line(_A.UJI_PETIK, tuple(_S), None, _R.PENYELIA),
    _line(_A.TINJAU_SUSULAN, (*_DECIDED, _S.DISERAHKAN), None, *_CENTRE),
    _line(_A.BUKA_KEMBALI, _DECIDED, _S.DIPROSES, *_CENTRE),
)

UNFINISHED = frozenset(
    status
    for status in Status
    for line in TRANSITIONS
    if status in line.sources and line.act not in _STAYS_OVER
)
"""Where something is still to be done for the person."""


def may(act: Act, role: Role, status: Status | None) -> bool:
    """Whether this role may do this now; a status of None is a request not filed yet."""
    return _find(act, role, status) is not None


def acts_for(role: Role, status: Status | None) -> list[Act]:
    """What this role can do now, in the order of a request's life."""
    return [act for act in Act if may(act, role, status)]


def apply(act: Act, role: Role, status: Status | None) -> Status:
    """The status after the act, or IllegalAct with a sentence that says why not."""
    found = _find(act, role, status)
    if found is None:
        raise IllegalAct(_refusal(act, role, status))
    after = found.target or status
    if after is None:
        raise IllegalAct(_refusal(act, role, status))
    return after


def resolve_statuses(statuses: Collection[Status]) -> Status | None:
    """The one status that several concurrent ones come to; None where a person must decide.

    The winner is the status that every other one could have become by one legal act, and that
    could not have become any of them. Taking a decision back is no such act: where the counter
    went on meanwhile, a person decides.
    """
    among = frozenset(statuses)
    steps = _steps()
    winners = [
        status
        for status in among
        if all(
            (other, status) in steps and (status, other) not in steps for other in among - {status}
        )
    ]
    return winners[0] if len(winners) == 1 else None


@cache
def _steps() -> frozenset[tuple[Status, Status]]:
    return frozenset(
        (source, line.target)
        for line in TRANSITIONS
        for source in line.sources
        if source is not None and line.target is not None and line.act is not Act.BUKA_KEMBALI
    )


def _find(act: Act, role: Role, status: Status | None) -> Transition | None:
    for line in TRANSITIONS:
        if line.act is act and role in line.roles and status in line.sources:
            return line
    return None


def _refusal(act: Act, role: Role, status: Status | None) -> Sentence:
    allowed = {r for line in TRANSITIONS if line.act is act for r in line.roles}
    name = Sentence(ACT_LABELS[act])
    if role not in allowed:
        return Sentence(
            N_("“%(act)s” hanya bisa dilakukan oleh: %(roles)s. Anda masuk sebagai %(role)s."),
            {
                "act": name,
                "roles": Words(tuple(ROLE_LABELS[r] for r in Role if r in allowed)),
                "role": Words((ROLE_LABELS[role],)),
            },
        )
    if status is None:
        return Sentence(N_("Permohonan ini belum diajukan."))
    return Sentence(
        N_("Permohonan ini sekarang “%(status)s”, jadi “%(act)s” tidak bisa dilakukan."),
        {"status": Sentence(STATUS_LABELS[status]), "act": name},
    )


STATUS_LABELS: Mapping[Status, str] = MappingProxyType(
    {
        Status.DIAJUKAN: N_("Diajukan"),
        Status.DIVERIFIKASI: N_("Diverifikasi kelurahan"),
        Status.DIPROSES: N_("Diproses Disdukcapil"),
        Status.DIKEMBALIKAN: N_("Dikembalikan"),
        Status.DITOLAK: N_("Ditolak"),
        Status.TERBIT: N_("Terbit"),
        Status.SIAP_DIAMBIL: N_("Siap diambil"),
        Status.DISERAHKAN: N_("Diserahkan"),
        Status.DIBATALKAN: N_("Dibatalkan"),
    }
)
SENT_LABEL = N_("Dikirim ke Disdukcapil")
"""For show only: diverifikasi, and the centre has acknowledged it."""

ROLE_LABELS: Mapping[Role, str] = MappingProxyType(
    {
        Role.PEMOHON: N_("Pemohon"),
        Role.PETUGAS: N_("Petugas loket"),
        Role.PAMOR: N_("Pamor"),
        Role.PENYELIA: N_("Penyelia"),
        Role.VERIFIKATOR: N_("Verifikator"),
        Role.ADMIN: N_("Admin Disdukcapil"),
        Role.AUDITOR: N_("Auditor"),
    }
)

ACT_LABELS: Mapping[Act, str] = MappingProxyType(
    {
        Act.AJUKAN: N_("Ajukan"),
        Act.VERIFIKASI: N_("Verifikasi"),
        Act.PERBAIKI: N_("Perbaiki data"),
        Act.TAMBAH_BERKAS: N_("Tambah berkas"),
        Act.LEPAS_BERKAS: N_("Tarik berkas"),
        Act.PROSES: N_("Proses"),
        Act.KEMBALIKAN: N_("Kembalikan"),
        Act.TOLAK: N_("Tolak"),
        Act.TERBITKAN: N_("Terbitkan"),
        Act.TERIMA_DOKUMEN: N_("Dokumen sudah di loket"),
        Act.SERAHKAN: N_("Serahkan"),
        Act.BATALKAN: N_("Batalkan"),
        Act.PUTUSKAN: N_("Putuskan"),
        Act.BATALKAN_GANDA: N_("Batalkan karena ganda"),
        Act.PERIKSA_GANDA: N_("Periksa kemiripan"),
        Act.UJI_PETIK: N_("Uji petik"),
        Act.TINJAU_SUSULAN: N_("Tinjau perubahan susulan"),
        Act.BUKA_KEMBALI: N_("Buka kembali"),
    }
)

_SENTENCES: Mapping[Status, str] = MappingProxyType(
    {
        Status.DIAJUKAN: N_("Permohonan sudah kami terima dan menunggu diperiksa petugas loket."),
        Status.DIVERIFIKASI: N_(
            "Berkas lengkap. Permohonan menunggu dikerjakan Disdukcapil; tidak perlu datang dulu."
        ),
        Status.DIPROSES: N_("Disdukcapil sedang mengerjakannya; tidak perlu datang dulu."),
        Status.DIKEMBALIKAN: N_(
            "Ada yang perlu diperbaiki. Baca alasannya, lalu perbaiki di sini atau datang ke loket."
        ),
        Status.DITOLAK: N_(
            "Permohonan tidak bisa dikabulkan. Baca alasannya; tanyakan ke loket bila belum jelas."
        ),
        Status.TERBIT: N_("Dokumen sudah jadi dan sedang dikirim ke kelurahan. Tunggu sebentar."),
        Status.SIAP_DIAMBIL: N_(
            "Dokumen bisa diambil di loket kelurahan. Bawa tanda terima atau kode ini."
        ),
        Status.DISERAHKAN: N_("Dokumen sudah diserahkan. Selesai."),
        Status.DIBATALKAN: N_("Permohonan dibatalkan. Bila masih perlu, ajukan yang baru."),
    }
)


def status_sentence(status: Status) -> Sentence:
    """What the status means for the resident, in a plain sentence."""
    return Sentence(_SENTENCES[status])
