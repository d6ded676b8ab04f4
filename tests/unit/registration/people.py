"""A made-up resident whose answers are right for every case."""

from __future__ import annotations

from datetime import date

TODAY = date(2026, 11, 24)

PERSON = {
    "nik": "3275 0252 0595 0003",
    "no_kk": "3275-0208-0317-0021",
    "nama": "dewi  lestari",
    "tempat_lahir": "Bekasi",
    "tanggal_lahir": "12-05-1995",
    "jenis_kelamin": "P",
    "golongan_darah": "tidak_tahu",
    "agama": "islam",
    "status_perkawinan": "kawin",
    "pekerjaan": "Guru",
    "alamat": "Jl. Mawar no. 12",
    "rt": "3",
    "rw": "07",
    "telepon": "0812 3456 7890",
}

EXTRA = {
    "baru": {},
    "perubahan": {
        "unsur": "status_perkawinan",
        "nilai_lama": "belum kawin",
        "nilai_baru": "kawin",
        "dasar_perubahan": "Buku nikah no. 12",
    },
    "hilang": {
        "nomor_laporan": "SKTLK/12/XI/2026",
        "tanggal_laporan": "2026-11-23",
        "kantor_polisi": "Polsek Bekasi Barat",
    },
    "rusak": {"kerusakan": "Kartu patah."},
}
