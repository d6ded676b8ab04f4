"""What the app says: it asks for each by name, for it speaks when no server is near."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registration.texts import N_

TEXTS: Final[Mapping[str, str]] = {
    # Everywhere
    "kembali": N_("Kembali"),
    "lanjut": N_("Lanjut"),
    "batal": N_("Batal"),
    "boleh_kosong": N_("boleh kosong"),
    "contoh": N_("Contoh"),
    "pilih": N_("Pilih…"),
    "perlu_diperbaiki": N_("Perlu diperbaiki"),
    "tanggal": N_("Tanggal"),
    "bulan": N_("Bulan"),
    "tahun": N_("Tahun"),
    "langkah": N_("Langkah %(now)s dari %(all)s"),
    "tidak_hilang": N_("Yang sudah diketik tidak hilang."),
    "ada_perbaikan": N_("Ada isian yang perlu diperbaiki"),
    # Where it cannot run
    "tidak_bisa": N_("Aplikasi ini belum bisa dibuka di HP ini."),
    "tidak_bisa_apa": N_(
        "Buka alamat portal kelurahan yang diawali https, dengan Chrome, Firefox atau Safari yang "
        "baru. Atau ajukan lewat loket."
    ),
    "belum_siap": N_("Belum siap dipakai tanpa jaringan. Tetap di Wi-Fi kelurahan sebentar."),
    "siap": N_("Siap dipakai tanpa jaringan."),
    "tanpa_jaringan": N_("Sedang tanpa jaringan. Mengisi tetap bisa."),
    "gagal_simpan": N_(
        "Isian belum tersimpan di HP ini: penyimpanan penuh atau ditolak. Jangan tutup halaman ini."
    ),
    # First page
    "judul": N_("Permohonan dari rumah warga"),
    "mulai": N_("Mulai permohonan baru"),
    "masih_terbuka": N_("Isian nomor %(number)s masih terbuka di HP ini."),
    "lanjut_isi": N_("Lanjutkan mengisi"),
    "serahkan_semua": N_("Serahkan ke kelurahan"),
    "belum_diserahkan": N_("Di HP ini, belum diserahkan"),
    "tidak_ada": N_("Tidak ada isian di HP ini."),
    "tertutup": N_(
        "Isian di daftar ini tersegel. Isinya hanya bisa dibuka di kelurahan, tidak di HP ini."
    ),
    "nomor": N_("Nomor %(number)s"),
    "selesai": N_("Lengkap, siap diserahkan"),
    "belum_selesai": N_("Belum selesai; dilengkapi di loket setelah diserahkan"),
    "lama": N_(
        "Sudah lebih dari sebulan di HP ini. Serahkan segera, sebelum tidak bisa dibuka lagi."
    ),
    "jumlah_foto": N_("%(count)s foto"),
    "hapus": N_("Hapus"),
    "hapus_tanya": N_("Hapus isian nomor %(number)s dari HP ini? Tidak bisa dikembalikan."),
    "hapus_ya": N_("Ya, hapus"),
    "sudah_diserahkan": N_("Sudah diserahkan"),
    "lihat_diserahkan": N_("Lihat yang sudah diserahkan"),
    "belum_ada_diserahkan": N_("Belum ada yang diserahkan dengan akun ini."),
    # Choosing, consent
    "pilih_layanan": N_("Warga mau urus apa?"),
    "siapkan": N_("Siapkan dulu"),
    "persetujuan": N_("Persetujuan warga"),
    "bacakan": N_("Bacakan ini kepada warga:"),
    "teks_persetujuan": N_(
        "“Data dan foto Ibu/Bapak saya isi di HP ini untuk mengurus permohonan ini saja. Isian "
        "disegel, dan hanya bisa dibuka petugas kelurahan dan Disdukcapil. Ibu/Bapak boleh "
        "menolak, dan boleh meminta datanya dihapus. Setujukah Ibu/Bapak?”"
    ),
    "setuju": N_("Sudah saya bacakan, dan warga menyatakan setuju."),
    "setuju_dulu": N_("Bacakan dulu, lalu centang bila warga setuju."),
    "mulai_isi": N_("Mulai mengisi"),
    "setelah_ditutup": N_(
        "Setelah ditutup, isian hanya bisa dibuka di kelurahan. Yang belum selesai dilengkapi di "
        "loket."
    ),
    # Filling in
    "tersimpan": N_("Tersegel di HP ini"),
    "menyegel": N_("Menyegel…"),
    "foto_berkas": N_("Foto berkas"),
    "foto_cara": N_(
        "Taruh kertas di tempat terang. Seluruh kertas masuk foto, dan tulisannya terbaca."
    ),
    "kamera": N_("Foto dengan kamera"),
    "ambil": N_("Ambil foto"),
    "tutup_kamera": N_("Tutup kamera"),
    "kamera_gagal": N_(
        "Kamera tidak bisa dibuka. Izinkan kamera di browser, atau pilih foto yang sudah ada di HP."
    ),
    "galeri": N_(
        "“Foto dengan kamera” tidak meninggalkan foto di galeri HP. Foto yang dipilih dari galeri "
        "tetap ada di sana: hapus sendiri sesudahnya."
    ),
    "bawa": N_("Aslinya dibawa ke loket"),
    "foto_kurang": N_("Foto belum ada. Ambil foto, atau centang “Aslinya dibawa ke loket”."),
    "foto_rusak": N_("Foto ini tidak terbaca oleh HP. Pilih foto JPEG atau PNG, atau PDF."),
    "foto_kecil": N_("Foto ini terlalu kecil untuk dibaca. Ambil ulang lebih dekat."),
    "foto_banyak": N_("Paling banyak %(most)s foto untuk satu berkas."),
    "pdf_besar": N_("PDF ini lebih dari 3 MB. Foto saja kertasnya."),
    "periksa": N_("Periksa sekali lagi"),
    "periksa_apa": N_("Bacakan kepada warga. Bila ada yang salah, ubah sekarang."),
    "ubah": N_("Ubah"),
    "tidak_diisi": N_("tidak diisi"),
    "dibawa": N_("dibawa ke loket"),
    "selesai_simpan": N_("Selesai, simpan di HP"),
    "tutup_dulu": N_("Simpan, lengkapi di loket"),
    "tersimpan_lengkap": N_("Permohonan tersegel di HP ini. Serahkan di Wi-Fi kelurahan."),
    "tersimpan_belum": N_("Isian tersegel di HP ini. Serahkan, lalu lengkapi di loket."),
    # Light checks
    "belum_diisi": N_("%(label)s belum diisi."),
    "pilih_dulu": N_("Pilih dulu: %(label)s."),
    "enam_belas": N_("Harus 16 angka; yang diketik %(count)s."),
    "kode_pos": N_("Kode pos terdiri dari 5 angka, misalnya 17136."),
    "angka_saja": N_("Isi dengan angka saja."),
    "rt_rw": N_("Isi dengan angka 1 sampai 999, misalnya 003."),
    "jam": N_("Tulis jam dan menit, misalnya 07.30."),
    "tanggal_salah": N_("Tanggal ini tidak ada. Isi tanggal, bulan, dan tahun dengan empat angka."),
    "hp_salah": N_("Nomor HP belum lengkap, misalnya 0812 3456 7890."),
    "terlalu_panjang": N_("Terlalu panjang: paling banyak %(most)s huruf, yang diketik %(count)s."),
    "nik_beda": N_(
        "NIK ini dan tanggal lahir atau jenis kelamin tidak cocok. Lihat kartunya sekali lagi."
    ),
    "memang_begitu": N_("Sudah saya periksa, memang begitu"),
    # Handing over
    "masuk": N_("Masuk"),
    "masuk_judul": N_("Masuk untuk menyerahkan"),
    "masuk_apa": N_("Dengan akun petugas Anda, di Wi-Fi kelurahan."),
    "pengguna": N_("Nama pengguna"),
    "sandi": N_("Kata sandi"),
    "keluar": N_("Keluar"),
    "masuk_sebagai": N_("Masuk sebagai %(name)s"),
    "menyerahkan": N_("Menyerahkan…"),
    "mengirim": N_("Mengirim: %(percent)s persen"),
    "terputus": N_(
        "Tidak tersambung ke kelurahan. Isian aman di HP ini; yang sudah terkirim tidak diulang."
    ),
    "coba_lagi": N_("Lanjutkan menyerahkan"),
    "diajukan": N_("Permohonan diterima. Kode: %(code)s"),
    "perkiraan": N_("Perkiraan selesai: %(day)s."),
    "catat_kode": N_("Catat kode ini untuk warga. Salinannya sudah dihapus dari HP ini."),
    "di_loket": N_("Sudah di kelurahan; dilengkapi di loket."),
    "semua_diserahkan": N_("Semua isian di HP ini sudah diserahkan."),
    "sesi_habis": N_("Masuk lagi untuk melanjutkan. Isian aman di HP ini."),
}
