from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.display import show
from registration.errors import InvalidValue
from registration.signature import (
    HEIGHT,
    MOST_BYTES,
    WIDTH,
    drawn_in,
    pack,
    path_of,
    read_signature,
    unpack,
)

POINTS = st.tuples(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1))
STROKES = st.lists(st.lists(POINTS, min_size=1, max_size=40).map(tuple), max_size=8).map(tuple)


def as_text(strokes: list[list[tuple[int, int]]]) -> str:
    return ";".join(" ".join(f"{x},{y}" for x, y in stroke) for stroke in strokes)


@given(STROKES)
def test_strokes_come_back_as_they_were(strokes: tuple[tuple[tuple[int, int], ...], ...]) -> None:
    assert unpack(pack(strokes)) == strokes


@pytest.mark.parametrize("count", [60, 700, 4900])
def test_however_long_somebody_signs_it_stays_small_and_keeps_its_ends(count: int) -> None:
    stroke = [(37 * n % WIDTH, 53 * n % HEIGHT) for n in range(count)]

    kept = read_signature(as_text([stroke[:50], stroke[50:]]))

    assert len(kept) <= MOST_BYTES
    first, second = unpack(kept)
    assert (first[0], second[-1]) == (stroke[0], stroke[-1])


def test_a_hand_that_moves_slowly_is_kept_with_fewer_points() -> None:
    slow = [(100 + n, 150) for n in range(600)]

    (kept,) = unpack(read_signature(as_text([slow])))

    assert len(kept) < 250
    assert (kept[0], kept[-1]) == (slow[0], slow[-1])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Belum ada tanda tangan"),
        ("  ", "Belum ada tanda tangan"),
        ("10,10", "terlalu pendek"),
        ("10,10 12,12;11,11", "terlalu pendek"),
        ("10,10 900,10", "tidak terbaca"),
        ("10,10 10,300", "tidak terbaca"),
        ("10,10 -1,10", "tidak terbaca"),
        ("10,10;;20,20", "tidak terbaca"),
        ("data:image/png;base64,AAAA", "tidak terbaca"),
        (as_text([[(n % 900, 0) for n in range(5001)]]), "terlalu banyak"),
        ("1,1 " * 20_000, "terlalu banyak"),
    ],
)
def test_what_is_no_signature_is_told_in_words(text: str, said: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        read_signature(text)

    assert said in str(refused.value.sentence)


def test_a_signature_is_shown_as_a_path_and_a_dot_as_a_dot() -> None:
    line, dot = ((10, 20), (30, 40), (50, 20)), ((99, 9),)

    assert path_of(pack((line, dot))) == "M10 20L30 40 50 20 M99 9h1"


@pytest.mark.parametrize("packed", [b"", b"\x02\x01\x00\x00", b"\x01\x05\x01", b"\x01\xff"])
def test_what_a_newer_version_or_nobody_drew_is_no_picture(packed: bytes) -> None:
    assert path_of(packed) == ""
    assert drawn_in({"nama": "DEWI", "garis": packed}) == ""
    assert drawn_in("DEWI") == ""


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"hubungan": "diri_sendiri", "cara": "layar"}, "DEWI (diri sendiri), ditandatangani di"),
        ({"hubungan": "anak", "cara": "cap_jempol"}, "DEWI (anak), dengan cap jempol di kertas"),
        ({"hubungan": "anak", "garis": b"\x01"}, "DEWI (anak)"),
        ({"hubungan": "tetangga"}, "DEWI"),
    ],
)
def test_who_took_the_document_is_said_in_words(told: dict[str, object], words: str) -> None:
    assert str(show("penerima", {"nama": "DEWI", **told})).startswith(words)
