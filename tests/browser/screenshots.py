"""The pictures of the README and the docs: `python -m tests.browser.screenshots`.

With a folder, a picture of every page goes there instead, for the eye of whoever changes them:
`python -m tests.browser.screenshots FOLDER [counter|centre]`.
"""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect, sync_playwright

from demo.town import let_officers_work
from registration.invented.people import Person
from tests.browser import stage as staging
from tests.browser.acts import (
    make_difference,
    reload_until_seen,
    see_line_cut,
    weather,
)
from tests.browser.field import tour_pamor
from tests.browser.staff import tour_counter_staff
from tests.browser.stage import (
    DESK,
    PHONE,
    SLOW_MS,
    Screens,
    Stage,
    open_stage,
    resized,
    scan,
    start_chromium,
)
from tests.browser.tours import Look, tour_counter, tour_portal
from tests.browser.voices import tour_counter_voices, tour_portal_voices
from tests.browser.walks import CENTRE, On

IMAGES = Path(__file__).parents[2] / "docs" / "images"
MOST_BYTES = 200_000


def shoot(page: Page, path: Path) -> None:
    """A PNG of few colours, so that the repository stays small."""
    page.screenshot(path=path)
    with Image.open(path) as picture:
        colours = picture.convert("RGB")
    # The screen's own colours first, or a red button drowns among all the shades of paper.
    frequent: list[tuple[Any, int]] = Counter(colours.get_flattened_data()).most_common(128)
    for number in (256, 128, 64):
        exact = [colour for colour, _ in frequent[: number // 2]]
        rest = colours.quantize(number - len(exact), dither=Image.Dither.NONE).getpalette() or []
        palette = Image.new("P", (1, 1))
        palette.putpalette([part for colour in exact for part in colour] + rest)
        colours.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            return
    raise SystemExit(f"{path} is larger than {MOST_BYTES} bytes.")


def smooth_scan(person: Person, jenis: str) -> bytes:
    """A scan without the camera's grain, which is most of a picture's bytes."""
    with Image.open(io.BytesIO(scan(person, jenis))) as noisy:
        plain = noisy.filter(ImageFilter.MedianFilter(3))
        out = io.BytesIO()
        plain.save(out, "JPEG", quality=90, exif=noisy.getexif())
    return out.getvalue()


def take_pictures(screens: Screens, stage: Stage) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    counter, officer = screens.counter(), screens.centre()
    expect(weather(counter)).to_contain_text("semua terkirim", timeout=SLOW_MS)
    let_officers_work(stage.town, 4)
    shoot(screens.portal(), IMAGES / "portal.png")
    with patch.object(staging, "scan", smooth_scan):
        verifier(officer, stage)
        counter_line_cut(counter, stage)
        settle(counter, officer, stage)


def verifier(page: Page, stage: Stage) -> None:
    filed = stage.file_and_send(stage.person())
    page.goto(f"{stage.centre}/permohonan/{stage.place.stream}/{filed.record}")
    page.wait_for_function("document.querySelector('.shelf-view img').naturalWidth > 500")
    shoot(page, IMAGES / "verifier.png")


def settle(counter: Page, officer: Page, stage: Stage) -> None:
    filed = stage.file_and_send(stage.person())
    make_difference(
        counter, officer, stage, filed, "JL. MELATI RAYA NO. 7", "JL. MELATI DALAM NO. 71"
    )
    shoot(officer, IMAGES / "settle.png")


def counter_line_cut(page: Page, stage: Stage) -> None:
    page.goto(stage.staff)
    reload_until_seen(page, weather(page).filter(has_text="semua terkirim"))
    stage.cut()
    see_line_cut(page)
    filed = [stage.file(stage.person()) for _ in range(6)]
    one = f"{stage.staff}/permohonan/{filed[2].record}"
    page.goto(f"{one}?kelompok=menunggu")
    expect(weather(page)).to_contain_text("6 permohonan")
    page.wait_for_load_state("networkidle")
    shoot(page, IMAGES / "counter-line-cut.png")
    page.goto(f"{one}/tanda-terima")
    shoot(page, IMAGES / "receipt.png")
    stage.mend()


def take_all(screens: Screens, stage: Stage, folder: Path, half: str) -> None:
    """Every page of the tours, on a small phone and on a desk."""
    folder.mkdir(parents=True, exist_ok=True)

    def on(page: Page) -> Look:
        def camera(what: str) -> None:
            page.wait_for_load_state("load")
            name = re.sub(r"[^a-z0-9]+", "-", what.lower())
            for width, height in (PHONE, DESK):
                with resized(page, (width, height)):
                    whole = page.evaluate("document.documentElement.scrollHeight")
                # A screen as high as the page: what sticks to its bottom stands where it belongs.
                with resized(page, (width, whole)):
                    page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)

        return camera

    if half in ("", "counter"):
        take_kelurahan(screens, stage, on)
    if half in ("", "centre"):
        counter = screens.counter()
        reload_until_seen(counter, weather(counter).filter(has_text="semua terkirim"))
        let_officers_work(stage.town, 4)
        for walk in CENTRE.values():
            walk(screens, stage, on)


def take_kelurahan(screens: Screens, stage: Stage, on: On) -> None:
    page, phone, lead = screens.page(), screens.page(PHONE), screens.page()
    tour_counter(page, stage, on(page))
    tour_portal(phone, stage, stage.person(), on(phone))
    tour_portal_voices(phone, stage, on(phone))
    tour_counter_voices(lead, stage, on(lead))
    tour_counter_staff(lead, stage, on(lead))
    tour_pamor(phone, stage, on(phone))


def main() -> None:
    folder, half = (*sys.argv[1:3], "", "")[:2]
    with sync_playwright() as playwright, open_stage(requests=12, seed=21) as stage:
        browser = start_chromium(playwright)
        screens = Screens(browser, stage, {})
        if folder:
            take_all(screens, stage, Path(folder), half)
        else:
            take_pictures(screens, stage)
        screens.close()
        browser.close()


if __name__ == "__main__":
    main()
