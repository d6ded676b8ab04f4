"""The history of a complaint, told in sentences."""

from __future__ import annotations

from registration.complaints import Act
from registration.story import Event, who_of
from registration.texts import N_, Sentence

_BARE = {
    Act.ADUKAN: N_("Pengaduan dikirim lewat portal."),
    Act.TANGANI: N_("%(who)s mulai menangani pengaduan."),
    Act.JAWAB: N_("%(who)s menjawab."),
    Act.PUAS: N_("Warga menerima jawabannya."),
    Act.BELUM_PUAS: N_("Warga belum puas dengan jawabannya."),
    Act.TARIK: N_("Warga menarik pengaduannya."),
    Act.TUTUP: N_("%(who)s menutup pengaduan karena tidak ada kabar lagi dari warga."),
    Act.ALIHKAN: N_("%(who)s mengambil alih pengaduan dari kelurahan."),
}
_NOTED = {
    Act.JAWAB: N_("%(who)s menjawab: %(note)s."),
    Act.BELUM_PUAS: N_("Warga belum puas dengan jawabannya: %(note)s."),
    Act.ALIHKAN: N_("%(who)s mengambil alih pengaduan dari kelurahan: %(note)s."),
}


def tell_complaint(event: Event) -> Sentence:
    """The event in one sentence, without its date."""
    who, note = who_of(event), event.note.strip().rstrip(".")
    if event.act not in tuple(Act):
        return Sentence(N_("%(who)s mencatat tindakan yang belum dikenal versi ini."), {"who": who})
    act = Act(event.act)
    if note and act in _NOTED:
        return Sentence(_NOTED[act], {"who": who, "note": note})
    return Sentence(_BARE[act], {"who": who})
