"""Help for who decides between two values, or two requests: what each choice leads to, and which
one something speaks for. Pure; nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from registration.catalogue import DATA
from registration.errors import InvalidNik
from registration.lifecycle import Role, Status
from registration.names import name_words
from registration.nik import nik_mismatches, parse_nik
from registration.texts import N_, Sentence

_THEN: Mapping[Status, str] = MappingProxyType(
    {
        Status.DIAJUKAN: N_("Permohonan menunggu diperiksa loket lagi."),
        Status.DIVERIFIKASI: N_("Permohonan kembali ke antrean Disdukcapil."),
        Status.DIPROSES: N_("Disdukcapil mengerjakannya lagi; dokumen lama jangan diserahkan."),
        Status.DIKEMBALIKAN: N_("Loket memperbaikinya dulu, baru dikerjakan lagi."),
        Status.DITOLAK: N_("Permohonan ditolak; pemohon membaca alasannya."),
        Status.TERBIT: N_("Dokumen yang terbit berlaku, dan loket menyerahkannya."),
        Status.SIAP_DIAMBIL: N_("Dokumen yang terbit berlaku, dan loket menyerahkannya."),
        Status.DISERAHKAN: N_("Dokumen yang sudah diserahkan berlaku."),
        Status.DIBATALKAN: N_("Permohonan batal; dokumen yang telanjur terbit harus ditarik."),
    }
)
_STATUS = "status"
_BIRTH, _SEX = f"{DATA}tanggal_lahir", f"{DATA}jenis_kelamin"
_NIK = f"{DATA}nik"


def consequence(field: str, value: object) -> Sentence:
    """What happens when this value of a record field is chosen."""
    if field == _STATUS and value in tuple(Status):
        return Sentence(_THEN[Status(str(value))])
    return Sentence(
        N_("Semua loket dan dokumen memakai isian ini. Yang lain tetap ada di riwayat.")
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """One of the values that stand against each other."""

    key: str
    value: object
    role: str
    """Of who wrote it."""
    evidence: bool
    """Whether a photo was added in the same act."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The value that something speaks for, and what."""

    key: str
    reason: Sentence


def suggest(
    field: str, claims: Sequence[Claim], shown: Mapping[str, object], today: date
) -> Suggestion | None:
    """The one value that something speaks for; None where nothing does, or for several.

    :param shown: the other values of the record, by field.
    """
    checks: tuple[tuple[Callable[[Claim], bool], str], ...] = (
        (
            lambda one: _fits_nik(field, one.value, shown, today),
            N_("NIK, tanggal lahir, dan jenis kelamin cocok satu sama lain."),
        ),
        (
            lambda one: one.evidence,
            N_("Buktinya difoto bersama perubahan ini."),
        ),
        (
            lambda one: field != _STATUS and one.role != Role.PEMOHON,
            N_("Diisi petugas yang melihat berkasnya; yang lain diketik pemohon sendiri."),
        ),
    )
    for speaks, reason in checks:
        found = [one for one in claims if speaks(one)]
        if len(found) == 1 < len(claims):
            return Suggestion(found[0].key, Sentence(reason))
    return None


def _fits_nik(field: str, value: object, shown: Mapping[str, object], today: date) -> bool:
    """Whether NIK, birth date and sex agree once this value stands; False where none can tell."""
    if field not in (_NIK, _BIRTH, _SEX):
        return False
    merged = {**shown, field: value}
    try:
        nik = parse_nik(str(merged[_NIK]), today=today)
        born = date.fromisoformat(str(merged[_BIRTH]))
        return not nik_mismatches(nik, born, str(merged[_SEX]))
    except (KeyError, ValueError, InvalidNik):
        return False


@dataclass(frozen=True, slots=True)
class Twin:
    """One of two requests that look like the same."""

    name: str
    status: str
    lacking: int
    """Papers that its case asks for and that have not come."""


_STAGES = (
    Status.DIAJUKAN,
    Status.DIKEMBALIKAN,
    Status.DIVERIFIKASI,
    Status.DIPROSES,
    Status.TERBIT,
    Status.SIAP_DIAMBIL,
    Status.DISERAHKAN,
)


def suggest_of_two(first: Twin, second: Twin) -> tuple[int | None, Sentence]:
    """Which of the two should go on (0: the older), and why; None: they look like two matters."""
    twins = (first, second)
    if name_words(first.name) != name_words(second.name):
        return None, Sentence(N_("Namanya berbeda. Periksa apakah NIK salah ketik di salah satu."))
    stages = [_STAGES.index(Status(one.status)) if one.status in _STAGES else -1 for one in twins]
    for measure, reason in (
        (stages, N_("Yang dilanjutkan sudah lebih jauh dikerjakan.")),
        ([-one.lacking for one in twins], N_("Yang dilanjutkan lebih lengkap berkasnya.")),
    ):
        if measure[0] != measure[1]:
            return measure.index(max(measure)), Sentence(reason)
    return 0, Sentence(N_("Yang dilanjutkan diajukan lebih dulu."))
