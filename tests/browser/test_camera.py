"""A paper held before the counter's own camera."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import box
from tests.browser.stage import ARGS, Screens, Stage

FORM = "/permohonan/baru/ktp-el/hilang"
LIGHTS = """(document.querySelector("[data-camera-live]").srcObject?.getTracks() ?? [])
    .filter((one) => one.readyState === "live").length"""
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="module")
def with_camera(chromium: Browser) -> Iterator[Browser]:
    """A browser with a camera that shows a moving pattern."""
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"), args=[*ARGS, *CAMERA], headless=True
    )
    yield browser
    browser.close()


@pytest.fixture
def camera_screens(screens: Screens, with_camera: Browser) -> Iterator[Screens]:
    made = replace(screens, browser=with_camera, _open=[])
    yield made
    made.close()


def _open(page: Page, stage: Stage) -> None:
    page.goto(stage.staff + FORM)
    page.get_by_role("button", name="Foto dengan kamera ini Kartu Keluarga").click()


def _lights(page: Page) -> int:
    """How many cameras are on."""
    return int(page.evaluate(LIGHTS))


def test_two_photos_of_one_paper_go_with_the_form(stage: Stage, camera_screens: Screens) -> None:
    page = camera_screens.counter()
    _open(page, stage)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Foto dengan kamera ini: Kartu Keluarga")

    dialog.get_by_role("button", name="Ambil foto").click()
    expect(dialog.get_by_role("img", name="Foto yang baru diambil")).to_be_visible()
    assert _lights(page) == 0, "the light goes out while the photo is looked at"
    dialog.get_by_role("button", name="Ulangi").press("Enter")
    dialog.get_by_role("button", name="Ambil foto").press("Enter")
    dialog.get_by_role("button", name="Pakai foto ini").press("Enter")

    expect(dialog).to_be_hidden()
    expect(box(page, "berkas.kk")).to_be_focused()
    page.get_by_role("button", name="Foto dengan kamera ini Kartu Keluarga").click()
    dialog.get_by_role("button", name="Ambil foto").click()
    dialog.get_by_role("button", name="Pakai foto ini").click()
    paper = page.locator(".field-file").filter(has=page.locator("#f-berkas\\.kk"))
    expect(paper.locator(".previews .scan")).to_have_count(2)

    page.get_by_role("button", name="Simpan foto dulu").click()
    expect(paper.locator(".scan", has_text="Tersimpan").first).to_be_visible()


def test_esc_closes_the_camera(stage: Stage, camera_screens: Screens) -> None:
    page = camera_screens.counter()
    _open(page, stage)
    expect(page.get_by_role("button", name="Ambil foto")).to_be_focused()
    assert _lights(page) == 1

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    page.wait_for_function(f"{LIGHTS} === 0")  # a dialog says that it closed a moment after it did
    assert box(page, "berkas.kk").evaluate("box => box.files.length") == 0


def test_without_a_camera_the_page_says_what_to_do(stage: Stage, screens: Screens) -> None:
    page = screens.counter()
    _open(page, stage)

    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("foto dari HP")
    expect(page.get_by_role("button", name="Ulangi")).to_be_focused()
