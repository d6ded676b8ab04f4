"""Drawn scans: what a petugas photographs, without a single real person in it.

Every picture says CONTOH across its middle. Some come as a phone hands them over: 12 megapixels,
lying on their side, with the EXIF flag that says which way is up.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from registration.invented.people import Person

UPRIGHT: Final = (1200, 1600)
LYING: Final = (1600, 1200)
SMALL: Final = (900, 900)
PHONE_SCALE: Final = 2.5
"""1200 × 1600 becomes 3000 × 4000, the size of a common phone camera."""

_EXIF_ORIENTATION: Final = 0x0112
_TURN_RIGHT: Final = 6
_INK: Final = (24, 26, 34)
_FAINT: Final = (110, 116, 128)

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Rows = Sequence[tuple[str, str]]


def draw_scan(person: Person, jenis: str, rng: random.Random, *, small: bool = False) -> bytes:
    """A JPEG of the document `jenis` that belongs to `person`.

    :param small: upright and below a megapixel, quick to draw and to keep on a small box.

    An unknown `jenis` gives a plain supporting document, so that a new service needs nothing here.
    """
    picture = _photograph(_PAPERS.get(jenis, _proof)(person, rng), rng)
    exif = Image.Exif()
    if small:
        picture.thumbnail(SMALL)
    elif rng.random() < 0.3:
        size = (round(picture.width * PHONE_SCALE), round(picture.height * PHONE_SCALE))
        picture = picture.resize(size, Image.Resampling.BILINEAR)
    if not small and rng.random() < 0.4:
        # Stored lying on its left side; the flag asks the viewer to turn it a quarter right.
        picture = picture.transpose(Image.Transpose.ROTATE_90)
        exif[_EXIF_ORIENTATION] = _TURN_RIGHT
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82, exif=exif)
    return out.getvalue()


def _photograph(paper: Image.Image, rng: random.Random) -> Image.Image:
    """Lay the paper on a table a little askew and take a grainy picture of it."""
    size = LYING if paper.width > paper.height else UPRIGHT
    angle = rng.uniform(-2.5, 2.5)
    turned = paper.rotate(angle, Image.Resampling.BILINEAR, expand=True)
    outline = Image.new("L", paper.size, 255).rotate(angle, expand=True)
    scene = _table(size).copy()
    corner = (
        (size[0] - turned.width) // 2 + rng.randint(-12, 12),
        (size[1] - turned.height) // 2 + rng.randint(-12, 12),
    )
    scene.paste(turned, corner, outline)
    return Image.blend(scene, _grain(size, rng.randrange(4)), 0.05)


@cache
def _table(size: tuple[int, int]) -> Image.Image:
    """A wooden table under a lamp, darker towards one corner."""
    boards = Image.linear_gradient("L").resize(size).point([60 + v // 5 for v in range(256)])
    wood = Image.merge(
        "RGB",
        (
            boards,
            boards.point([v * 4 // 5 for v in range(256)]),
            boards.point([v * 3 // 5 for v in range(256)]),
        ),
    )
    draw = ImageDraw.Draw(wood)
    for y in range(0, size[1], 210):
        draw.line((0, y, size[0], y), fill=(46, 36, 28), width=4)
    return wood


@cache
def _grain(size: tuple[int, int], variant: int) -> Image.Image:
    """Sensor noise. Four variants are enough that two scans of one paper are not the same bytes."""
    noise = random.Random(variant).randbytes(size[0] * size[1])
    return Image.merge("RGB", [Image.frombytes("L", size, noise)] * 3)


@cache
def _font(size: int) -> Font:
    """Pillow's own font, so that a machine without fonts draws the same."""
    return ImageFont.load_default(size)


def _family_card(person: Person, rng: random.Random) -> Image.Image:
    paper = Image.new("RGB", (1440, 1020), (231, 240, 246))
    draw = ImageDraw.Draw(paper)
    _centred(draw, 720, 40, "KARTU KELUARGA", 52)
    _centred(draw, 720, 105, f"No. {person.no_kk}", 36)
    _rows(
        draw,
        (60, 170),
        (
            ("Nama Kepala Keluarga", person.nama),
            ("Alamat", person.alamat),
            ("RT/RW", f"{person.rt}/{person.rw}"),
            ("Kode Pos", person.kode_pos),
            ("Kota", "BEKASI, JAWA BARAT"),
        ),
        size=24,
        gap=36,
        column=300,
    )
    columns = (60, 120, 520, 790, 850, 1060, 1220, 1380)
    heads = ("No", "Nama Lengkap", "NIK", "JK", "Tempat Lahir", "Tgl Lahir", "Agama")
    top, row = 390, 46
    for line in range(8):
        draw.line((60, top + line * row, 1380, top + line * row), fill=_FAINT, width=2)
    for x in columns:
        draw.line((x, top, x, top + 7 * row), fill=_FAINT, width=2)
    cells = (
        "1",
        person.nama,
        person.nik,
        person.jenis_kelamin,
        person.tempat_lahir,
        f"{person.tanggal_lahir:%d-%m-%Y}",
        _spoken(person.agama),
    )
    for x, head, cell in zip(columns, heads, cells, strict=False):
        draw.text((x + 8, top + 10), head, fill=_INK, font=_font(20))
        draw.text((x + 8, top + row + 10), cell[:24], fill=_INK, font=_font(20))
    for line in range(2, 2 + rng.randint(0, 4)):
        draw.text((68, top + line * row + 10), str(line), fill=_INK, font=_font(20))
        draw.line((128, top + line * row + 26, 480, top + line * row + 26), _FAINT, 8)
    _signature(draw, (1010, 800), "Kepala Dinas", rng)
    _mark(paper)
    return paper


def _identity_card(person: Person, rng: random.Random) -> Image.Image:
    paper = Image.new("RGB", (1300, 820), (188, 219, 236))
    draw = ImageDraw.Draw(paper)
    _centred(draw, 650, 30, "PROVINSI JAWA BARAT", 40)
    _centred(draw, 650, 78, "KOTA BEKASI", 40)
    draw.text((50, 140), f"NIK : {person.nik}", fill=_INK, font=_font(44))
    _rows(
        draw,
        (50, 215),
        (
            ("Nama", person.nama),
            ("Tempat/Tgl Lahir", f"{person.tempat_lahir}, {person.tanggal_lahir:%d-%m-%Y}"),
            ("Jenis Kelamin", "LAKI-LAKI" if person.jenis_kelamin == "L" else "PEREMPUAN"),
            ("Gol. Darah", _spoken(person.golongan_darah)),
            ("Alamat", person.alamat),
            ("RT/RW", f"{person.rt}/{person.rw}"),
            ("Agama", _spoken(person.agama)),
            ("Status Perkawinan", _spoken(person.status_perkawinan)),
            ("Pekerjaan", person.pekerjaan),
            ("Kewarganegaraan", "WNI"),
        ),
        size=27,
        gap=50,
        column=270,
    )
    # A face of two shapes: nobody's.
    draw.rectangle((970, 210, 1240, 580), fill=(202, 60, 58))
    skin = rng.choice(((226, 188, 154), (204, 160, 122), (176, 132, 98)))
    draw.ellipse((1040, 270, 1170, 440), fill=skin)
    draw.pieslice((995, 430, 1215, 730), 180, 360, fill=(238, 238, 240))
    draw.rectangle((970, 580, 1240, 600), fill=(188, 219, 236))
    _signature(draw, (990, 640), "Bekasi", rng)
    _mark(paper)
    return paper


def _damaged_card(person: Person, rng: random.Random) -> Image.Image:
    paper = _identity_card(person, rng)
    draw = ImageDraw.Draw(paper)
    x = rng.randint(500, 800)
    crack = [(x + rng.randint(-40, 40), y) for y in range(0, 821, 60)]
    draw.line(crack, fill=(70, 74, 80), width=7)
    draw.polygon(((1300, 820), (1120, 820), (1300, 690)), fill=(70, 58, 46))
    return paper


def _police_report(person: Person, rng: random.Random) -> Image.Image:
    return _letter(
        ("KEPOLISIAN NEGARA REPUBLIK INDONESIA", "SEKTOR CONTOH BEKASI"),
        "SURAT TANDA PENERIMAAN LAPORAN KEHILANGAN",
        f"Nomor: SKH/{rng.randint(100, 9999)}/XI/2026/CONTOH",
        "Telah datang melapor seorang warga yang mengaku bernama:",
        person,
        ("Melaporkan kehilangan 1 (satu) lembar KTP-el", "di sekitar Pasar Bintara, Bekasi."),
        rng,
    )


def _proof(person: Person, rng: random.Random) -> Image.Image:
    return _letter(
        ("PEMERINTAH KOTA BEKASI", "LEMBAGA CONTOH"),
        "SURAT KETERANGAN",
        f"Nomor: {rng.randint(100, 999)}/CONTOH/2026",
        "Yang bertanda tangan di bawah ini menerangkan bahwa:",
        person,
        ("benar telah terjadi perubahan data sebagaimana", "yang dimohonkan pada formulir F-1.02."),
        rng,
    )


def _application(person: Person, rng: random.Random) -> Image.Image:
    return _letter(
        ("FORMULIR F-1.02", "PENDAFTARAN PERISTIWA KEPENDUDUKAN"),
        "KARTU TANDA PENDUDUK ELEKTRONIK",
        f"No. KK: {person.no_kk}",
        "Saya yang bertanda tangan di bawah ini:",
        person,
        ("mengajukan permohonan KTP-el. Demikian formulir ini", "diisi dengan sebenarnya."),
        rng,
    )


def _letter(
    office: tuple[str, str],
    title: str,
    number: str,
    opening: str,
    person: Person,
    body: Sequence[str],
    rng: random.Random,
) -> Image.Image:
    paper = Image.new("RGB", (1040, 1440), (247, 245, 238))
    draw = ImageDraw.Draw(paper)
    _centred(draw, 520, 60, office[0], 32)
    _centred(draw, 520, 104, office[1], 28)
    draw.line((80, 158, 960, 158), fill=_INK, width=4)
    _centred(draw, 520, 210, title, 34)
    _centred(draw, 520, 258, number, 26)
    draw.text((100, 340), opening, fill=_INK, font=_font(27))
    _rows(
        draw,
        (130, 410),
        (
            ("Nama", person.nama),
            ("NIK", person.nik),
            ("Tempat/Tgl Lahir", f"{person.tempat_lahir}, {person.tanggal_lahir:%d-%m-%Y}"),
            ("Pekerjaan", person.pekerjaan),
            ("Alamat", person.alamat),
        ),
        size=27,
        gap=52,
        column=250,
    )
    for line, text in enumerate(body):
        draw.text((100, 710 + line * 44), text, fill=_INK, font=_font(27))
    _signature(draw, (650, 980), "Bekasi, 2026", rng)
    _mark(paper)
    return paper


def _spoken(code: str) -> str:
    """A choice of the form as a document prints it."""
    return "-" if code == "tidak_tahu" else code.replace("_", " ").upper()


def _rows(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    rows: Rows,
    *,
    size: int,
    gap: int,
    column: int,
) -> None:
    x, y = at
    for label, value in rows:
        draw.text((x, y), label, fill=_INK, font=_font(size))
        draw.text((x + column, y), f": {value}", fill=_INK, font=_font(size))
        y += gap


def _centred(draw: ImageDraw.ImageDraw, x: int, y: int, text: str, size: int) -> None:
    draw.text((x, y), text, fill=_INK, font=_font(size), anchor="ma")


def _signature(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], place: str, rng: random.Random
) -> None:
    x, y = at
    draw.text((x, y), place, fill=_INK, font=_font(24))
    stroke = [(x + 16 * step, y + 80 + rng.randint(-28, 28)) for step in range(12)]
    draw.line(stroke, fill=(30, 44, 120), width=4, joint="curve")


def _mark(paper: Image.Image) -> None:
    stamp = _stamp()
    paper.paste(
        (196, 30, 30),
        ((paper.width - stamp.width) // 2, (paper.height - stamp.height) // 2),
        stamp,
    )
    ImageDraw.Draw(paper).text(
        (paper.width // 2, paper.height - 14),
        "CONTOH - BUKAN DOKUMEN RESMI",
        fill=(196, 30, 30),
        font=_font(24),
        anchor="ms",
    )


@cache
def _stamp() -> Image.Image:
    """The word CONTOH, slanting, thin enough to read what is under it."""
    stamp = Image.new("L", (900, 240), 0)
    ImageDraw.Draw(stamp).text((450, 120), "CONTOH", fill=70, font=_font(210), anchor="mm")
    return stamp.rotate(20, Image.Resampling.BILINEAR, expand=True)


_PAPERS: Final[dict[str, Callable[[Person, random.Random], Image.Image]]] = {
    "kk": _family_card,
    "ktp_lama": _identity_card,
    "ktp_rusak": _damaged_card,
    "f102": _application,
    "surat_kehilangan": _police_report,
    "bukti_perubahan": _proof,
}
