"""The history of a request, told in sentences. The view puts the day and time beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registration.catalogue import DATA, DROPPED, SCAN, label_of
from registration.duplicates import Outcome, Verdict
from registration.format import title_name
from registration.lifecycle import Act, Role
from registration.texts import N_, Sentence, Words

_CENTRE = frozenset({Role.VERIFIKATOR, Role.ADMIN})

_BARE = {
    Act.VERIFIKASI: N_("%(who)s memeriksa permohonan dan menyatakannya lengkap."),
    Act.PROSES: N_("%(who)s mulai memproses permohonan."),
    Act.KEMBALIKAN: N_("%(who)s mengembalikan permohonan."),
    Act.TOLAK: N_("%(who)s menolak permohonan."),
    Act.TERBITKAN: N_("%(who)s menerbitkan dokumen."),
    Act.TERIMA_DOKUMEN: N_("%(who)s menerima dokumen yang sudah jadi; siap diambil."),
    Act.SERAHKAN: N_("%(who)s menyerahkan dokumen."),
    Act.BATALKAN: N_("%(who)s membatalkan permohonan."),
    Act.UJI_PETIK: N_("%(who)s memeriksa ulang permohonan ini sebagai contoh."),
    Act.TINJAU_SUSULAN: N_("%(who)s melihat perubahan yang menyusul; keputusan tetap."),
    Act.BUKA_KEMBALI: N_(
        "%(who)s menarik keputusannya dan mengerjakan permohonan ini lagi. Dokumen yang telanjur "
        "terbit jangan diserahkan."
    ),
}
_NOTED = {
    Act.VERIFIKASI: N_("%(who)s memeriksa permohonan dan menyatakannya lengkap: %(note)s."),
    Act.PROSES: N_("%(who)s mulai memproses permohonan: %(note)s."),
    Act.KEMBALIKAN: N_("%(who)s mengembalikan permohonan: %(note)s."),
    Act.TOLAK: N_("%(who)s menolak permohonan: %(note)s."),
    Act.TERBITKAN: N_("%(who)s menerbitkan dokumen %(note)s."),
    Act.TERIMA_DOKUMEN: N_("%(who)s menerima dokumen yang sudah jadi; siap diambil: %(note)s."),
    Act.SERAHKAN: N_("%(who)s menyerahkan dokumen kepada %(note)s."),
    Act.BATALKAN: N_("%(who)s membatalkan permohonan: %(note)s."),
    Act.UJI_PETIK: N_("%(who)s memeriksa ulang permohonan ini sebagai contoh: %(note)s."),
    Act.TINJAU_SUSULAN: N_("%(who)s melihat perubahan yang menyusul; keputusan tetap: %(note)s."),
    Act.BUKA_KEMBALI: N_(
        "%(who)s menarik keputusannya dan mengerjakan permohonan ini lagi: %(note)s. Dokumen yang "
        "telanjur terbit jangan diserahkan."
    ),
}


_SIGNED = {
    "layar": N_("%(who)s menyerahkan dokumen kepada %(note)s, ditandatangani di layar."),
    "kertas": N_("%(who)s menyerahkan dokumen kepada %(note)s, ditandatangani di kertas."),
    "cap_jempol": N_("%(who)s menyerahkan dokumen kepada %(note)s, dengan cap jempol di kertas."),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One change as the history shows it. Act and role are plain text: they may be newer."""

    act: str
    actor_name: str
    actor_role: str
    place: str
    """The kelurahan's name; not used for the centre."""
    fields: tuple[str, ...]
    """The record fields that were written."""
    at: datetime
    note: str = ""
    trusted_time: bool = True
    verdict: Verdict | None = None
    """What was said of a request that looked like this one."""
    verdict_place: str = ""
    """The name of that one's kelurahan."""
    signed: str = ""
    """How the receiver of a document confirmed it; "" where nobody asked."""
    kind_known: bool = True
    """Whether this version knows what kind of change it is."""


def tell(event: Event) -> Sentence:
    """The event in one sentence, without its date."""
    who = who_of(event)
    note = event.note.strip().rstrip(".")
    try:
        act = Act(event.act) if event.kind_known else None
    except ValueError:
        act = None
    if act is None:
        return Sentence(N_("%(who)s mencatat tindakan yang belum dikenal versi ini."), {"who": who})
    if act is Act.AJUKAN:
        return _filed(event, who)
    if act is Act.PERBAIKI:
        return _corrected(event, who, note)
    if act is Act.TAMBAH_BERKAS:
        return _added(event, who)
    if act is Act.LEPAS_BERKAS:
        return _dropped(event, who, note)
    if act is Act.PUTUSKAN:
        return _settled(event, who, note)
    if act in (Act.BATALKAN_GANDA, Act.PERIKSA_GANDA):
        return _compared(event, who, note, cancelled=act is Act.BATALKAN_GANDA)
    if note:
        noted = _SIGNED.get(event.signed, _NOTED[act]) if act is Act.SERAHKAN else _NOTED[act]
        return Sentence(noted, {"who": who, "note": note})
    return Sentence(_BARE[act], {"who": who})


def time_note(event: Event) -> Sentence | None:
    """A word of care beside the time, where the clock that wrote it cannot be trusted."""
    if event.trusted_time:
        return None
    return Sentence(N_("Jam di perangkat itu belum dicocokkan; waktunya bisa meleset."))


def who_of(event: Event) -> Sentence:
    """Who acted: the office, and the name where it is told."""
    name, place = title_name(event.actor_name), event.place
    if event.actor_role == Role.PEMOHON:
        return Sentence(N_("Pemohon"))
    if event.actor_role in _CENTRE:
        office = Sentence(N_("Disdukcapil"))
    elif event.actor_role == Role.PAMOR:
        office = Sentence(N_("Pamor %(place)s"), {"place": place})
    else:
        office = Sentence(N_("Loket %(place)s"), {"place": place})
    return Sentence("%(office)s (%(name)s)", {"office": office, "name": name}) if name else office


def _filed(event: Event, who: Sentence) -> Sentence:
    if event.actor_role == Role.PEMOHON:
        return Sentence(N_("Pemohon mengajukan lewat portal."))
    if event.actor_role == Role.PAMOR:
        return Sentence(N_("%(who)s mengajukan untuk pemohon."), {"who": who})
    return Sentence(N_("%(who)s menerima permohonan."), {"who": who})


def _corrected(event: Event, who: Sentence, note: str) -> Sentence:
    fields = _labels(event)
    if not fields.labels:
        return Sentence(N_("%(who)s mengajukan kembali permohonan."), {"who": who})
    if note:
        return Sentence(
            N_("%(who)s mengubah %(fields)s: %(note)s."),
            {"who": who, "fields": fields, "note": note},
        )
    return Sentence(N_("%(who)s mengubah %(fields)s."), {"who": who, "fields": fields})


def _added(event: Event, who: Sentence) -> Sentence:
    count = sum(name.startswith(SCAN) for name in event.fields)
    if count > 1:
        return Sentence(N_("%(who)s menambah %(count)s foto."), {"who": who, "count": count})
    return Sentence(N_("%(who)s menambah foto."), {"who": who})


def _dropped(event: Event, who: Sentence, note: str) -> Sentence:
    count = sum(name.startswith(DROPPED) for name in event.fields)
    params = {"who": who, "count": count, "note": note}
    if note:
        return Sentence(N_("%(who)s menarik %(count)s foto: %(note)s."), params)
    return Sentence(N_("%(who)s menarik %(count)s foto."), params)


_CANCELLED_FOR = N_(
    "%(who)s membatalkan permohonan ini karena sama dengan %(code)s di Loket %(place)s; "
    "yang itu dilanjutkan: %(note)s."
)
_GOES_ON = N_(
    "%(who)s menyatakan %(code)s di Loket %(place)s sama dengan permohonan ini dan membatalkan "
    "yang itu; yang ini dilanjutkan: %(note)s."
)
_NOT_THE_SAME = N_(
    "%(who)s memeriksa: ini bukan permohonan yang sama dengan satu permohonan di "
    "Loket %(place)s: %(note)s."
)
_CANCELLED_AS_DOUBLE = N_(
    "%(who)s membatalkan permohonan ini karena sama dengan permohonan lain: %(note)s."
)
_COMPARED = N_("%(who)s memeriksa kemiripan dengan permohonan lain: %(note)s.")
_TOLD_OUTCOMES = {
    Outcome.BATAL: _CANCELLED_FOR,
    Outcome.LANJUT: _GOES_ON,
    Outcome.BUKAN: _NOT_THE_SAME,
}


def _compared(event: Event, who: Sentence, note: str, *, cancelled: bool) -> Sentence:
    params: dict[str, object] = {"who": who, "note": note or "–"}
    if event.verdict is None:
        return Sentence(_CANCELLED_AS_DOUBLE if cancelled else _COMPARED, params)
    params |= {"code": event.verdict.code, "place": event.verdict_place}
    return Sentence(_TOLD_OUTCOMES[event.verdict.outcome], params)


def _settled(event: Event, who: Sentence, note: str) -> Sentence:
    fields = Words(tuple(dict.fromkeys(map(label_of, event.fields))))
    if note:
        return Sentence(
            N_("%(who)s memutuskan perbedaan %(fields)s: %(note)s."),
            {"who": who, "fields": fields, "note": note},
        )
    return Sentence(N_("%(who)s memutuskan perbedaan %(fields)s."), {"who": who, "fields": fields})


def _labels(event: Event) -> Words:
    """What was changed, in a person's sense: status and the like follow from the act."""
    changed = (name for name in event.fields if name.startswith((DATA, SCAN)))
    return Words(tuple(dict.fromkeys(map(label_of, changed))))
