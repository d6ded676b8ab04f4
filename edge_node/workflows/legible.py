"""Whether a photo of a paper can be read, and what to do when not: advice, never a refusal.

Measured here, on the very picture that is kept and that an officer will look at, and not in the
phone: so phones without scripts, and old ones that cannot hold a 12-megapixel picture twice, are
told as well, and there is one measure with one set of limits. Photos are sent one paper after the
other, mostly over the kelurahan's own Wi-Fi: the answer comes while the paper is still at hand.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PIL import Image, ImageFilter, ImageStat

from edge_node.edge import Edge
from edge_node.workflows.lookup import scan_of
from registration.texts import N_, Sentence


class Flaw(StrEnum):
    """What is most wrong with a photo."""

    DARK = "gelap"
    GLARING = "silau"
    BLURRED = "kabur"


ADVICE: Final = {
    Flaw.DARK: Sentence(N_("Foto kurang terang. Coba di dekat jendela.")),
    Flaw.GLARING: Sentence(N_("Foto terlalu terang. Matikan lampu kilat, lalu foto lagi.")),
    Flaw.BLURRED: Sentence(N_("Foto kabur. Pegang HP dengan dua tangan, lalu foto lagi.")),
}

_SIDE: Final = 877
"""Pixels of the longer side when measured: half of what is kept, so that a JPEG is decoded at half
its size, and grain, which would look like sharpness, is averaged away."""
_TILES: Final = 8
_RANK: Final = 57
"""The seventh sharpest of 64 tiles: text is in some part of a picture, most is paper or table."""

# The limits, from drawn papers (registration/invented/scans.py: KK, KTP, letters) made worse step
# by step, with a sensor's grain added again; lowest to highest of eight papers. Lengths are of a
# picture of 1600 pixels, in which the small print is 20 high.
#
#   sharpness   as drawn 429 to 732 · out of focus by 1 px 186 to 378, 1.5 px 88 to 171,
#               2 px 85 to 117, 5 px 60 to 80 · shaken by 4 px 142 to 396, 8 px 77 to 103,
#               24 px 63 to 83
#   light       as drawn 141 to 198 · at half the light 70 to 98, at 0.4 56 to 79, at 0.3 42 to 59
#   white       as drawn 0 · with a third more light 0.44 to 0.71, all of it legible: sharpness
#               531 to 718 · with a lamp's flare over it 0.49 to 0.74, sharpness 121 to 231
#               A page from a scanner is 0.9 to 0.99 white: sharpness 1828, with four lines 346
_SHARP: Final = 130.0
_LIGHT: Final = 60.0
_WHITE: Final = 0.4
_FAINT: Final = 260.0
"""White alone is no flaw, a scanner's page is white: only where the writing has gone with it."""
_LOST: Final = 250
"""Luminance from which on there is nothing but white."""

_ACROSS: Final = ImageFilter.Kernel((3, 3), (0, 0, 0, 1, -2, 1, 0, 0, 0), scale=1, offset=128)
_DOWN: Final = ImageFilter.Kernel((3, 3), (0, 1, 0, 0, -2, 0, 0, 1, 0), scale=1, offset=128)


@dataclass(frozen=True, slots=True)
class Measure:
    """A picture in three numbers."""

    light: float
    """Mean luminance, 0 to 255."""
    white: float
    """Share of pixels in which nothing is left but white, 0 to 1."""
    sharpness: float
    """Variance of the Laplacian's half along one axis, where the picture is sharpest: of the axis
    in which it is less sharp. A hand that shakes blurs one axis only, and the whole Laplacian,
    the sum of both halves, hides that: 213 to 1013 for what nobody can read. A shake along a
    diagonal leaves more of both (131 to 153 at 24 pixels) and is mostly not noticed."""


def flaw_of(edge: Edge, record: bytes, scan: str) -> Flaw | None:
    """What is wrong with a kept photo; None: nothing, or it is no photo."""
    found = scan_of(edge, record, scan)
    if found is None or found[0] != "image/jpeg":
        return None
    with edge.pictures, Image.open(io.BytesIO(found[1]), formats=("JPEG",)) as opened:
        return judge(measure(opened))


def measure(picture: Image.Image) -> Measure:
    """Light and sharpness of a picture, from a small grey copy of it."""
    picture.draft("L", (_SIDE, _SIDE))
    grey = picture.convert("L")
    grey.thumbnail((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    counts = grey.histogram()
    return Measure(
        ImageStat.Stat(grey).mean[0],
        sum(counts[_LOST:]) / sum(counts),
        min(_sharpest(grey.filter(_ACROSS)), _sharpest(grey.filter(_DOWN))),
    )


def judge(measured: Measure) -> Flaw | None:
    """The flaw to tell: the light first, for a dark photo is grainy, and grain looks sharp."""
    if measured.light < _LIGHT:
        return Flaw.DARK
    if measured.white >= _WHITE and measured.sharpness < _FAINT:
        return Flaw.GLARING
    return Flaw.BLURRED if measured.sharpness < _SHARP else None


def _sharpest(edges: Image.Image) -> float:
    width, height = edges.size
    found = [
        ImageStat.Stat(
            edges.crop(
                (
                    x * width // _TILES,
                    y * height // _TILES,
                    (x + 1) * width // _TILES,
                    (y + 1) * height // _TILES,
                )
            )
        ).var[0]
        for x in range(_TILES)
        for y in range(_TILES)
    ]
    return sorted(found)[_RANK]
