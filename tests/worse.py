"""A good photo of a paper made worse, as light, lens and hand do."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageChops, ImageFilter

_GRAIN = 3.0
"""Standard deviation of a sensor's noise, as far as the phone has not smoothed it away."""
_LONG_SIDE = 1600
"""Lengths are pixels of a picture of this size."""


def dim(photo: bytes, light: float) -> bytes:
    """With `light` times the light."""
    return _worse(photo, lambda one: one.point([round(v * light) for v in range(256)] * 3))


def unfocus(photo: bytes, px: float) -> bytes:
    return _worse(photo, lambda one: one.filter(ImageFilter.GaussianBlur(px * _scale(one))))


def shake(photo: bytes, px: float, *, down: bool = False) -> bytes:
    """Moved by so much while the shutter was open."""

    def moved(one: Image.Image) -> Image.Image:
        half = px * _scale(one) / 2
        return one.filter(ImageFilter.BoxBlur((0, half) if down else (half, 0)))

    return _worse(photo, moved)


def flare(photo: bytes, lift: int) -> bytes:
    """A lamp in the lens: all is brighter, and black no longer black."""
    return _worse(
        photo, lambda one: one.point([min(255, round(v * 1.3) + lift) for v in range(256)] * 3)
    )


def _scale(one: Image.Image) -> float:
    return max(one.size) / _LONG_SIDE


def _worse(photo: bytes, how: Callable[[Image.Image], Image.Image]) -> bytes:
    with Image.open(io.BytesIO(photo)) as opened:
        exif = opened.getexif()
        worse = how(opened.convert("RGB"))
    grain = Image.merge("RGB", [Image.effect_noise(worse.size, _GRAIN)] * 3)
    out = io.BytesIO()
    ImageChops.add(worse, grain, 1, -128).save(out, "JPEG", quality=85, exif=exif)
    return out.getvalue()
