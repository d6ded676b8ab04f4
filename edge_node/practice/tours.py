"""Guided tours: the main acts of a counter, a sentence a step. Data; the views only read it."""

from __future__ import annotations

from dataclasses import dataclass

from registration.texts import N_


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. It is done when one of the endpoints `done` answers."""

    text: str
    done: tuple[str, ...]
    target: str = ""
    """What on the page it is about, as a CSS selector."""


@dataclass(frozen=True, slots=True)
class Tour:
    """One act from its beginning to its end."""

    code: str
    title: str
    summary: str
    steps: tuple[Step, ...]


TOURS: tuple[Tour, ...] = (
    Tour(
        "ajukan",
        N_("Mengajukan permohonan"),
        N_("KTP hilang, dari formulir kosong sampai tanda terima."),
        (
            Step(
                N_("Tekan “Permohonan baru”, atau tombol F2 di papan tik."),
                ("baru.choose",),
                "a[data-key='F2']",
            ),
            Step(N_("Pilih “KTP hilang”."), ("baru.blank",), "a[href*='ktp-el/hilang']"),
            Step(
                N_(
                    "Tekan “Isi dengan orang karangan” di atas. Di loket sungguhan Anda mengetik; "
                    "tiap jeda, isian tersimpan sendiri."
                ),
                ("latihan.invented",),
                "#latihan-isi",
            ),
            Step(
                N_("Periksa isian dan fotonya, lalu tekan “Simpan & cetak” atau Ctrl+S."),
                ("tanda_terima.page",),
                "button[data-key='Ctrl+S']",
            ),
            Step(
                N_("Ini tanda terima untuk pemohon. Cetak, lalu buka “Hari ini”."),
                ("loket.hari_ini",),
                "nav a[href$='/latihan/']",
            ),
        ),
    ),
    Tour(
        "periksa",
        N_("Memeriksa permohonan warga"),
        N_("Warga mengisi sendiri lewat HP; petugas mencocokkan berkas aslinya."),
        (
            Step(
                N_("Buka satu permohonan di bawah “Perlu diverifikasi”."),
                ("permohonan.page",),
                ".queue-act a.row",
            ),
            Step(
                N_(
                    "Cocokkan data dan foto dengan berkas asli, lalu tekan “Berkas cocok, "
                    "verifikasi”. Kalau ada berkas yang belum ada, tambahkan fotonya dulu."
                ),
                ("tindakan.verify",),
                "form[action$='verifikasi'] button",
            ),
            Step(
                N_("Selesai: permohonan ini sekarang di Disdukcapil. Buka “Hari ini”."),
                ("loket.hari_ini",),
            ),
        ),
    ),
    Tour(
        "kembali",
        N_("Memperbaiki yang dikembalikan"),
        N_("Disdukcapil mengembalikan permohonan; baca alasannya, perbaiki, ajukan kembali."),
        (
            Step(
                N_("Buka permohonan di bawah “Dikembalikan” dan baca alasannya."),
                ("permohonan.page",),
                ".queue-act a.row",
            ),
            Step(N_("Tekan “Perbaiki”."), ("perbaikan.form",), "a[href$='perbaiki']"),
            Step(
                N_("Ganti yang keliru atau tambah foto, lalu simpan."),
                ("perbaikan.submit",),
                "button[data-key='Ctrl+S']",
            ),
            Step(
                N_("Tekan “Ajukan kembali”. Kalau sudah terkirim saat disimpan, lewati."),
                ("tindakan.verify",),
                "form[action$='verifikasi'] button",
            ),
        ),
    ),
    Tour(
        "serahkan",
        N_("Menyerahkan dokumen"),
        N_("Dokumen terbit, tiba di loket, dan diterima pemohon."),
        (
            Step(
                N_("Buka permohonan di bawah “Terbit / siap diambil”."),
                ("permohonan.page",),
                ".queue-good a.row",
            ),
            Step(
                N_("Tekan “Serahkan dokumen”, isi siapa yang menerima, lalu catat."),
                ("tindakan.hand_over",),
                "details.confirm summary",
            ),
            Step(
                N_("Selesai. Riwayat di bawah mencatat siapa yang menerima. Buka “Hari ini”."),
                ("loket.hari_ini",),
            ),
        ),
    ),
    Tour(
        "terputus",
        N_("Saat jaringan terputus"),
        N_("Pelayanan jalan terus; semua tersimpan dan terkirim sendiri nanti."),
        (
            Step(
                N_("Tekan “Putuskan jaringan” di atas. Di loket sungguhan ini terjadi sendiri."),
                ("latihan.line",),
                "#latihan-jaringan",
            ),
            Step(
                N_("Baca baris di atas halaman: jaringan terputus. Ajukan satu permohonan baru."),
                ("tanda_terima.page",),
                "a[data-key='F2']",
            ),
            Step(
                N_(
                    "Pemohon tetap mendapat tanda terima. Buka “Antrean kirim”: permohonan itu "
                    "menunggu di sana, aman."
                ),
                ("sinkron.page",),
                "a[href$='sinkron']",
            ),
            Step(
                N_("Tekan “Sambungkan jaringan”. Yang menunggu terkirim sendiri."),
                ("latihan.line",),
                "#latihan-jaringan",
            ),
        ),
    ),
    Tour(
        "antrean",
        N_("Nomor antrean"),
        N_("Memberi nomor, memanggil, menyelesaikan."),
        (
            Step(N_("Buka “Antrean loket”."), ("antrean.page",), "a[href$='antrean']"),
            Step(
                N_("Pilih nomor loket tempat Anda duduk."),
                ("antrean.sit",),
                "button[name='loket']",
            ),
            Step(
                N_("Beri nomor kepada warga yang tidak membawa HP."),
                ("antrean.give",),
                "form[action$='beri']",
            ),
            Step(
                N_("Panggil nomor berikutnya dengan tombol atau F8."),
                ("antrean.call",),
                "button[data-key='F8']",
            ),
            Step(
                N_("Setelah warga dilayani, tekan “Selesai dilayani”."),
                ("antrean.move",),
                "form[action$='selesai'] button",
            ),
        ),
    ),
)


def tour(code: str) -> Tour | None:
    return next((one for one in TOURS if one.code == code), None)


def after(step: int, known: Tour, endpoint: str) -> int:
    """At which step one is once `endpoint` answered; the number of steps: at the end."""
    while step < len(known.steps) and endpoint in known.steps[step].done:
        return step + 1
    return step
