"""`/_komponen`: every component in every state on one page, to look at while building."""

from __future__ import annotations

from types import SimpleNamespace as Item
from typing import Any

from flask import Blueprint, flash, render_template
from markupsafe import Markup

_FIELD: dict[str, Any] = {
    "kind": "text",
    "help": "",
    "example": "",
    "required": True,
    "choices": (),
    "max_length": None,
    "inputmode": None,
    "autocomplete": None,
}


def _field(name: str, label: str, **more: Any) -> Item:
    return Item(**{**_FIELD, "name": name, "label": label, **more})


_SEXES = (("L", "Laki-laki"), ("P", "Perempuan"))
_CASES = (
    ("baru", "Baru"),
    ("perubahan", "Perubahan data"),
    ("hilang", "Hilang"),
    ("rusak", "Rusak"),
    ("pindah", "Pindah datang"),
)

FIELDS: tuple[dict[str, Any], ...] = (
    {
        "f": _field(
            "data.nik",
            "NIK",
            kind="numeric",
            help="16 angka, tertulis di KTP atau Kartu Keluarga.",
            example="3275024107900001",
        ),
        "value": "32750241079",
        "errors": ["NIK harus 16 angka; yang diketik baru 11."],
        "warnings": (),
    },
    {
        "f": _field("data.nama", "Nama lengkap", autocomplete="name", max_length=60),
        "value": "Dewi Lestari",
        "errors": (),
        "warnings": (),
    },
    {
        "f": _field("data.tanggal_lahir", "Tanggal lahir", kind="date"),
        "value": "1990-07-02",
        "errors": (),
        "warnings": ["Tanggal lahir di NIK adalah 1 Juli 1990, di sini 2 Juli 1990."],
    },
    {
        "f": _field("data.tanggal_salah", "Tanggal kejadian", kind="date"),
        "value": "31-02-2026",
        "errors": ["Bulan Februari 2026 hanya sampai tanggal 28."],
        "warnings": (),
    },
    {
        "f": _field("data.jenis_kelamin", "Jenis kelamin", kind="choice", choices=_SEXES),
        "value": "P",
        "errors": (),
        "warnings": (),
    },
    {
        "f": _field("varian", "Keperluan", kind="choice", choices=_CASES),
        "value": "hilang",
        "errors": (),
        "warnings": (),
    },
    {
        "f": _field(
            "data.telepon",
            "Nomor HP",
            kind="tel",
            required=False,
            example="0812 3456 7890",
            autocomplete="tel",
        ),
        "value": "",
        "errors": (),
        "warnings": (),
    },
    {
        "f": _field("data.alamat", "Alamat", kind="textarea", required=False),
        "value": "Jl. Melati Raya No. 7",
        "errors": (),
        "warnings": (),
    },
)

WEATHERS = (
    Item(
        state="connected",
        symbol="●",
        sentence="Terhubung · semua terkirim · terakhir 10.42",
        action_url=None,
        action_label="",
    ),
    Item(
        state="sending",
        symbol="●",
        sentence="Mengirim 12 permohonan · 3 dari 12 · foto menyusul",
        action_url=None,
        action_label="",
    ),
    Item(
        state="waiting",
        symbol="○",
        sentence="Jaringan terputus sejak 09.15 · 12 permohonan dan 31 foto aman di sini · "
        "coba lagi 10.45",
        action_url="/_komponen",
        action_label="Kirim sekarang",
    ),
    Item(
        state="busy",
        symbol="○",
        sentence="Pusat sedang sibuk · giliran kita 10.47 · pelayanan tetap jalan",
        action_url=None,
        action_label="",
    ),
    Item(
        state="act",
        symbol="▲",
        sentence="1 permohonan butuh keputusan pusat",
        action_url="/_komponen",
        action_label="Lihat",
    ),
)

_QR = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 21 21" shape-rendering="crispEdges">'
    '<path fill="#000" d="M0 0h7v7H0zM14 0h7v7h-7zM0 14h7v7H0zM8 1h2v3H8zM9 6h4v2H9zM1 9h5v2H1z'
    'M8 10h3v4H8zM13 9h6v2h-6zM16 13h4v3h-4zM9 16h4v4H9zM15 18h5v2h-5z"/>'
    '<path fill="#fff" d="M1 1h5v5H1zM15 1h5v5h-5zM1 15h5v5H1z"/>'
    '<path fill="#000" d="M2 2h3v3H2zM16 2h3v3h-3zM2 16h3v3H2z"/></svg>'
)

SAMPLES: dict[str, Any] = {
    "signature": "M90 180L180 60 240 220 330 80 390 200 560 140M600 160h1",
    "signing": _field(
        "cara",
        "Tanda tangan penerima",
        kind="choice",
        choices=(("layar", "Di layar ini"), ("kertas", "Di kertas")),
    ),
    "fields": FIELDS,
    "weathers": WEATHERS,
    "qr_svg": _QR,
    "errors": {
        "data.nik": ["NIK harus 16 angka; yang diketik baru 11."],
        "berkas.kk": ["Foto KK belum ada."],
    },
    "scans": (
        Item(
            id="1",
            name="Surat kehilangan",
            note="2 halaman, 310 KB",
            url="/_komponen",
            thumb_url=None,
            remove_url="/_komponen",
        ),
        Item(
            id="2",
            name="Kartu Keluarga",
            note="foto dari HP, 220 KB",
            url="/_komponen",
            thumb_url="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 "
            "9 9'%3E%3Crect width='9' height='9' fill='%2391b8b5'/%3E%3Cpath d='M1 2h7M1 4h7M1 6"
            "h4' stroke='%23fff'/%3E%3C/svg%3E",
            remove_url="/_komponen",
        ),
    ),
    "events": (
        Item(
            when="Hari ini 09.40",
            sentence="Diterima loket Bintarajaya oleh Siti.",
            note="",
        ),
        Item(
            when="Selasa 24 Nov 09.12",
            sentence="Loket Bintarajaya mengubah alamat; pukul 09.05 Disdukcapil mengubah yang "
            "sama. Menunggu keputusan.",
            note="Alamat di KK lama keliru",
        ),
        Item(
            when="Senin 23 Nov 14.20",
            sentence="Dikembalikan oleh Disdukcapil.",
            note="Foto akta buram",
        ),
    ),
    "staff": (
        Item(
            url="/_komponen",
            name="Siti Rahma",
            username="siti",
            role="Petugas",
            active=True,
            tag=Item(kind="good", label="aktif"),
            reach=Item(kind="sent", label="Sampai di loket hari ini 10.42"),
            note="",
        ),
        Item(
            url="/_komponen",
            name="Dewi Lestari",
            username="siti-2",
            role="Pamor",
            active=True,
            tag=Item(kind="wait", label="menunggu masuk pertama"),
            reach=Item(kind="wait", label="Menunggu kontak berikutnya"),
            note="“siti” dibuat di dua tempat; akun ini masuk dengan siti-2.",
        ),
    ),
    "staff_roles": (
        ("petugas", "Petugas", "Melayani di loket."),
        ("penyelia", "Penyelia", "Sama seperti petugas, ditambah pengawasan."),
    ),
    "staff_urls": Item(change="/_komponen", close="/_komponen", code="/_komponen"),
    "staff_typed": {"nama": "Siti Rahma", "peran": "petugas", "alasan": ""},
    "staff_errors": {"alasan": ["Tulis alasannya, paling panjang 200 huruf."]},
    "columns": ("Kode", "Nama", "Layanan", "Status", ("Hari", "num")),
    "rows": (
        (
            {"text": "BTJ-7Q4-K2M", "url": "/_komponen"},
            "Dewi Lestari",
            "KTP-el hilang",
            "Menunggu kirim",
            "1",
        ),
        (
            {"text": "BTJ-2MX-9RA", "url": "/_komponen"},
            "Raka Pratama",
            "KTP-el baru",
            "Di Disdukcapil",
            "3",
        ),
    ),
    "queues": (
        (
            "act",
            "Dikembalikan",
            2,
            (
                Item(
                    title="KTP-el · Raka P.",
                    sub="foto akta buram",
                    when="14.20",
                    url="/_komponen",
                    current=False,
                ),
                Item(
                    title="KTP-el · Maria G.",
                    sub="surat kehilangan belum ada",
                    when="11.05",
                    url="/_komponen",
                    current=False,
                ),
            ),
        ),
        (
            "wait",
            "Menunggu kirim",
            12,
            (
                Item(
                    title="KTP-el · Dewi L.",
                    sub="hilang",
                    when="09.40",
                    url="/_komponen",
                    current=True,
                ),
            ),
        ),
        ("sent", "Di Disdukcapil", 31, ()),
        ("good", "Siap diambil", 8, ()),
    ),
    "checks": (
        Item(label="Kartu Keluarga", done=True, note="foto dari HP", url=None, action=""),
        Item(label="Surat kehilangan", done=False, note="", url="/_komponen", action="Tambah"),
    ),
    "steps_items": (
        Item(label="Data", state="done", url="/_komponen", note=""),
        Item(label="Berkas", state="current", url=None, note="2 dari 3"),
        Item(label="Periksa", state="todo", url=None, note=""),
        Item(label="Terima", state="todo", url=None, note=""),
    ),
    "tabs_items": (
        Item(label="Semua", url="/_komponen", current=True, count=53),
        Item(label="Dikembalikan", url="/_komponen", current=False, count=2),
        Item(label="Arsip", url="/_komponen", current=False, count=None),
    ),
    "base": Item(value="SITI AMINAH", note="sejak pengajuan"),
    "options": (
        Item(
            key="loket",
            title="Loket Bintarajaya",
            value="SITI AMINAH BINTI HASAN",
            who="Siti, 24 Nov 09.12",
            evidence="foto buku nikah",
            evidence_url="/_komponen",
            then="Permohonan kembali ke antrean Disdukcapil.",
            suggested="Buktinya difoto bersama perubahan ini.",
        ),
        Item(
            key="pusat",
            title="Disdukcapil",
            value="SITI AMINAH HASAN",
            who="Rudi, 24 Nov 09.05 (±2 menit)",
            evidence="data SIAK",
            evidence_url=None,
            then="Permohonan batal; dokumen yang telanjur terbit harus ditarik.",
        ),
    ),
    "facts": (
        ("Nama", "Dewi Lestari"),
        ("NIK", "3275…0412", "terverifikasi dengan tanggal lahir"),
        ("Alamat", "Jl. Melati Raya No. 7, RT 03/RW 07"),
        ("Nomor HP", ""),
    ),
    "portal_choices": (
        Item(label="KTP hilang atau rusak", url="/_komponen", note=""),
        Item(label="Kartu Keluarga", url="/_komponen", note="baru, perubahan, hilang"),
        Item(label="Cek permohonan saya", url="/_komponen", note="dengan kode di tanda terima"),
    ),
}


def gallery_blueprint() -> Blueprint:
    blueprint = Blueprint("gallery", __name__)

    @blueprint.get("/_komponen")
    def staff() -> str:
        flash("Tersimpan di kelurahan. Akan dikirim saat jaringan pulih.", "good")
        return render_template(
            "web/gallery.html",
            weather=WEATHERS[2],
            office="Loket Bintarajaya",
            account=Item(name="Siti", role="petugas"),
            logout_url="/_komponen",
            nav=(
                Item(label="Hari ini", url="/_komponen", current=True, count=None),
                Item(label="Permohonan", url="/_komponen", current=False, count=53),
                Item(label="Perbedaan data", url="/_komponen", current=False, count=1),
            ),
            **SAMPLES,
        )

    @blueprint.get("/_komponen/portal")
    def portal() -> str:
        return render_template(
            "web/gallery_portal.html",
            office="Kelurahan Bintarajaya",
            footer_text="Gratis. Tidak ada biaya.",
            help_text="Butuh bantuan? Datang ke Loket 2.",
            **SAMPLES,
        )

    @blueprint.get("/_komponen/masuk")
    def login() -> str:
        return render_template(
            "web/login.html",
            office="Loket Bintarajaya",
            login_url="/_komponen/masuk",
            error="Nama pengguna atau kata sandi salah. Periksa huruf besar dan kecilnya.",
            username="siti",
        )

    return blueprint
