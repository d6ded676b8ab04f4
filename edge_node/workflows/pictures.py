"""From what a phone or scanner gave to a scan worth keeping: upright, readable, small.

The type is told by the content, never by the name. Metadata (place, device) is dropped: it is
nobody's business.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from registration.texts import N_, Sentence
from vault.scans import ScanContent

LONG_SIDE = 1754
"""Pixels: an A4 page at 150 dpi."""
QUALITY = 72
MAX_PIXELS = 36_000_000
MAX_UNDRAFTED_PIXELS = 12_000_000
"""PNG and WebP can only be decoded whole: 36 megapixels would take a small box's memory."""
MAX_FILE_BYTES = 16 << 20
MAX_PDF_BYTES = 3 << 20
MIN_SIDE = 300
"""A smaller picture shows no readable paper."""

_FORMATS = ("JPEG", "PNG", "WEBP")
_HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"hevc")


class BadPicture(Exception):
    """A file that cannot be kept, with the sentence to say beside it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def prepare(jenis: str, data: bytes) -> ScanContent:
    """A scan from an uploaded file.

    :param jenis: the document code that it shows.
    :raises BadPicture: empty, too large, corrupt, or no picture at all.
    """
    if not data:
        raise BadPicture(Sentence(N_("Berkas ini kosong. Ambil ulang fotonya.")))
    if len(data) > MAX_FILE_BYTES:
        raise BadPicture(
            Sentence(
                N_("Berkas ini %(size)s MB, paling besar 16 MB. Ambil ulang dengan ukuran biasa."),
                {"size": -(-len(data) >> 20)},
            )
        )
    if data.startswith(b"%PDF-"):
        return _pdf(jenis, data)
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise BadPicture(
            Sentence(N_("Foto HEIC belum bisa dibaca. Di HP, pilih format JPEG, lalu ambil ulang."))
        )
    return _picture(jenis, data)


def _pdf(jenis: str, data: bytes) -> ScanContent:
    if len(data) > MAX_PDF_BYTES:
        raise BadPicture(
            Sentence(N_("PDF ini lebih dari 3 MB. Pindai ulang hitam putih, atau foto saja."))
        )
    if b"%%EOF" not in data[-2048:]:
        raise BadPicture(Sentence(N_("PDF ini terpotong. Kirim ulang.")))
    return ScanContent(jenis, "application/pdf", data)


def _picture(jenis: str, data: bytes) -> ScanContent:
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; the limit below refuses them with a sentence.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(data), formats=_FORMATS)
        with opened:
            return _readable(jenis, opened)
    except UnidentifiedImageError as error:
        raise BadPicture(
            Sentence(N_("Ini bukan foto. Kirim foto JPEG atau PNG, atau PDF."))
        ) from error
    except Image.DecompressionBombError as error:
        raise BadPicture(_too_many_pixels(0)) from error
    except BadPicture:
        raise
    except Exception as error:
        # Whatever a broken file does to the decoder, its sender needs this sentence.
        raise BadPicture(
            Sentence(N_("Foto ini rusak atau terpotong. Ambil ulang fotonya."))
        ) from error


def _too_many_pixels(pixels: int, most: int = MAX_PIXELS) -> Sentence:
    if not pixels:
        return Sentence(N_("Foto ini terlalu besar. Ambil ulang dengan ukuran biasa."))
    return Sentence(
        N_(
            "Foto ini %(count)s megapiksel, paling besar %(most)s. Ambil ulang dengan ukuran biasa."
        ),
        {"count": -(-pixels // 1_000_000), "most": most // 1_000_000},
    )


def _readable(jenis: str, opened: Image.Image) -> ScanContent:
    pixels = opened.width * opened.height
    most = MAX_PIXELS if opened.format == "JPEG" else MAX_UNDRAFTED_PIXELS
    if pixels > most:
        raise BadPicture(_too_many_pixels(pixels, most))
    if min(opened.size) < MIN_SIDE:
        raise BadPicture(
            Sentence(N_("Foto ini terlalu kecil untuk dibaca. Ambil ulang lebih dekat."))
        )
    scale = min(1.0, LONG_SIDE / max(opened.size))
    target = (round(opened.width * scale), round(opened.height * scale))
    # A JPEG can be decoded at a half or a quarter, and the small picture is the one to turn: a
    # phone photo then takes 10 MB of a small box's memory, not 100.
    opened.draft("RGB", target)
    opened.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(opened)
    plain = _on_white(upright)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return ScanContent(jenis, "image/jpeg", out.getvalue(), plain.width, plain.height)


def _on_white(picture: Image.Image) -> Image.Image:
    """RGB, what was transparent on white: black text on nothing would become black on black."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(ground, layered).convert("RGB")
    return picture.convert("RGB")
