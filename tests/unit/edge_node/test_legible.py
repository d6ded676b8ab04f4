"""Photos of papers, good and bad: what the measure says of each."""

from __future__ import annotations

import io
import random
from functools import cache

import pytest
from PIL import Image, ImageDraw, ImageFont

from edge_node.workflows.legible import Flaw, judge, measure
from edge_node.workflows.pictures import prepare
from registration.invented.people import People
from registration.invented.scans import draw_scan
from tests.worse import dim, flare, shake, unfocus

PAPERS = ("kk", "ktp_lama", "surat_kehilangan", "bukti_perubahan")


@cache
def paper(jenis: str, seed: int = 1) -> bytes:
    return draw_scan(People(3).person(), jenis, random.Random(seed))


def judged(photo: bytes) -> Flaw | None:
    """As it is kept, and then looked at."""
    with Image.open(io.BytesIO(prepare("kk", photo).data)) as kept:
        return judge(measure(kept))


def scanner_page(lines: int) -> bytes:
    page = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(page)
    for line in range(lines):
        text = "Yang bertanda tangan di bawah ini menerangkan"
        pen.text((120, 100 + 40 * line), text, fill=(20, 20, 20), font=ImageFont.load_default(24))
    out = io.BytesIO()
    page.save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize("jenis", PAPERS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_good_photo_is_left_alone_large_or_lying_on_its_side(jenis: str, seed: int) -> None:
    assert judged(paper(jenis, seed)) is None


@pytest.mark.parametrize("jenis", PAPERS)
def test_half_the_light_is_enough_and_a_quarter_is_not(jenis: str) -> None:
    assert judged(dim(paper(jenis), 0.5)) is None
    assert judged(dim(paper(jenis), 0.25)) is Flaw.DARK


@pytest.mark.parametrize("jenis", PAPERS)
def test_a_little_soft_can_be_read_and_out_of_focus_cannot(jenis: str) -> None:
    assert judged(unfocus(paper(jenis), 1)) is None
    assert judged(unfocus(paper(jenis), 2.5)) is Flaw.BLURRED


@pytest.mark.parametrize("jenis", PAPERS)
@pytest.mark.parametrize("down", [False, True], ids=["across", "down"])
def test_a_hand_that_shook_is_noticed_along_either_axis(jenis: str, down: bool) -> None:
    assert judged(shake(paper(jenis), 10, down=down)) is Flaw.BLURRED


@pytest.mark.parametrize("jenis", PAPERS)
def test_more_light_is_no_flaw_until_it_takes_the_writing_away(jenis: str) -> None:
    assert judged(flare(paper(jenis), 0)) is None
    assert judged(flare(paper(jenis), 120)) is Flaw.GLARING


@pytest.mark.parametrize("lines", [6, 30])
def test_a_scanner_s_white_page_is_no_glare(lines: int) -> None:
    assert judged(scanner_page(lines)) is None
