"""A signature drawn on a screen: the strokes of a pen, on a sheet of 900 by 300 points.

Strokes and not a picture: some 500 bytes instead of 10,000, so that a signature fits into the
change that tells of the hand-over, is sealed and merged with it, and prints sharp on any paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import hypot

from registration.errors import InvalidValue
from registration.texts import N_, Sentence

WIDTH, HEIGHT = 900, 300
MOST_BYTES = 1536
"""What a kept signature takes at most."""
_MOST_TEXT = 60_000
_MOST_POINTS = 5_000
_LEAST_INK = 60
"""A tap, or the slip of a sleeve, is shorter."""
_FORMAT = 1
_STEP = 3.0
_POINT = re.compile(r"([0-9]{1,3}),([0-9]{1,3})")

Point = tuple[int, int]
Stroke = tuple[Point, ...]

_EMPTY = N_("Belum ada tanda tangan di kotak. Tanda tangani dulu, atau pilih cara yang lain.")
_BROKEN = N_("Tanda tangan tidak terbaca. Hapus, lalu tanda tangani sekali lagi.")
_SHORT = N_("Goresannya terlalu pendek. Hapus, lalu tanda tangani sekali lagi.")
_LONG = N_("Goresannya terlalu banyak. Hapus, lalu tanda tangani sekali lagi.")


def read_signature(text: str) -> bytes:
    """What to keep of what a page drew: `x,y x,y;x,y x,y`, a stroke after each `;`.

    :raises InvalidValue: it is no signature, with the sentence to show.
    """
    if not text.strip():
        raise InvalidValue(Sentence(_EMPTY))
    if len(text) > _MOST_TEXT:
        raise InvalidValue(Sentence(_LONG))
    strokes = tuple(_stroke(part) for part in text.strip().split(";"))
    if sum(map(len, strokes)) > _MOST_POINTS:
        raise InvalidValue(Sentence(_LONG))
    if sum(map(_length, strokes)) < _LEAST_INK:
        raise InvalidValue(Sentence(_SHORT))
    step = _STEP
    packed = pack(thinned(strokes, step))
    while len(packed) > MOST_BYTES:
        if step > WIDTH:
            raise InvalidValue(Sentence(_LONG))
        step *= 1.5
        packed = pack(thinned(strokes, step))
    return packed


def _stroke(text: str) -> Stroke:
    points = [_POINT.fullmatch(part) for part in text.split()]
    if not points or None in points:
        raise InvalidValue(Sentence(_BROKEN))
    stroke = tuple((int(found[1]), int(found[2])) for found in points if found)
    if any(x >= WIDTH or y >= HEIGHT for x, y in stroke):
        raise InvalidValue(Sentence(_BROKEN))
    return stroke


def _length(stroke: Stroke) -> float:
    return sum(_apart(a, b) for a, b in pairwise(stroke))


def _apart(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def thinned(strokes: Sequence[Stroke], step: float) -> tuple[Stroke, ...]:
    """The strokes with points left out that lie closer to the one before than `step`."""
    return tuple(_thin(stroke, step) for stroke in strokes)


def _thin(stroke: Stroke, step: float) -> Stroke:
    kept = [stroke[0]]
    for point in stroke[1:-1]:
        if _apart(kept[-1], point) >= step:
            kept.append(point)
    return (*kept, stroke[-1]) if len(stroke) > 1 else stroke


def pack(strokes: Sequence[Stroke]) -> bytes:
    """1 byte format, then each stroke: how many points, and the way to each from the one before."""
    out = bytearray((_FORMAT,))
    at = (0, 0)
    for stroke in strokes:
        out += _number(len(stroke))
        for point in stroke:
            out += _number(_folded(point[0] - at[0])) + _number(_folded(point[1] - at[1]))
            at = point
    return bytes(out)


def unpack(packed: bytes) -> tuple[Stroke, ...]:
    """The inverse of `pack`; nothing where it is of a newer version or broken."""
    if packed[:1] != bytes((_FORMAT,)):
        return ()
    numbers = _numbers(packed[1:])
    strokes: list[Stroke] = []
    x = y = 0
    try:
        for count in numbers:
            stroke = []
            for _ in range(count):
                x, y = x + _unfolded(next(numbers)), y + _unfolded(next(numbers))
                stroke.append((x, y))
            strokes.append(tuple(stroke))
    except StopIteration:
        return ()
    return tuple(strokes)


def drawn_in(receiver: object) -> str:
    """The signature in a record's field `penerima` as an SVG path; "" where there is none."""
    drawn = receiver.get("garis") if isinstance(receiver, Mapping) else None
    return path_of(drawn) if isinstance(drawn, bytes) else ""


def path_of(packed: bytes) -> str:
    """The signature as the `d` of an SVG path."""
    return " ".join(_path(stroke) for stroke in unpack(packed) if stroke)


def _path(stroke: Stroke) -> str:
    (x, y), rest = stroke[0], stroke[1:]
    return f"M{x} {y}" + ("L" + " ".join(f"{x} {y}" for x, y in rest) if rest else "h1")


def _folded(number: int) -> int:
    """Small numbers of either sign as small numbers."""
    return number * 2 if number >= 0 else -number * 2 - 1


def _unfolded(number: int) -> int:
    return number // 2 if number % 2 == 0 else -(number + 1) // 2


def _number(number: int) -> bytes:
    """Seven bits a byte, the low ones first; a high bit says that more follow."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _numbers(packed: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in packed:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield number
            number = shift = 0
