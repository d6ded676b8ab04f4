"""What goes wrong with other systems, in words. Each fits before "since hari ini 09.12"."""

from __future__ import annotations

from registration.texts import N_

TROUBLES = {
    "unreached": N_("SIAK tidak terjangkau"),
    "silent": N_("SIAK tidak menjawab"),
    "failing": N_("SIAK sedang bermasalah"),
    "shut-out": N_("SIAK menolak token server ini"),
    "garbled": N_("Jawaban SIAK tidak terbaca"),
    "another-person": N_("SIAK menjawab tentang orang lain, jadi jawabannya tidak dipakai"),
    "number-used": N_("SIAK memberi nomor milik permohonan lain, jadi tidak dipakai"),
    "forgotten": N_("SIAK tidak mengenali permohonan ini lagi"),
    "refused": N_("SIAK menolak permohonan ini"),
}
