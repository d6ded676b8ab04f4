"""Drawn scans: pictures as a phone gives them, never a picture of somebody."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image, ImageOps

from registration.invented.people import DOCUMENTS, People
from registration.invented.scans import LYING, UPRIGHT, draw_scan

KINDS = sorted({kind for kinds in DOCUMENTS.values() for kind in kinds} | {"f102", "lainnya"})
ORIENTATION = 0x0112


@pytest.mark.parametrize("jenis", KINDS)
def test_each_kind_is_a_jpeg_that_stands_upright_once_its_flag_is_obeyed(jenis: str) -> None:
    person = People(1).person()
    wide = jenis in {"kk", "ktp_lama", "ktp_rusak"}

    picture = Image.open(io.BytesIO(draw_scan(person, jenis, random.Random(1))))
    upright = ImageOps.exif_transpose(picture)

    assert picture.format == "JPEG"
    assert (upright.width > upright.height) is wide


def test_some_come_with_12_megapixels_and_some_lying_on_their_side() -> None:
    person, rng = People(1).person(), random.Random(2)

    pictures = [
        Image.open(io.BytesIO(draw_scan(person, "surat_kehilangan", rng))) for _ in range(16)
    ]

    sizes = {picture.size for picture in pictures}
    flags = {picture.getexif().get(ORIENTATION) for picture in pictures}
    assert sizes == {UPRIGHT, LYING, (3000, 4000), (4000, 3000)}
    assert flags == {None, 6}


def test_the_same_randomness_draws_the_same_bytes_and_other_randomness_others() -> None:
    person = People(1).person()

    first, again, other = (draw_scan(person, "kk", random.Random(seed)) for seed in (5, 5, 6))

    assert first == again
    assert first != other
